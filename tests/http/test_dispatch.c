/* The way through dispatch(), seen from outside: routes, answers, log. */

#include <string.h>

#include "http/given.h"

CTX_TEST(dispatch_finds_the_first_row_that_fits)
{
	SAME(get(c, nobody, "/hello").body, "hello");
	SAME(get(c, nobody, "/jobs/x-1").body, "x-1");
	SAME(get(c, person, "/jobs/new").body, "hello");
	SAME(get(c, nobody, "/rest/a/b").body, "a/b");
	SAME(get(c, nobody, "/rest/").body, "");
	SAME(get(c, nobody, "/jobs/na%C3%AFve").body, "na\xc3\xafve");
	SAME(get(c, nobody, "/deep/x/y/z").body,
	    "x"); /* nothing is left of a row that did not fit */
	IS(get(c, nobody, "/jobs/").status, 404);
	IS(get(c, nobody, "/jobs").status, 404);
	IS(get(c, nobody, "/jobs/x/").status, 404);
	IS(get(c, nobody, "/rest").status, 404);
	IS(get(c, nobody, "/hello/").status, 404);
	IS(get(c, nobody, "/hellox").status, 404);
	IS(get(c, nobody, "/hell").status, 404);
	IS(get(c, nobody, "/a/../hello").status, 400);
}

CTX_TEST(dispatch_reads_positive_numbers_from_the_path)
{
	struct resp w = get(c, nobody, "/numbers/41");

	IS(w.status, 303);
	SAME(resp_find(&w, "location"), "/numbers/42");
	IS(get(c, nobody, "/numbers/0").status, 404);
	IS(get(c, nobody, "/numbers/-1").status, 404);
	IS(get(c, nobody, "/numbers/1x").status, 404);
	IS(get(c, nobody, "/numbers/99999999999999999999").status, 404);
}

CTX_TEST(dispatch_says_which_methods_an_address_takes)
{
	struct resp w = put(c, person, PUT, "/jobs/x", (struct question){ .body = NULL });

	IS(w.status, 405);
	SAME(resp_find(&w, "Allow"), "GET, HEAD, POST, DELETE");
	HAS(w.body, "\"method_not_allowed\"");
	IS(put(c, person, METHOD_OTHER, "/hello", (struct question){ .body = NULL }).status, 405);
	IS(put(c, person, POST, "/nowhere", (struct question){ .body = NULL }).status, 404);
	IS(calls, 0);
}

CTX_TEST(dispatch_never_sends_a_header_with_control_characters)
{
	struct resp w = get(c, nobody, "/bad-header");

	IS(w.status, 500);
	YES(resp_find(&w, "X-Name") == NULL);
	LACKS(w.body, "never sent");
	IS(get(c, nobody, "/elsewhere").status, 500);
	IS(get(c, nobody, "/many-headers").status, 500);
}

CTX_TEST(dispatch_keeps_answers_out_of_caches)
{
	struct resp w = get(c, nobody, "/hello");

	SAME(resp_find(&w, "Cache-Control"), "no-store");
	IS((int64_t)w.len, 5);
	w = get(c, nobody, "/nowhere");
	SAME(resp_find(&w, "Cache-Control"), "no-store");
	w = get(c, nobody, "/cached");
	SAME(resp_find(&w, "Cache-Control"), "max-age=60");
	IS((int64_t)w.nheaders, 1);
}

CTX_TEST(dispatch_hides_what_a_bug_says)
{
	struct resp w = get(c, nobody, "/bug");

	IS(w.status, 500);
	LACKS(w.body, "secret");
	SAME(w.body, "{\"error\":{\"code\":\"internal\",\"field\":null,\"message\":"
		     "\"Something went wrong. It is in the log under test.\"}}");
}

CTX_TEST(dispatch_writes_one_line_a_request)
{
	get(c, person, "/people?q=secret");
	HAS(log_text, "level=info event=request pool=check pid=");
	HAS(log_text, " req=test method=GET path=/people status=200 took_us=");
	HAS(log_text, " bytes=5 account=ann\n");
	LACKS(log_text, "secret");
	get(c, nobody, "/token/sesame");
	HAS(log_text, " path=\"/token/{token}\" status=200 ");
	LACKS(log_text, "sesame");
	get(c, nobody, "/bug");
	HAS(log_text, "level=error event=internal ");
	HAS(log_text, "detail=\"SELECT secret FROM secrets\"");
	HAS(log_text, " status=500 ");
	put(c, person, METHOD_OTHER, "/people", (struct question){ .body = NULL });
	HAS(log_text, " method=other ");
}

