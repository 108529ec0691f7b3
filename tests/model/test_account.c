#include <inttypes.h>
#include <string.h>

#include "model/given.h"
#include "model/knock.h"

SITE_TEST(an_account_is_made_and_found)
{
	struct account account, found;

	act_as_cli(c);
	IS(account_add(c, "marta.ruiz", "marta@example.org", PASSWORD, false, &account), OK);
	IS(account_named(c, "marta.ruiz", &found), OK);
	IS(found.id, account.id);
	SAME(found.email, "marta@example.org");
	SAME(found.timezone, "");
	SAME(found.theme, "system");
	YES(!found.admin && !found.disabled && found.password_first && found.shortcuts);
	IS(account_get(c, account.id, &found), OK);
	IS(account_get(c, 999999, &found), ERR_NOT_FOUND);
	IS(account_add(c, "marta.ruiz", "", NULL, false, &account), ERR_CONFLICT);
	SAME(c->fault.field, "name");
}

SITE_TEST(wrong_accounts_are_refused)
{
	static const struct {
		const char *name, *email, *password, *field;
	} wrong[] = {
		{ "", "", NULL, "name" },
		{ "Marta", "", NULL, "name" },
		{ ".marta", "", NULL, "name" },
		{ "mar ta", "", NULL, "name" },
		{ "größe", "", NULL, "name" },
		{ "a\n", "", NULL, "name" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", NULL,
		    "name" },
		{ "marta", "nobody", NULL, "email" },
		{ "marta", "a@b\r\nx", NULL, "email" },
		{ "marta", "", "short", "password" },
		{ "marta", "", "has a \x01 control character", "password" },
	};
	struct account *all = NULL, account;
	size_t n = 0;

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(account_add(
		       c, wrong[i].name, wrong[i].email, wrong[i].password, false, &account),
		    ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	IS(account_list(c, &all, &n), OK);
	IS(n, 0);
}

SITE_TEST(an_unknown_account_is_named_in_the_refusal)
{
	struct account account;

	act_as_cli(c);
	IS(account_named(c, "nobody-here", &account), ERR_NOT_FOUND);
	SAME(c->fault.field, "account");
	HAS(c->fault.detail, "nobody-here");
}

SITE_TEST(only_admins_look_after_accounts)
{
	struct account account, *all = NULL;
	struct team team;
	size_t n = 0;

	given_account(c, "marta", false);
	act_as(c, "marta");
	IS(account_add(c, "eve", "", NULL, false, &account), ERR_FORBIDDEN);
	IS(account_list(c, &all, &n), ERR_FORBIDDEN);
	IS(account_disable(c, "marta", true), ERR_FORBIDDEN);
	IS(account_set_password(c, account.id + 1000, PASSWORD, 0), ERR_FORBIDDEN);
	IS(team_add(c, "mine", &team), ERR_FORBIDDEN);
	given_account(c, "root", true);
	act_as(c, "root");
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_WRITE;
	IS(account_add(c, "eve", "", NULL, false, &account), ERR_FORBIDDEN);
	HAS(c->fault.detail, "scope admin");
}

SITE_TEST(a_changed_password_ends_the_other_sessions)
{
	int64_t id = given_account_with_password(c, "marta");
	const char *here = NULL, *there = NULL;
	struct account account;

	IS(session_sign_in(c, "marta", PASSWORD, "browser", &there), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "browser", &here), OK);
	IS(account_change_password(c, "wrong password", "another good one"), ERR_INVALID);
	SAME(c->fault.field, "current");
	IS(account_change_password(c, PASSWORD, "short"), ERR_INVALID);
	SAME(c->fault.field, "password");
	IS(session_actor(c, there), OK);
	IS(session_actor(c, here), OK);
	IS(account_change_password(c, PASSWORD, "another good one"), OK);
	IS(session_actor(c, there), ERR_UNAUTHENTICATED);
	IS(session_actor(c, here), OK);
	IS(account_get(c, id, &account), OK);
	YES(!account.password_first);
	IS(session_sign_in(c, "marta", PASSWORD, "browser", &here), ERR_UNAUTHENTICATED);
	IS(session_sign_in(c, "marta", "another good one", "browser", &here), OK);
}

