/* Output whose final text differs from what came before it. */

#include "model/given_run.h"

static void heard_output(struct ctx *c, enum heard_output kind, const char *text)
{
	struct heard_execution e = { .id = "1795262400500000000-n1",
		.node = "n1",
		.start_ns = T0,
		.end_ns = T0 + 5 * NS_PER_MS,
		.ended = kind != HEARD_CHUNK,
		.settled = kind != HEARD_CHUNK,
		.code = -1 };
	bool known;

	IS(run_hear(c,
	       &(struct heard){ .job = "job-0",
		   .group_ns = T0,
		   .executions = &e,
		   .n = 1,
		   .output = kind,
		   .bytes = text,
		   .len = strlen(text) },
	       &known),
	    OK);
}

SITE_TEST(a_text_that_does_not_go_on_where_it_was_is_another_generation)
{
	struct run *runs;
	struct output o;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "job-0", "@hourly", "");
	heard_output(c, HEARD_CHUNK, "one\n");
	heard_output(c, HEARD_CHUNK, "two\n");
	IS(run_recent(c, "job-0", 1, &runs, &n), OK);
	heard_output(c, HEARD_HARVESTED, "one\ntwo\nthree\n");
	IS(run_output(c, runs[0].id, NULL, 8, 100, &o), OK);
	SAME(arena_strndup(c->arena, o.bytes, o.len), "three\n");
	IS(o.generation, 0);
	heard_output(c, HEARD_FINAL, "exit status 1\none\ntwo\nthree\n");
	IS(run_output(c, runs[0].id, NULL, 0, 100, &o), OK);
	IS(o.generation, 1);
	IS(o.size, 28);
}
