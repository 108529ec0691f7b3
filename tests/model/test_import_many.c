/* Many jobs that are there already, changed by one import. */

#include <string.h>

#include "model/given_import.h"

/* How often a statement changed jobs, counted by Postgres. */
static void count_changes(struct ctx *c)
{
	IS(db_script(c,
	       "CREATE TEMP SEQUENCE changed; CREATE FUNCTION pg_temp.counts() RETURNS trigger "
	       "LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('pg_temp.changed'); RETURN NULL; END "
	       "$$; CREATE TRIGGER counts AFTER UPDATE ON job FOR EACH STATEMENT EXECUTE FUNCTION "
	       "pg_temp.counts()"),
	    OK);
}

static const char *list_of(struct ctx *c, int n, const char *schedule)
{
	const char *list = "";

	for (int i = 0; i < n; i++)
		list = arena_printf(c->arena,
		    "%s%c{\"name\":\"j%03d\",\"schedule\":\"%s\",\"executor\":\"shell\","
		    "\"executor_config\":{\"command\":\"true\"}}",
		    list, i == 0 ? '[' : ',', i, schedule);
	return arena_printf(c->arena, "%s]", list);
}

SITE_TEST(many_jobs_are_changed_by_few_statements)
{
	struct import_plan plan;
	struct job job;

	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON, list_of(c, 300, "@hourly")).done);
	count_changes(c);
	plan = imported(c, IMPORT_DKRON, list_of(c, 300, "@daily"));
	IS(plan.count[IMPORT_CHANGE], 300);
	YES(plan.done);
	YES(holds(c, "(SELECT last_value <= 2 FROM pg_temp.changed)"));
	IS(job_get(c, "j299", &job), OK);
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
	YES(holds(c,
	    "(SELECT count(*) = 300 FROM revision WHERE version = 2 AND reason = "
	    "'Imported from a list of Dkron' AND spec->>'team' = 'ops' AND actor = 'cli')"));
	YES(holds(c, "(SELECT count(*) = 300 FROM outbox WHERE wanted = 2 AND state = 'pending')"));
	YES(holds(c, "(SELECT count(*) = 300 FROM audit WHERE verb = 'job_import' AND before = "
		     "'{\"schedule\": \"@hourly\", \"version\": 1}' AND after = '{\"schedule\": "
		     "\"@daily\", \"version\": 2}' AND address = '192.0.2.7')"));
	YES(holds(c, "(SELECT bool_and(next_at > now()) FROM job_now)"));
}

SITE_TEST(children_change_their_parent_in_the_order_of_the_new_one)
{
	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\"," PLAIN "},{\"name\":\"b\"," PLAIN "},{\"name\":\"d\"," PLAIN "}]")
		.done);
	YES(imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\"," PLAIN ",\"parent_job\":\"p\"},{\"name\":\"b\"," PLAIN
	    ",\"parent_job\":\"p\"},{\"name\":\"n\"," PLAIN
	    ",\"parent_job\":\"p\"},{\"name\":\"d\"," PLAIN
	    ",\"parent_job\":\"p\"},{\"name\":\"p\"," PLAIN
	    ",\"dependent_jobs\":[\"d\",\"n\",\"b\",\"a\"]}]")
		.done);
	YES(holds(c, "(SELECT string_agg(name, ' ' ORDER BY tied) FROM job WHERE parent_job = 'p') "
		     "= 'd n b a'"));
	/* One leaves its parent and becomes the parent of what stands above it now. */
	YES(imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\"," PLAIN "},{\"name\":\"p\"," PLAIN ",\"parent_job\":\"a\"}]")
		.done);
}

SITE_TEST(an_import_says_who_was_faster)
{
	struct import_plan plan;

	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON, list_of(c, 2, "@hourly")).done);
	/* Somebody saves the second one while the first is written. */
	IS(db_script(c,
	       "CREATE FUNCTION pg_temp.meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	       "IF pg_trigger_depth() = 1 THEN UPDATE job SET version = 2, updated_by = 'eve' "
	       "WHERE "
	       "name = 'j001'; END IF; RETURN NULL; END $$; CREATE TRIGGER meanwhile BEFORE UPDATE "
	       "ON job FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.meanwhile()"),
	    OK);
	plan = imported(c, IMPORT_DKRON, list_of(c, 2, "@daily"));
	YES(!plan.done);
	HAS(words_of(c, &plan), "refused j001 {: Meanwhile eve saved version 2");
	YES(holds(c, "(SELECT max(version) = 1 FROM job)"));
}

SITE_TEST(a_reason_that_is_too_long_is_no_reason)
{
	struct import import = { .format = IMPORT_DKRON, .text = "[]", .len = 2 };
	struct import_plan plan;
	char reason[502];

	act_as_cli(c);
	memset(reason, 'x', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	import.reason = reason;
	IS(job_import(c, &import, &plan), ERR_INVALID);
	SAME(c->fault.field, "reason");
}
