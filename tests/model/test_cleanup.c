/* Which jobs have run their last. */

#include "model/cleanup.h"
#include "model/given_run.h"

static void given_spec(struct ctx *c, const char *name, const char *more)
{
	struct job job;

	act_as_cli(c);
	IS(job_add(c, name, "crew",
	       json_of(
		   c, arena_printf(c->arena,
			  "{\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},%s}",
			  more)),
	       NULL, &job),
	    OK);
}

static const char *cleaned(struct ctx *c, int64_t days, bool dry_run)
{
	struct cleanup_query query = { days, dry_run };
	struct cleanup r = { .n = 0 };
	const char *all = "";

	act_as_cli(c);
	IS(cleanup_run(c, &query, &r), OK);
	for (size_t i = 0; i < r.n; i++)
		all = arena_printf(c->arena, "%s%s%s ", all, r.jobs[i].name,
		    r.jobs[i].refused != NULL ? "(stays)" : "");
	return all;
}

static void given_all_sorts(struct ctx *c)
{
	given_team(c, "crew");
	given_spec(c, "at-over", "\"schedule\":\"@at 2020-01-02T03:04:05Z\"");
	given_spec(c, "at-to-come", "\"schedule\":\"@at 2096-01-02T03:04:05Z\"");
	given_spec(
	    c, "expired", "\"schedule\":\"@hourly\",\"expires_at\":\"2020-01-01T00:00:00Z\"");
	given_spec(
	    c, "expires", "\"schedule\":\"@hourly\",\"expires_at\":\"2096-01-01T00:00:00Z\"");
	given_spec(c, "daily", "\"schedule\":\"@daily\"");
	given_spec(c, "by-hand-expired",
	    "\"schedule\":\"@manually\",\"expires_at\":\"2020-01-01T00:00:00Z\"");
	given_spec(c, "once", "\"schedule\":\"@manually\",\"ephemeral\":true");
	given_spec(c, "once-not-run", "\"schedule\":\"@manually\",\"ephemeral\":true");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted; "
			"UPDATE job SET updated_at = now() - interval '10 days'"),
	    OK);
}

SITE_TEST(cleanup_takes_what_has_run_its_last_and_nothing_else)
{
	given_all_sorts(c);
	heard_one(c, "once", T0, T0, T0 + 5, true);
	IS(db_script(c, "UPDATE job_now SET run_finished_at = now() - interval '10 days' WHERE "
			"run_id IS NOT NULL"),
	    OK);
	SAME(cleaned(c, 30, true), "");
	SAME(cleaned(c, 9, true), "at-over by-hand-expired expired once ");
	YES(holds(c, "(SELECT count(*) FROM job) = 8"));
	SAME(cleaned(c, 9, false), "at-over by-hand-expired expired once ");
	YES(holds(c, "(SELECT count(*) FROM job) = 4"));
	AUDITED("job_delete", "job:at-over", 1);
	AUDITED("engine_cleanup", "engine", 1);
	YES(holds(c, "EXISTS (SELECT FROM run WHERE job_name = 'once')"));
	SAME(cleaned(c, 0, false), "");
}

SITE_TEST(a_finished_job_with_children_stays_and_says_so)
{
	given_team(c, "crew");
	given_spec(c, "mother", "\"schedule\":\"@at 2020-01-02T03:04:05Z\"");
	given_spec(c, "child", "\"parent_job\":\"mother\"");
	SAME(cleaned(c, 0, false), "mother(stays) ");
	YES(holds(c, "(SELECT count(*) FROM job) = 2"));
}

SITE_TEST(a_job_that_runs_is_not_cleaned_up)
{
	given_team(c, "crew");
	given_spec(c, "at-over", "\"schedule\":\"@at 2020-01-02T03:04:05Z\"");
	heard_one(c, "at-over", T0, T0, 0, false);
	SAME(cleaned(c, 0, false), "");
}

SITE_TEST(cleanup_is_for_admins)
{
	struct cleanup_query query = { 0, true };
	struct cleanup r;

	given_account(c, "mara", false);
	act_as(c, "mara");
	IS(cleanup_run(c, &query, &r), ERR_FORBIDDEN);
}

SITE_TEST(what_others_must_approve_is_not_cleaned_up)
{
	given_all_sorts(c);
	given_account(c, "root", true);
	IS(db_script(c, "UPDATE team SET approvals = 1, approvals_for = 'delete'"), OK);
	struct cleanup_query query = { 9, false };
	struct cleanup r = { .n = 0 };
	act_as(c, "root");
	IS(cleanup_run(c, &query, &r), OK);
	IS(r.n, 3);
	for (size_t i = 0; i < r.n; i++)
		HAS(r.jobs[i].refused, "needs the approval of 1 other");
	YES(holds(c, "(SELECT count(*) FROM job) = 8"));
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
	AUDITED("engine_cleanup", "engine", 0);
}
