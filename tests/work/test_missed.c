/* Missed runs: what the worker makes of fires that nobody answered, with an engine of fixed
 * answers. */

#include "core/buf.h"
#include "core/time.h"
#include "model/missed.h"
#include "work/given_work.h"

#define NEVER_RAN "GET /v1/jobs/hello/executions?", 200, "[]", 0, 0
#define STANDS(fields)                                                                          \
	"GET /v1/jobs/hello ", 200,                                                             \
	    "{\"name\":\"hello\",\"schedule\":\"*/5 * * * * "                                   \
	    "*\",\"executor\":\"shell\",\"executor_"                                            \
	    "config\":{\"command\":\"true\"},\"metadata\":{\"signalbox\":\"signalbox\"}" fields \
	    "}",                                                                                \
	    0, 0

/* The engine has had the job for a while; nothing was judged of it for 77 seconds. */
static void given_hello(struct ctx *c, const char *schedule)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", schedule, "");
	IS(db_script(c,
	       "UPDATE outbox SET state = 'in_sync', done = wanted;"
	       "UPDATE watch SET from_at = now() - interval '1 h', judged_at = now() - interval "
	       "'77 s';"
	       "INSERT INTO engine_state (kind, version, leader, nodes, reachable) VALUES "
	       "('dkron', '4.1.2', 'n1',"
	       " '[{\"name\":\"n1\",\"status\":\"alive\",\"tags\":{\"zone\":\"north\"}}]', true);"
	       "UPDATE engine_past SET at = now() - interval '1 h'"),
	    OK);
}

static void look(struct ctx *c, const struct fake_rule *rules, size_t n)
{
	struct scene s;
	int64_t pruned_us = 0;

	IS(db_script(c, "UPDATE watch SET due_at = now(); DELETE FROM turn"), OK);
	scene_begin(c, &s, rules, n);
	YES(worker_turn(&s.w));
	missed_turn(&s.w, &pruned_us);
	scene_end(&s);
}

#define LOOK(...)                                          \
	look(c, (const struct fake_rule[]){ __VA_ARGS__ }, \
	    sizeof((const struct fake_rule[]){ __VA_ARGS__ }) / sizeof(struct fake_rule))

#define MISSED(n) YES(holds(c, "(SELECT count(*) FROM run WHERE state = 'missed') = %d", (n)))
#define BECAUSE(words) \
	YES(holds(     \
	    c, "(SELECT bool_and(reason LIKE '%%%s%%') FROM run WHERE state = 'missed')", words))

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

/* A run of each fire, as the hook would have brought it. */
static void given_runs(struct ctx *c, const char *trigger)
{
	IS(db_script(c, arena_printf(c->arena,
			    "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
			    "queued_at)"
			    " SELECT j.id, j.name, j.team_id, t.s * 1000000000 + 4000000, "
			    "'succeeded', '%s', to_timestamp(t.s)"
			    " FROM job j, generate_series(floor(extract(epoch FROM now()))::bigint "
			    "- 100, floor(extract(epoch FROM now()))::bigint) t (s)"
			    " WHERE t.s %% 5 = 0",
			    trigger)),
	    OK);
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
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2020-01-01T00:00:00Z\"") });
	MISSED(0);
}

SITE_TEST(a_server_with_a_clock_of_its_own_zone_gives_no_miss)
{
	given_hello(c, "0 30 2 * * *");
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '25 h', from_at = now() - "
			"interval '30 h'"),
	    OK);
	LOOK({ NEVER_RAN },
	    { "GET /v1/jobs/hello ", 200,
		"{\"name\":\"hello\",\"schedule\":\"0 30 2 * * "
		"*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},"
		"\"metadata\":{\"signalbox\":\"signalbox\"},\"next\":\"2027-01-01T01:30:00Z\"}",
		0, 0 });
	MISSED(0);
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
	BECAUSE("switched off on the engine");
	IS(db_script(c,
	       "DELETE FROM run; UPDATE watch SET judged_at = now() - interval '77 s';"
	       "INSERT INTO engine_past (at, watched, reachable, leader, reason, nodes) VALUES"
	       " (now() - interval '100 s', true, false, '', 'the engine does not answer: "
	       "connection refused', '[]'),"
	       " (now() - interval '50 s', true, true, 'n1', NULL, '[]')"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("away then: connection refused");
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
			"UPDATE watch SET from_at = now() - interval '1 h', judged_at = now() - "
			"interval '77 s'"),
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
			"UPDATE watch SET from_at = now() - interval '1 h', judged_at = now() - "
			"interval '77 s';"
			"INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
			"started_at) SELECT id, name, team_id, 1, 'running', 'schedule', now() - "
			"interval '1 h' FROM job"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"concurrency\":\"forbid\"") });
	BECAUSE("still going on, and the job forbids two at once");
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
}

