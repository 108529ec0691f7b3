/* What the link in a mail leads to: looking takes nothing, the button gives the token away. */

#include <string.h>

#include "action/token.h"
#include "model/account.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

static bool asks_for(const struct token_need *need, const char *name)
{
	for (size_t i = 0; i < json_length(need->fields); i++)
		if (strcmp(json_text(json_at(need->fields, i)), name) == 0)
			return true;
	return false;
}

static void show_field(const struct page *p, struct view *form, const char *name)
{
	const char *typed = "";

	if (strcmp(name, "password") == 0) {
		view_int(view_section(form, "PASSWORD"), "PASSWORD_MIN", PASSWORD_MIN);
		return;
	}
	if (strcmp(name, "confirm") == 0) {
		view_show(form, "CONFIRM");
		return;
	}
	for (size_t i = 0; i < p->r->nform; i++)
		if (strcmp(p->r->form[i].name, name) == 0)
			typed = p->r->form[i].value;
	struct view *field = view_section(form, "FIELD");
	view_text(field, "NAME", name);
	view_text(field, "VALUE", typed);
}

static const char *headline(const struct token_need *need)
{
	return asks_for(need, "password") ? "Choose a password" : "Please confirm";
}

static void open_page(struct page *p, struct req *r, struct resp *w, const struct token_need *need)
{
	page_open_plain(p, r, w, "token.html");
	view_text(p->v, "HEADLINE", headline(need));
	view_text(p->v, "TASK_TITLE", need->title);
}

static const char *sentence(struct ctx *c, const struct fault *fault)
{
	if (fault->field != NULL && strcmp(fault->field, "password") == 0)
		return arena_printf(c->arena, "The password %s.", fault->detail);
	return page_sentence(c, fault);
}

static enum err show_form(
    struct req *r, struct resp *w, int status, const char *token, const struct token_need *need)
{
	const struct fault fault = r->ctx->fault;
	struct page p;

	open_page(&p, r, w, need);
	if (status != 200)
		view_text(view_section(p.v, "WRONG"), "SENTENCE", sentence(r->ctx, &fault));
	struct view *form = view_section(p.v, "FORM");
	view_text(form, "ACTION", arena_printf(r->ctx->arena, "/token/%s", token));
	for (size_t i = 0; i < json_length(need->fields); i++)
		show_field(&p, form, json_text(json_at(need->fields, i)));
	view_text(form, "BUTTON", asks_for(need, "password") ? "Set password" : "Confirm");
	view_text(form, "UNTIL", when_exact(&p.clock, need->expires_us));
	return page_show(&p, status, headline(need));
}

enum err admin_token(struct req *r, struct resp *w)
{
	const char *token = req_var(r, "token");
	struct token_need need;

	TRY(token_find(r->ctx, token, &need));
	TRY(token_check_holder(r->ctx, &need)); /* who has to sign in comes back here */
	return show_form(r, w, 200, token, &need);
}

static const struct json *given(struct req *r)
{
	struct json *o = json_object(r->ctx->arena);

	for (size_t i = 0; i < r->nform; i++) {
		const struct pair *f = &r->form[i];
		if (strcmp(f->name, "confirm") == 0)
			json_set(
			    o, f->name, json_boolean(r->ctx->arena, strcmp(f->value, "on") == 0));
		else if (strcmp(f->name, "csrf") != 0)
			json_set(o, f->name, json_string(r->ctx->arena, f->value));
	}
	return o;
}

static enum err show_done(struct req *r, struct resp *w, const struct token_need *need)
{
	bool stranger = r->ctx->actor.account_id == 0;
	struct page p;

	open_page(&p, r, w, need);
	struct view *done = view_section(p.v, "DONE");
	view_text(done, "SENTENCE",
	    asks_for(need, "password")
		? "Thank you. The password is being set: it counts in a moment."
		: "Thank you. What was asked for is being done now.");
	view_text(done, "HREF", stranger ? "/sign-in" : "/");
	view_text(done, "LABEL", stranger ? "Sign in" : "Overview");
	return page_show(&p, 200, headline(need));
}

enum err admin_token_submit(struct req *r, struct resp *w)
{
	const char *token = req_var(r, "token");
	struct token_need need;
	enum err e;

	TRY(token_find(r->ctx, token, &need));
	e = token_submit(r->ctx, token, given(r));
	if (e == ERR_INVALID)
		return show_form(r, w, status_of(e), token, &need);
	TRY(e);
	return show_done(r, w, &need);
}
