/* Who may make whom what: every standing against every other, on the table and through
 * team_member(). */

#include <string.h>

#include "model/given.h"
#include "model/rights.h"

static const char *const standings[STANDINGS] = { "stranger", "viewer", "operator", "editor",
	"manager", "root" };

TEST(only_managers_and_admins_grant_and_nobody_touches_who_holds_more)
{
	for (int who = 0; who < STANDINGS; who++)
		for (int whose = 0; whose < STANDINGS; whose++)
			IS(rights_may_grant(who, whose),
			    who == STANDING_ADMIN ||
				(who == ROLE_MANAGER && whose <= ROLE_MANAGER));
	IS(rights_may_grant(-1, 0), false);
	IS(rights_may_grant(STANDINGS, 0), false);
	IS(rights_may_grant(STANDING_ADMIN, STANDINGS), false);
	IS(rights_may_grant(STANDING_ADMIN, -1), false);
}

/* What is asked of everybody for everybody: `who` turns `was` into `role`. */
struct change {
	int who, was, role;
};

static enum err expected(const struct change *x)
{
	if (x->who == ROLE_NONE)
		return ERR_NOT_FOUND; /* sees no such team */
	if (x->who < ROLE_MANAGER)
		return ERR_FORBIDDEN;
	return x->who == ROLE_MANAGER && x->was == STANDING_ADMIN ? ERR_FORBIDDEN : OK;
}

static void try_change(struct ctx *c, const struct change *x)
{
	const char *target = x->was == STANDING_ADMIN ? "target-root" : "target";
	int held = x->was == STANDING_ADMIN ? ROLE_EDITOR : x->was;

	act_as_cli(c);
	IS(team_member(c, "billing", target, (enum role)held), OK);
	act_as(c, standings[x->who]);
	enum err e = team_member(c, "billing", target, (enum role)x->role);
	if (e != expected(x))
		FAIL("%s makes %s a %s: %d, not %d", standings[x->who], standings[x->was],
		    standings[x->role], e, expected(x));
	int now = e == OK ? x->role : held;
	if (!holds(c,
		"coalesce((SELECT role FROM membership m JOIN account a ON a.id = m.account_id "
		"WHERE a.name = '%s'), 0) = %d",
		target, now))
		FAIL("%s makes %s a %s: the role is not %d", standings[x->who], standings[x->was],
		    standings[x->role], now);
}

SITE_TEST(every_standing_tries_every_role_on_every_other)
{
	given_team(c, "billing");
	given_account(c, "stranger", false);
	given_account(c, "target", false);
	given_account(c, "target-root", true);
	given_account(c, "root", true);
	for (int role = ROLE_VIEWER; role <= ROLE_MANAGER; role++)
		given_member(c, "billing", standings[role], (enum role)role);
	for (int who = 0; who < STANDINGS; who++)
		for (int was = 0; was < STANDINGS; was++)
			for (int role = ROLE_NONE; role <= ROLE_MANAGER; role++)
				try_change(c, &(struct change){ who, was, role });
}

SITE_TEST(a_manager_does_not_lock_himself_out)
{
	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_MANAGER);
	act_as(c, "marta");
	for (int role = ROLE_NONE; role < ROLE_MANAGER; role++) {
		IS(team_member(c, "billing", "marta", (enum role)role), ERR_CONFLICT);
		SAME(c->fault.field, "role");
		HAS(c->fault.detail, "lock yourself out");
	}
	IS(team_member(c, "billing", "marta", ROLE_MANAGER), OK);
	given_member(c, "billing", "nora", ROLE_MANAGER);
	act_as(c, "nora");
	IS(team_member(c, "billing", "marta", ROLE_NONE), OK);
	given_account(c, "root", true);
	act_as_cli(c);
	IS(team_member(c, "billing", "root", ROLE_MANAGER), OK);
	act_as(c, "root");
	IS(team_member(c, "billing", "root", ROLE_NONE), OK);
}

