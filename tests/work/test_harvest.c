/* What the harvester makes of the engine's history and of its list of running executions. */

#include "work/given_work.h"

/* T0 is 2026-11-21T12:00:00.5Z; the group began a millisecond before its first execution. */
#define GROUP "1795262400500000000"
#define ONE                                                                                   \
	"{\"id\":\"1795262400501000000-n1\",\"job_name\":\"hello\",\"started_at\":\"2026-11-" \
	"21T12:00:00.501Z\","
#define TWO                                                                                   \
	"{\"id\":\"1795262400601000000-n1\",\"job_name\":\"hello\",\"started_at\":\"2026-11-" \
	"21T12:00:00.601Z\","
#define REST ",\"node_name\":\"n1\",\"group\":" GROUP
#define ONE_FAILED \
	ONE "\"finished_at\":\"2026-11-21T12:00:00.551Z\",\"success\":false,\"attempt\":1" REST "}"
#define ONE_RUNNING \
	ONE "\"finished_at\":\"0001-01-01T00:00:00Z\",\"success\":false,\"attempt\":1" REST "}"
#define TWO_RUNNING \
	TWO "\"finished_at\":\"2026-11-21T12:00:00.551Z\",\"success\":false,\"attempt\":2" REST "}"
#define TWO_DONE \
	TWO "\"finished_at\":\"2026-11-21T12:00:00.701Z\",\"success\":true,\"attempt\":2" REST "}"

#define HISTORY(list)                                                     \
	{                                                                 \
		"GET /v1/jobs/hello/executions?", 200, "[" list "]", 0, 0 \
	}
#define BUSY(list)                                      \
	{                                               \
		"GET /v1/busy", 200, "[" list "]", 0, 0 \
	}
#define OUTPUTS                                                              \
	{ "GET /v1/jobs/hello/executions/1795262400501000000-n1", 200,       \
		"{\"output\":\"exit status 5\\nno\\u0000\\n\"}", 0, 0 },     \
	{                                                                    \
		"GET /v1/jobs/hello/executions/1795262400601000000-n1", 200, \
		    "{\"output\":\"yes\\n\"}", 0, 0                          \
	}

static void given_hello(struct ctx *c)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted"), OK);
}

static void harvest(struct ctx *c, const struct fake_rule *rules, size_t n)
{
	struct scene s;
	int64_t compared_us = 0;

	IS(db_script(c, "INSERT INTO harvest (job_name, due_at) VALUES ('hello', now()) ON "
			"CONFLICT (job_name) DO UPDATE SET due_at = now(); "
			"UPDATE run SET heard_at = now() - interval '1 min'"),
	    OK);
	scene_begin(c, &s, rules, n);
	YES(worker_turn(&s.w));
	harvest_turn(&s.w, &compared_us);
	scene_end(&s);
}

static const char *state_of(struct ctx *c)
{
	struct run *runs;
	size_t n;

	act_as_cli(c);
	IS(run_recent(c, "hello", 2, &runs, &n), OK);
	return n == 1 ? runs[0].state : n == 0 ? "none" : "several";
}

static void check_retry(struct ctx *c)
{
	struct execution *e;
	struct output o;
	struct run *runs;
	size_t n;

	IS(run_recent(c, "hello", 1, &runs, &n), OK);
	IS(run_executions(c, runs[0].id, &e, &n), OK);
	IS(n, 2);
	SAME(e[0].state, "failed");
	IS(e[0].exit_code.value, 5);
	IS(e[1].attempt, 2);
	SAME(e[1].state, "succeeded");
	IS(run_output(c, runs[0].id, NULL, 0, 100, &o), OK);
	SAME(o.bytes, "yes\n");
	YES(o.complete);
	IS(run_output(c, runs[0].id, e[0].engine_id, 0, 100, &o), OK);
	SAME(o.bytes, "exit status 5\nno\xEF\xBF\xBD\n");
}

SITE_TEST(a_run_of_which_every_webhook_was_lost_appears_whole)
{
	static const struct fake_rule rules[] = { BUSY(""), HISTORY(TWO_DONE "," ONE_FAILED),
		OUTPUTS };

	given_hello(c);
	harvest(c, rules, LENGTH(rules));
	harvest(c, rules,
	    LENGTH(rules)); /* the second look settles it: a webhook has a second to come */
	SAME(state_of(c), "succeeded");
	check_retry(c);
	YES(holds(c, "(SELECT due_at IS NULL AND read_at IS NOT NULL FROM harvest)"));
}

SITE_TEST(a_history_that_is_known_is_read_without_writing)
{
	static const struct fake_rule rules[] = { BUSY(""), HISTORY(TWO_DONE "," ONE_FAILED),
		OUTPUTS };

	given_hello(c);
	for (int i = 0; i < 2; i++)
		harvest(c, rules, LENGTH(rules));
	IS(db_script(c, "CREATE TEMP TABLE before ON COMMIT DROP AS SELECT xmin::text AS x, id "
			"FROM execution"),
	    OK);
	harvest(c, rules, LENGTH(rules));
	YES(holds(
	    c, "(SELECT bool_and(e.xmin::text = b.x) FROM execution e JOIN before b USING (id))"));
	SAME(state_of(c), "succeeded");
}

