/* Missed runs: what the worker makes of fires that nobody answered, with an engine of fixed
 * answers. */

#include "work/given_missed.h"

SITE_TEST(a_fire_nobody_answered_becomes_a_missed_run_once)
{
	given_hello(c, "*/5 * * * * *");
	for (int i = 0; i < 2; i++)
		LOOK({ NEVER_RAN }, { STANDS("") });
	/* 17 seconds of fires; how many lie in them depends on where in the five we are. */
	YES(holds(c, "(SELECT count(*) BETWEEN 3 AND 4 FROM run WHERE state = 'missed' AND trigger "
		     "= 'schedule' AND job_version = 1"
		     " AND extract(epoch FROM queued_at)::bigint %% 5 = 0 AND finished_at >= "
		     "queued_at AND started_at IS NULL)"));
	YES(holds(c, "(SELECT count(DISTINCT queued_at) = count(*) FROM run)"));
	YES(holds(c, "(SELECT run_state = 'missed' FROM job_now)"));
	BECAUSE("neither its webhooks nor its history");
	YES(holds(c, "(SELECT next_at > judged_at AND gap BETWEEN 3 AND 4 FROM watch)"));
}

SITE_TEST(fires_that_came_are_not_missed_and_the_engine_is_not_asked)
{
	given_hello(c, "*/5 * * * * *");
	given_runs(c, "schedule");
	LOOK({ "GET /nothing", 200, "", 0, 0 });
	MISSED(0);
	YES(holds(c, "(SELECT judged_at > now() - interval '66 s' AND due_at < now() + interval "
		     "'10 s' FROM watch)"));
}

SITE_TEST(what_the_engines_history_knows_is_not_missed)
{
	struct buf list;

	given_hello(c, "*/5 * * * * *");
	buf_init(&list, c->arena, 100000);
	buf_text(&list, "[");
	for (int64_t s = c->now_us / US_PER_S - 100; s <= c->now_us / US_PER_S; s++)
		if (s % 5 == 0)
			buf_printf(&list,
			    "%s{\"job_name\":\"hello\",\"started_at\":\"%s\",\"finished_at\":"
			    "\"0001-01-01T00:00:00Z\",\"node_name\":\"n1\",\"group\":%"
			    "lld000004000}",
			    list.len > 1 ? "," : "", time_rfc3339(c->arena, s * US_PER_S),
			    (long long)s);
	buf_text(&list, "]");
	LOOK({ "GET /v1/jobs/hello/executions?", 200, list.data, 0, 0 }, { STANDS("") });
	MISSED(0);
	YES(holds(c, "(SELECT due_at <= clock_timestamp() FROM harvest WHERE job_name = 'hello')"));
}

SITE_TEST(nothing_is_called_missed_while_nobody_can_tell)
{
	given_hello(c, "*/5 * * * * *");
	LOOK({ NEVER_RAN }); /* 404: no leader, perhaps */
	LOOK({ "GET /v1/jobs/hello ", 500, "", 0, 0 });
	LOOK({ "GET /v1/jobs/hello/executions?", 503, "", 0, 0 }, { STANDS("") });
	IS(db_script(c, "UPDATE engine_state SET reachable = false"), OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	IS(db_script(c, "UPDATE engine_state SET reachable = true"), OK); /* only just back */
	LOOK({ NEVER_RAN }, { STANDS("") });
	MISSED(0);
	YES(holds(c, "(SELECT judged_at < now() - interval '76 s' FROM watch)"));
	IS(db_script(c, "UPDATE engine_past SET at = at - interval '20 s'"), OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
}

SITE_TEST(a_copy_that_fires_otherwise_is_drift_and_no_miss)
{
	given_hello(c, "*/5 * * * * *");
	LOOK({ NEVER_RAN }, { STANDS(",\"timezone\":\"Asia/Tokyo\"") });
	LOOK({ NEVER_RAN }, { STANDS(",\"parent_job\":\"other\"") });
	MISSED(0);
}

SITE_TEST(a_server_with_a_clock_of_its_own_zone_gives_no_miss)
{
	given_hello(c, "0 30 2 * * *");
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '25 h', from_at = now() - "
			"interval '30 h', held_at = now() - interval '30 h'"),
	    OK);
	LOOK({ NEVER_RAN },
	    { "GET /v1/jobs/hello ", 200,
		"{\"name\":\"hello\",\"schedule\":\"0 30 2 * * "
		"*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},"
		"\"metadata\":{\"signalbox\":\"signalbox\"},\"next\":\"2027-01-01T01:30:00Z\"}",
		0, 0 });
	MISSED(0);
}

/* What was judged lies ahead of the clock: nothing is expected until the time has come again. */
SITE_TEST(a_clock_that_was_put_back_gives_no_miss)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET from_at = now() + interval '55 min', judged_at = now() + "
			"interval '1 h', next_at = now() + interval '1 h'"),
	    OK);
	for (int i = 0; i < 2; i++)
		LOOK({ NEVER_RAN }, { STANDS("") });
	MISSED(0);
	YES(holds(c, "(SELECT bool_and(judged_at > now() + interval '59 min') FROM watch)"));
}

SITE_TEST(a_history_that_somebody_wiped_proves_nothing)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger) "
			"SELECT id, name, team_id, 1, 'succeeded', 'schedule' FROM job;"
			"INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
			"started_at)"
			" SELECT id, 'hello', '1-n1', 'n1', 1, 'succeeded', now() - interval '5 "
			"min' FROM run"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	MISSED(0);
}

