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
	       "SET session_replication_role = replica;" /* no triggers: it is about plans */
	       "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, finished_at)"
	       " SELECT id, name, team_id, n, 'succeeded', 'schedule', now()"
	       " FROM job, generate_series(1, 3000) n WHERE name = 'hello';"
	       "INSERT INTO account (name) SELECT 'many-' || n FROM generate_series(1, 200) n;"
	       "INSERT INTO session (account_id, token_hash)"
	       " SELECT id, name || n FROM account, generate_series(1, 3) n WHERE name LIKE "
	       "'many-%';"
	       "SET session_replication_role = origin; ANALYZE run, account, session"),
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
		{ "outbox_counts_seen", "(0)", "generic", "outbox_job" },
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
	keep.mode = "generic";
	see(c, &keep, 1);
}

/* Lists of runs are planned once, and so is what a job's page asks: however it is asked, each walks
 * an index from its newest end. */
SITE_TEST(walks_read_no_more_than_a_page_shows)
{
	static const struct looked_up all[] = {
		{ "run_ids_when", "(0, 0, 0, 101)", "generic", "Seq Scan on run" },
		{ "run_ids_kind", "(0, 0, 0, 101, NULL)", "generic", "Bitmap" },
		{ "run_ids_team", "(0, 0, 0, 101, NULL, NULL)", "generic", "Bitmap" },
		{ "run_ids_job", "(0, 0, 0, 101, NULL)", "generic", "Bitmap" },
		{ "run_ids_job_kind", "(0, 0, 0, 101, NULL, NULL)", "generic", "Bitmap" },
		{ "run_ids_asked", "(0, 0, 0, 101, NULL)", "generic", "Sort" },
		{ "run_ids_node", "(0, 0, 0, 400, NULL)", "generic", "Sort" },
		{ "run_show", "(1, true, NULL)", "generic", "Seq Scan on run" },
		{ "run_failures", "(1, true, NULL)", "generic", "Seq Scan on run" },
		{ "job_lint_facts", "(1, true, NULL, NULL, NULL)", "generic", "Sort" },
		{ "job_lint_facts", "(1, true, NULL, NULL, NULL)", "generic", "Seq Scan on job" },
		{ "job_stats_failure", "(NULL, 1)", "generic", "BitmapAnd" },
		{ "job_stats_failure", "(NULL, 1)", "generic", "Seq Scan on run" },
		{ "lever_recent", "(NULL, 20)", "generic", "Seq Scan on run" },
		{ "job_show", "(1, true, NULL)", "generic", "Seq Scan on job" },
		{ "job_ids_failing", "(1, true, 8)", "generic", "Sort" },
		{ "job_ids_coming", "(8)", "generic", "Sort" },
		{ "calendar_lanes", "(1, true, NULL, NULL, '''', '''', 41)", "generic",
		    "Seq Scan on job" },
		{ "calendar_lanes", "(1, true, NULL, NULL, '''', '''', 41)", "generic",
		    "Sort Key: j" },
		{ "calendar_runs", "(NULL, 0, 0, 31)", "generic", "Seq Scan on run" },
		{ "calendar_odd", "(NULL, 0, 0, 31)", "generic", "Seq Scan on run" },
		{ "calendar_first", "(NULL, 0, 0)", "generic", "Seq Scan on run" },
	};

	given_team(c, "crew");
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO job (team_id, name, spec, updated_by) SELECT (SELECT max(id) FROM "
	       "team),"
	       " 'job-' || n, '{}', 'x' FROM generate_series(1, 4000) n;"
	       "INSERT INTO job_now (job_id, run_state, next_at) SELECT id, CASE WHEN id % 50 = 0 "
	       "THEN"
	       " 'failed' ELSE 'succeeded' END, now() + id * interval '1 s' FROM job;"
	       "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, requested_by,"
	       " queued_at, started_at, finished_at)"
	       " SELECT j.id, j.name, j.team_id, n, CASE WHEN n % 20 = 0 THEN 'failed' ELSE"
	       " 'succeeded' END, 'schedule', CASE WHEN n % 9 = 0 THEN 'x' || n % 30 END,"
	       " now() - n * interval '1 s', now(), now() FROM generate_series(1, 40000) n"
	       " JOIN job j ON j.name = 'job-' || n % 4000;"
	       "INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
	       "started_at,"
	       " run_at) SELECT id, job_name, id, 'n' || id % 12, 1, 'succeeded', queued_at, "
	       "queued_at"
	       " FROM run;"
	       "SET session_replication_role = origin; ANALYZE job, job_now, run, execution"),
	    OK);
	see(c, all, LENGTH(all));
}