CTX_TEST(dispatch_says_when_to_come_back)
{
	struct resp w = get(c, nobody, "/away");

	IS(w.status, 503);
	SAME(resp_find(&w, "Retry-After"), "5");
	w = get(c, nobody, "/too-many");
	IS(w.status, 429);
	SAME(resp_find(&w, "Retry-After"), "17");
	HAS(w.body, "\"field\":\"account\"");
}

CTX_TEST(dispatch_answers_public_pages_when_nobody_can_say_who_asks)
{
	who_fails = ERR_UNAVAILABLE;
	IS(get(c, person, "/hello").status, 200);
	HAS(log_text, "event=who_unknown ");
	SAME(get(c, person, "/me").body, "/"); /* nobody, and not half of somebody */
	IS(get(c, person, "/people").status, 503);
	who_fails = OK;
	SAME(get(c, person, "/me").body, "ann/right");
}

CTX_TEST(dispatch_takes_a_site_without_accounts)
{
	static const struct site open = { "open", routes, LENGTH(routes), NULL, NULL };
	struct req *r = arena_new(c->arena, struct req);
	struct resp w;

	r->ctx = c;
	r->method = GET;
	c->actor = nobody;
	IS(req_target(r, "/people"), OK);
	dispatch(&open, r, &w);
	IS(w.status, 401);
}

static void refuse_in_words(struct req *r, enum err e, struct resp *w)
{
	if (e == ERR_UNAUTHENTICATED) {
		w->status = 302;
		resp_header(r, w, "Location", "/sign-in");
		return;
	}
	if (e == ERR_NOT_FOUND)
		resp_header(r, w, "X-Bad", "\n");
	w->status = status_of(e);
	w->body = arena_printf(r->ctx->arena, "<h1>%s</h1>", r->ctx->fault.detail);
}

static struct resp ask_in_words(struct ctx *c, const char *target)
{
	static const struct site wordy = { "wordy", routes, LENGTH(routes), who, refuse_in_words };
	struct req *r = arena_new(c->arena, struct req);
	struct resp w;

	asking = nobody;
	r->ctx = c;
	r->method = GET;
	logged_begin(LOG_INFO, LOG_LOGFMT);
	IS(req_target(r, target), OK);
	dispatch(&wordy, r, &w);
	log_text = logged_end(c);
	return w;
}

CTX_TEST(dispatch_lets_a_site_word_its_errors)
{
	struct resp w = ask_in_words(c, "/away");

	IS(w.status, 503);
	SAME(w.body, "<h1>The database is away.</h1>");
	SAME(w.type, "text/html; charset=utf-8");
	SAME(resp_find(&w, "Retry-After"), "5");
	w = ask_in_words(c, "/people");
	IS(w.status, 302);
	SAME(resp_find(&w, "Location"), "/sign-in");
	YES(resp_find(&w, "WWW-Authenticate") == NULL);
	w = ask_in_words(c, "/bug");
	LACKS(w.body, "secret");
	w = ask_in_words(c, "/nowhere"); /* where the site itself has a bug */
	IS(w.status, 500);
	HAS(w.body, "\"internal\"");
}

TEST(route_tables_can_be_checked)
{
	for (size_t i = 0; i < LENGTH(routes); i++)
		SAME(route_wrong(&routes[i]),
		    routes[i].access == ACCESS_NOBODY ? "closed to everybody" : NULL);
	/* clang-format off */
	static const struct route wrong[] = {
		{ GET, "hello", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/{a", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/{}", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/x{a}", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/*/a", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/{a}/{b}/{c}/{d}/{e}", hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, NULL, hello, ACCESS_PUBLIC, .body = BODY_NONE },
		{ GET, "/", NULL, ACCESS_PUBLIC, .body = BODY_NONE },
		{ POST, "/", hello, ACCESS_PUBLIC, .body = BODY_FORM, .limit = 10 },
		{ POST, "/", hello, ACCESS_ACCOUNT, .body = BODY_FORM },
		{ POST, "/", hello, ACCESS_ACCOUNT, .limit = 10 },
		{ GET, "/", hello, ACCESS_ACCOUNT, .body = BODY_FORM, .limit = 10 },
	};
	/* clang-format on */
	for (size_t i = 0; i < LENGTH(wrong); i++)
		if (route_wrong(&wrong[i]) == NULL)
			FAIL("row %zu is found to be right", i);
}

TEST(every_error_has_a_status_a_code_and_a_phrase)
{
	for (int e = OK; e <= ERR_INTERNAL; e++) {
		int status = status_of((enum err)e);
		YES(status >= 200 && status <= 599);
		YES(*status_code((enum err)e) != '\0');
		YES(strcmp(status_phrase(status), "Error") != 0);
	}
	SAME(status_phrase(418), "Error");
	SAME(status_phrase(299), "OK");
}
