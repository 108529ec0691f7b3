/* Runs as people and programs meet them: asking for one, taking it back, lists, rights, output. */

#include "model/given_run.h"

SITE_TEST(asking_for_a_run_makes_a_queued_one_and_an_audit_row)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	struct run run = run_now(c, given_request(c, "hello"));
	SAME(run.state, "queued");
	SAME(run.trigger, "manual");
	SAME(run.requested_by.text, "cli");
	SAME(run.team, "crew");
	IS(run.job_version.value, 1);
	IS(run.executions, 0);
	YES(!run.dispatched && run.job_exists);
	AUDITED("run_request", arena_printf(c->arena, "run:%lld", (long long)run.id), 1);
}

SITE_TEST(a_run_needs_an_operator_and_a_job_that_is_on)
{
	struct run run;
	struct job job;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	given_member(c, "crew", "vera", ROLE_VIEWER);
	given_member(c, "crew", "otto", ROLE_OPERATOR);
	given_account(c, "nina", false);
	act_as(c, "vera");
	IS(run_request(c, "hello", "manual", &run), ERR_FORBIDDEN);
	act_as(c, "nina");
	IS(run_request(c, "hello", "manual", &run), ERR_NOT_FOUND);
	act_as(c, "otto");
	IS(run_request(c, "hello", "api", &run), OK);
	SAME(run.requested_by.text, "otto");
	act_as_cli(c);
	IS(job_set_disabled(c, "hello", true, &job), OK);
	act_as(c, "otto");
	IS(run_request(c, "hello", "manual", &run), ERR_CONFLICT);
	IS(run_request(c, "nothing", "manual", &run), ERR_NOT_FOUND);
}

