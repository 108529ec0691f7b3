#ifndef TESTS_WEB_GIVEN_HOOK_H
#define TESTS_WEB_GIVEN_HOOK_H

/* What tests of the hook begin with: payloads that a real Dkron 4.1.2 sent (hook-*.txt, one a
 * line), and what became of them. */

#include "core/buf.h"
#include "core/text.h"
#include "model/given.h"
#include "model/run.h"
#include "web/hook/hook.h"

enum { LINES_MAX = 20 };

struct recording {
	const char *lines[LINES_MAX];
	size_t n;
};

GIVEN struct recording recorded(struct ctx *c, const char *name)
{
	struct recording r = { .n = 0 };
	char line[8192];
	FILE *f = fopen(arena_printf(c->arena, "tests/web/hook-%s.txt", name), "r");

	if (f == NULL) {
		FAIL("there is no recording %s", name);
		return r;
	}
	while (r.n < LINES_MAX && fgets(line, sizeof(line), f) != NULL)
		r.lines[r.n++] = arena_strndup(c->arena, line, strcspn(line, "\n"));
	fclose(f);
	return r;
}

/* The hook's token is set, and each of these jobs exists, without a schedule. */
GIVEN void given_hook(struct ctx *c, const char *job)
{
	struct config *config = arena_new(c->arena, struct config);
	struct job made;

	*config = site_config;
	config->hook_token = "secret";
	c->config = config;
	ask_site = &hook_site;
	act_as_cli(c);
	if (job == NULL)
		return;
	given_team(c, "crew");
	IS(job_add(c, job, "crew",
	       json_of(c, "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"true\"}}"),
	       NULL, &made),
	    OK);
}

GIVEN struct resp tell(struct ctx *c, const char *payload)
{
	static const struct caller dkron = { .authorization = "Bearer secret" };

	return ask_raw(c, &dkron, POST, "/hook/dkron", &(struct pair){ "", payload });
}

/* Everything known of the runs of a job that does not depend on when it was heard. */
GIVEN const char *known_of(struct ctx *c, const char *job)
{
	struct run *runs;
	struct buf b;
	size_t n, nex;

	buf_init(&b, c->arena, 1 << 20);
	act_as_cli(c);
	IS(run_recent(c, job, 10, &runs, &n), OK);
	for (size_t i = 0; i < n; i++) {
		struct execution *e;
		buf_printf(&b, "%s by %s\n", runs[i].state, runs[i].trigger);
		IS(run_executions(c, runs[i].id, &e, &nex), OK);
		for (size_t k = 0; k < nex; k++) {
			struct output o;
			IS(run_output(c, runs[i].id, e[k].engine_id, 0, 1000000, &o), OK);
			buf_printf(&b, "%s %d %s exit %d out %d %s: %s\n", e[k].engine_id,
			    (int)e[k].attempt, e[k].state,
			    e[k].exit_code.set ? (int)e[k].exit_code.value : -1, (int)o.size,
			    o.complete ? "whole" : "part",
			    text_hex(c->arena, (const unsigned char *)o.bytes, o.len));
		}
	}
	return b.data;
}

/* Each recording, the job that it is about and how its run ends. */
static const struct recorded_job {
	const char *name, *job, *first_line;
} recordings[] = {
	{ "success", "ok", "succeeded by schedule\n" },
	{ "failure", "bad", "failed by schedule\n" },
	{ "retry", "retry", "succeeded by schedule\n" },
	{ "retry-failed", "retryslow", "failed by schedule\n" },
	{ "chunks", "chunks", "succeeded by schedule\n" },
	{ "binary", "binary", "failed by schedule\n" },
	{ "http", "web", "succeeded by schedule\n" },
	{ "killed", "killed", "failed by schedule\n" },
	{ "two-nodes", "bothok", "succeeded by schedule\n" },
	{ "two-nodes-retry", "both", "failed by schedule\n" },
};

GIVEN void tell_all(struct ctx *c, const struct recording *r)
{
	for (size_t i = 0; i < r->n; i++)
		IS(tell(c, r->lines[i]).status, 204);
}

#endif