SITE_TEST(guessing_the_current_password_is_limited)
{
	const char *token = NULL;
	enum err e = OK;

	given_account_with_password(c, "marta");
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	for (int i = 0; i <= KNOCKS_PER_NAME && e != ERR_TOO_MANY; i++)
		e = account_change_password(c, "wrong password", "another good one");
	IS(e, ERR_TOO_MANY);
	IS(account_change_password(c, PASSWORD, "another good one"), ERR_TOO_MANY);
}

SITE_TEST(an_admin_sets_a_password_and_ends_all_sessions)
{
	int64_t id = given_account_with_password(c, "marta");
	const char *token = NULL;

	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	act_as_cli(c);
	IS(account_set_password(c, id, "another good one", 0), OK);
	IS(session_actor(c, token), ERR_UNAUTHENTICATED);
}

SITE_TEST(a_disabled_account_is_refused_at_its_next_request)
{
	int64_t id = given_account_with_password(c, "marta");
	const char *session = NULL, *token = NULL;

	IS(session_sign_in(c, "marta", PASSWORD, "", &session), OK);
	IS(token_add(c, id, "ci", SCOPE_READ, 30, &token), OK);
	given_account(c, "root", true);
	act_as(c, "root");
	IS(account_disable(c, "marta", true), OK);
	IS(account_disable(c, "marta", true), OK);
	IS(account_disable(c, "nobody-such", true), ERR_NOT_FOUND);
	IS(account_disable(c, "root", true), ERR_CONFLICT);
	IS(session_actor(c, session), ERR_UNAUTHENTICATED);
	IS(token_actor(c, token), ERR_UNAUTHENTICATED);
	IS(session_sign_in(c, "marta", PASSWORD, "", &session), ERR_UNAUTHENTICATED);
	act_as(c, "root");
	IS(account_disable(c, "marta", false), OK);
	IS(session_actor(c, session), OK);
	IS(token_actor(c, token), OK);
}

