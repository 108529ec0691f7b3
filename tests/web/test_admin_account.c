/* What people set for themselves. */

#include "web/given_admin.h"

SITE_TEST(preferences_are_kept_and_shown)
{
	given_people(c);
	struct resp w = ask(
	    c, by(c, "vera"), POST, "/account", "timezone", "Europe/Madrid", "theme", "dark", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/account?done=saved");
	const char *page = PAGE(c, by(c, "vera"), 200, "/account?done=saved");
	HAS(page, "data-zone=\"Europe/Madrid\" data-keys=\"off\" data-theme=\"dark\"");
	HAS(page, "Times in Europe/Madrid");
	HAS(page, "<option value=\"dark\" selected>");
	IS(ask(c, by(c, "vera"), POST, "/account", "timezone", "UTC", "theme", "system", "keys",
	       "on", NULL)
		.status,
	    303);
	LACKS(PAGE(c, by(c, "vera"), 200, "/account"), "data-theme");
}

SITE_TEST(who_chose_no_zone_reads_in_the_browsers)
{
	static const char *const cases[][3] = { { "", "Europe/Madrid",
						    "data-zone=\"Europe/Madrid\"" },
		{ "", "../../etc/passwd", "data-zone=\"UTC\"" }, { "", "", "data-zone=\"UTC\"" },
		{ "", "Europe/Madrid; __Host-signalbox-zone=Asia/Tokyo", "data-zone=\"UTC\"" },
		{ "UTC", "Europe/Madrid", "data-zone=\"UTC\"" },
		{ "Asia/Tokyo", "Europe/Madrid", "data-zone=\"Asia/Tokyo\"" } };
	const char *token;

	given_people(c);
	given_account_with_password(c, "paul");
	act_as_cli(c);
	IS(session_sign_in(c, "paul", PASSWORD, "check", &token), OK);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct caller paul = { .cookie = arena_printf(c->arena,
					   "__Host-signalbox=%s; __Host-signalbox-zone=%s", token,
					   cases[i][1]),
			.csrf = crypt_derive(c->arena, token, "csrf") };
		IS(ask(c, &paul, POST, "/account", "timezone", cases[i][0], "theme", "system", NULL)
			.status,
		    303);
		HAS(PAGE(c, &paul, 200, "/account"), cases[i][2]);
	}
}

SITE_TEST(wrong_preferences_are_refused_and_kept_in_the_form)
{
	static const char *const cases[][2] = { { "Europe/Nowhere", "dark" },
		{ "../../etc/passwd", "dark" }, { "Europe/Madrid\n", "dark" }, { "UTC", "mauve" } };

	given_people(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = ask(c, by(c, "vera"), POST, "/account", "timezone", cases[i][0],
		    "theme", cases[i][1], NULL);
		IS(w.status, 422);
		HAS(w.body, "role=\"alert\"");
		YES(view_missing() == NULL);
	}
	HAS(ask(c, by(c, "vera"), POST, "/account", "timezone", "Europe/Nowhere", "theme", "dark",
		NULL)
		.body,
	    "value=\"Europe/Nowhere\" aria-invalid=\"true\"");
	IS(ask(c, by(c, "vera"), POST, "/account", "timezone", "UTC", NULL).status, 422);
	IS(ask(c, by(c, "vera"), POST, "/account", "timezone", "UTC", "theme", "dark", "admin", "1",
	       NULL)
		.status,
	    422);
	static const char *const keys[] = { "", "off", "true", "On" };
	for (size_t i = 0; i < LENGTH(keys); i++)
		IS(ask(c, by(c, "vera"), POST, "/account", "timezone", "UTC", "theme", "dark",
		       "keys", keys[i], NULL)
			.status,
		    422);
	YES(holds(
	    c, "(SELECT timezone = '' AND theme = 'system' FROM account WHERE name = 'vera')"));
}

