/* Missed runs: the engine had something else than what stands here, or nothing, and why is told. */

#include "model/drift.h"
#include "model/outbox_work.h"
#include "work/given_missed.h"

#define GONE_THERE                                            \
	{ "GET /v1/leader", 200, "{\"Name\":\"n1\"}", 0, 0 }, \
	{                                                     \
		"GET /v1/jobs?q=", 200, "[]", 0, 0            \
	}

/* What the comparison found, and that it is open. */
static void given_drift(struct ctx *c, const char *engine, const char *fields)
{
	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO drift (job_name, job_id, version, engine, fields) SELECT "
		      "job_name, job_id, done, %s, '%s' FROM outbox ON CONFLICT (job_name) DO "
		      "UPDATE SET engine = excluded.engine, fields = excluded.fields;"
		      "UPDATE outbox SET state = 'drifted'",
		      engine, fields)),
	    OK);
}

/* Everything that is known of the stretches is so much older; all of it is judged anew. */
static void pass_time(struct ctx *c, const char *interval)
{
	IS(db_script(
	       c, arena_printf(c->arena,
		      "UPDATE watch SET from_at = from_at - interval '%s', until_at = "
		      "until_at - interval '%s', held_at = held_at - interval '%s', wiped_at "
		      "= wiped_at - interval '%s', judged_at = judged_at - interval '%s', gap "
		      "= 0",
		      interval, interval, interval, interval, interval)),
	    OK);
}

static void edit(struct ctx *c, const char *fields)
{
	struct job_edit edit = { .name = "hello", .how = JOB_MERGE, .input = json_of(c, fields) };
	struct job job;

	if (job_edit(c, &edit, &job) != OK)
		FAIL("%s: %s", fields, ctx_fault(c));
}

/* The engine has had another version for an hour. */
static void given_hello_as(struct ctx *c, const char *fields)
{
	given_hello(c, "*/5 * * * * *");
	edit(c, fields);
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted;"
			"DELETE FROM watch WHERE until_at IS NOT NULL"),
	    OK);
	pass_time(c, "1 h");
}

SITE_TEST(drift_that_leaves_fires_out_goes_on_to_be_missed_and_other_drift_does_not)
{
	given_hello(c, "*/5 * * * * *");
	given_drift(c, "'{\"expires_at\":\"2020-01-01T00:00:00Z\"}'", "expires_at");
	YES(holds(c, "(SELECT count(*) = 1 FROM watch WHERE until_at IS NULL)"));
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2020-01-01T00:00:00Z\"") });
	BECAUSE("expired at 2020-01-01T00:00:00Z on the engine");
	JUDGE_ANEW();
	given_drift(c, "'{\"starts_at\":\"2099-01-01T00:00:00Z\"}'", "starts_at");
	LOOK({ NEVER_RAN }, { STANDS(",\"starts_at\":\"2099-01-01T00:00:00Z\"") });
	BECAUSE("begins only at 2099-01-01T00:00:00Z on the engine");
	given_drift(c, "'{}'", "expires_at, schedule");
	YES(holds(c, "(SELECT count(*) = 0 FROM watch)"));
}

/* The comparison comes by before the grace of the missed fire is over, and policy says: put back.
 */
