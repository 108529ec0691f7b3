/* Signing in and out, and what a browser of somebody else's making cannot do. */

#include "web/given_admin.h"
#include "web/who.h"

static struct caller visitor(void)
{
	return (struct caller){ .cookie = "" };
}

static void given_a_site(struct ctx *c)
{
	given_people(c);
	given_account_with_password(c, "paul");
}

/* Who comes back with the cookie that an answer has set. */
static struct caller with_cookie_of(struct ctx *c, const struct resp *w)
{
	const char *set = resp_find(w, "Set-Cookie");

	if (set == NULL) {
		FAIL("no cookie was set");
		return visitor();
	}
	return (struct caller){ .cookie = arena_strndup(c->arena, set, strcspn(set, ";")) };
}

/* The session's own token, as its forms carry it. */
static const char *csrf_of(struct ctx *c, const struct caller *who)
{
	return crypt_derive(c->arena, strchr(who->cookie, '=') + 1, "csrf");
}

static struct resp sign_in(
    struct ctx *c, const char *account, const char *password, const char *next)
{
	struct caller who = visitor();

	ask_site = &admin_site;
	return ask(c, &who, POST, "/sign-in", "account", account, "password", password, "next",
	    next, NULL);
}

static struct caller paul(struct ctx *c)
{
	struct resp w = sign_in(c, "paul", PASSWORD, "/");
	struct caller who = with_cookie_of(c, &w);

	who.csrf = csrf_of(c, &who);
	return who;
}

SITE_TEST(who_is_not_signed_in_is_led_to_the_form_and_back)
{
	struct caller who = visitor();

	given_a_site(c);
	struct resp w = ask(c, &who, GET, "/jobs?q=a%26b", NULL);
	IS(w.status, 302);
	SAME(resp_find(&w, "Location"), "/sign-in?next=/jobs%3Fq%3Da%2526b");
	w = ask(c, &who, POST, "/jobs/new", "name", "x", NULL);
	SAME(resp_find(&w, "Location"), "/sign-in?next=/jobs/new");
	HAS(PAGE(c, &who, 200, "/sign-in?next=/jobs%3Fq%3Da%2526b"), "value=\"/jobs?q=a%26b\"");
	w = sign_in(c, "paul", PASSWORD, "/jobs?q=a%26b");
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/jobs?q=a%26b");
}

SITE_TEST(a_sign_in_makes_a_cookie_that_only_this_host_sees)
{
	given_a_site(c);
	struct resp w = sign_in(c, "paul", PASSWORD, "/");
	const char *set = resp_find(&w, "Set-Cookie");
	YES(text_starts(set, "__Host-signalbox="));
	HAS(set, "; Path=/; Secure; HttpOnly; SameSite=Lax");
	LACKS(set, "Domain");
	struct caller who = with_cookie_of(c, &w);
	HAS(PAGE(c, &who, 200, "/account"), "<h1>paul</h1>");
	LACKS(w.body == NULL ? "" : w.body, strchr(who.cookie, '='));
}

SITE_TEST(a_sign_in_leads_only_to_this_site)
{
	static const char *const elsewhere[] = { "//example.com/", "https://example.com/",
		"/\\example.com", "javascript:alert(1)", "jobs", "/sign-in", "/jobs/../x", "" };

	given_a_site(c);
	for (size_t i = 0; i < LENGTH(elsewhere); i++) {
		struct resp w = sign_in(c, "paul", PASSWORD, elsewhere[i]);
		IS(w.status, 303);
		SAME(resp_find(&w, "Location"), "/");
	}
}

SITE_TEST(a_wrong_password_and_an_unknown_account_get_the_same_answer)
{
	given_a_site(c);
	struct resp wrong = sign_in(c, "paul", "not the password", "/");
	struct resp unknown = sign_in(c, "saul", "not the password", "/");
	IS(wrong.status, 401);
	IS(unknown.status, 401);
	YES(resp_find(&wrong, "Set-Cookie") == NULL);
	HAS(wrong.body, "role=\"alert\"");
	HAS(wrong.body, "name=\"account\" value=\"paul\"");
	LACKS(wrong.body, "not the password");
	/* The pages differ in what was typed, and in nothing else. */
	char *turned = arena_strdup(c->arena, unknown.body), *at = strstr(turned, "value=\"saul\"");
	YES(at != NULL);
	if (at != NULL)
		at[7] = 'p';
	SAME(turned, wrong.body);
}

SITE_TEST(sign_in_names_the_field_that_is_wrong)
{
	static const struct {
		const char *account, *password, *field;
	} cases[] = { { "", "x", "Account" }, { "a\nb", "x", "Account" },
		{ "paul", "", "Password" } };
	struct caller who = visitor();

	given_a_site(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = sign_in(c, cases[i].account, cases[i].password, "/");
		IS(w.status, 422);
		HAS(w.body, cases[i].field);
	}
	struct resp incomplete = ask(c, &who, POST, "/sign-in", "account", "paul", NULL);
	IS(incomplete.status, 422);
	HAS(incomplete.body, ">Password: is missing<");
	IS(ask(c, &who, POST, "/sign-in", "account", "paul", "account", "x", "password", "y", NULL)
		.status,
	    422);
	IS(ask(c, &who, POST, "/sign-in", "account", "paul", "password", "y", "admin", "1", NULL)
		.status,
	    422);
}

