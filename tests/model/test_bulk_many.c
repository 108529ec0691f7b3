/* Bulk actions that change jobs: many in one statement, and still each for itself. */

#include "model/given_bulk.h"

/* How often a statement changed jobs, counted by Postgres. */
SITE_TEST(a_batch_of_changes_is_few_statements)
{
	const char *names = "[\"c\"";
	size_t n;

	given_crew(c);
	for (int i = 0; i < 40; i++) {
		given_job(c, "ops", arena_printf(c->arena, "many-%02d", i));
		names = arena_printf(c->arena, "%s,\"many-%02d\"", names, i);
	}
	IS(db_script(c,
	       "CREATE TEMP SEQUENCE changed; CREATE FUNCTION pg_temp.counts() RETURNS trigger "
	       "LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('pg_temp.changed'); RETURN NULL; END "
	       "$$; CREATE TRIGGER counts AFTER UPDATE ON job FOR EACH STATEMENT EXECUTE FUNCTION "
	       "pg_temp.counts()"),
	    OK);
	struct bulk b = started(c, BULK_DISABLE, arena_printf(c->arena, "%s,\"nowhere\"]", names));
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	b = now(c, b.id);
	IS(b.done, 41);
	IS(b.failed, 1);
	SAME(bulk_state(&b), "done");
	YES(holds(c, "(SELECT last_value = 1 FROM pg_temp.changed)"));
	YES(holds(c, "(SELECT count(*) = 41 FROM revision WHERE version = 2 AND actor = 'edith')"));
	YES(holds(c, "(SELECT count(*) = 41 FROM audit WHERE verb = 'job_disable' AND actor = "
		     "'edith' AND address = '192.0.2.8')"));
	YES(holds(c, "(SELECT count(*) = 41 FROM outbox WHERE wanted = 2 AND state = 'pending')"));
	YES(holds(c, "(SELECT count(*) = 41 FROM job_now WHERE next_at IS NULL)"));
}

SITE_TEST(one_that_cannot_be_saved_does_not_hold_up_its_batch)
{
	size_t n;

	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\",\"b\",\"c\"]");
	IS(db_script(c,
	       "CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	       "RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$; CREATE TRIGGER stumble "
	       "BEFORE UPDATE ON job FOR EACH ROW WHEN (NEW.name = 'b') EXECUTE FUNCTION "
	       "pg_temp.stumble()"),
	    OK);
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	SAME(outcome(c, b.id), "a done|b failed invalid|c done");
}

SITE_TEST(a_batch_over_several_teams_does_what_each_allows)
{
	given_crew(c);
	given_team(c, "seen");
	given_team(c, "hidden");
	given_job(c, "seen", "x-seen");
	given_job(c, "hidden", "y-hidden");
	IS(team_member(c, "seen", "edith", ROLE_VIEWER), OK);
	act_as(c, "edith");
	struct bulk b = started(c, BULK_DISABLE, "[\"a\",\"b\",\"x-seen\",\"y-hidden\"]");
	work_off(c);
	SAME(outcome(c, b.id), "a done|b done|x-seen failed forbidden|y-hidden failed not_found");
}