SITE_TEST(a_queued_run_is_taken_back_and_a_running_one_is_not)
{
	struct run run;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_request(c, "hello");
	given_member(c, "crew", "vera", ROLE_VIEWER);
	act_as(c, "vera");
	IS(run_stop(c, id, &run), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(run_stop(c, id, &run), OK);
	SAME(run.state, "stopped");
	SAME(run.reason.text, "taken back by cli");
	YES(run.finished_us.set);
	IS(run_stop(c, id, &run), ERR_CONFLICT);
	HAS(ctx_fault(c), "ended already");
	id = given_dispatched(c, "hello", T0);
	IS(run_stop(c, id, &run), ERR_CONFLICT);
	HAS(ctx_fault(c), "cannot stop");
	heard_one(c, "hello", T0, T0, 0, false);
	IS(run_stop(c, id, &run), ERR_CONFLICT);
	IS(run_stop(c, 1 << 30, &run), ERR_NOT_FOUND);
}

SITE_TEST(runs_are_seen_by_their_team_only)
{
	struct run_query all = { .limit = 10 };
	struct run run, *runs;
	struct execution *e;
	struct run_counts counts;
	struct output o;
	const char *next;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_request(c, "hello");
	given_account(c, "nina", false);
	act_as(c, "nina");
	IS(run_get(c, id, &run), ERR_NOT_FOUND);
	IS(run_list(c, &all, &runs, &n, &next), OK);
	IS(n, 0);
	IS(run_executions(c, id, &e, &n), ERR_NOT_FOUND);
	IS(run_output(c, id, NULL, 0, 10, &o), ERR_NOT_FOUND);
	IS(run_stop(c, id, &run), ERR_NOT_FOUND);
	IS(run_counts(c, &counts), OK);
	IS(counts.queued, 0);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	act_as(c, "vera");
	IS(run_list(c, &all, &runs, &n, &next), OK);
	IS(n, 1);
	IS(run_counts(c, &counts), OK);
	IS(counts.queued, 1);
}

SITE_TEST(the_list_goes_from_newest_to_oldest_page_by_page)
{
	struct run_query q = { .limit = 2 };
	struct run *runs;
	const char *next;
	size_t n;
	int64_t ids[5];

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	for (size_t i = 0; i < LENGTH(ids); i++)
		ids[i] = given_request(c, "hello");
	IS(run_list(c, &q, &runs, &n, &next), OK);
	IS(n, 2);
	IS(runs[0].id, ids[4]);
	q.after = next;
	IS(run_list(c, &q, &runs, &n, &next), OK);
	IS(runs[1].id, ids[1]);
	q.after = next;
	IS(run_list(c, &q, &runs, &n, &next), OK);
	IS(n, 1);
	YES(next == NULL);
	q.after = "x";
	IS(run_list(c, &q, &runs, &n, &next), ERR_INVALID);
	HAS(ctx_fault(c), "after");
}

static size_t found(struct ctx *c, struct run_query q)
{
	struct run *runs;
	const char *next;
	size_t n = 0;

	q.limit = 100;
	IS(run_list(c, &q, &runs, &n, &next), OK);
	return n;
}

SITE_TEST(the_list_can_be_filtered)
{
	struct run *runs;
	const char *next;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	given_scheduled(c, "other", "@hourly", "");
	given_request(c, "hello");
	heard_one(c, "other", T0, T0, T0 + NS_PER_MS, true);
	heard_one(c, "other", T0 + 9, T0 + 9, T0 + NS_PER_MS, false);
	IS(found(c, (struct run_query){ .job = "other" }), 2);
	IS(found(c, (struct run_query){ .job = "oth" }), 0);
	IS(found(c, (struct run_query){ .q = "OTH" }), 2);
	IS(found(c, (struct run_query){ .q = "%" }), 0);
	IS(found(c, (struct run_query){ .state = "failed" }), 1);
	IS(found(c, (struct run_query){ .trigger = "schedule" }), 2);
	IS(found(c, (struct run_query){ .team = "crew" }), 3);
	IS(found(c, (struct run_query){ .team = "ops" }), 0);
	IS(found(c, (struct run_query){ .since_us = T0 / 1000, .until_us = T0 / 1000 + 1 }), 2);
	IS(found(c, (struct run_query){ .until_us = T0 / 1000 }),
	    found(c, (struct run_query){ .job = "hello" }) == 1 && c->now_us < T0 / 1000);
	IS(run_list(c, &(struct run_query){ .state = "odd" }, &runs, &n, &next), ERR_INVALID);
	HAS(ctx_fault(c), "state");
	IS(run_list(c, &(struct run_query){ .trigger = "odd" }, &runs, &n, &next), ERR_INVALID);
	IS(run_list(c, &(struct run_query){ .q = "a\nb" }, &runs, &n, &next), ERR_INVALID);
}

SITE_TEST(output_is_read_in_slices_across_its_pieces)
{
	struct heard_execution e = {
		.id = "17-n1", .node = "n1", .start_ns = T0, .live = true, .code = -1
	};
	struct output o;
	bool known;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	IS(run_output(c, id, NULL, 0, 10, &o), OK);
	YES(o.size == 0 && !o.complete && o.engine_id[0] == '\0');
	for (int i = 0; i < 10; i++)
		IS(run_hear(c,
		       &(struct heard){ .job = "hello",
			   .group_ns = T0,
			   .executions = &e,
			   .n = 1,
			   .output = HEARD_CHUNK,
			   .bytes = "0123456789",
			   .len = 10 },
		       &known),
		    OK);
	IS(run_output(c, id, "17-n1", 95, 100, &o), OK);
	SAME(o.bytes, "56789");
	IS(run_output(c, id, NULL, 7, 10, &o), OK);
	SAME(o.bytes, "7890123456");
	IS(run_output(c, id, NULL, 30, 10, &o), OK);
	SAME(o.bytes, "0123456789");
	IS(run_output(c, id, NULL, 100, 10, &o), OK);
	YES(o.len == 0 && o.size == 100 && !o.complete);
	IS(run_output(c, id, NULL, 5000, 10, &o), OK);
	IS(o.len, 0);
	IS(run_output(c, id, "18-n1", 0, 10, &o), ERR_NOT_FOUND);
}

static void chunk(struct ctx *c, enum heard_output kind, const char *bytes, size_t len)
{
	struct heard_execution e = {
		.id = "17-n1", .node = "n1", .start_ns = T0, .live = true, .code = -1
	};
	bool known;

	if (kind != HEARD_CHUNK) {
		e.ended = e.ok = true;
		e.live = false;
		e.end_ns = T0 + NS_PER_MS;
	}
	IS(run_hear(c,
	       &(struct heard){ .job = "hello",
		   .group_ns = T0,
		   .executions = &e,
		   .n = 1,
		   .output = kind,
		   .bytes = bytes,
		   .len = len },
	       &known),
	    OK);
}

SITE_TEST(a_full_ring_does_not_replace_longer_output)
{
	enum { RING = 256000, PART = 32000, PARTS = 10 };
	char *bytes = arena_alloc(c->arena, RING + 1, 1);
	struct output o;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	memset(bytes, 'x', RING);
	for (int i = 0; i < PARTS; i++)
		chunk(c, HEARD_CHUNK, bytes, PART);
	chunk(c, HEARD_FINAL, bytes, RING);
	IS(run_output(c, id, NULL, 0, 1, &o), OK);
	IS(o.size, PARTS * PART);
	YES(o.complete);
}

SITE_TEST(output_past_the_limit_keeps_its_beginning_and_its_end)
{
	enum { RING = 256000, PART = 4000000 };
	char *bytes = arena_alloc(c->arena, PART + 1, 1);
	struct output o;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	memset(bytes, 'x', PART);
	for (int i = 0; i < 6; i++)
		chunk(c, HEARD_CHUNK, bytes, PART);
	memset(bytes, 'z', RING);
	chunk(c, HEARD_FINAL, bytes, RING);
	IS(run_output(c, id, NULL, 4 * PART, 1000, &o), OK);
	YES(o.size > 4 * PART + RING && o.size < 4 * PART + RING + 200);
	HAS(o.bytes, "\n[Signalbox kept the first 16 MiB and the end; about 7744000 bytes between "
		     "them are gone]\nzzz");
}

SITE_TEST(the_truer_output_wins_in_any_order)
{
	static const enum heard_output kinds[] = { HEARD_CHUNK, HEARD_HARVESTED, HEARD_POST,
		HEARD_FINAL };
	struct output o;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		chunk(c, kinds[i], &"abcd"[i], 1);
		for (size_t k = 0; k <= i; k++)
			chunk(c, kinds[k], "no", 2);
		IS(run_output(c, id, NULL, 0, 10, &o), OK);
		if (kinds[i] != HEARD_CHUNK)
			SAME(o.bytes, &"a\0b\0c\0d"[2 * i]);
	}
}

