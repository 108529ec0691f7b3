/* The pages of teams and accounts. */

#include "web/given_admin.h"

/* marta is the admin; mona manages ops. */
static void given_more_people(struct ctx *c)
{
	given_people(c);
	given_team(c, "billing");
	given_member(c, "ops", "mona", ROLE_MANAGER);
}

static int post(struct ctx *c, const char *who, const char *target, const char *a, const char *x,
    const char *b, const char *y)
{
	int status = ask(c, by(c, who), POST, target, a, x, b, y, NULL).status;

	if (view_missing() != NULL)
		FAIL("%s: a marker is missing", target);
	return status;
}

SITE_TEST(teams_are_listed_with_what_one_is_there)
{
	given_more_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	const char *page = PAGE(c, by(c, "marta"), 200, "/teams");
	HAS(page, "href=\"/teams/billing\"");
	HAS(page, "href=\"/jobs?team=ops\">1<");
	HAS(page, "New team");
	HAS(page, "href=\"/teams\" aria-current=\"page\"");
	HAS(page, "href=\"/accounts\">Accounts");
	page = PAGE(c, by(c, "edith"), 200, "/teams");
	HAS(page, "<td>editor</td>");
	LACKS(page, "billing");
	LACKS(page, "New team");
	LACKS(page, "href=\"/accounts\"");
	HAS(PAGE(c, by(c, "nora"), 200, "/teams"), "You are in no team");
	HAS(PAGE(c, by(c, "marta"), 200, "/teams?q=bill"), "1 team on this page");
	HAS(PAGE(c, by(c, "marta"), 200, "/teams?q=%3Cb%3E"), "No team matches “&lt;b&gt;”");
	PAGE(c, by(c, "marta"), 422, "/teams?after=%27");
}

SITE_TEST(a_team_is_made_changed_renamed_and_deleted_on_its_page)
{
	given_more_people(c);
	struct resp w = ask(
	    c, by(c, "marta"), POST, "/teams", "name", "data", "description", "Numbers <b>", NULL);
	SAME(resp_find(&w, "Location"), "/teams/data?done=saved");
	IS(post(c, "marta", "/teams", "name", "data", "description", ""), 409);
	IS(post(c, "marta", "/teams", "name", "Bad Name", "description", ""), 422);
	IS(post(c, "mona", "/teams", "name", "mine", "description", ""), 403);
	const char *page = PAGE(c, by(c, "marta"), 200, "/teams/data");
	HAS(page, "Numbers &lt;b&gt;");
	HAS(page, "Delete the team data?");
	w = ask(c, by(c, "marta"), POST, "/teams/data", "description", "x", "keep_days", "30",
	    "keep_runs", "", "drift", "adopt", NULL);
	IS(w.status, 303);
	HAS(PAGE(c, by(c, "marta"), 200, "/teams/data"),
	    "name=\"keep_days\" inputmode=\"numeric\" value=\"30\"");
	w = ask(c, by(c, "marta"), POST, "/teams/data", "description", "y", "keep_days", "soon",
	    "keep_runs", "", "drift", "", NULL);
	IS(w.status, 422);
	HAS(w.body, "value=\"soon\"");
	HAS(w.body, "Not done. Keep runs, days: must be a whole number");
	w = ask(c, by(c, "marta"), POST, "/teams/data/rename", "name", "numbers", NULL);
	SAME(resp_find(&w, "Location"), "/teams/numbers?done=saved");
	PAGE(c, by(c, "marta"), 404, "/teams/data");
	IS(ask(c, by(c, "marta"), POST, "/teams/numbers/rename", "name", "ops", NULL).status, 409);
	w = ask(c, by(c, "marta"), POST, "/teams/numbers/delete", NULL);
	SAME(resp_find(&w, "Location"), "/teams?done=team-deleted");
	given_ops_job(c, "hello", SHELL_JOB);
	HAS(PAGE(c, by(c, "marta"), 200, "/teams/ops"), "ops cannot be deleted yet");
	IS(ask(c, by(c, "marta"), POST, "/teams/ops/delete", NULL).status, 409);
	IS(ask(c, by(c, "mona"), POST, "/teams/ops/delete", NULL).status, 403);
}

