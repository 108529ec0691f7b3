/* Who may come in, with what: access, scopes, cross-site requests, bodies. */

#include <string.h>

#include "http/given.h"

CTX_TEST(dispatch_asks_for_an_account)
{
	struct resp w = get(c, nobody, "/people");

	IS(w.status, 401);
	SAME(resp_find(&w, "WWW-Authenticate"), "Bearer");
	SAME(w.body,
	    "{\"error\":{\"code\":\"unauthenticated\",\"field\":null,\"message\":\"Sign in "
	    "first.\"}}");
	IS(calls, 0);
	IS(get(c, person, "/people").status, 200);
	IS(get(c, person, "/admin").status, 403);
	IS(get(c, boss, "/admin").status, 200);
	IS(get(c, boss, "/closed").status, 403);
	IS(get(c, nobody, "/closed").status, 403);
}

CTX_TEST(dispatch_asks_tokens_for_their_scope)
{
	IS(get(c, token(SCOPE_ADMIN), "/people").status, 403); /* not for tokens */
	IS(get(c, token(SCOPE_READ), "/read").status, 200);
	IS(get(c, token(SCOPE_NONE), "/read").status, 403);
	IS(get(c, token(SCOPE_READ), "/hello").status, 200);
	struct resp w = put(
	    c, token(SCOPE_READ), POST, "/button", (struct question){ .body = NULL });
	IS(w.status, 403);
	HAS(w.body, "This needs a token with the scope run.");
	IS(calls, 0);
	IS(put(c, token(SCOPE_RUN), POST, "/button", (struct question){ .body = NULL }).status,
	    200);
	IS(get(c, token(SCOPE_ADMIN), "/admin").status, 403); /* the account is no administrator */
}

CTX_TEST(dispatch_wants_the_session_s_token_in_forms)
{
	const struct question right = { "csrf=right&a=1", form_type, NULL, NULL, 0 };
	const struct question wrong = { "csrf=wrong&a=1", form_type, NULL, NULL, 0 };
	const struct question none = { "a=1", form_type, NULL, NULL, 0 };
	const struct question empty = { "csrf=&a=1", form_type, NULL, NULL, 0 };
	const struct question twice = { "csrf=right&csrf=right", form_type, NULL, NULL, 0 };

	IS(put(c, person, POST, "/jobs/x", right).status, 200);
	struct resp w = put(c, person, POST, "/jobs/x", wrong);
	IS(w.status, 403);
	HAS(w.body, "\"field\":\"csrf\"");
	IS(put(c, person, POST, "/jobs/x", none).status, 403);
	IS(put(c, person, POST, "/jobs/x", empty).status, 403);
	IS(put(c, person, POST, "/jobs/x", twice).status, 403);
	without_csrf = true;
	IS(put(c, person, POST, "/jobs/x", empty).status, 403); /* nothing is not a token */
	without_csrf = false;
	IS(calls, 0);
	IS(put(c, token(SCOPE_WRITE), POST, "/jobs/x", none).status, 200);
	IS(put(c, person, DELETE, "/jobs/x", (struct question){ .body = NULL }).status, 403);
	IS(put(c, person, POST, "/sign-in", none).status, 200); /* the row says why */
}

CTX_TEST(dispatch_refuses_requests_from_other_sites)
{
	static const char *const origins[] = { "https://evil.example", "null",
		"http://localhost:8443", "https://localhost", "https://localhost:84430",
		"https://localhost:8443.evil.example", "https://localhost:8443/" };
	static const char *const sites[] = { "cross-site", "same-site", "Same-Origin", "x" };
	struct question q = { "csrf=right", form_type, NULL, NULL, 0 };

	for (size_t i = 0; i < LENGTH(origins); i++) {
		q.origin = origins[i];
		if (put(c, person, POST, "/jobs/x", q).status != 403 ||
		    put(c, nobody, POST, "/sign-in", q).status != 403)
			FAIL("takes the origin %s", origins[i]);
	}
	HAS(put(c, nobody, POST, "/sign-in", q).body, "Signalbox is at https://localhost:8443");
	q.origin = "https://localhost:8443";
	IS(put(c, person, POST, "/jobs/x", q).status, 200);
	IS(put(c, nobody, POST, "/sign-in", q).status, 200);
	for (size_t i = 0; i < LENGTH(sites); i++) {
		q.fetch_site = sites[i];
		if (put(c, person, POST, "/jobs/x", q).status != 403)
			FAIL("takes the site %s", sites[i]);
	}
	q.fetch_site = "none";
	IS(put(c, person, POST, "/jobs/x", q).status, 200);
	q.fetch_site = "cross-site";
	IS(put(c, token(SCOPE_WRITE), POST, "/jobs/x", q).status, 200); /* nothing to steal */
}

CTX_TEST(dispatch_takes_a_form_of_ours_under_any_name_that_the_browser_vouches_for)
{
	struct question q = { "csrf=right", form_type, "https://127.0.0.1:8443", "same-origin", 0,
		"127.0.0.1:8443" };

	IS(put(c, nobody, POST, "/sign-in", q).status, 200);
	IS(put(c, person, POST, "/jobs/x", q).status, 200);
	q.origin = NULL; /* and what a browser may leave out, it may leave out */
	IS(put(c, person, POST, "/jobs/x", q).status, 200);
	static const struct {
		const char *origin, *fetch_site, *host;
	} wrong[] = {
		{ "https://127.0.0.1:8443", NULL, "127.0.0.1:8443" },
		{ "https://127.0.0.1:8443", "none", "127.0.0.1:8443" },
		{ "https://127.0.0.1:8443", "cross-site", "127.0.0.1:8443" },
		{ "https://127.0.0.1:8443", "same-origin", "localhost:8443" },
		{ "http://127.0.0.1:8443", "same-origin", "127.0.0.1:8443" },
		{ "https://evil.example", "same-origin", "localhost:8443" },
		{ "https://", "same-origin", "" },
		{ "null", "same-origin", "null" },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		q.origin = wrong[i].origin;
		q.fetch_site = wrong[i].fetch_site;
		q.host = wrong[i].host;
		if (put(c, person, POST, "/jobs/x", q).status != 403 ||
		    put(c, nobody, POST, "/sign-in", q).status != 403)
			FAIL("case %zu is taken", i);
	}
}