/* The rail counts on every page; a list begins at its newest end. */
SITE_TEST(tasks_are_found_by_their_indexes)
{
	static const struct looked_up all[] = {
		{ "task_waits", "(7, false)", "generic", "Seq Scan on task" },
		{ "task_waits", "(7, true)", "generic", "Seq Scan on task" },
		{ "task_counts", "(7, false)", "generic", "Seq Scan on task" },
		{ "task_ids",
		    "(7, false, ''mine'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL, "
		    "NULL, NULL, NULL)",
		    "custom", "Seq Scan on task" },
		{ "task_ids",
		    "(7, false, ''me'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL, "
		    "NULL, NULL, NULL)",
		    "custom", "Seq Scan on task" },
		{ "task_ids",
		    "(7, true, ''all'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, NULL, "
		    "NULL, NULL, NULL)",
		    "custom", "Sort" },
		{ "task_ids",
		    "(7, true, ''all'', NULL, NULL, NULL, NULL, ''job:x'', NULL, 900000, 51, NULL, "
		    "NULL, NULL, NULL)",
		    "custom", "Seq Scan on task" },
		{ "task_ids",
		    "(7, true, ''all'', NULL, NULL, NULL, NULL, NULL, ''%zebrafish%'', 900000, 51, "
		    "NULL, NULL, NULL, NULL)",
		    "custom", "task_seq_key" },
		{ "task_ids",
		    "(7, true, ''all'', NULL, NULL, ''nowhere'', NULL, NULL, NULL, 900000, 51, "
		    "NULL, NULL, NULL, NULL)",
		    "custom", "task_seq_key" },
		{ "task_ids",
		    "(999, false, ''all'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, ''{}'', "
		    "''{}'', ''{}'', ''{}'')",
		    "custom", "task_seq_key" },
		{ "task_ids",
		    "(999, false, ''all'', NULL, NULL, NULL, NULL, NULL, NULL, 900000, 51, ''{}'', "
		    "''{}'', ''{3}'', ''{}'')",
		    "custom", "Seq Scan on task" },
		{ "task_show", "(7, true, NULL, NULL, 51)", "generic", "Seq Scan on task" },
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

/* Words that are nowhere are not looked for everywhere. */
SITE_TEST(a_search_of_the_audit_asks_its_index)
{
	static const struct looked_up all[] = {
		{ "audit_list", "(NULL, NULL, NULL, NULL, ''%zebrafish%'', 0, 0, 0, 101)", "custom",
		    "Seq Scan on audit" },
		{ "audit_list", "(NULL, NULL, NULL, NULL, ''%zebrafish%'', 0, 0, 0, 101)", "custom",
		    "audit_pkey" },
		{ "audit_list_up", "(NULL, NULL, NULL, NULL, ''%zebrafish%'', 0, 0, 0, 101)",
		    "custom", "audit_pkey" },
		{ "audit_list", "(NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 101)", "custom", "Sort" },
	};

	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO audit (actor, verb, object, after, req_id) SELECT 'ann', 'job_add',"
	       " 'job:' || n, jsonb_build_object('command', 'dump ' || n), n"
	       " FROM generate_series(1, 10000) n;"
	       "SET session_replication_role = origin; ANALYZE audit"),
	    OK);
	see(c, all, LENGTH(all));
}