SITE_TEST(a_failed_attempt_is_no_end_while_the_engine_is_busy_with_its_group)
{
	static const struct fake_rule waits[] = { BUSY(ONE_FAILED), HISTORY(ONE_FAILED), OUTPUTS };
	static const struct fake_rule retries[] = { BUSY(TWO_RUNNING),
		HISTORY(TWO_RUNNING "," ONE_FAILED), OUTPUTS };
	static const struct fake_rule over[] = { BUSY(""), HISTORY(TWO_DONE "," ONE_FAILED),
		OUTPUTS };

	given_hello(c);
	for (int i = 0; i < 2; i++)
		harvest(c, waits, LENGTH(waits));
	SAME(state_of(c), "running");
	harvest(c, retries, LENGTH(retries));
	SAME(state_of(c), "running");
	YES(holds(c, "(SELECT count(*) FROM execution WHERE state = 'running' AND missing_since IS "
		     "NULL) = 1"));
	for (int i = 0; i < 2; i++)
		harvest(c, over, LENGTH(over));
	SAME(state_of(c), "succeeded");
	check_retry(c);
}

SITE_TEST(an_execution_that_the_engine_does_not_follow_is_missing_until_it_is_seen_again)
{
	static const struct fake_rule lacks[] = { BUSY(""), HISTORY(ONE_RUNNING), OUTPUTS };
	static const struct fake_rule has[] = { BUSY(ONE_RUNNING), HISTORY(ONE_RUNNING), OUTPUTS };

	given_hello(c);
	harvest(c, has, LENGTH(has));
	SAME(state_of(c), "running");
	YES(holds(c, "(SELECT missing_since IS NULL FROM execution)"));
	/* the worker's clock is today's; the execution began long ago or will begin: only the
	 * former is missed */
	IS(db_script(c, "UPDATE execution SET started_at = now() - interval '1 h'"), OK);
	harvest(c, lacks, LENGTH(lacks));
	YES(holds(c, "(SELECT missing_since IS NOT NULL FROM execution)"));
	harvest(c, has, LENGTH(has));
	YES(holds(c, "(SELECT missing_since IS NULL FROM execution)"));
	SAME(state_of(c), "running");
}

SITE_TEST(an_engine_that_cannot_tell_what_runs_makes_nobody_missing)
{
	static const struct fake_rule rules[] = { { "GET /v1/busy", 500, "x", 0, 0 }, HISTORY(""),
		OUTPUTS };

	given_hello(c);
	heard_one(c, "hello", T0, T0 + NS_PER_MS, 0, false);
	IS(db_script(c, "UPDATE execution SET started_at = now() - interval '1 h'"), OK);
	harvest(c, rules, LENGTH(rules));
	YES(holds(c, "(SELECT missing_since IS NULL FROM execution)"));
	SAME(state_of(c), "running");
}

/* A run of hello whose end the webhook told, without its output. */
static void given_heard_end(struct ctx *c)
{
	struct heard_execution e = { .id = "17-n1",
		.node = "n1",
		.start_ns = T0,
		.end_ns = T0 + 9,
		.ended = true,
		.ok = true,
		.code = -1 };
	bool known;

	given_hello(c);
	IS(run_hear(c, &(struct heard){ .job = "hello", .group_ns = T0, .executions = &e, .n = 1 },
	       &known),
	    OK);
}

SITE_TEST(runs_of_a_job_that_left_the_engine_end_with_what_is_known)
{
	static const struct fake_rule rules[] = { BUSY(""), ENGINE_IS_THERE,
		{ "GET /v1/jobs?q=", 200, "[]", 0, 0 } };

	given_heard_end(c);
	harvest(c, rules, LENGTH(rules));
	SAME(state_of(c), "succeeded");
}

SITE_TEST(a_404_without_a_leader_settles_nothing)
{
	static const struct fake_rule rules[] = { BUSY("") };

	given_heard_end(c);
	harvest(c, rules, LENGTH(rules));
	SAME(state_of(c), "running");
	YES(holds(c, "(SELECT due_at IS NOT NULL AND read_at IS NULL FROM harvest)"));
}

SITE_TEST(nonsense_in_a_history_is_passed_over)
{
	static const struct fake_rule rules[] = { BUSY("null,1,{}"),
		HISTORY("null,7,{},{\"job_name\":\"hello\"},{\"job_name\":\"hello\",\"started_at\":"
			"\"x\",\"node_name\":\"n\",\"group\":3}," TWO_DONE),
		OUTPUTS };

	given_hello(c);
	for (int i = 0; i < 2; i++)
		harvest(c, rules, LENGTH(rules));
	SAME(state_of(c), "succeeded");
}

SITE_TEST(of_several_servers_the_leader_is_asked)
{
	static const struct fake_rule follows[] = { { "GET /v1/busy", 200, "[]", 0, 0 } };
	static const struct fake_rule leads[] = { { "GET /v1/isleader", 200, "", 0, 0 },
		{ "GET /v1/busy", 200, "[]", 0, 0 } };
	struct fake_server follower;
	int64_t compared_us = 0;
	struct scene s;

	fake_start(&follower, follows, LENGTH(follows));
	scene_begin(c, &s, leads, LENGTH(leads));
	s.config.dkron_url = arena_printf(
	    c->arena, "http://127.0.0.1:%d/,http://127.0.0.1:%d/", follower.port, s.engine.port);
	dkron_init(&s.w.dkron, &s.config, c->arena);
	YES(worker_turn(&s.w));
	harvest_turn(&s.w, &compared_us);
	HAS(s.engine.asked, "GET /v1/busy");
	LACKS(follower.asked, "GET /v1/busy");
	scene_end(&s);
	fake_stop(&follower);
}
