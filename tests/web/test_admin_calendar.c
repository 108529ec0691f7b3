/* The calendar: what ran and what will, on one time axis. */

#include "web/given_admin.h"

static void given_at(struct ctx *c, const char *state, const char *at)
{
	IS(db_script(c, arena_printf(c->arena,
			    "INSERT INTO run (job_id, job_name, team_id, trigger, state, "
			    "queued_at, started_at, finished_at) SELECT id, name, "
			    "team_id, 'schedule', '%s', '%s', '%s', '%s'::timestamptz + interval "
			    "'10 min' FROM job WHERE name = 'hello'",
			    state, at, at, at)),
	    OK);
}

static size_t times(const char *page, const char *what)
{
	size_t n = 0;

	for (const char *at = page; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

SITE_TEST(the_calendar_shows_what_ran_and_what_will_in_lanes_by_team)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"0 0 */6 * * "
	    "*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}");
	given_at(c, "succeeded", "2026-03-10 06:00:00Z");
	given_at(c, "failed", "2026-03-10 12:00:00Z");
	given_at(c, "missed", "2026-03-10 18:00:00Z");
	given_at(c, "succeeded", "2026-03-11 06:00:00Z");
	const char *page = PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-10");
	HAS(page, "Tuesday 10 March");
	HAS(page, "aria-label=\"hello: 1 succeeded, 1 failed, 1 missed\"");
	HAS(page, "<rect class=\"failed\" x=\"50.00%\" y=\"15\"");
	HAS(page, "<circle class=\"missed\" cx=\"75.00%\"");
	HAS(page, "/calendar?day=2026-03-09");
	HAS(page, "/calendar?day=2026-03-11");
	page = PAGE(c, by(c, "vera"), 200, "/calendar?week=2026-03-11");
	HAS(page, "Week from Monday 9 March");
	HAS(page, "2 succeeded, 1 failed, 1 missed");
	LACKS(PAGE(c, by(c, "nora"), 200, "/calendar?day=2026-03-10"), "hello");
	HAS(PAGE(c, by(c, "nora"), 200, "/calendar"), "No job to show");
	IS(ask(c, by(c, "vera"), GET, "/calendar?day=tomorrow", NULL).status, 422);
	IS(ask(c, by(c, "vera"), GET, "/calendar?team=nowhere", NULL).status, 422);
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?job=nothing"), "No job to show");
}

SITE_TEST(the_calendar_knows_days_of_23_and_25_hours)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"0 0 12 * * "
	    "*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}");
	IS(db_script(c, "UPDATE account SET timezone = 'Europe/Madrid'"), OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-29"), "this day has 23 hours");
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-10-25"), "this day has 25 hours");
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?week=2026-10-25"), "this week has 169 hours");
	LACKS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-28"), "hours");
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-29"), "/calendar?day=2026-03-30");
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-29"), "/calendar?day=2026-03-28");
	/* 06:00 is five hours into that day: the hour from two to three is not there */
	HAS(PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-29"), "x=\"21.74%\" y=\"13\">06:00");
}

SITE_TEST(what_fires_too_often_to_be_drawn_becomes_a_band)
{
	given_people(c);
	struct job job = given_ops_job(c, "hello",
	    "{\"schedule\":\"0 * * * * "
	    "*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, trigger, state, queued_at, "
			"started_at, finished_at) SELECT id, name, team_id, 'schedule', "
			"CASE WHEN n = 20 THEN 'failed' ELSE 'succeeded' END, x, x, x FROM job, "
			"generate_series(1, 100) n, LATERAL (SELECT timestamptz "
			"'2026-03-10 06:00Z' + n * interval '1 min' AS x) t WHERE name = 'hello'"),
	    OK);
	const char *page = PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-10");
	HAS(page, "hello: more than 30 runs, 1 failed");
	IS(times(page, "<rect class=\"often"), 2); /* one of them in the legend */
	IS(times(page, "<rect class=\"succeeded"), 1);
	YES(job.next_us.set);
	page = PAGE(c, by(c, "vera"), 200, "/calendar?week=");
	HAS(page, "more than 30 fires to come");
}

/* However many jobs and runs there are, a page has 40 lanes of at most 30 marks each. */
SITE_TEST(the_calendar_of_a_team_of_many_jobs_comes_in_pages)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO job (team_id, name, spec, updated_by) SELECT team_id, 'many-' || n, "
	       "'{\"schedule\":\"0 * * * * *\"}', 'x' FROM job, generate_series(1000, 2999) n "
	       "WHERE "
	       "name = 'hello';"
	       "INSERT INTO job_now (job_id, next_at) SELECT id, now() FROM job WHERE name LIKE "
	       "'many-%';"
	       "INSERT INTO run (job_id, job_name, team_id, group_ns, trigger, state, queued_at, "
	       "started_at, finished_at) SELECT id, name, team_id, n, 'schedule', CASE WHEN n % 2 "
	       "= "
	       "0 THEN 'failed' ELSE 'succeeded' END, x, x, x FROM job, generate_series(1, 100) n, "
	       "LATERAL (SELECT timestamptz '2026-03-10 06:00Z' + n * interval '1 min' AS x) t"
	       " WHERE name LIKE 'many-10%';"
	       "SET session_replication_role = origin"),
	    OK);
	const char *page = PAGE(c, by(c, "vera"), 200, "/calendar?day=2026-03-10");
	HAS(page, "many-1038");
	LACKS(page, "many-1039");
	HAS(page, "after_team=ops&amp;after_job=many-1038");
	IS(times(page, "<rect class=\"failed"), 39 * 30 + 1);
	YES(strlen(page) < 512 * 1024);
	page = PAGE(c, by(c, "vera"), 200, "/calendar?week=&after_team=ops&after_job=many-2959");
	HAS(page, "many-2960");
	HAS(page, "many-2999");
	LACKS(page, "after_job=many-2999");
}
