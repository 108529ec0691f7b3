/* A form on its way through dispatch() to a handler: any bytes give an answer, never a 500. */

#include <string.h>

#include "core/json.h"
#include "fuzz/fuzz.h"
#include "http/http.h"

static enum err read_everything(struct req *r, struct resp *w)
{
	static const char *const known[] = { "name", "n", "flag", "text", NULL };
	const char *name, *text = "";
	int64_t n;
	bool flag;

	TRY(form_only(r, known));
	TRY(form_text(r, "name", &name));
	TRY(form_int(r, "n", -5, INT64_MAX, &n));
	TRY(form_flag(r, "flag", &flag));
	TRY(form_maybe(r, "text", &text));
	MUST(n >= -5 && strlen(name) + strlen(text) < FUZZ_INPUT_MAX);
	return see_other(r, w, "/jobs/%d", flag);
}

static const struct route routes[] = {
	{ POST, "/form", read_everything, ACCESS_ACCOUNT, .body = BODY_FORM,
	    .limit = FUZZ_INPUT_MAX },
};

static enum err who(struct req *r)
{
	r->ctx->actor = (struct actor){ .account_id = 1, .account = "x", .session_id = 1 };
	r->csrf = "right";
	return OK;
}

FUZZ_ENTRY(form)
{
	static const struct site site = { "fuzz", routes, LENGTH(routes), who, NULL };

	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	struct resp w;
	struct json *body;

	r->ctx = &c;
	r->method = POST;
	r->path = "/form";
	r->content_type = "application/x-www-form-urlencoded";
	r->body = (const char *)data;
	r->body_len = size;
	dispatch(&site, r, &w);
	MUST(w.status == 303 || (w.status >= 400 && w.status < 500));
	if (w.status != 303)
		MUST(json_parse(&c, w.body, w.len, &body) == OK);
	arena_destroy(c.arena);
	return 0;
}