SITE_TEST(a_full_history_says_nothing_of_what_rolled_out_of_it)
{
	struct buf list;

	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '50 min'"), OK);
	buf_init(&list, c->arena, 100000);
	buf_text(&list, "[");
	for (int64_t i = 0; i < 100; i++)
		buf_printf(&list,
		    "%s{\"job_name\":\"hello\",\"started_at\":\"%s\",\"finished_at\":\"0001-01-"
		    "01T00:00:00Z\",\"node_name\":\"n%lld\",\"group\":%lld}",
		    i > 0 ? "," : "", time_rfc3339(c->arena, c->now_us - 70 * US_PER_S),
		    (long long)i, (long long)(c->now_us - 70 * US_PER_S) * 1000);
	buf_text(&list, "]");
	LOOK({ "GET /v1/jobs/hello/executions?", 200, list.data, 0, 0 }, { STANDS("") });
	YES(holds(c, "(SELECT count(*) <= 2 FROM run WHERE state = 'missed')"));
}

SITE_TEST(a_miss_says_why)
{
	given_hello(c, "*/5 * * * * *");
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	BECAUSE("the job is switched off on the engine, though not here");
	JUDGE_ANEW();
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2020-01-01T00:00:00Z\"") });
	BECAUSE("the job expired at 2020-01-01T00:00:00Z on the engine, though not here");
	JUDGE_ANEW();
	LOOK({ NEVER_RAN }, { STANDS(",\"starts_at\":\"2099-01-01T00:00:00Z\"") });
	BECAUSE("the job begins only at 2099-01-01T00:00:00Z on the engine, though not here");
	JUDGE_ANEW();
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2099-01-01T00:00:00Z\"") });
	BECAUSE("neither its webhooks nor its history tell of a run");
	JUDGE_ANEW();
	IS(db_script(c,
	       "INSERT INTO engine_past (at, watched, reachable, leader, reason, nodes) VALUES"
	       " (now() - interval '100 s', true, false, '', 'the engine does not answer: "
	       "connection refused', '[]'),"
	       " (now() - interval '50 s', true, true, 'n1', NULL, '[]')"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("away then: connection refused");
}

/* What was noted of the engine over the fires, and the words for it. */
SITE_TEST(a_miss_says_what_the_engine_was_like)
{
	static const struct {
		const char *past, *words;
	} rows[] = {
		{ "(now() - interval '100 s', true, false, '', 'it has no leader at the moment', "
		  "'[]'), (now() - interval '50 s', true, true, 'n1', NULL, '[]')",
		    "away then: it has no leader at the moment" },
		{ "(now() - interval '74 s', true, true, 'n2', NULL, '[]')",
		    "changed its leader then" },
		{ "(now() - interval '78 s', true, true, 'n2', NULL, '[]')", /* judged behind it */
		    "changed its leader then" },
		{ "(now() - interval '20 min', true, true, 'n2', NULL, " /* long ago */
		  "'[{\"name\":\"n2\",\"status\":\"alive\",\"tags\":{}}]')",
		    "neither its webhooks nor its history tell of a run" },
		{ "(now() - interval '90 s', true, true, 'n1', NULL, "
		  "'[{\"name\":\"n1\",\"status\":\"failed\",\"tags\":{}}]')",
		    "no node that the job may run on was alive then" },
		{ "(now() - interval '100 s', false, false, '', NULL, '[]'), "
		  "(now() - interval '50 s', true, true, 'n1', NULL, '[]')",
		    "Signalbox did not watch the engine then" },
	};

	given_hello(c, "*/5 * * * * *");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		IS(db_script(c,
		       arena_printf(c->arena,
			   "DELETE FROM run; UPDATE watch SET judged_at = now() - interval '77 s';"
			   "DELETE FROM engine_past WHERE at > now() - interval '30 min';"
			   "INSERT INTO engine_past (at, watched, reachable, leader, reason, "
			   "nodes) "
			   "VALUES %s",
			   rows[i].past)),
		    OK);
		LOOK({ NEVER_RAN }, { STANDS("") });
		YES(holds(c, "(SELECT count(*) > 0 FROM run WHERE state = 'missed')"));
		if (!holds(c,
			"(SELECT reason LIKE '%%%s%%' FROM run WHERE state = 'missed' "
			"ORDER BY queued_at LIMIT 1)",
			rows[i].words))
			FAIL("not because %s", rows[i].words);
	}
}

SITE_TEST(a_miss_names_the_tags_that_no_node_has)
{
	struct job job;

	given_hello(c, "*/5 * * * * *");
	struct job_edit edit = { .name = "hello",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"tags\":{\"zone\":\"south:1\"}}") };
	IS(job_edit(c, &edit, &job), OK);
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted;"
			"DELETE FROM watch WHERE until_at IS NOT NULL;"
			"UPDATE watch SET from_at = now() - interval '1 h', held_at = now() - "
			"interval '1 h', judged_at = now() - interval '77 s'"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"tags\":{\"zone\":\"south:1\"}") });
	BECAUSE("no node of the engine had the job''s tags then (zone=south:1)");
}

SITE_TEST(a_miss_names_the_run_that_stood_in_the_way)
{
	struct job job;

	given_hello(c, "*/5 * * * * *");
	struct job_edit edit = { .name = "hello",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"concurrency\":\"forbid\"}") };
	IS(job_edit(c, &edit, &job), OK);
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted;"
			"DELETE FROM watch WHERE until_at IS NOT NULL;"
			"UPDATE watch SET from_at = now() - interval '1 h', held_at = now() - "
			"interval '1 h', judged_at = now() - interval '77 s';"
			"INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
			"started_at) SELECT id, name, team_id, 1, 'running', 'schedule', now() - "
			"interval '1 h' FROM job"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"concurrency\":\"forbid\"") });
	BECAUSE("still going on, and the job forbids two at once");
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
}