SITE_TEST(knocking_too_often_is_answered_with_429_before_the_password_is_looked_at)
{
	struct resp w = { .status = 0 };

	given_a_site(c);
	for (int i = 0; i < 40 && w.status != 429; i++) {
		w = sign_in(c, "paul", "x", "/");
		/* Refused requests are rolled back here, which a real knock is not: knock from
		 * inside. */
		act_as_cli(c);
		c->actor.address = "192.0.2.1";
		const char *token;
		(void)!session_sign_in(c, "paul", "wrong", "check", &token);
	}
	IS(w.status, 429);
	HAS(w.body, "role=\"alert\"");
	YES(resp_find(&w, "Retry-After") != NULL);
	w = sign_in(c, "paul", PASSWORD, "/");
	IS(w.status, 429);
}

SITE_TEST(sign_out_ends_the_session_and_takes_the_cookie_away)
{
	given_a_site(c);
	struct caller who = paul(c);
	PAGE(c, &who, 200, "/account");
	struct resp w = ask(c, &who, POST, "/sign-out", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/sign-in");
	HAS(resp_find(&w, "Set-Cookie"), "__Host-signalbox=; Max-Age=0;");
	IS(ask(c, &who, GET, "/account", NULL).status, 302);
}

SITE_TEST(who_is_signed_in_does_not_see_the_form)
{
	given_a_site(c);
	struct caller who = paul(c);
	struct resp w = ask(c, &who, GET, "/sign-in?next=/runs", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/runs");
}

SITE_TEST(a_revoked_session_is_refused_on_its_next_request)
{
	given_a_site(c);
	struct caller here = paul(c), there = paul(c);
	const char *text = PAGE(c, &here, 200, "/account");
	const char *revoke = strstr(text, "/account/sessions/");
	HAS(text, "this one");
	if (revoke == NULL) {
		FAIL("no button to revoke");
		return;
	}
	revoke = arena_strndup(c->arena, revoke, strcspn(revoke, "\""));
	IS(ask(c, &here, POST, revoke, NULL).status, 303);
	IS(ask(c, &there, GET, "/", NULL).status, 302);
	PAGE(c, &here, 200, "/");
	IS(ask(c, &here, POST, "/account/sessions/999999999/revoke", NULL).status, 404);
}

SITE_TEST(a_disabled_account_is_refused_on_its_next_request)
{
	given_a_site(c);
	struct caller who = paul(c);
	PAGE(c, &who, 200, "/");
	act_as_cli(c);
	IS(account_disable(c, "paul", true), OK);
	IS(ask(c, &who, GET, "/", NULL).status, 302);
	IS(sign_in(c, "paul", PASSWORD, "/").status, 401);
}

SITE_TEST(a_form_without_its_token_changes_nothing)
{
	static const char *const tokens[] = { "", "x", "the-csrf-token-of-this-test" };

	given_a_site(c);
	act_as_cli(c);
	IS(team_member(c, "ops", "paul", ROLE_EDITOR), OK);
	given_ops_job(c, "hello", SHELL_JOB);
	struct caller who = paul(c);
	const char *right = who.csrf;
	for (size_t i = 0; i < LENGTH(tokens); i++) {
		who.csrf = tokens[i];
		IS(ask(c, &who, POST, "/jobs/hello/disable", NULL).status, 403);
		IS(ask(c, &who, POST, "/sign-out", NULL).status, 403);
	}
	who.csrf = right;
	YES(holds(c, "NOT (SELECT disabled FROM job WHERE name = 'hello')"));
	IS(ask(c, &who, POST, "/jobs/hello/disable", NULL).status, 303);
}

SITE_TEST(a_form_from_another_site_changes_nothing)
{
	static const struct caller strangers[] = {
		{ .origin = "https://example.com" },
		{ .origin = "null" },
		{ .fetch_site = "cross-site" },
		{ .fetch_site = "same-site" },
	};

	given_a_site(c);
	struct caller who = paul(c);
	for (size_t i = 0; i < LENGTH(strangers); i++) {
		struct caller forged = who;
		forged.origin = strangers[i].origin;
		forged.fetch_site = strangers[i].fetch_site;
		IS(ask(c, &forged, POST, "/sign-out", NULL).status, 403);
		forged.cookie = "";
		IS(ask(c, &forged, POST, "/sign-in", "account", "paul", "password", PASSWORD, NULL)
			.status,
		    403);
	}
	PAGE(c, &who, 200, "/");
}

SITE_TEST(broken_credentials_are_nobody)
{
	static const char *const cookies[] = { "__Host-signalbox=", "__Host-signalbox=x",
		"__Host-signalbox=%00", "signalbox=x", "__Host-signalbox=a; __Host-signalbox=b" };

	given_a_site(c);
	for (size_t i = 0; i < LENGTH(cookies); i++) {
		struct caller who = { .cookie = cookies[i] };
		IS(ask(c, &who, GET, "/", NULL).status, 302);
	}
	struct caller who = paul(c);
	who.authorization = "Bearer sb_unknown";
	IS(ask(c, &who, GET, "/", NULL).status, 302); /* no falling back on the cookie */
}

SITE_TEST(a_token_opens_no_page)
{
	const char *text = "";

	given_a_site(c);
	act_as(c, "paul");
	IS(token_add(c, c->actor.account_id, "t", SCOPE_WRITE, 1, &text), OK);
	struct caller who = { .cookie = "",
		.authorization = arena_printf(c->arena, "Bearer %s", text) };
	IS(ask(c, &who, GET, "/jobs", NULL).status, 403);
}