SITE_TEST(managers_look_after_members_on_the_page_and_others_only_look)
{
	given_more_people(c);
	const char *page = PAGE(c, by(c, "mona"), 200, "/teams/ops");
	HAS(page, "Add a member");
	HAS(page, "you: changed by another manager or an admin");
	LACKS(page, "Rename");
	LACKS(page, "popovertarget=\"delete\"");
	page = PAGE(c, by(c, "vera"), 200, "/teams/ops");
	LACKS(page, "Add a member");
	LACKS(page, "/teams/ops/members");
	HAS(page, "Runs are kept");
	PAGE(c, by(c, "mona"), 404, "/teams/billing");
	PAGE(c, by(c, "nora"), 404, "/teams/ops");
	IS(post(c, "mona", "/teams/ops/members", "account", "nora", "role", "editor"), 303);
	HAS(PAGE(c, by(c, "nora"), 200, "/teams/ops"), "you are editor");
	IS(post(c, "mona", "/teams/ops/members", "account", "nora", "role", "none"), 303);
	PAGE(c, by(c, "nora"), 404, "/teams/ops");
	IS(post(c, "mona", "/teams/ops/members", "account", "mona", "role", "none"), 409);
	IS(post(c, "mona", "/teams/ops/members", "account", "nobody", "role", "viewer"), 422);
	IS(post(c, "mona", "/teams/ops/members", "account", "<b>", "role", "viewer"), 422);
	IS(post(c, "mona", "/teams/ops/members", "account", "nora", "role", "boss"), 422);
	IS(post(c, "mona", "/teams/ops/members", "account", "marta", "role", "viewer"), 403);
	IS(post(c, "mona", "/teams/billing/members", "account", "nora", "role", "viewer"), 404);
	IS(post(c, "edith", "/teams/ops/members", "account", "nora", "role", "viewer"), 403);
	IS(ask(c, by(c, "edith"), POST, "/teams/ops", "description", "", "keep_days", "",
	       "keep_runs", "", "drift", "", NULL)
		.status,
	    403);
}

SITE_TEST(accounts_are_listed_for_admins)
{
	given_more_people(c);
	const char *page = PAGE(c, by(c, "marta"), 200, "/accounts");
	HAS(page, "href=\"/accounts/edith\"");
	HAS(page, "<a href=\"/teams/ops\">ops</a> <small>editor</small>");
	HAS(page, ">never<");
	HAS(page, "aria-current=\"true\">All <b>6</b>");
	page = PAGE(c, by(c, "marta"), 200, "/accounts?right=admin");
	HAS(page, "aria-current=\"true\">Admins <b>1</b>");
	LACKS(page, "edith");
	LACKS(PAGE(c, by(c, "marta"), 200, "/accounts?team=ops&q=e"), "nora");
	HAS(PAGE(c, by(c, "marta"), 200, "/accounts?state=disabled"), "No account is like that");
	PAGE(c, by(c, "marta"), 422, "/accounts?right=all");
	PAGE(c, by(c, "mona"), 403, "/accounts");
	PAGE(c, by(c, "mona"), 403, "/accounts/marta");
	PAGE(c, by(c, "marta"), 404, "/accounts/nobody");
}

static const char *made_password(struct ctx *c, const char *body)
{
	const char *at = strstr(body == NULL ? "" : body, "<code class=\"token\">");

	YES(at != NULL);
	at = at == NULL ? "" : at + strlen("<code class=\"token\">");
	return arena_strndup(c->arena, at, strcspn(at, "<"));
}

