/* Runs, ends and stops of many at once: what comes of each is what comes of it alone. */

#include <string.h>

#include "model/given_bulk.h"

/* The population, under a prefix: three plain ones, one switched off, one that others must approve,
 * a family of three, a parent whose child is not among those chosen, one that is only seen, and one
 * that is not. */
static const char *given_people_and_jobs(struct ctx *c, const char *prefix)
{
	static const char *const names[] = { "a", "b", "c", "off", "asked", "old", "mid", "young",
		"left", "seen", "hidden", "nowhere" };
	struct json *list = json_array(c->arena);
	struct job job;
#define NAME(of) arena_printf(c->arena, "%s%s", prefix, of)

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(names); i++) {
		const char *team = strcmp(names[i], "asked") == 0    ? "asking"
				   : strcmp(names[i], "seen") == 0   ? "seen"
				   : strcmp(names[i], "hidden") == 0 ? "hidden"
								     : "ops";
		json_push(list, json_string(c->arena, NAME(names[i])));
		if (strcmp(names[i], "mid") == 0)
			given_child(c, NAME("mid"), NAME("old"));
		else if (strcmp(names[i], "young") == 0)
			given_child(c, NAME("young"), NAME("mid"));
		else if (strcmp(names[i], "nowhere") != 0)
			given_job(c, team, NAME(names[i]));
	}
	given_child(c, NAME("stays"), NAME("left"));
	IS(job_set_disabled(c, NAME("off"), true, &job), OK);
#undef NAME
	return json_write(c->arena, list);
}

static void given_population(struct ctx *c)
{
	given_crew(c);
	act_as_cli(c);
	given_team(c, "asking");
	given_team(c, "seen");
	given_team(c, "hidden");
	IS(team_member(c, "asking", "edith", ROLE_EDITOR), OK);
	IS(team_member(c, "seen", "edith", ROLE_VIEWER), OK);
	IS(db_script(c, "UPDATE team SET approvals = 1, approvals_for = 'create edit enable delete "
			"run' WHERE name = 'asking'"),
	    OK);
}

static const char *without(struct ctx *c, const char *text, const char *prefix)
{
	const char *at, *out = "";

	for (; *prefix != '\0' && (at = strstr(text, prefix)) != NULL; text = at + strlen(prefix))
		out = arena_printf(c->arena, "%s%.*s", out, (int)(at - text), text);
	return arena_printf(c->arena, "%s%s", out, text);
}

/* What came of each, with `prefix` taken off. */
static const char *told(struct ctx *c, int64_t id, const char *prefix)
{
	struct bulk_item *items = NULL;
	const char *all = "";
	size_t n = 0;

	act_as_cli(c);
	IS(bulk_items(c, id, &(struct bulk_page){ NULL, 0, 100 }, &items, &n), OK);
	for (size_t i = 0; i < n; i++)
		all = arena_printf(c->arena, "%s\n%s %s %s %s %s", all, items[i].name,
		    items[i].state, items[i].code.text != NULL ? items[i].code.text : "",
		    items[i].message.text != NULL ? items[i].message.text : "",
		    items[i].run_id.set ? "with a run" : "");
	return without(c, all, prefix);
}

static int64_t done_by(struct ctx *c, enum bulk_kind kind, const char *names, int64_t batch)
{
	size_t n = 1;

	act_as(c, "edith");
	struct bulk b = started(c, kind, names);
	act_as_cli(c);
	for (int i = 0; i < 100 && n > 0; i++)
		IS(bulk_batch(c, batch, &n), OK);
	return b.id;
}

SITE_TEST(what_is_done_to_many_at_once_is_what_is_done_to_each_alone)
{
	static const enum bulk_kind kinds[] = { BULK_RUN, BULK_DISABLE, BULK_ENABLE, BULK_DELETE };

	given_population(c);
	const char *alone = given_people_and_jobs(c, "alone-");
	const char *along = given_people_and_jobs(c, "along-");
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		int64_t one = done_by(c, kinds[i], alone, 1),
			all = done_by(c, kinds[i], along, 100);
		const char *told_one = told(c, one, "alone-"), *told_all = told(c, all, "along-");
		SAME(told_all, told_one);
		if (kinds[i] != BULK_RUN && kinds[i] != BULK_DELETE)
			continue;
		HAS(told_all, "nowhere failed not_found");
		HAS(told_all, "hidden failed not_found");
		HAS(told_all, "seen failed forbidden");
		HAS(told_all, "asked failed forbidden");
		HAS(told_all, kinds[i] == BULK_RUN ? "off failed conflict" : "off done");
		HAS(told_all, kinds[i] == BULK_RUN ? "left done" : "left failed conflict");
		HAS(told_all, "old done");
	}
	/* The same rows everywhere, whoever wrote them. */
	YES(holds(c,
	    "(SELECT count(*) > 20 AND count(*) = count(*) FILTER (WHERE n = 2) FROM (SELECT "
	    "verb, replace(replace(coalesce(before::text, '-') || coalesce(after::text, '-'), "
	    "'alone-', ''), 'along-', '') AS what, replace(replace(regexp_replace(object, "
	    "'^run:.*', 'run'), 'alone-', ''), 'along-', '') AS object, actor, address, "
	    "account_id, count(*) AS n FROM audit WHERE verb IN ('run_request', 'job_delete', "
	    "'job_enable', 'job_disable') AND actor = 'edith' GROUP BY 1, 2, 3, 4, 5, 6) x)"));
	YES(holds(c, "(SELECT count(*) = 10 FROM outbox WHERE job_name LIKE 'al%%' AND job_id IS "
		     "NOT NULL)"));
	YES(holds(c, "(SELECT count(*) = 12 FROM run WHERE job_id IS NULL AND state = 'stopped' "
		     "AND reason = 'The job was deleted before this run began.')"));
}

