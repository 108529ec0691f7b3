#ifndef TESTS_HTTP_GIVEN_H
#define TESTS_HTTP_GIVEN_H

/* A small site for the tests of dispatch(), and ways to ask it. */

#include <string.h>

#include "core/config.h"
#include "http/http.h"
#include "lib/ctx.h"
#include "lib/logged.h"

static int calls; /* of handlers, by the present test */

static enum err hello(struct req *r, struct resp *w)
{
	calls++;
	(void)r;
	resp_text(w, 200, "hello");
	return OK;
}

static enum err show_name(struct req *r, struct resp *w)
{
	resp_text(w, 200, req_var(r, "name"));
	return OK;
}

static enum err show_account(struct req *r, struct resp *w)
{
	resp_text(w, 200, arena_printf(r->ctx->arena, "%s/%s", r->ctx->actor.account, r->csrf));
	return OK;
}

static enum err many_headers(struct req *r, struct resp *w)
{
	for (int i = 0; i <= RESP_HEADERS; i++)
		resp_header(r, w, "X-One-More", "x");
	resp_text(w, 200, "never sent");
	return OK;
}

static enum err show_rest(struct req *r, struct resp *w)
{
	resp_text(w, 200, req_var(r, "*"));
	return OK;
}

static enum err show_number(struct req *r, struct resp *w)
{
	int64_t n;

	TRY(req_var_int(r, "n", &n));
	return see_other(r, w, "/numbers/%d", (int)n + 1);
}

static enum err show_json(struct req *r, struct resp *w)
{
	resp_json(r, w, 201, r->json);
	return OK;
}

static enum err go_elsewhere(struct req *r, struct resp *w)
{
	return see_other(r, w, "//%s", "evil.example");
}

static enum err bad_header(struct req *r, struct resp *w)
{
	resp_header(r, w, "X-Name", "a\r\nSet-Cookie: b");
	resp_text(w, 200, "never sent");
	return OK;
}

static enum err cached(struct req *r, struct resp *w)
{
	resp_header(r, w, "cache-control", "max-age=60");
	resp_text(w, 200, "kept");
	return OK;
}

static enum err secret_bug(struct req *r, struct resp *w)
{
	(void)w;
	return fail(r->ctx, ERR_INTERNAL, "field", "SELECT secret FROM secrets");
}

static enum err away(struct req *r, struct resp *w)
{
	(void)w;
	return fail(r->ctx, ERR_UNAVAILABLE, NULL, "The database is away.");
}

static enum err too_many(struct req *r, struct resp *w)
{
	(void)w;
	fault_set(r->ctx, "account", "Too many tries.");
	r->ctx->fault.retry_s = 17;
	return ERR_TOO_MANY;
}

/* clang-format off */
static const struct route routes[] = {
	{ GET, "/hello", hello, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/jobs/new", hello, ACCESS_ACCOUNT, .body = BODY_NONE },
	{ GET, "/jobs/{name}", show_name, ACCESS_PUBLIC, .body = BODY_NONE },
	{ POST, "/jobs/{name}", hello, ACCESS_ACCOUNT, .scope = SCOPE_WRITE, .body = BODY_FORM, .limit = 100 },
	{ DELETE, "/jobs/{name}", hello, ACCESS_ACCOUNT, .scope = SCOPE_WRITE },
	{ GET, "/numbers/{n}", show_number, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/rest/*", show_rest, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/closed", hello, ACCESS_NOBODY, .body = BODY_NONE },
	{ GET, "/me", show_account, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/deep/{first}/{name}/end", hello, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/deep/{name}/y/z", show_name, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/many-headers", many_headers, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/people", hello, ACCESS_ACCOUNT, .body = BODY_NONE },
	{ GET, "/read", hello, ACCESS_ACCOUNT, .scope = SCOPE_READ },
	{ GET, "/admin", hello, ACCESS_ADMIN, .scope = SCOPE_ADMIN },
	{ POST, "/button", hello, ACCESS_ACCOUNT, .scope = SCOPE_RUN },
	{ PUT, "/json", show_json, ACCESS_ACCOUNT, .scope = SCOPE_WRITE, .body = BODY_JSON, .limit = 100 },
	{ POST, "/json-maybe", show_json, ACCESS_ACCOUNT, .scope = SCOPE_WRITE, .body = BODY_JSON_MAYBE, .limit = 100 },
	{ POST, "/json-from-page", show_json, ACCESS_ACCOUNT, .scope = SCOPE_WRITE, .body = BODY_JSON, .limit = 100, .why = "test" },
	{ POST, "/raw", hello, ACCESS_PUBLIC, .body = BODY_RAW, .limit = 10, .why = "test" },
	{ POST, "/sign-in", hello, ACCESS_PUBLIC, .body = BODY_FORM, .limit = 100, .why = "test" },
	{ GET, "/token/{token}", hello, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/elsewhere", go_elsewhere, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/bad-header", bad_header, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/cached", cached, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/bug", secret_bug, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/away", away, ACCESS_PUBLIC, .body = BODY_NONE },
	{ GET, "/too-many", too_many, ACCESS_PUBLIC, .body = BODY_NONE },
};
/* clang-format on */

static struct actor asking;
static enum err who_fails;
static bool without_csrf;

static enum err who(struct req *r)
{
	r->ctx->actor = asking;
	r->csrf = asking.session_id != 0 && !without_csrf ? "right" : "";
	if (who_fails != OK) /* halfway through */
		return fail(r->ctx, who_fails, NULL, "The database is away.");
	return OK;
}

static const struct site site = { "test", routes, LENGTH(routes), who, NULL };

static const struct actor nobody = { .account = "" };
static const struct actor person = { .account_id = 7, .account = "ann", .session_id = 1 };
static const struct actor boss = {
	.account_id = 8, .account = "bob", .session_id = 2, .admin = true
};

static inline struct actor token(enum scope scope)
{
	return (struct actor){ .account_id = 7, .account = "ann", .token_id = 1, .scope = scope };
}

static const char *log_text; /* of the last request */

struct question {
	const char *body, *type, *origin, *fetch_site;
	size_t len;
	const char *host;
};

static const char form_type[] = "application/x-www-form-urlencoded";
static const char json_type_[] = "application/json";

static inline struct resp put(
    struct ctx *c, struct actor actor, enum method m, const char *target, struct question q)
{
	struct req *r = arena_new(c->arena, struct req);
	struct resp w = { .status = 0 };

	asking = actor;
	calls = 0;
	r->ctx = c;
	r->method = m;
	r->body = q.body;
	r->body_len = q.len ? q.len : q.body ? strlen(q.body) : 0;
	r->content_type = q.type;
	r->origin = q.origin;
	r->fetch_site = q.fetch_site;
	r->host = q.host;
	enum err e = req_target(r, target);
	logged_begin(LOG_INFO, LOG_LOGFMT);
	if (e == OK)
		dispatch(&site, r, &w);
	else
		dispatch_error(&site, r, e, &w);
	log_text = logged_end(c);
	return w;
}

static inline struct resp get(struct ctx *c, struct actor actor, const char *target)
{
	return put(c, actor, GET, target, (struct question){ .body = NULL });
}

#endif