SITE_TEST(a_run_that_comes_after_all_takes_the_place_of_the_missed_one)
{
	struct heard_execution e = {
		.node = "n1", .id = "1-n1", .ended = true, .ok = true, .settled = true, .code = -1
	};
	bool known;

	given_hello(c, "*/5 * * * * *");
	LOOK({ NEVER_RAN }, { STANDS("") });
	IS(db_script(c, "CREATE TEMP TABLE was ON COMMIT DROP AS SELECT id, us(queued_at) AS at_us "
			"FROM run ORDER BY queued_at LIMIT 1"),
	    OK);
	struct run *runs;
	size_t n;
	act_as_cli(c);
	IS(run_recent(c, "hello", 10, &runs, &n), OK);
	int64_t at_us = INT64_MAX;
	for (size_t i = 0; i < n; i++)
		at_us = runs[i].queued_us < at_us ? runs[i].queued_us : at_us;
	e.start_ns = (at_us + 40000) * 1000;
	e.end_ns = e.start_ns + 5 * NS_PER_MS;
	IS(run_hear(c,
	       &(struct heard){
		   .job = "hello", .group_ns = (at_us + 30000) * 1000, .executions = &e, .n = 1 },
	       &known),
	    OK);
	YES(holds(c, "(SELECT state = 'succeeded' AND reason IS NULL AND group_ns IS NOT NULL FROM "
		     "run JOIN was USING (id))"));
	YES(holds(c, "(SELECT count(*) = %zu FROM run)", n));
	/* One that answers no missed fire is a run of its own. */
	e.id = "2-n1";
	e.start_ns += 5100 * NS_PER_MS;
	e.end_ns = e.start_ns;
	IS(db_script(c, "DELETE FROM missed_fire WHERE at_us > (SELECT at_us FROM was)"), OK);
	IS(run_hear(c,
	       &(struct heard){ .job = "hello", .group_ns = e.start_ns, .executions = &e, .n = 1 },
	       &known),
	    OK);
	YES(holds(c, "(SELECT count(*) = %zu FROM run)", n + 1));
}

SITE_TEST(an_edit_ends_what_was_expected_and_drift_forgets_it)
{
	struct job job;

	given_hello(c, "*/5 * * * * *");
	IS(job_set_disabled(c, "hello", true, &job), OK);
	YES(holds(c, "(SELECT count(*) = 1 AND bool_and(until_at IS NOT NULL) FROM watch)"));
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted"), OK);
	YES(holds(c, "(SELECT count(*) = 2 AND max(version) FILTER (WHERE until_at IS NULL) = 2 "
		     "FROM watch)"));
	IS(db_script(
	       c, "UPDATE watch SET until_at = now() - interval '65 s' WHERE until_at IS NOT NULL"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	/* The stretch before is judged to its end and gone; of a job that is off nothing is
	 * expected. */
	YES(holds(c, "(SELECT count(*) = 1 AND bool_and(due_at = 'infinity' AND next_at IS NULL) "
		     "FROM watch)"));
	IS(db_script(
	       c, "UPDATE outbox SET state = 'pending', reason = 'the engine''s copy was changed'"),
	    OK);
	YES(holds(c, "(SELECT count(*) = 0 FROM watch)"));
}

SITE_TEST(a_job_switched_off_on_the_engine_is_missed_while_the_drift_is_open)
{
	static const char drift[] = "INSERT INTO drift (job_name, job_id, version, engine, fields) "
				    "SELECT name, id, 1, '{}', '%s' FROM job "
				    "ON CONFLICT (job_name) DO UPDATE SET fields = excluded.fields;"
				    "UPDATE outbox SET state = 'drifted'";

	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, arena_printf(c->arena, drift, "disabled, tags")), OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
	BECAUSE("switched off on the engine");
	IS(db_script(c, "DELETE FROM drift; UPDATE outbox SET state = 'in_sync'"),
	    OK); /* put right there */
	YES(holds(c,
	    "(SELECT count(*) = 1 AND bool_and(judged_at > now() - interval '1 min') FROM watch)"));
	IS(db_script(c, arena_printf(c->arena, drift, "disabled, schedule")), OK);
	YES(holds(c, "(SELECT count(*) = 0 FROM watch)"));
}

SITE_TEST(a_gap_of_days_is_told_without_a_row_for_each_fire)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '3 h', from_at = now() - "
			"interval '4 h'"),
	    OK);
	for (int i = 0; i < 4; i++)
		LOOK({ NEVER_RAN }, { STANDS("") });
	YES(holds(c, "(SELECT count(*) BETWEEN 51 AND 54 FROM run WHERE state = 'missed')"));
	YES(holds(
	    c, "(SELECT count(*) >= 1 FROM run WHERE reason LIKE '%%; as were %% before it')"));
}

SITE_TEST(a_job_is_late_until_it_runs_or_is_judged)
{
	struct late *late;
	size_t n;

	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET next_at = now() - interval '30 s'"), OK);
	act_as_cli(c);
	IS(late_list(c, NULL, 10, &late, &n), OK);
	IS(n, 1);
	SAME(late[0].name, "hello");
	IS(late_list(c, "other", 10, &late, &n), OK);
	IS(n, 0);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	given_account(c, "nobody", false);
	act_as(c, "vera");
	IS(late_list(c, "hello", 10, &late, &n), OK);
	IS(n, 1);
	act_as(c, "nobody");
	IS(late_list(c, "hello", 10, &late, &n), OK);
	IS(n, 0);
	given_runs(c, "schedule");
	act_as_cli(c);
	IS(late_list(c, NULL, 10, &late, &n), OK);
	IS(n, 0);
}

SITE_TEST(what_the_engine_was_like_is_remembered_when_it_changes)
{
	given_hello(c, "@hourly");
	IS(db_script(c, "UPDATE engine_state SET checked_at = checked_at + interval '3 s'"), OK);
	YES(holds(c, "(SELECT count(*) = 1 FROM engine_past)"));
	IS(db_script(c,
	       "UPDATE engine_state SET checked_at = checked_at + interval '3 s', leader = 'n2'"),
	    OK);
	YES(holds(c, "(SELECT count(*) = 2 FROM engine_past)"));
	IS(db_script(c, "UPDATE engine_state SET checked_at = checked_at + interval '1 min'"), OK);
	YES(holds(c,
	    "(SELECT count(*) = 4 AND count(*) FILTER (WHERE NOT watched) = 1 FROM engine_past)"));
}