SITE_TEST(many_runs_are_asked_for_and_stopped_in_few_statements)
{
	const char *names = "[\"a\",\"b\"";
	struct run_query q = { .q = NULL };
	size_t n;

	given_crew(c);
	for (int i = 0; i < 40; i++) {
		given_job(c, "ops", arena_printf(c->arena, "many-%02d", i));
		names = arena_printf(c->arena, "%s,\"many-%02d\"", names, i);
	}
	names = arena_printf(c->arena, "%s]", names);
	IS(db_script(c,
	       "CREATE TEMP SEQUENCE wrote; CREATE FUNCTION pg_temp.counts() RETURNS trigger "
	       "LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('pg_temp.wrote'); RETURN NULL; END "
	       "$$; "
	       "CREATE TRIGGER counts AFTER INSERT OR UPDATE OF reason ON run FOR EACH STATEMENT "
	       "EXECUTE FUNCTION pg_temp.counts(); CREATE TRIGGER counts AFTER DELETE ON job FOR "
	       "EACH STATEMENT EXECUTE FUNCTION pg_temp.counts()"),
	    OK);
	act_as(c, "otto");
	struct bulk b = started(c, BULK_RUN, names);
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	IS(now(c, b.id).done, 42);
	YES(holds(c, "(SELECT last_value = 1 FROM pg_temp.wrote)"));
	YES(holds(c, "(SELECT count(*) = 42 FROM run WHERE trigger = 'manual' AND requested_by = "
		     "'otto' AND state = 'queued')"));
	YES(holds(c, "(SELECT count(DISTINCT i.run_id) = 42 AND bool_and(r.job_name = i.name) FROM "
		     "bulk_item i JOIN run r ON r.id = i.run_id)"));
	struct bulk_ask ask = { .kind = BULK_STOP, .runs = &q };
	act_as(c, "otto");
	IS(bulk_start(c, &ask, 42, &b), OK);
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	IS(now(c, b.id).done, 42);
	YES(holds(c, "(SELECT last_value = 2 FROM pg_temp.wrote)"));
	YES(holds(c, "(SELECT count(*) = 42 FROM run WHERE state = 'stopped' AND reason = 'taken "
		     "back by otto')"));
	AUDITED("run_stop", "run:%%", 0);
	YES(holds(c,
	    "(SELECT count(*) = 42 FROM audit WHERE verb = 'run_stop' AND actor = 'otto' AND "
	    "after->>'trigger' = 'manual')"));
	act_as(c, "edith");
	b = started(c, BULK_DELETE, names);
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	IS(now(c, b.id).done, 42);
	YES(holds(c, "(SELECT last_value = 4 FROM pg_temp.wrote)")); /* their runs, and they */
}

SITE_TEST(one_that_cannot_be_deleted_does_not_hold_up_its_batch)
{
	size_t n;

	given_crew(c);
	struct bulk b = started(c, BULK_DELETE, "[\"a\",\"b\",\"c\"]");
	IS(db_script(c,
	       "CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	       "RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$; CREATE TRIGGER stumble "
	       "BEFORE DELETE ON job FOR EACH ROW WHEN (OLD.name = 'b') EXECUTE FUNCTION "
	       "pg_temp.stumble()"),
	    OK);
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	SAME(outcome(c, b.id), "a done|b failed invalid|c done");
	YES(holds(c, "(SELECT count(*) = 2 FROM audit WHERE verb = 'job_delete')"));
}

SITE_TEST(runs_that_cannot_be_stopped_say_why)
{
	struct bulk b;

	given_crew(c);
	int64_t queued = given_request(c, "a"), asked = given_request(c, "b"),
		ended = given_request(c, "c");
	given_team(c, "hidden");
	given_job(c, "hidden", "theirs");
	int64_t theirs = given_request(c, "theirs");
	IS(db_script(c,
	       arena_printf(c->arena,
		   "UPDATE run SET dispatched_at = now() WHERE id = %lld; UPDATE run SET state = "
		   "'failed', finished_at = now() WHERE id = %lld",
		   (long long)asked, (long long)ended)),
	    OK);
	act_as(c, "otto");
	b = started(c, BULK_STOP,
	    arena_printf(c->arena, "[\"%lld\",\"%lld\",\"%lld\",\"%lld\",\"999999999\"]",
		(long long)queued, (long long)asked, (long long)ended, (long long)theirs));
	size_t n;
	act_as_cli(c);
	IS(bulk_batch(c, 100, &n), OK);
	const char *all = told(c, b.id, "");
	HAS(all, arena_printf(c->arena, "%lld done", (long long)queued));
	HAS(all, "failed conflict The engine runs it already");
	HAS(all, "failed conflict It has ended already: failed.");
	HAS(all, arena_printf(c->arena, "%lld failed not_found", (long long)theirs));
	HAS(all, "999999999 failed not_found");
	YES(holds(c, "(SELECT state = 'queued' FROM run WHERE id = %lld)", (long long)theirs));
}
