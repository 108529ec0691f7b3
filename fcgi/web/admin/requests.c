/* What one may ask for, and asking for it: also for who has no account, where a type allows it. */

#include <string.h>

#include "action/engine.h"
#include "core/crypt.h"
#include "web/admin/pages.h"
#include "web/admin/request_form.h"
#include "web/admin/task_words.h"

enum err admin_requests(struct req *r, struct resp *w)
{
	struct task_type *types;
	struct view *table;
	struct page p;
	size_t n;

	TRY(page_open(&p, r, w, "requests.html"));
	TRY(type_list(r->ctx, &types, &n));
	table = view_section(p.v, "TYPES");
	for (size_t i = 0; i < n; i++) {
		struct view *row = view_section(table, "TYPE");
		view_text(row, "TITLE", types[i].title);
		view_text(
		    row, "HREF", arena_printf(r->ctx->arena, "/requests/new/%s", types[i].name));
		view_text(row, "HELP", types[i].help);
		view_text(row, "DECIDERS", type_deciders_words(r->ctx, &types[i]));
	}
	return page_show(&p, 200, "New request");
}

static bool is_stranger(const struct req *r)
{
	return r->ctx->actor.account_id == 0;
}

/* Nobody reads the reason for what is done at once without an account. */
static bool wants_reason(const struct req *r, const struct task_type *type)
{
	return !is_stranger(r) || !type->allow_auto_approve;
}

static enum err open_page(
    struct page *p, struct req *r, struct resp *w, const char *plain, const char *signed_in)
{
	if (!is_stranger(r))
		return page_open(p, r, w, signed_in);
	page_open_plain(p, r, w, plain);
	return OK;
}

static enum err show_form(
    struct req *r, struct resp *w, const struct task_type *type, struct request_form *form)
{
	struct page p;

	if (type->asker == ASK_MANAGER)
		TRY(request_form_own_teams(r, form));
	TRY(open_page(&p, r, w, "request-plain.html", "request.html"));
	view_text(p.v, "HEADLINE", type->title);
	view_text(p.v, "LEDE", type->help);
	view_text(p.v, "SEND", "Send request");
	if (!is_stranger(r)) {
		view_text(p.v, "BACK", "/requests");
		view_text(p.v, "BACK_LABEL", "New request");
	}
	TRY(request_form_show(&p, p.v, form));
	return page_show(&p, form->status, type->title);
}

enum err admin_request_form(struct req *r, struct resp *w)
{
	struct task_type type;

	TRY(type_to_ask(r->ctx, req_var(r, "type"), &type));
	struct request_form form = { .fields = type_fields(r->ctx, &type), .status = 200 };
	TRY(request_form_prefill(r, &form));
	if (wants_reason(r, &type))
		form.reason = "";
	return show_form(r, w, &type, &form);
}

/* The same whether or not there is such an account, and whatever becomes of it. */
static enum err show_sent(struct req *r, struct resp *w, const struct task_type *type)
{
	struct page p;

	TRY(open_page(&p, r, w, "request-sent.html", "request-sent.html"));
	view_text(p.v, "HEADLINE", type->title);
	view_text(p.v, "SENTENCE",
	    type->constant_answer != NULL
		? type->constant_answer
		: "Your request is on its way. A mail says how it goes on.");
	if (is_stranger(r))
		view_show(p.v, "ALONE");
	return page_show(&p, 200, type->title);
}

/* The route is open to strangers, who have no session; who has one sends its token. */
static enum err check_csrf(struct req *r)
{
	const char *sent = "";

	if (r->ctx->actor.session_id == 0)
		return OK;
	TRY(form_maybe(r, "csrf", &sent));
	if (*sent == '\0' || !crypt_equal(sent, r->csrf))
		return fail(r->ctx, ERR_FORBIDDEN, "csrf",
		    "This form is not of your present session. Load the page again.");
	return OK;
}

static enum err ask(
    struct req *r, const struct task_type *type, struct request_form *form, struct task *out)
{
	TRY(request_form_read(r, form, wants_reason(r, type)));
	return task_ask(r->ctx,
	    &(struct ask){ .type = type->name, .fields = form->values, .reason = form->reason },
	    out);
}

enum err admin_request_send(struct req *r, struct resp *w)
{
	struct task_type type;
	struct task t = { .id = NULL };

	TRY(type_to_ask(r->ctx, req_var(r, "type"), &type));
	TRY(check_csrf(r));
	struct request_form form = { .fields = type_fields(r->ctx, &type) };
	enum err e = ask(r, &type, &form, &t);
	if (e == OK && t.id != NULL)
		return see_other(r, w, "%s?done=asked", task_link(r->ctx, &t));
	/* That the same was asked for before is nothing that strangers are told. */
	if (e == OK || (e == ERR_CONFLICT && is_stranger(r)))
		return show_sent(r, w, &type);
	if (!request_form_takes(r->ctx, e) && e != ERR_TOO_MANY)
		return e;
	form.status = status_of(e);
	form.fault = r->ctx->fault;
	if (e == ERR_TOO_MANY)
		resp_header(
		    r, w, "Retry-After", arena_printf(r->ctx->arena, "%d", form.fault.retry_s));
	return show_form(r, w, &type, &form);
}