SITE_TEST(what_was_missed_before_a_change_was_put_back_is_told_with_its_cause)
{
	static const char *const rows[][2] = {
		{ "'{\"disabled\":true}'", "switched off on the engine" },
		{ "'{\"expires_at\":\"2020-01-01T00:00:00Z\"}'", "expired at 2020-01-01" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		IS(db_script(c, "DELETE FROM job; DELETE FROM outbox; DELETE FROM engine_state;"
				"DELETE FROM engine_past; DELETE FROM run; DELETE FROM team"),
		    OK);
		given_hello(c, "*/5 * * * * *");
		given_drift(c, rows[i][0], i == 0 ? "disabled" : "expires_at");
		IS(db_script(c, "UPDATE outbox SET state = 'pending'"), OK);
		YES(holds(c,
		    "(SELECT count(until_at) = 1 AND count(held_at) = 1 AND count(copy) = 2 "
		    "FROM watch)"));
		IS(db_script(c, "UPDATE outbox SET state = 'in_sync'; DELETE FROM drift"), OK);
		LOOK({ NEVER_RAN }, { STANDS("") });
		BECAUSE(rows[i][1]);
		JUDGE_ANEW();
	}
}

SITE_TEST(what_was_missed_before_a_change_was_adopted_is_told_with_its_cause)
{
	given_hello(c, "*/5 * * * * *");
	given_drift(c, "'{\"disabled\":true}'", "disabled");
	edit(c, "{\"disabled\":true}");
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	BECAUSE("switched off on the engine");
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
}

/* The last fires before an edit, judged when the engine has another schedule already. */
SITE_TEST(an_edit_of_the_schedule_hides_no_miss_before_it)
{
	given_hello(c, "*/5 * * * * *");
	edit(c, "{\"schedule\":\"0 0 4 * * *\",\"timezone\":\"Asia/Tokyo\"}");
	LOOK({ NEVER_RAN }, { "GET /v1/jobs/hello ", 200,
				"{\"name\":\"hello\",\"schedule\":\"0 0 4 * * "
				"*\",\"timezone\":\"Asia/Tokyo\",\"executor\":\"shell\"}",
				0, 0 });
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed' AND job_version = 1)"));
}

/* ---- changes that did not reach the engine */

SITE_TEST(an_end_that_was_taken_away_only_here_is_told)
{
	given_hello_as(c, "{\"expires_at\":\"2020-01-01T00:00:00Z\"}");
	edit(c, "{\"expires_at\":null}");
	IS(db_script(c, "UPDATE outbox SET state = 'failing', reason = 'it is paused'"), OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2020-01-01T00:00:00Z\"") });
	MISSED(0); /* it may take the grace of a run to get there */
	pass_time(c, "140 s");
	LOOK({ NEVER_RAN }, { STANDS(",\"expires_at\":\"2020-01-01T00:00:00Z\"") });
	BECAUSE("still had the job as it was before, which expired at 2020-01-01T00:00:00Z: it is "
		"paused");
	JUDGE_ANEW();
	/* It gets there in the end: the fires before it are missed all the same. */
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted, reason = NULL"), OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("still had the job as it was before, which expired at 2020-01-01T00:00:00Z");
	JUDGE_ANEW();
}

SITE_TEST(a_job_that_was_switched_on_only_here_is_told)
{
	given_hello_as(c, "{\"disabled\":true}");
	edit(c, "{\"disabled\":false}");
	pass_time(c, "140 s");
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	BECAUSE("still had the job as it was before, which is switched off");
	JUDGE_ANEW();
}

SITE_TEST(a_change_that_is_slow_to_get_there_gives_no_miss_of_what_ran)
{
	given_hello_as(c, "{\"displayname\":\"before\"}");
	edit(c, "{\"displayname\":\"behind\"}");
	pass_time(c, "140 s");
	given_runs(c, "schedule");
	LOOK({ "GET /nothing", 200, "", 0, 0 });
	MISSED(0);
	IS(db_script(c, "DELETE FROM run"), OK);
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '77 s'"), OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"displayname\":\"before\"") });
	BECAUSE("still had the job as it was before, not version 3");
	JUDGE_ANEW();
}

SITE_TEST(a_job_that_never_reached_the_engine_is_missed_when_that_is_sure)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "*/5 * * * * *", "");
	IS(db_script(c, "INSERT INTO engine_state (kind, version, leader, nodes, reachable) VALUES "
			"('dkron', '4.1.2', 'n1', '[]', true);"
			"UPDATE engine_past SET at = now() - interval '1 h';"
			"UPDATE outbox SET state = 'failing', reason = 'the engine said: no'"),
	    OK);
	pass_time(c, "140 s");
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }); /* no leader, perhaps */
	MISSED(0);
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }, GONE_THERE);
	BECAUSE("the engine did not have the job then: the engine said: no");
	JUDGE_ANEW();
}

