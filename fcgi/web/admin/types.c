/* /settings/types: what may be asked for: types that admins define, and settings of those that
 * ship. */

#include <inttypes.h>
#include <string.h>

#include "action/type_own.h"
#include "core/text.h"
#include "web/admin/pages.h"
#include "web/admin/request_form.h"
#include "web/admin/task_words.h"

/* ---- the list */

static const char *does_words(struct ctx *c, const struct task_type *t)
{
	const char *out = "";

	for (const struct type_step *s = t->steps; s->action != NULL; s++)
		out = arena_printf(c->arena, "%s%s%s", out, *out != '\0' ? ", " : "", s->action);
	return out;
}

static void show_state(struct view *row, const struct type_found *f)
{
	bool off = f->type.disabled;

	view_text(row, "CSS", f->broken ? "failed" : off ? "disabled" : "succeeded");
	view_text(row, "STATE", f->broken ? "broken" : off ? "disabled" : "enabled");
	if (f->broken)
		return;
	struct view *v = view_section(row, "SWITCH");
	view_text(v, "DO", off ? "enable" : "disable");
	view_text(v, "LABEL", off ? "Enable" : "Disable");
}

static void show_row(struct page *p, const struct type_found *f)
{
	struct view *row = view_section(p->v, "ROW");
	struct ctx *c = p->c;

	view_text(row, "NAME", f->type.name);
	view_text(row, "TITLE", f->type.title);
	view_text(row, "HREF", arena_printf(c->arena, "/settings/types/%s", f->type.name));
	view_text(row, "MADE", f->type.own ? "an admin" : "Signalbox");
	view_text(row, "DOES", f->broken ? f->why : does_words(c, &f->type));
	view_text(row, "APPROVALS",
	    f->broken        ? ""
	    : f->type.hidden ? "as the team says"
			     : type_deciders_words(c, &f->type));
	show_state(row, f);
	if (f->version == 0) {
		view_show(row, "UNCHANGED");
		return;
	}
	struct view *changed = view_section(row, "CHANGED");
	view_text(changed, "BY", f->updated_by);
	page_time(p, changed, "TIME", f->updated_us.value, TIME_RELATIVE);
}

enum err admin_types(struct req *r, struct resp *w)
{
	struct type_found *all;
	struct page p;
	size_t n;

	TRY(page_open(&p, r, w, "types.html"));
	TRY(type_find_all(r->ctx, &all, &n));
	for (size_t i = 0; i < n; i++)
		show_row(&p, &all[i]);
	TRY(page_done(&p));
	return page_show(&p, 200, "Task types");
}

/* ---- one */

/* What stands in the editor, and what was said of it. */
struct editor {
	const char *name;               /* as typed; "" of a new one */
	const struct type_found *found; /* NULL: a new one */
	const char *text, *version, *secret;
	const struct task_type *fine; /* it was checked, and would be taken */
	struct fault fault;           /* detail NULL: nothing was wrong */
	int status;
};

static void show_actions(struct view *v)
{
	for (size_t i = 0; actions[i] != NULL; i++) {
		if (!actions[i]->generic)
			continue;
		struct view *row = view_section(v, "ACTION_ROW");
		view_text(row, "NAME", actions[i]->name);
		view_text(row, "HELP", actions[i]->help);
		for (const struct input *f = actions[i]->fields; f->name != NULL; f++) {
			struct view *input = view_section(row, "INPUT");
			view_text(input, "NAME", f->name);
			view_text(input, "HELP", f->help);
		}
	}
}

