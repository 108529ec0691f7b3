/*
 * A whole request to the pages, the API, the hook or the gate of the dashboard, by somebody who may
 * do everything, while the database is away: whatever is sent is refused with words, or gets as far
 * as the database.
 *
 * The first byte says to whom it goes; then the method and the target in a line, If-Match in one,
 * Content-Type in one, and the body.
 */

#include <string.h>

#include "core/crypt.h"
#include "core/json.h"
#include "core/time.h"
#include "db/db.h"
#include "fuzz/fuzz.h"
#include "view/view.h"
#include "web/admin/admin.h"
#include "web/api/api.h"
#include "web/auth/auth.h"
#include "web/hook/hook.h"

static enum err somebody(struct req *r)
{
	bool page = strcmp(r->ctx->req_id, "page") == 0;

	r->ctx->actor = (struct actor){ .account_id = 1,
		.account = "marta",
		.admin = true,
		.session_id = page ? 1 : 0,
		.token_id = page ? 0 : 1,
		.scope = SCOPE_ADMIN,
		.address = "192.0.2.1" };
	r->csrf = page ? "right" : "";
	return OK;
}

static const struct site *site_of(uint8_t letter)
{
	switch (letter) {
	case 'p':
		return &admin_site;
	case 'h':
		return &hook_site;
	case 'u':
		return &auth_site;
	default:
		return &api_site;
	}
}

static struct db *away(struct ctx *c)
{
	static struct db *db;

	if (db == NULL) {
		MUST(crypt_init() && view_setup(c, "templates") == OK);
		db = db_open("host=/nowhere", NULL, DB_PANEL);
	}
	return db;
}

static void read_request(struct req *r, char *text, const char *end)
{
	const char *method = strsep(&text, " "), *target = text ? strsep(&text, "\n") : "/";

	r->method = req_method(method);
	r->target = target;
	r->if_match = text ? strsep(&text, "\n") : "";
	r->content_type = text ? strsep(&text, "\n") : "";
	r->body = text ? text : "";
	r->body_len = text ? (size_t)(end - text) : 0;
}

static void check_refusal(struct ctx *c, const struct resp *w)
{
	struct json *v;

	MUST(json_parse(c, w->body, w->len != 0 ? w->len : strlen(w->body), &v) == OK);
	v = json_get(v, "error");
	MUST(*json_text(json_get(v, "code")) != '\0' && *json_text(json_get(v, "message")) != '\0');
}

FUZZ_ENTRY(call)
{
	if (size == 0 || size > FUZZ_INPUT_MAX / 4)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	struct site site = *site_of(*data);
	char *text = arena_strndup(c.arena, (const char *)data + 1, size - 1);
	struct resp w;

	c.db = away(&c);
	c.now_us = INT64_C(1795255200) * US_PER_S;
	c.req_id = *data == 'p' ? "page" : "fuzz";
	site.who = somebody;
	req_init(r, &c);
	read_request(r, text, text + size - 1);
	enum err e = req_target(r, r->target);
	if (e == OK)
		dispatch(&site, r, &w);
	else
		dispatch_error(&site, r, e, &w);
	MUST((w.status >= 200 && w.status < 500) || w.status == 503);
	if (*data != 'p' && w.status >= 400 && w.body != NULL)
		check_refusal(&c, &w);
	arena_destroy(c.arena);
	return 0;
}