SITE_TEST(a_quick_edit_leaves_no_row_behind)
{
	given_hello(c, "*/5 * * * * *");
	for (int i = 0; i < 5; i++)
		edit(c, arena_printf(c->arena, "{\"displayname\":\"%d\"}", i));
	YES(holds(c, "(SELECT count(*) = 2 AND max(version) = 6 FROM watch)"));
}

/* ---- what the engine has lost */

SITE_TEST(a_job_deleted_on_the_engine_is_missed_from_when_that_was_seen)
{
	given_hello(c, "*/5 * * * * *");
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }, GONE_THERE); /* with its history */
	given_drift(c, "NULL", "it was gone");
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }, GONE_THERE);
	MISSED(0);
	pass_time(c, "140 s");
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }); /* no leader, perhaps */
	MISSED(0);
	IS(db_script(c, "UPDATE watch SET judged_at = wiped_at"), OK);
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }, GONE_THERE);
	BECAUSE("gone from the engine: somebody deleted it there");
	JUDGE_ANEW();
}

SITE_TEST(behind_a_wipe_of_its_history_a_job_is_missed_again)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger) "
			"SELECT id, name, team_id, 1, 'succeeded', 'schedule' FROM job;"
			"INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
			"started_at) SELECT id, 'hello', '1-n1', 'n1', 1, 'succeeded', now() - "
			"interval '30 min' FROM run"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	MISSED(0);
	YES(holds(c, "(SELECT bool_and(wiped_at > now() - interval '1 min') FROM watch)"));
	pass_time(c, "140 s");
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("neither its webhooks nor its history");
	YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));
}

/* An engine that began anew with nothing: what it ran before is not known any more. */
SITE_TEST(an_engine_that_forgot_everything_gives_no_miss_of_the_time_before)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE outbox SET state = 'pending', done = 0"), OK);
	YES(holds(c, "(SELECT count(until_at) = 1 AND count(wiped_at) = 1 AND bool_and(copy = "
		     "'null') FROM watch)"));
	LOOK({ "GET /v1/jobs/hello ", 404, "", 0, 0 }, GONE_THERE);
	LOOK({ NEVER_RAN }, { STANDS("") });
	MISSED(0);
}

