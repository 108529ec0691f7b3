/* Statements that run at every request or every run: they look their rows up, however many there
 * are. The plans are those of the prepared statements, with the settings of our own connection. */

#include "model/given.h"

/* "custom" as lists are planned, "generic" as all else. */
struct looked_up {
	const char *statement, *args, *mode,
	    *never; /* a LIKE pattern that no line of the plan fits */
};

static enum err see_plan(struct ctx *c, void *arg)
{
	const struct looked_up *l = arg;

	return db_script(
	    c, arena_printf(c->arena,
		   "SET LOCAL plan_cache_mode = force_%s_plan; DO $do$ DECLARE line text; BEGIN "
		   "FOR line IN EXECUTE 'EXPLAIN EXECUTE %s%s' LOOP "
		   "ASSERT line NOT LIKE '%%%s %%', line; END LOOP; END $do$",
		   l->mode, l->statement, l->args, l->never));
}

static void fill(struct ctx *c)
{
	given_team(c, "crew");
	given_job(c, "crew", "hello");
	IS(db_script(c,
	       "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, finished_at)"
	       " SELECT id, name, team_id, n, 'succeeded', 'schedule', now()"
	       " FROM job, generate_series(1, 3000) n WHERE name = 'hello';"
	       "INSERT INTO account (name) SELECT 'many-' || n FROM generate_series(1, 200) n;"
	       "INSERT INTO session (account_id, token_hash)"
	       " SELECT id, name || n FROM account, generate_series(1, 3) n WHERE name LIKE "
	       "'many-%';"
	       "ANALYZE run, account, session"),
	    OK);
}

static void see(struct ctx *c, const struct looked_up *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (db_atomically(c, see_plan, (void *)&all[i]) != OK)
			FAIL("the plan of %s has %s: %s", all[i].statement, all[i].never,
			    ctx_fault(c));
}

SITE_TEST(what_runs_often_looks_its_rows_up)
{
	static const struct looked_up all[] = {
		{ "session_actor", "(NULL, 0, 0, 0)", "generic", "Seq Scan on account" },
		{ "session_actor", "(NULL, 0, 0, 0)", "generic", "Seq Scan on session" },
		{ "token_actor", "(NULL, 0)", "generic", "Seq Scan on account" },
		{ "alert_look", "(1, 0)", "generic", "Seq Scan on run" },
	};

	fill(c);
	see(c, all, LENGTH(all));
}

/* What stands in the frame of each page and above each list is counted by indexes. */
SITE_TEST(counts_do_not_read_what_needs_no_look)
{
	static const struct looked_up all[] = {
		{ "job_counts_all", "", "generic", "Seq Scan on job_now" },
		{ "job_counts_seen", "(0)", "generic", "Seq Scan on job_now" },
		{ "job_counts_seen", "(0)", "generic", "Seq Scan on job" },
		{ "outbox_counts_seen", "(0)", "generic", "Seq Scan on outbox" },
	};

	given_team(c, "crew");
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO team (name) SELECT 'crew-' || n FROM generate_series(1, 40) n;"
	       "INSERT INTO job (team_id, name, spec, updated_by) SELECT (SELECT id FROM team"
	       " WHERE name = 'crew-' || n % 40 + 1), 'job-' || n, '{}', 'x'"
	       " FROM generate_series(1, 4000) n;"
	       "INSERT INTO job_now (job_id, run_state) SELECT id, CASE WHEN id % 50 = 0 THEN"
	       " 'failed' ELSE 'succeeded' END FROM job;"
	       "INSERT INTO outbox (job_name, job_id, wanted, done, state)"
	       " SELECT name, id, 1, 1, 'in_sync' FROM job;"
	       "SET session_replication_role = origin; ANALYZE job, job_now, outbox, team"),
	    OK);
	see(c, all, LENGTH(all));
}

/* A few hundred runs are held against the filters that are left, not all runs of a team. */
SITE_TEST(sifting_reads_only_what_was_found)
{
	const char *ids = "0";

	given_team(c, "crew");
	IS(db_script(c, "SET session_replication_role = replica;"
			"INSERT INTO run (job_name, team_id, group_ns, state, trigger)"
			" SELECT 'job-' || n % 100, n % 40, n, 'succeeded', 'schedule'"
			" FROM generate_series(1, 30000) n;"
			"SET session_replication_role = origin; ANALYZE run"),
	    OK);
	for (int i = 1; i < 400; i++)
		ids = arena_printf(c->arena, "%s,%d", ids, 75 * i);
	struct looked_up keep = { "run_keep",
		arena_printf(c->arena,
		    "(ARRAY[%s], ARRAY[1, 2, 3], NULL, NULL, NULL, ''node-1'', NULL, 101)", ids),
		"custom", "run_team" };
	see(c, &keep, 1);
}

/* The rail counts on every page; a list begins at its newest end. */
SITE_TEST(tasks_are_found_by_their_indexes)
{
	static const struct looked_up all[] = {
		{ "task_waits", "(7, false)", "generic", "Seq Scan on task" },
		{ "task_waits", "(7, true)", "generic", "Seq Scan on task" },
		{ "task_counts", "(7, false)", "generic", "Seq Scan on task" },
		{ "task_list",
		    "(7, false, ''mine'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL)",
		    "custom", "Seq Scan on task" },
		{ "task_list",
		    "(7, false, ''me'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL)",
		    "custom", "Seq Scan on task" },
		{ "task_list",
		    "(7, true, ''all'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL)",
		    "custom", "Sort" },
		{ "task_list",
		    "(7, true, ''all'', NULL, NULL, NULL, NULL, ''job:x'', NULL, 900000, 51, NULL)",
		    "custom", "Seq Scan on task" },
	};

	given_team(c, "crew");
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO task (type, requester, requester_id, team_id, req_id, data, data_hash,"
	       " about, state, stage, completed, approver_role, expires_at, due_at)"
	       " SELECT 'x', 'a' || n % 400, n % 400, n % 40, 'x', '{}', n, 'job:' || n % 2000,"
	       " 'completed', 'end', true, 4, now(), NULL FROM generate_series(1, 30000) n;"
	       "UPDATE task SET state = 'requested', stage = 'wait', completed = false"
	       " WHERE seq % 300 = 0;"
	       "SET session_replication_role = origin; ANALYZE task, team, membership"),
	    OK);
	see(c, all, LENGTH(all));
}