TEST(exit_codes_are_read_from_the_first_line)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{ "exit status 3\noops", 3 },
		{ "exit status 255\n", 255 },
		{ "exit status 0\n", 0 },
		{ "exit status 256\n", -1 },
		{ "exit status 1234\n", -1 },
		{ "exit status 3", -1 },
		{ "exit status \n", -1 },
		{ "exit status -1\n", -1 },
		{ "exit status x\n", -1 },
		{ "", -1 },
		{ "signal: killed\n", -1 },
		{ " exit status 3\n", -1 },
	};
	char *full = malloc(256000);

	for (size_t i = 0; i < LENGTH(rows); i++)
		IS(run_exit_code(rows[i].text, strlen(rows[i].text)), rows[i].code);
	memset(full, 'x', 256000);
	memcpy(full, "exit status 3\n", 14);
	IS(run_exit_code(full, 255999), 3);
	IS(run_exit_code(full, 256000), -1); /* whatever stands there, it is not the beginning */
	free(full);
}

SITE_TEST(a_missed_run_stands_among_the_others_and_is_its_jobs_last)
{
	struct run_query q = { .limit = 9, .state = "missed" };
	struct run *runs = NULL;
	struct job job = { 0 };
	const char *next;
	size_t n = 0;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, state, reason, trigger, "
			"queued_at, finished_at) "
			"SELECT id, name, team_id, 'missed', 'the engine was away', 'schedule', "
			"now() - interval '1 min', now() FROM job "
			"WHERE name = 'hello'"),
	    OK);
	IS(run_list(c, &q, &runs, &n, &next), OK);
	IS(n, 1);
	SAME(runs[0].reason.text, "the engine was away");
	IS(runs[0].executions, 0);
	IS(job_get(c, "hello", &job), OK);
	SAME(job.run_state.text, "missed");
}