SITE_TEST(preferences_are_checked_and_kept)
{
	struct account account;

	given_account(c, "marta", false);
	act_as(c, "marta");
	IS(account_preferences(c, "Europe/Madrid", "dark", false), OK);
	IS(account_named(c, "marta", &account), OK);
	SAME(account.timezone, "Europe/Madrid");
	SAME(account.theme, "dark");
	YES(!account.shortcuts);
	static const struct {
		const char *timezone, *theme, *field;
	} wrong[] = {
		{ "Local", "dark", "timezone" },
		{ "Mars/Olympus", "dark", "timezone" },
		{ "../passwd", "dark", "timezone" },
		{ "UTC", "pink", "theme" },
		{ "UTC", "", "theme" },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(account_preferences(c, wrong[i].timezone, wrong[i].theme, true), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	IS(account_named(c, "marta", &account), OK);
	SAME(account.theme, "dark");
}

static size_t found(struct ctx *c, struct account_query query, const char *first)
{
	struct account *accounts = NULL;
	const char *next = NULL;
	size_t n = 0;

	query.limit = 10;
	IS(account_search(c, &query, &accounts, &n, &next), OK);
	if (n > 0 && first != NULL)
		SAME(accounts[0].name, first);
	return n;
}

SITE_TEST(accounts_are_found_by_name_state_right_and_team)
{
	struct account account, *accounts = NULL;
	struct account_counts counts;
	const char *next = NULL;
	size_t n = 0;
	bool yes = true;

	act_as_cli(c);
	IS(account_add(c, "ann_b", "Ann.Blake@Example.org", NULL, false, &account), OK);
	given_account(c, "root", true);
	given_member(c, "ops", "marta", ROLE_EDITOR);
	IS(account_edit(c, "marta", &(struct account_change){ .dashboard = &yes }, &account), OK);
	given_account(c, "zed", false);
	IS(account_disable(c, "zed", true), OK);
	IS(found(c, (struct account_query){ .q = "n_B" }, "ann_b"), 1);
	IS(found(c, (struct account_query){ .q = "blake@EXAMPLE" }, "ann_b"), 1);
	IS(found(c, (struct account_query){ .state = "disabled" }, "zed"), 1);
	IS(found(c, (struct account_query){ .state = "enabled" }, "ann_b"), 3);
	IS(found(c, (struct account_query){ .right = "admin" }, "root"), 1);
	IS(found(c, (struct account_query){ .right = "dashboard" }, "marta"), 1);
	IS(found(c, (struct account_query){ .right = "none" }, "ann_b"), 2);
	IS(found(c, (struct account_query){ .team = "ops" }, "marta"), 1);
	IS(account_counts(c, &counts), OK);
	IS(counts.all, 4);
	IS(counts.disabled, 1);
	IS(counts.admins, 1);
	IS(counts.dashboards, 1);
	struct account_query page = { .limit = 2, .q = "a" };
	IS(account_search(c, &page, &accounts, &n, &next), OK);
	IS(n, 2);
	SAME(accounts[1].teams, "[{\"name\" : \"ops\", \"role\" : 3}]");
	YES(next == NULL);
	const struct {
		struct account_query query;
		const char *field;
	} wrong[] = { { { .state = "gone" }, "state" }, { { .right = "all" }, "right" },
		{ { .team = "none-such" }, "team" }, { { .after = "A B" }, "after" },
		{ { .q = "a\nb" }, "q" } };
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct account_query query = wrong[i].query;
		query.limit = 1;
		IS(account_search(c, &query, &accounts, &n, &next), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	act_as(c, "marta");
	IS(account_search(c, &page, &accounts, &n, &next), ERR_FORBIDDEN);
	IS(account_counts(c, &counts), ERR_FORBIDDEN);
}

SITE_TEST(an_account_knows_its_teams_and_when_it_was_here)
{
	struct account_team *teams = NULL;
	struct account account;
	const char *session = NULL;
	size_t n = 0;
	int64_t id = given_account_with_password(c, "marta");

	given_account(c, "nora", false);
	IS(team_member(c, "ops", "marta", ROLE_EDITOR), OK);
	IS(account_get(c, id, &account), OK);
	YES(!account.seen_us.set);
	IS(session_sign_in(c, "marta", PASSWORD, "", &session), OK);
	c->now_us += 90 * US_PER_S;
	IS(session_actor(c, session), OK);
	IS(account_get(c, id, &account), OK);
	IS(account.seen_us.value, c->now_us);
	IS(account_teams(c, id, &teams, &n), OK);
	IS(n, 1);
	SAME(teams[0].team, "ops");
	IS(teams[0].role, ROLE_EDITOR);
	act_as(c, "nora");
	IS(account_teams(c, id, &teams, &n), ERR_FORBIDDEN);
}

SITE_TEST(a_password_that_an_admin_set_is_to_be_changed)
{
	int64_t id = given_account_with_password(c, "marta");
	struct account account;
	const char *session = NULL;

	IS(session_sign_in(c, "marta", PASSWORD, "", &session), OK);
	IS(account_change_password(c, PASSWORD, "another good one"), OK);
	IS(account_get(c, id, &account), OK);
	YES(!account.password_first);
	given_account(c, "root", true);
	act_as(c, "root");
	IS(account_set_password(c, id, "one from the admin", 0), OK);
	IS(account_get(c, id, &account), OK);
	YES(account.password_first);
}

SITE_TEST(an_account_is_made_with_the_rights_that_were_asked_for)
{
	struct account account;
	struct account_new new = { .name = "ann", .email = "ann@example.org", .dashboard = true };

	act_as_cli(c);
	IS(account_make(c, &new, &account), OK);
	YES(account.dashboard && !account.admin);
	YES(holds(c, "(SELECT after = '{\"email\": \"ann@example.org\", \"admin\": false, "
		     "\"dashboard\": true}' FROM audit WHERE verb = 'account_add')"));
	IS(account_edit(c, "ann", &(struct account_change){ .email = "no address" }, &account),
	    ERR_INVALID);
	SAME(c->fault.field, "email");
	IS(account_edit(c, "ann", &(struct account_change){ .email = "" }, &account), OK);
	SAME(account.email, "");
}
