#ifndef TESTS_WEB_GIVEN_ADMIN_H
#define TESTS_WEB_GIVEN_ADMIN_H

/*
 * What tests of the pages begin with: a team, a person of each kind, and looking at a page.
 *
 * marta is an administrator, edith an editor, otto an operator and vera a viewer in team ops; nora
 * is in none.
 */

#include <inttypes.h>

#include "core/text.h"
#include "model/given.h"
#include "model/outbox.h"
#include "model/run.h"
#include "view/view.h"
#include "web/admin/admin.h"

GIVEN void given_people(struct ctx *c)
{
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	act_as_cli(c);
	if (!holds(c, "EXISTS (SELECT FROM team WHERE name = 'ops')"))
		given_team(c, "ops");
	given_account(c, "marta", true);
	given_member(c, "ops", "edith", ROLE_EDITOR);
	given_member(c, "ops", "otto", ROLE_OPERATOR);
	given_member(c, "ops", "vera", ROLE_VIEWER);
	given_account(c, "nora", false);
}

/* That person's browser. */
GIVEN const struct caller *by(struct ctx *c, const char *name)
{
	struct caller *caller = arena_new(c->arena, struct caller);
	struct account account = { 0 };

	act_as_cli(c);
	IS(account_named(c, name, &account), OK);
	*caller = as_account(account.id, account.name);
	caller->actor.admin = account.admin;
	return caller;
}

GIVEN struct job given_ops_job(struct ctx *c, const char *name, const char *spec)
{
	struct job job = { 0 };

	act_as_cli(c);
	if (job_add(c, name, "ops", json_of(c, spec), NULL, &job) != OK)
		FAIL("%s: %s", name, ctx_fault(c));
	return job;
}

/* A page that must come with this status, and with every marker set; its text. */
#define PAGE(c, who, status, target) page_text(__FILE__, __LINE__, c, who, status, target)
GIVEN const char *page_text(const char *file, int line, struct ctx *c, const struct caller *who,
    int status, const char *target)
{
	struct resp w = ask(c, who, GET, target, NULL);
	const char *missing = view_missing();

	if (w.status != status)
		check_fail(file, line, "%s came with %d, not %d: %s", target, w.status, status,
		    c->fault.detail ? c->fault.detail : "");
	if (missing != NULL)
		check_fail(file, line, "%s: %s", target, missing);
	return w.body == NULL ? "" : w.body;
}

#endif
