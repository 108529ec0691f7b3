/* The overview: what went wrong, grouped; what is late; a healthy nothing says when it was looked
 * at. */

#include "model/run_tally.h"
#include "web/given_admin.h"

static void given_failures(struct ctx *c, int n)
{
	int64_t folded;

	IS(db_script(c, arena_printf(c->arena,
			    "INSERT INTO run (job_id, job_name, team_id, trigger, state, "
			    "queued_at, started_at, finished_at) SELECT id, name, team_id, "
			    "'schedule', 'failed', now() - i * interval '1 min', now() - i * "
			    "interval '1 min', now() FROM job, generate_series(1, %d) i "
			    "WHERE name = 'hello';"
			    "INSERT INTO execution (run_id, job_name, engine_id, node, attempt, "
			    "state, started_at, finished_at, output_size, output_complete) "
			    "SELECT id, job_name, id || '-n1', 'n1', 1, 'failed', started_at, "
			    "now(), 40, true FROM run;"
			    "INSERT INTO output SELECT id, 0, convert_to('starting' || E'\\n' || "
			    "'fatal: ledger ' || id || ' is <locked>' || E'\\n', "
			    "'UTF8') FROM execution",
			    n)),
	    OK);
	IS(run_tally(c, 1000, &folded), OK);
}

SITE_TEST(the_overview_groups_what_went_wrong_by_job_and_cause)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	const char *page = PAGE(c, by(c, "vera"), 200, "/");
	HAS(page, "No run failed, was lost or missed; looked at");
	HAS(page, "Nothing is due without a run");
	given_failures(c, 3);
	page = PAGE(c, by(c, "vera"), 200, "/");
	HAS(page, "3 times");
	HAS(page, "is &lt;locked&gt;");
	HAS(page, "0 %");
	LACKS(PAGE(c, by(c, "nora"), 200, "/"), "ledger");
	IS(db_script(c, "UPDATE run_text SET error_key = 'another' WHERE run_id = (SELECT "
			"max(run_id) FROM run_text)"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/"), "2 times");
}

SITE_TEST(the_overview_names_runs_that_take_much_longer_than_usual)
{
	int64_t folded;

	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, trigger, state, queued_at, "
			"started_at, finished_at) SELECT id, name, team_id, "
			"'schedule', 'succeeded', now() - interval '2 h', now() - interval '2 h', "
			"now() - interval '2 h' + interval '10 s' FROM job, "
			"generate_series(1, 6) WHERE name = 'hello'; INSERT INTO run (job_id, "
			"job_name, team_id, trigger, state, queued_at, started_at) "
			"SELECT id, name, team_id, 'schedule', 'running', now() - interval '50 s', "
			"now() - interval '50 s' FROM job WHERE name = 'hello'"),
	    OK);
	IS(run_tally(c, 1000, &folded), OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/"), "Nothing is due without a run");
	IS(db_script(
	       c, "UPDATE run SET started_at = now() - interval '5 min' WHERE state = 'running'"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/"), "19 in 20 take no more than");
	HAS(PAGE(c, by(c, "nora"), 200, "/"), "Nothing");
}

SITE_TEST(a_fire_that_nothing_answered_yet_is_late_on_overview_and_job)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs/hello"), "nothing has begun yet");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted; "
			"UPDATE watch SET next_at = now() - interval '30 s', until_at = NULL"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/"), "and nothing has begun");
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs/hello"), "nothing has begun yet");
	LACKS(PAGE(c, by(c, "nora"), 200, "/"), "nothing has begun");
}
