/* Signing in and out. */

#include <string.h>

#include "action/type.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/text.h"
#include "model/session.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/who.h"

#define COOKIE_FLAGS "Path=/; Secure; HttpOnly; SameSite=Lax"

/* Where to go afterwards: never away from here, and not back to this form. */
static const char *destination(const char *next)
{
	if (next == NULL || !path_is_local(next) || text_starts(next, "/sign-"))
		return "/";
	return next;
}

/* Without the database the form stands alone; it says itself what is wrong when it is sent. */
static void show_strangers(const struct page *p)
{
	struct fault before = p->c->fault;
	struct task_type *types;
	struct view *list = NULL;
	size_t n = 0;

	if (type_list(p->c, &types, &n) != OK)
		log_event(p->c, LOG_WARN, "types_unknown", LOG_TEXT("detail", p->c->fault.detail));
	p->c->fault = before;
	for (size_t i = 0; i < n; i++) {
		if (types[i].asker != ASK_ANYBODY)
			continue;
		if (list == NULL)
			list = view_section(p->v, "STRANGERS");
		struct view *v = view_section(list, "TYPE");
		view_text(v, "HREF", arena_printf(p->c->arena, "/requests/new/%s", types[i].name));
		view_text(v, "TITLE", types[i].title);
	}
}

static enum err show_form(
    struct req *r, struct resp *w, int status, const char *account, const char *next)
{
	const struct fault *fault = &r->ctx->fault;
	struct page p;

	page_open_plain(&p, r, w, "sign-in.html");
	view_text(p.v, "ACCOUNT", account);
	view_text(p.v, "NEXT", next);
	show_strangers(&p);
	if (status != 200) {
		struct arena *a = r->ctx->arena;
		view_text(view_section(p.v, "WRONG"), "SENTENCE",
		    fault->field == NULL
			? fault->detail
			: arena_printf(a, "%s: %s", text_capital(a, fault->field), fault->detail));
	} else if (strcmp(next, "/") != 0) {
		view_show(p.v, "GO_ON");
	}
	return page_show(&p, status, "Sign in");
}

enum err admin_sign_in_form(struct req *r, struct resp *w)
{
	const char *next = NULL;

	TRY(query_text(r, "next", &next));
	if (r->ctx->actor.session_id != 0)
		return see_other(r, w, "%s", destination(next));
	return show_form(r, w, 200, "", destination(next));
}

static enum err try_sign_in(
    struct req *r, const char **account, const char **next, const char **token)
{
	static const char *const known[] = { "account", "password", "next", NULL };
	struct ctx *c = r->ctx;
	const char *password;

	TRY(form_maybe(r, "next", next));
	TRY(form_text(r, "account", account));
	TRY(form_text(r, "password", &password));
	TRY(form_only(r, known));
	if (!text_is_line(*account, 1, 100))
		return fail(c, ERR_INVALID, "account", "fill in one line of text");
	if (!text_is_line(password, 1, PASSWORD_MAX))
		return fail(
		    c, ERR_INVALID, "password", "fill in at most %d characters", PASSWORD_MAX);
	return session_sign_in(c, *account, password, r->user_agent, token);
}

enum err admin_sign_in(struct req *r, struct resp *w)
{
	const char *account = "", *next = NULL, *token = NULL;
	enum err e = try_sign_in(r, &account, &next, &token);

	if (e == ERR_INVALID || e == ERR_UNAUTHENTICATED || e == ERR_TOO_MANY) {
		if (e == ERR_TOO_MANY)
			resp_header(r, w, "Retry-After",
			    arena_printf(r->ctx->arena, "%d", r->ctx->fault.retry_s));
		return show_form(r, w, status_of(e), account, destination(next));
	}
	TRY(e);
	resp_header(r, w, "Set-Cookie",
	    arena_printf(r->ctx->arena, SESSION_COOKIE "=%s; " COOKIE_FLAGS, token));
	return see_other(r, w, "%s", destination(next));
}

enum err admin_sign_out(struct req *r, struct resp *w)
{
	TRY(session_sign_out(r->ctx));
	resp_header(r, w, "Set-Cookie", SESSION_COOKIE "=; Max-Age=0; " COOKIE_FLAGS);
	return see_other(r, w, "/sign-in");
}