SITE_TEST(an_account_is_made_with_a_password_that_is_shown_once)
{
	const char *token = NULL;

	given_more_people(c);
	struct resp w = ask(c, by(c, "marta"), POST, "/accounts", "name", "paula", "email",
	    "p@example.org", "password", "", "dashboard", "on", NULL);
	IS(w.status, 200);
	HAS(w.body, "The account paula is made");
	const char *password = made_password(c, w.body);
	act_as_cli(c);
	IS(session_sign_in(c, "paula", password, "", &token), OK);
	LACKS(PAGE(c, by(c, "marta"), 200, "/accounts"), password);
	w = ask(c, by(c, "marta"), POST, "/accounts", "name", "petra", "email", "", "password",
	    PASSWORD, NULL);
	HAS(w.body, "with the password that you set");
	LACKS(w.body, PASSWORD);
	w = ask(c, by(c, "marta"), POST, "/accounts", "name", "paula", "email", "x@example.org",
	    "password", "", NULL);
	IS(w.status, 409);
	HAS(w.body, "value=\"x@example.org\"");
	LACKS(w.body, "class=\"token\"");
	IS(ask(c, by(c, "marta"), POST, "/accounts", "name", "x", "email", "x", "password", "",
	       NULL)
		.status,
	    422);
	IS(ask(c, by(c, "mona"), POST, "/accounts", "name", "x", "email", "", "password", "", NULL)
		.status,
	    403);
}

SITE_TEST(an_admin_changes_rights_and_takes_sessions_and_tokens)
{
	const char *session = NULL, *token = NULL;
	int64_t id;

	given_more_people(c);
	id = given_account_with_password(c, "paul");
	IS(session_sign_in(c, "paul", PASSWORD, "Mozilla/5.0 (X11; Linux) Firefox/130.0", &session),
	    OK);
	IS(token_add(c, id, "ci", SCOPE_READ, 5, &token), OK);
	const char *page = PAGE(c, by(c, "marta"), 200, "/accounts/paul");
	HAS(page, "Firefox on Linux");
	HAS(page, "/accounts/paul/tokens/");
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul", "email", "p@example.org", "dashboard",
	       "on", NULL)
		.status,
	    303);
	page = PAGE(c, by(c, "marta"), 200, "/accounts/paul?done=saved");
	HAS(page, "name=\"dashboard\" value=\"on\" checked");
	LACKS(page, "name=\"admin\" value=\"on\" checked");
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul", "email", "nobody", NULL).status, 422);
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul", "email", "", "admin", "1", NULL).status,
	    422);
	IS(post(c, "marta", "/accounts/paul/teams", "team", "billing", "role", "editor"), 303);
	HAS(PAGE(c, by(c, "marta"), 200, "/accounts/paul"), "href=\"/teams/billing\"");
	IS(post(c, "marta", "/accounts/paul/teams", "team", "billing", "role", "none"), 303);
	IS(post(c, "marta", "/accounts/paul/teams", "team", "billing", "role", "x"), 422);
	const char *revoke = strstr(page, "/accounts/paul/tokens/");
	revoke = arena_strndup(c->arena, revoke, strcspn(revoke, "\""));
	IS(ask(c, by(c, "marta"), POST, revoke, NULL).status, 303);
	IS(token_actor(c, token), ERR_UNAUTHENTICATED);
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul/sign-out", NULL).status, 303);
	IS(session_actor(c, session), ERR_UNAUTHENTICATED);
	HAS(PAGE(c, by(c, "marta"), 200, "/accounts/paul"), "Not signed in anywhere");
	struct resp w = ask(
	    c, by(c, "marta"), POST, "/accounts/paul/password", "password", "", NULL);
	const char *password = made_password(c, w.body);
	act_as_cli(c);
	IS(session_sign_in(c, "paul", password, "", &session), OK);
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul/password", "password", "short", NULL)
		.status,
	    422);
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul/disable", NULL).status, 303);
	IS(session_actor(c, session), ERR_UNAUTHENTICATED);
	HAS(PAGE(c, by(c, "marta"), 200, "/accounts/paul"), ">Enable<");
	IS(ask(c, by(c, "marta"), POST, "/accounts/paul/enable", NULL).status, 303);
}

