/* Statements that run at every request or every run: they look their rows up, however many there
 * are. The plans are those of the prepared statements, with the settings of our own connection. */

#include "model/given.h"

struct looked_up {
	const char *statement, *args, *table; /* which must not be read whole */
};

static enum err see_plan(struct ctx *c, void *arg)
{
	const struct looked_up *l = arg;

	return db_script(c,
	    arena_printf(c->arena,
		"SET LOCAL plan_cache_mode = force_generic_plan; DO $do$ DECLARE line text; BEGIN "
		"FOR line IN EXECUTE 'EXPLAIN EXECUTE %s(%s)' LOOP "
		"ASSERT line NOT LIKE '%%Seq Scan on %s %%', line; END LOOP; END $do$",
		l->statement, l->args, l->table));
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

SITE_TEST(what_runs_often_looks_its_rows_up)
{
	static const struct looked_up all[] = {
		{ "session_actor", "NULL, 0, 0, 0", "account" },
		{ "session_actor", "NULL, 0, 0, 0", "session" },
		{ "token_actor", "NULL, 0", "account" },
		{ "alert_look", "1, 0", "run" },
	};

	fill(c);
	for (size_t i = 0; i < LENGTH(all); i++)
		if (db_atomically(c, see_plan, (void *)&all[i]) != OK)
			FAIL("%s reads %s whole: %s", all[i].statement, all[i].table, ctx_fault(c));
}