static void show_fault(struct page *p, const struct fault *fault)
{
	struct view *wrong = view_section(p->v, "WRONG");

	view_text(wrong, "DETAIL", fault->detail);
	if (fault->field != NULL)
		view_text(view_section(wrong, "FIELD"), "NAME", fault->field);
	view_text(view_section(p->v, "BAD_TEXT"), "DETAIL",
	    fault->field != NULL ? arena_printf(p->c->arena, "%s: %s", fault->field, fault->detail)
				 : fault->detail);
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

static void show_heads(struct page *p, const struct editor *e)
{
	bool own = e->found == NULL || e->found->type.own;

	view_text(p->v, "HEADLINE", e->found != NULL ? e->found->type.title : "New task type");
	view_text(p->v, "LEDE",
	    e->found == NULL ? "Begin with the example: it is complete."
	    : own            ? "Made by an admin. What is open already goes on as it was asked for."
			     : "It ships with Signalbox: its settings can be changed.");
	view_text(p->v, "LABEL", own ? "Definition" : "Settings");
	view_text(p->v, "HINT",
	    own ? "JSON. What is wrong is told with the way to it, such as fields[2].rule."
		: "JSON, with everything that is in effect. What is left out is as it ships. "
		  "additional_actions follow behind what it does itself, in their order.");
	view_text(p->v, "VERSION", e->version);
	view_text(p->v, "DEFINITION", e->text);
	if (e->found == NULL)
		view_text(view_section(p->v, "NAMED"), "VALUE", e->name);
	show_actions(view_section(p->v, "ACTION_HELP"));
}

static enum err show(struct req *r, struct resp *w, const struct editor *e)
{
	struct page p;

	TRY(page_open(&p, r, w, "type.html"));
	const char *action = arena_printf(
	    p.c->arena, "/settings/types/%s", e->found != NULL ? e->found->type.name : "new");
	view_text(p.v, "ACTION", action);
	show_heads(&p, e);
	if (e->fault.detail != NULL)
		show_fault(&p, &e->fault);
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

static const char *text_of(struct ctx *c, const struct type_found *f)
{
	return f->broken ? "{}" : json_write_pretty(c->arena, type_definition(c, &f->type));
}

static enum err show_found(
    struct req *r, struct resp *w, const struct type_found *f, const char *secret)
{
	struct ctx *c = r->ctx;
	struct editor e = { .found = f,
		.name = f->type.name,
		.text = text_of(c, f),
		.version = arena_printf(c->arena, "%" PRId64, f->version),
		.secret = secret,
		.fault = { .detail = f->broken ? f->why : NULL },
		.status = 200 };

	return show(r, w, &e);
}

enum err admin_type_new(struct req *r, struct resp *w)
{
	struct editor e = { .name = "", .text = type_example, .version = "0", .status = 200 };

	return show(r, w, &e);
}

enum err admin_type(struct req *r, struct resp *w)
{
	struct type_found f;

	TRY(type_find(r->ctx, req_var(r, "type"), &f));
	return show_found(r, w, &f, NULL);
}

/* ---- what is done */

struct sent {
	const char *what, *name, *text, *version;
};

static enum err read_sent(struct req *r, struct sent *s)
{
	static const char *const known[] = { "do", "name", "definition", "version", NULL };

	*s = (struct sent){ .name = "", .text = "", .version = "0" };
	TRY(form_only(r, known));
	TRY(form_text(r, "do", &s->what));
	TRY(form_maybe(r, "name", &s->name));
	TRY(form_maybe(r, "definition", &s->text));
	return form_maybe(r, "version", &s->version);
}

static enum err read_definition(struct ctx *c, const struct sent *s, struct json **out)
{
	enum err e = json_parse(c, s->text, strlen(s->text), out);

	return e == ERR_MALFORMED ? fail(c, ERR_INVALID, NULL, "It is no JSON: %s", c->fault.detail)
				  : e;
}

/* Saves, or (do=check) says whether it could be. */
static enum err save(
    struct req *r, struct sent *s, bool new, struct editor *e, struct type_found *found)
{
	struct ctx *c = r->ctx;
	struct type_wish wish = { .name = s->name, .only_new = new };
	struct json *definition;
	struct task_type *type = arena_new(c->arena, struct task_type);

	if (!text_int64(s->version, 0, INT64_MAX, &wish.version))
		return fail(c, ERR_INVALID, "version", "must be a number");
	TRY(read_definition(c, s, &definition));
	wish.definition = definition;
	if (strcmp(s->what, "save") == 0)
		return type_save(c, &wish, found, &e->secret);
	TRY(type_check(c, &wish, type));
	e->fine = type;
	return OK;
}

/* Shown again with what was typed, when a person can mend it. */
static enum err edit(struct req *r, struct resp *w, struct sent *s, const struct type_found *was)
{
	struct editor e = { .name = s->name,
		.found = was,
		.text = text_line_feeds(r->ctx->arena, s->text),
		.version = s->version,
		.status = 200 };
	struct type_found found;
	enum err err = save(r, s, was == NULL, &e, &found);

	if (err == ERR_INVALID || err == ERR_CONFLICT || err == ERR_STALE) {
		e.fault = r->ctx->fault;
		e.status = status_of(err);
		return show(r, w, &e);
	}
	TRY(err);
	if (e.fine != NULL)
		return show(r, w, &e);
	return e.secret != NULL ? show_found(r, w, &found, e.secret)
				: see_other(r, w, "/settings/types/%s?done=saved", s->name);
}

enum err admin_type_add(struct req *r, struct resp *w)
{
	struct sent s;

	TRY(read_sent(r, &s));
	if (strcmp(s.what, "save") != 0 && strcmp(s.what, "check") != 0)
		return fail(r->ctx, ERR_INVALID, "do", "must be save or check");
	return edit(r, w, &s, NULL);
}

static enum err new_secret(struct req *r, struct resp *w, const char *name)
{
	struct type_found f;
	const char *secret;

	TRY(type_secret_new(r->ctx, name, &secret));
	TRY(type_find(r->ctx, name, &f));
	return show_found(r, w, &f, secret);
}

enum err admin_type_do(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct type_found was;
	struct sent s;

	TRY(read_sent(r, &s));
	s.name = req_var(r, "type");
	TRY(type_find(c, s.name, &was));
	if (strcmp(s.what, "save") == 0 || strcmp(s.what, "check") == 0)
		return edit(r, w, &s, &was);
	if (strcmp(s.what, "secret") == 0)
		return new_secret(r, w, s.name);
	if (strcmp(s.what, "delete") == 0)
		TRY(type_delete(c, s.name, 0));
	else if (strcmp(s.what, "enable") == 0 || strcmp(s.what, "disable") == 0)
		TRY(type_set_disabled(c, s.name, strcmp(s.what, "disable") == 0));
	else
		return fail(c, ERR_INVALID, "do", "is nothing that can be done");
	return see_other(r, w, "/settings/types?done=saved");
}
