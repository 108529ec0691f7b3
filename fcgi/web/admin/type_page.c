#include "web/admin/type_page.h"

#include <string.h>

#include "core/text.h"
#include "web/admin/request_form.h"

static bool is_own(const struct editor *e)
{
	return e->found == NULL || e->found->type.own;
}

/* ---- what was said of it */

static void show_fault(struct page *p, const struct editor *e)
{
	const struct fault *fault = &e->fault;
	struct ctx *c = p->c;
	const char *id, *label;
	const char *whole = fault->field != NULL
				? arena_printf(c->arena, "%s: %s", fault->field, fault->detail)
				: fault->detail;
	bool of_name = e->found == NULL && fault->field != NULL &&
		       strcmp(fault->field, "type") == 0;

	if (of_name)
		page_wrong(p->v, "Not saved", "t-name", "Name", fault->detail);
	else if (e->form != NULL && type_form_fault(c, e, &id, &label))
		page_wrong(p->v, "Not saved", id, label, fault->detail);
	else
		page_wrong(p->v, "Not saved", NULL, NULL, whole);
}

static enum err show_preview(struct page *p, const struct task_type *t)
{
	struct request_form form = { .fields = type_fields(p->c, t),
		.values = json_object(p->c->arena) };

	if (form.fields->name == NULL)
		return OK;
	return request_form_show(p, view_section(p->v, "PREVIEW"), &form);
}

static void show_more(struct page *p, const struct type_found *f, const char *action)
{
	struct view *v = view_section(p->v, "STORED");
	bool own = f->type.own;

	view_text(v, "ACTION", action);
	view_text(v, "DELETE", own ? "Delete" : "As it ships");
	view_text(v, "QUESTION",
	    arena_printf(
		p->c->arena, own ? "Delete %s?" : "Forget what is set of %s?", f->type.name));
	view_text(v, "OUTCOME",
	    own ? "Nobody can ask for it any more. What was asked for stays to be read."
		: "From then on it is as it ships.");
	if (f->secret)
		view_show(v, "SIGNS");
}

/* ---- the editor */

static void show_help(struct ctx *c, struct view *v)
{
	for (size_t i = 0; actions[i] != NULL; i++) {
		if (!actions[i]->generic)
			continue;
		struct view *row = view_section(v, "ACTION_ROW");
		view_text(row, "NAME", actions[i]->name);
		view_text(row, "TITLE", actions[i]->title);
		view_text(row, "HELP", text_capital(c->arena, actions[i]->help));
		for (const struct input *f = actions[i]->fields; f->name != NULL; f++) {
			struct view *input = view_section(row, "INPUT");
			view_text(input, "NAME", f->name);
			view_text(input, "HELP", f->help);
		}
	}
}

static void show_name(struct view *v, const struct editor *e)
{
	if (e->found != NULL)
		return;
	struct view *named = view_section(v, "NAMED");
	view_text(named, "VALUE", e->name);
	if (e->fault.field != NULL && strcmp(e->fault.field, "type") == 0)
		view_text(view_section(named, "BAD_NAME"), "DETAIL", e->fault.detail);
}

static void show_json(struct page *p, const struct editor *e)
{
	struct view *v = view_section(p->v, "AS_JSON");
	const struct fault *fault = &e->fault;

	show_name(v, e);
	view_text(v, "LABEL", is_own(e) ? "Definition" : "Settings");
	view_text(v, "HINT",
	    is_own(e) ? "JSON. What is wrong is told with the way to it, such as fields[2].rule."
		      : "JSON, with everything that is in effect. What is left out is as it ships. "
			"additional_actions follow behind what it does itself, in their order.");
	view_text(v, "DEFINITION", e->text);
	if (fault->detail != NULL)
		view_text(view_section(v, "BAD_TEXT"), "DETAIL",
		    fault->field != NULL
			? arena_printf(p->c->arena, "%s: %s", fault->field, fault->detail)
			: fault->detail);
	show_help(p->c, view_section(p->v, "ACTION_HELP"));
}

static void show_form(struct page *p, const struct editor *e)
{
	struct view *v = view_section(p->v, "AS_FORM");
	struct view *form = view_include(v, "FORM", "parts/type-form.html");

	view_text(v, "DEFINITION", json_write(p->c->arena, e->form->o));
	if (e->form->shipped == NULL)
		show_name(form, e);
	type_form_show(p->c, form, e);
}

static void show_heads(struct page *p, const struct editor *e, const char *action)
{
	view_text(p->v, "ACTION", action);
	view_text(p->v, "HEADLINE", e->found != NULL ? e->found->type.title : "New task type");
	view_text(p->v, "LEDE",
	    e->found == NULL ? "What people may ask for, who approves it, and what then happens."
	    : e->found->type.defaults ? e->found->type.help
	    : is_own(e) ? "Made by an admin. What is open already goes on as it was asked for."
			: "It ships with Signalbox: its settings can be changed.");
	if (e->found == NULL && e->form != NULL)
		view_show(p->v, "EXAMPLE");
	view_text(p->v, "VERSION", e->version);
}

enum err type_page(struct req *r, struct resp *w, const struct editor *e)
{
	struct page p;

	TRY(page_open(&p, r, w, "type.html"));
	const char *action = arena_printf(
	    p.c->arena, "/settings/types/%s", e->found != NULL ? e->found->type.name : "new");
	show_heads(&p, e, action);
	if (e->form != NULL)
		show_form(&p, e);
	else
		show_json(&p, e);
	if (e->fault.detail != NULL)
		show_fault(&p, e);
	if (e->fine != NULL)
		view_show(p.v, "FINE");
	if (e->secret != NULL)
		view_text(view_section(p.v, "SECRET"), "VALUE", e->secret);
	const struct task_type *shown = e->fine != NULL                         ? e->fine
					: e->found != NULL && !e->found->broken ? &e->found->type
										: NULL;
	if (shown != NULL)
		TRY(show_preview(&p, shown));
	if (e->found != NULL && e->found->version != 0)
		show_more(&p, e->found, action);
	TRY(page_done(&p));
	return page_show(&p, e->status, "Task types");
}
