#ifndef TESTS_MODEL_GIVEN_BULK_H
#define TESTS_MODEL_GIVEN_BULK_H

/* What tests of bulk actions begin with. */

#include "model/bulk.h"
#include "model/given_run.h"

GIVEN struct bulk_ask named(struct ctx *c, enum bulk_kind kind, const char *names)
{
	return (struct bulk_ask){ .kind = kind, .names = json_of(c, names) };
}

GIVEN struct bulk started(struct ctx *c, enum bulk_kind kind, const char *names)
{
	struct bulk_ask ask = named(c, kind, names);
	struct bulk b = { 0 };

	if (bulk_start(c, &ask, 0, &b) != OK)
		FAIL("%s: %s", names, ctx_fault(c));
	return b;
}

/* As work does, with batches of two, until there is nothing left. */
GIVEN void work_off(struct ctx *c)
{
	size_t n = 1;

	act_as_cli(c);
	for (int i = 0; i < 100 && n > 0; i++)
		IS(bulk_batch(c, 2, &n), OK);
	IS(n, 0);
}

/* "a done|b failed not_found". */
GIVEN const char *outcome(struct ctx *c, int64_t id)
{
	struct bulk_item *items = NULL;
	const char *words = "";
	size_t n = 0;

	act_as_cli(c);
	IS(bulk_items(c, id, &(struct bulk_page){ NULL, 0, 100 }, &items, &n), OK);
	for (size_t i = 0; i < n; i++)
		words = arena_printf(c->arena, "%s%s%s %s%s%s", words, i > 0 ? "|" : "",
		    items[i].name, items[i].state, items[i].code.text != NULL ? " " : "",
		    items[i].code.text != NULL ? items[i].code.text : "");
	return words;
}

GIVEN struct bulk now(struct ctx *c, int64_t id)
{
	struct bulk b = { 0 };

	act_as_cli(c);
	IS(bulk_get(c, id, &b), OK);
	return b;
}

/* edith edits in ops, otto runs, vera looks; three jobs a, b and c. */
GIVEN void given_crew(struct ctx *c)
{
	given_member(c, "ops", "edith", ROLE_EDITOR);
	given_member(c, "ops", "otto", ROLE_OPERATOR);
	given_member(c, "ops", "vera", ROLE_VIEWER);
	act_as_cli(c);
	given_job(c, "ops", "a");
	given_job(c, "ops", "b");
	given_job(c, "ops", "c");
	act_as(c, "edith");
}

/* A job of ops that runs after that one. */
GIVEN void given_child(struct ctx *c, const char *name, const char *parent)
{
	struct job job;
	const char *spec = arena_printf(c->arena,
	    "{\"parent_job\":\"%s\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"x\"}"
	    "}",
	    parent);

	IS(job_add(c, name, "ops", json_of(c, spec), NULL, &job), OK);
}

#endif