SITE_TEST(members_are_changed_with_a_token_of_scope_admin_only)
{
	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_MANAGER);
	given_account(c, "new", false);
	for (int scope = SCOPE_READ; scope <= SCOPE_ADMIN; scope++) {
		act_as(c, "marta");
		c->actor.session_id = 0;
		c->actor.token_id = 7;
		c->actor.scope = (enum scope)scope;
		IS(team_member(c, "billing", "new", ROLE_VIEWER),
		    scope == SCOPE_ADMIN ? OK : ERR_FORBIDDEN);
	}
}

/* ---- admins */

static enum err set(struct ctx *c, const char *name, const char *what, bool value)
{
	struct account account;
	struct account_change change = { .email = NULL };

	if (strcmp(what, "admin") == 0)
		change.admin = &value;
	else if (strcmp(what, "dashboard") == 0)
		change.dashboard = &value;
	else
		change.disabled = &value;
	return account_edit(c, name, &change, &account);
}

SITE_TEST(admin_and_dashboard_are_given_by_admins_only)
{
	given_team(c, "billing");
	given_account(c, "marta", false);
	given_member(c, "billing", "manager", ROLE_MANAGER);
	given_account(c, "root", true);
	static const char *const rights[] = { "admin", "dashboard", "disabled" };
	for (size_t i = 0; i < LENGTH(rights); i++) {
		act_as(c, "manager");
		IS(set(c, "marta", rights[i], true), ERR_FORBIDDEN);
		IS(set(c, "manager", rights[i], true), ERR_FORBIDDEN);
		act_as(c, "root");
		c->actor.token_id = 1;
		c->actor.scope = SCOPE_WRITE;
		IS(set(c, "marta", rights[i], true), ERR_FORBIDDEN);
	}
	act_as(c, "root");
	for (size_t i = 0; i < LENGTH(rights); i++) {
		IS(set(c, "marta", rights[i], true), OK);
		IS(set(c, "marta", rights[i], true), OK);
		IS(set(c, "marta", rights[i], false), OK);
		IS(set(c, "nobody-such", rights[i], true), ERR_NOT_FOUND);
	}
	YES(holds(c, "(SELECT count(*) FROM audit WHERE object = 'account:marta' AND verb = "
		     "'account_edit' AND before = '{\"admin\": false}' AND after = "
		     "'{\"admin\": true}') = 1"));
	AUDITED("account_edit", "account:marta", 4);
	AUDITED("account_disable", "account:marta", 1);
	AUDITED("account_enable", "account:marta", 1);
}

SITE_TEST(the_last_enabled_admin_stays_one)
{
	static const char *const rights[] = { "admin", "disabled" };

	given_account(c, "root", true);
	given_account(c, "second", true);
	act_as_cli(c);
	IS(set(c, "second", "disabled", true), OK);
	for (size_t i = 0; i < LENGTH(rights); i++) {
		bool value = i == 1;
		act_as_cli(c);
		IS(set(c, "root", rights[i], value), ERR_CONFLICT);
		HAS(c->fault.detail, "last enabled admin");
		SAME(c->fault.field, rights[i]);
		act_as(c, "root");
		IS(set(c, "root", rights[i], value), ERR_CONFLICT);
		HAS(c->fault.detail, "another admin can");
	}
	IS(set(c, "second", "disabled", false), OK);
	IS(set(c, "root", "admin", false), ERR_CONFLICT);
	IS(set(c, "root", "dashboard", false), OK);
	act_as(c, "second");
	IS(set(c, "root", "admin", false), OK);
	act_as_cli(c);
	IS(set(c, "second", "admin", false), ERR_CONFLICT);
}

static enum err strip_all(struct ctx *c, void *arg)
{
	(void)arg;
	return db_script(c, "UPDATE account SET admin = false");
}

SITE_TEST(the_database_itself_keeps_an_admin)
{
	given_account(c, "root", true);
	given_account(c, "second", true);
	YES(db_atomically(c, strip_all, NULL) != OK);
	YES(holds(c, "(SELECT bool_and(admin) FROM account)"));
}