SITE_TEST(a_token_is_shown_once_and_opens_nothing_after_it_was_revoked)
{
	given_people(c);
	struct resp w = ask(c, by(c, "vera"), POST, "/account/tokens", "name", "deploy <b>",
	    "scope", "read", "days", "30", NULL);
	IS(w.status, 200);
	HAS(w.body, "Token “deploy &lt;b&gt;” is made");
	const char *at = strstr(w.body, ">sb_");
	YES(at != NULL);
	const char *text = at == NULL ? "" : arena_strndup(c->arena, at + 1, strcspn(at + 1, "<"));
	const char *page = PAGE(c, by(c, "vera"), 200, "/account");
	HAS(page, "deploy &lt;b&gt;");
	LACKS(page, text);
	act_as_cli(c);
	IS(token_actor(c, text), OK);
	const char *revoke = strstr(page, "/account/tokens/");
	revoke = arena_strndup(c->arena, revoke, strcspn(revoke, "\""));
	IS(ask(c, by(c, "otto"), POST, revoke, NULL).status, 404);
	w = ask(c, by(c, "vera"), POST, revoke, NULL);
	SAME(resp_find(&w, "Location"), "/account?done=revoked");
	IS(token_actor(c, text), ERR_UNAUTHENTICATED);
}

SITE_TEST(a_token_that_cannot_be_is_refused_and_what_was_typed_kept)
{
	static const char *const cases[][3] = { { "", "read", "30" }, { "a\nb", "read", "30" },
		{ "x", "everything", "30" }, { "x", "admin", "30" }, { "x", "read", "0" },
		{ "x", "read", "366" }, { "x", "read", "ten" }, { "x", "read", "" } };

	given_people(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = ask(c, by(c, "vera"), POST, "/account/tokens", "name", cases[i][0],
		    "scope", cases[i][1], "days", cases[i][2], NULL);
		if (w.status != 422 && w.status != 403)
			FAIL("case %zu gave %d", i, w.status);
		LACKS(w.body, ">sb_");
		HAS(w.body, "Not done. ");
		if (w.status == 422)
			HAS(w.body,
			    arena_printf(c->arena, "max=\"365\" value=\"%s\"", cases[i][2]));
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM token)"));
}

SITE_TEST(a_password_is_changed_by_who_knows_it)
{
	given_people(c);
	given_account_with_password(c, "paul");
	struct resp w = ask(c, by(c, "paul"), POST, "/account/password", "current", "wrong",
	    "password", "a much better one", NULL);
	IS(w.status, 422);
	HAS(w.body, "id=\"e-new\"");
	LACKS(w.body, "a much better one");
	IS(ask(c, by(c, "paul"), POST, "/account/password", "current", PASSWORD, "password",
	       "short", NULL)
		.status,
	    422);
	IS(ask(c, by(c, "paul"), POST, "/account/password", "current", PASSWORD, NULL).status, 422);
	w = ask(c, by(c, "paul"), POST, "/account/password", "current", PASSWORD, "password",
	    "a much better one", NULL);
	IS(w.status, 303);
	const char *token;
	act_as_cli(c);
	IS(session_sign_in(c, "paul", "a much better one", "check", &token), OK);
}

SITE_TEST(other_sessions_can_be_revoked_all_at_once)
{
	given_people(c);
	given_account_with_password(c, "paul");
	const char *tokens[3];
	for (size_t i = 0; i < 3; i++) {
		act_as_cli(c);
		IS(session_sign_in(
		       c, "paul", PASSWORD, "Mozilla/5.0 (X11; Linux) Firefox/130.0", &tokens[i]),
		    OK);
	}
	struct caller here = { .cookie = arena_printf(c->arena, "__Host-signalbox=%s", tokens[0]),
		.csrf = crypt_derive(c->arena, tokens[0], "csrf") };
	HAS(PAGE(c, &here, 200, "/account"), "Revoke the 2 others");
	HAS(PAGE(c, &here, 200, "/account"), "Firefox on Linux");
	IS(ask(c, &here, POST, "/account/sessions/revoke-others", NULL).status, 303);
	LACKS(PAGE(c, &here, 200, "/account"), "Revoke the");
	IS(session_actor(c, tokens[1]), ERR_UNAUTHENTICATED);
}