SITE_TEST(an_admin_does_not_lock_himself_out_on_the_page)
{
	given_more_people(c);
	const char *page = PAGE(c, by(c, "marta"), 200, "/accounts/marta");
	HAS(page, "so that you do not lock yourself out");
	LACKS(page, "/accounts/marta/disable");
	IS(ask(c, by(c, "marta"), POST, "/accounts/marta/disable", NULL).status, 409);
	struct resp w = ask(c, by(c, "marta"), POST, "/accounts/marta", "email", "", NULL);
	IS(w.status, 409);
	HAS(w.body, "another admin can");
	YES(holds(c, "(SELECT admin AND disabled_at IS NULL FROM account WHERE name = 'marta')"));
}

SITE_TEST(my_page_names_my_teams_and_offers_the_scope_admin_to_managers)
{
	given_more_people(c);
	const char *page = PAGE(c, by(c, "mona"), 200, "/account");
	HAS(page, "manager in <a href=\"/teams/ops\">ops</a>");
	HAS(page, "<option value=\"admin\"");
	LACKS(PAGE(c, by(c, "edith"), 200, "/account"), "<option value=\"admin\"");
}

SITE_TEST(a_team_says_on_its_page_what_must_be_approved)
{
	given_more_people(c);
	const char *page = PAGE(c, by(c, "mona"), 200, "/teams/ops");
	HAS(page, "No approval is needed");
	struct resp w = ask(c, by(c, "mona"), POST, "/teams/ops/approvals", "approvals", "2", "who",
	    "role:editor", "edit", "on", "run", "on", NULL);
	IS(w.status, 303);
	page = PAGE(c, by(c, "edith"), 200, "/teams/ops");
	HAS(page, "2 other people");
	HAS(page, "is changed, is run by hand");
	HAS(page, "its editors, and who is more");
	LACKS(page, "approval-form");
	/* Less is for admins. */
	w = ask(c, by(c, "mona"), POST, "/teams/ops/approvals", "approvals", "1", "who",
	    "role:editor", "edit", "on", "run", "on", NULL);
	IS(w.status, 403);
	w = ask(
	    c, by(c, "marta"), POST, "/teams/ops/approvals", "approvals", "1", "who", "x", NULL);
	IS(w.status, 422);
	HAS(w.body, "must be one of those on the page");
	IS(ask(c, by(c, "edith"), POST, "/teams/ops/approvals", "approvals", "3", "who",
	       "role:editor", NULL)
		.status,
	    403);
}

SITE_TEST(groups_are_made_changed_and_deleted_on_their_pages)
{
	given_more_people(c);
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/groups"), "There is no group yet");
	struct resp w = ask(c, by(c, "marta"), POST, "/settings/groups", "name", "release",
	    "description", "who ships", "members", "mona,\nedith", NULL);
	IS(w.status, 303);
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/groups"), "edith mona");
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/groups/release"), ">edith mona</textarea>");
	(void)PAGE(c, by(c, "marta"), 404, "/settings/groups/other");
	w = ask(c, by(c, "marta"), POST, "/settings/groups", "name", "Bad Name", "description", "",
	    "members", "", NULL);
	IS(w.status, 422);
	HAS(w.body, "value=\"Bad Name\"");
	w = ask(c, by(c, "marta"), POST, "/settings/groups/release", "version", "1", "description",
	    "x", "members", "nobody-such", NULL);
	IS(w.status, 422);
	HAS(w.body, "nobody-such</textarea>");
	w = ask(c, by(c, "marta"), POST, "/teams/ops/approvals", "approvals", "1", "who",
	    "group:release", "edit", "on", NULL);
	IS(w.status, 303);
	HAS(PAGE(c, by(c, "edith"), 200, "/teams/ops"), "members of the group release");
	IS(ask(c, by(c, "marta"), POST, "/settings/groups/release/delete", NULL).status, 409);
	w = ask(c, by(c, "marta"), POST, "/teams/ops/approvals", "approvals", "0", "who",
	    "role:manager", "edit", "on", NULL);
	IS(w.status, 303);
	IS(ask(c, by(c, "marta"), POST, "/settings/groups/release/delete", NULL).status, 303);
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/groups"), "There is no group yet");
	IS(ask(c, by(c, "mona"), GET, "/settings/groups", NULL).status, 403);
}