CTX_TEST(dispatch_lets_a_browser_session_send_forms_only)
{
	struct question q = { "{}", json_type_, NULL, NULL, 0 };

	HAS(put(c, person, PUT, "/json", q).body, "This takes a token");
	IS(put(c, token(SCOPE_WRITE), PUT, "/json", q).status, 201);
	IS(put(c, person, POST, "/json-from-page", q).status, 403); /* and nobody said from where */
	q.fetch_site = "same-origin";
	HAS(put(c, person, PUT, "/json", q).body, "This takes a token");
	IS(put(c, person, POST, "/json-from-page", q).status, 201);
	q.fetch_site = "cross-site";
	IS(put(c, person, POST, "/json-from-page", q).status, 403);
}

CTX_TEST(dispatch_takes_a_button_for_a_route_without_body)
{
	IS(put(c, person, POST, "/button",
	       (struct question){ "csrf=right", form_type, NULL, NULL, 0 })
		.status,
	    200);
	IS(put(c, person, POST, "/button", (struct question){ .body = NULL }).status, 403);
	struct resp w = put(c, person, POST, "/button",
	    (struct question){ "csrf=right&x=1", form_type, NULL, NULL, 0 });
	IS(w.status, 422);
	HAS(w.body, "\"field\":\"x\"");
	w = put(c, token(SCOPE_RUN), POST, "/button",
	    (struct question){ "{}", json_type_, NULL, NULL, 0 });
	IS(w.status, 422);
	HAS(w.body, "\"field\":\"body\"");
	char *huge = arena_alloc(c->arena, 2001, 1);
	memset(huge, '&', 2000);
	w = put(c, token(SCOPE_RUN), POST, "/button",
	    (struct question){ huge, form_type, NULL, NULL, 0 });
	IS(w.status, 422);
	HAS(w.body, "\"field\":\"body\"");
}

CTX_TEST(dispatch_limits_and_types_bodies)
{
	struct actor writer = token(SCOPE_WRITE);
	char large[102] = "";

	memset(large, ' ', 101);
	large[0] = '1';
	IS(put(c, writer, PUT, "/json", (struct question){ large, json_type_, NULL, NULL, 100 })
		.status,
	    201);
	struct resp w = put(
	    c, writer, PUT, "/json", (struct question){ large, json_type_, NULL, NULL, 101 });
	IS(w.status, 413);
	HAS(w.body, "\"too_large\"");
	IS(put(c, writer, PUT, "/json", (struct question){ "{}", "text/plain", NULL, NULL, 0 })
		.status,
	    415);
	IS(put(c, writer, PUT, "/json", (struct question){ "{}", NULL, NULL, NULL, 0 }).status,
	    415);
	IS(put(c, writer, PUT, "/json", (struct question){ "{}", form_type, NULL, NULL, 0 }).status,
	    415);
	IS(put(c, writer, PUT, "/json", (struct question){ "", json_type_, NULL, NULL, 0 }).status,
	    400);
	IS(put(c, writer, PUT, "/json", (struct question){ "{", json_type_, NULL, NULL, 0 }).status,
	    400);
	IS(put(c, writer, POST, "/json-maybe", (struct question){ .body = NULL }).status, 201);
	IS(put(c, writer, POST, "/json-maybe", (struct question){ "{", json_type_, NULL, NULL, 0 })
		.status,
	    400);
	IS(put(c, writer, POST, "/jobs/x", (struct question){ "a=1", json_type_, NULL, NULL, 0 })
		.status,
	    415);
	w = put(c, writer, POST, "/jobs/x", (struct question){ "a=%ff", form_type, NULL, NULL, 0 });
	IS(w.status, 400);
	HAS(w.body, "\"field\":\"a\"");
	IS(put(c, nobody, POST, "/raw", (struct question){ "\xff\0=&%", "whatever", NULL, NULL, 5 })
		.status,
	    200);
	IS(put(c, nobody, POST, "/raw", (struct question){ "12345678901", NULL, NULL, NULL, 0 })
		.status,
	    413);
	IS(calls, 0);
}

CTX_TEST(dispatch_knows_media_types_with_their_charset)
{
	static const char *const good[] = { "application/json", "APPLICATION/JSON",
		"application/json; charset=utf-8", "application/json;charset=UTF-8",
		"application/json ; charset=\"utf-8\"", "application/merge-patch+json" };
	static const char *const bad[] = { "application/jsonx", "application/json; charset=latin1",
		"application/json x", "text/json", "application/json, text/plain" };

	for (size_t i = 0; i < LENGTH(good); i++)
		if (put(c, token(SCOPE_WRITE), PUT, "/json",
			(struct question){ "{}", good[i], NULL, NULL, 0 })
			.status != 201)
			FAIL("refuses %s", good[i]);
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (put(c, token(SCOPE_WRITE), PUT, "/json",
			(struct question){ "{}", bad[i], NULL, NULL, 0 })
			.status != 415)
			FAIL("takes %s", bad[i]);
}