/* Written over by a save before any comparison saw it. */
SITE_TEST(a_change_that_was_overwritten_unseen_is_the_cause_of_what_was_missed_before)
{
	struct outbox_item item = { .job_name = "hello" };

	given_hello(c, "*/5 * * * * *");
	edit(c, "{\"displayname\":\"new\"}");
	IS(db_script(c, "UPDATE outbox SET leased_until = now()"), OK);
	struct outbox_item *items;
	size_t n;
	IS(outbox_take(c, 1, &items, &n), OK);
	IS(n, 1);
	item = items[0];
	IS(drift_overwritten(c, &item,
	       json_of(c,
		   "{\"name\":\"hello\",\"schedule\":\"*/5 * * * * *\",\"executor\":\"shell\","
		   "\"executor_config\":{\"command\":\"true\"},\"disabled\":true}")),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("switched off on the engine");
	JUDGE_ANEW();
	IS(db_script(c, "UPDATE watch SET copy = NULL"), OK);
	IS(drift_overwritten(c, &item,
	       json_of(c, "{\"name\":\"hello\",\"schedule\":\"@hourly\",\"executor\":\"shell\","
			  "\"executor_config\":{\"command\":\"true\"}}")),
	    OK);
	YES(holds(
	    c, "(SELECT count(*) = 1 AND count(until_at) = 0 AND count(copy) = 1 FROM watch)"));
}

/* ---- @every and @after */

SITE_TEST(a_change_of_leader_puts_an_interval_off_once_and_not_for_ever)
{
	given_hello(c, "@every 20s");
	IS(db_script(c,
	       "UPDATE watch SET judged_at = now() - interval '550 s';"
	       "INSERT INTO engine_past (at, watched, reachable, leader, nodes) SELECT now() - "
	       "interval '9 min', true, true, 'n2', nodes FROM engine_state"),
	    OK);
	LOOK({ NEVER_RAN },
	    { "GET /v1/jobs/hello ", 200,
		"{\"name\":\"hello\",\"schedule\":\"@every "
		"20s\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},"
		"\"metadata\":{\"signalbox\":\"signalbox\"}}",
		0, 0 });
	/* Nothing of the election's own time; each interval behind it. */
	YES(holds(c, "(SELECT count(*) BETWEEN 20 AND 25 AND min(queued_at) > now() - interval '9 "
		     "min' FROM run WHERE state = 'missed')"));
	BECAUSE("neither its webhooks nor its history");
}

/* Saved a while ago; its moment was `ago` seconds before now, its grace is two minutes. What it
 * stands like on the engine. */
static struct fake_rule given_after(struct ctx *c, int ago)
{
	int64_t at_us = c->now_us - c->now_us % US_PER_S - ago * US_PER_S;
	const char *schedule = arena_printf(
	    c->arena, "@after %s <PT2M", time_rfc3339(c->arena, at_us));

	given_hello(c, "@manually");
	edit(c, arena_printf(c->arena, "{\"schedule\":\"%s\"}", schedule));
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted;"
			"DELETE FROM watch WHERE until_at IS NOT NULL"),
	    OK);
	return (struct fake_rule){ .asked = "GET /v1/jobs/hello ",
		.status = 200,
		.body = arena_printf(c->arena,
		    "{\"name\":\"hello\",\"schedule\":\"%s\",\"executor\":\"shell\","
		    "\"executor_config\":{\"command\":\"true\"},"
		    "\"metadata\":{\"signalbox\":\"signalbox\"}}",
		    schedule) };
}

static void given_run_ago(struct ctx *c, int seconds)
{
	IS(db_script(c, arena_printf(c->arena,
			    "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger) "
			    "SELECT id, name, team_id, us(now() - interval '%d s') * 1000, "
			    "'succeeded', 'schedule' FROM job",
			    seconds)),
	    OK);
}

SITE_TEST(a_late_start_is_missed_behind_its_grace_only)
{
	struct fake_rule stands = given_after(c, 100);

	pass_time(c, "110 s"); /* saved before its moment */
	LOOK({ NEVER_RAN }, stands);
	MISSED(0);
	IS(db_script(c, "DELETE FROM run; DELETE FROM job; DELETE FROM outbox; DELETE FROM team; "
			"DELETE FROM engine_state; DELETE FROM engine_past"),
	    OK);
	stands = given_after(c, 200);
	pass_time(c, "210 s");
	LOOK({ NEVER_RAN }, stands);
	MISSED(1);
}

/* The engine was away at its moment, and ran it when it was back. */
SITE_TEST(a_start_within_its_grace_answers)
{
	struct fake_rule stands = given_after(c, 200);

	pass_time(c, "210 s");
	given_run_ago(c, 90);
	LOOK({ NEVER_RAN }, stands);
	MISSED(0);
}

/* The engine begins it at once when it is saved behind its moment. */
SITE_TEST(a_late_start_that_was_saved_late_runs_at_once_and_is_not_missed)
{
	struct fake_rule stands = given_after(c, 200);

	pass_time(c, "150 s");
	given_run_ago(c, 149);
	LOOK({ NEVER_RAN }, stands);
	MISSED(0);
	IS(db_script(c, "DELETE FROM run"), OK);
	LOOK({ NEVER_RAN }, stands);
	MISSED(1);
	LOOK({ NEVER_RAN }, stands);
	MISSED(1);
}
