/* /settings/types: what may be asked for: types that admins define, and settings of those that
 * ship. */

#include <inttypes.h>
#include <string.h>

#include "action/type_own.h"
#include "core/text.h"
#include "web/admin/pages.h"
#include "web/admin/task_words.h"
#include "web/admin/type_page.h"

/* ---- the list */

static const char *does_words(struct ctx *c, const struct task_type *t)
{
	const char *out = "";

	for (const struct type_step *s = t->steps; s->action != NULL; s++) {
		const struct action *a = action_named(s->action);
		out = arena_printf(c->arena, "%s%s%s", out, *out != '\0' ? ", " : "",
		    a->title != NULL ? a->title : s->action);
	}
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

/* As a form, where one can show it; else, and where it is asked for, as JSON. */
static enum err show(struct req *r, struct resp *w, struct editor *e, bool as_json)
{
	struct ctx *c = r->ctx;
	const struct task_type *shipped = e->found != NULL && !e->found->type.own ? &e->found->type
										  : NULL;
	struct fault before = c->fault;
	struct type_form *form = arena_new(c->arena, struct type_form);
	struct json *o;

	if (!as_json && json_parse(c, e->text, strlen(e->text), &o) == OK) {
		if (type_form_open(c, o, shipped, form) == OK)
			e->form = form;
		else if (e->fault.detail == NULL) {
			e->fault = c->fault;
			e->status = status_of(ERR_INVALID);
		}
	}
	c->fault = before;
	return type_page(r, w, e);
}

static const char *text_of(struct ctx *c, const struct type_found *f)
{
	return f->broken ? "{}" : json_write_pretty(c->arena, type_definition(c, &f->type));
}

static enum err wants_json(struct req *r, bool *as_json, const char **begin)
{
	const char *view = "form";
	TRY(query_text(r, "view", &view));
	TRY(query_text(r, "begin", begin));
	*as_json = strcmp(view, "json") == 0;
	return OK;
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
	const char *begin = "";
	bool as_json = false;

	if (r->method == GET)
		TRY(wants_json(r, &as_json, &begin));
	return show(r, w, &e, as_json || f->broken);
}

static const char blank[] = "{\"fields\": [{\"kind\": \"line\"}], \"actions\": []}";

enum err admin_type_new(struct req *r, struct resp *w)
{
	struct editor e = { .name = "", .version = "0", .status = 200 };
	const char *begin = "";
	bool as_json;

	TRY(wants_json(r, &as_json, &begin));
	e.text = as_json || strcmp(begin, "example") == 0 ? type_example : blank;
	return show(r, w, &e, as_json);
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
	struct json *definition; /* with what was typed */
	bool as_form;
	const char *at;
};

static enum err read_definition(struct ctx *c, struct sent *s)
{
	enum err e = json_parse(c, s->text, strlen(s->text), &s->definition);

	return e == ERR_MALFORMED ? fail(c, ERR_INVALID, NULL, "It is no JSON: %s", c->fault.detail)
				  : e;
}

static const char *const known[] = { "do", "name", "definition", "version", "view", NULL };

static enum err read_sent(struct req *r, struct sent *s)
{
	const char *view = "";

	*s = (struct sent){ .name = "", .text = "", .version = "0" };
	TRY(form_text(r, "do", &s->what));
	TRY(form_maybe(r, "name", &s->name));
	TRY(form_maybe(r, "definition", &s->text));
	TRY(form_maybe(r, "view", &view));
	s->text = text_line_feeds(r->ctx->arena, s->text);
	s->as_form = strcmp(view, "form") == 0;
	if (!s->as_form)
		TRY(form_only(r, known));
	return form_maybe(r, "version", &s->version);
}

/* What was typed into the form, and what was moved in it, goes into the definition. */
static enum err read_form(struct req *r, struct sent *s, const struct task_type *shipped)
{
	struct ctx *c = r->ctx;
	struct type_form form;

	TRY(read_definition(c, s));
	TRY(type_form_open(c, s->definition, shipped, &form));
	TRY(form_only(r, type_form_names(c, &form, known, LENGTH(known) - 1)));
	TRY(type_form_take(r, &form));
	enum err e = type_form_is_move(s->what) ? type_form_move(c, &form, s->what, &s->at) : OK;
	s->text = json_write_pretty(c->arena, s->definition);
	return e;
}

/* Saves, or (do=check) says whether it could be. */
static enum err save(
    struct req *r, struct sent *s, bool new, struct editor *e, struct type_found *found)
{
	struct ctx *c = r->ctx;
	struct type_wish wish = { .name = s->name, .only_new = new };
	struct task_type *type = arena_new(c->arena, struct task_type);

	if (!text_int64(s->version, 0, INT64_MAX, &wish.version))
		return fail(c, ERR_INVALID, "version", "must be a number");
	if (!s->as_form)
		TRY(read_definition(c, s));
	wish.definition = s->definition;
	if (strcmp(s->what, "save") == 0)
		return type_save(c, &wish, found, &e->secret);
	if (strcmp(s->what, "check") != 0) /* only shown otherwise */
		return OK;
	TRY(type_check(c, &wish, type));
	e->fine = type;
	return OK;
}

/* Shown again with what was typed, when a person can mend it. */
static enum err edit(struct req *r, struct resp *w, struct sent *s, const struct type_found *was)
{
	const struct task_type *shipped = was != NULL && !was->type.own ? &was->type : NULL;
	struct editor e = { .name = s->name, .found = was, .version = s->version, .status = 200 };
	struct type_found found;
	enum err err = s->as_form ? read_form(r, s, shipped) : OK;

	if (err == OK)
		err = save(r, s, was == NULL, &e, &found);
	e.text = s->text;
	e.at = s->at;
	if (err == ERR_INVALID || err == ERR_CONFLICT || err == ERR_STALE) {
		e.fault = r->ctx->fault;
		e.status = status_of(err);
		return show(r, w, &e, !s->as_form);
	}
	TRY(err);
	if (strcmp(s->what, "save") != 0)
		return show(
		    r, w, &e, strcmp(s->what, "json") == 0 || (!s->as_form && e.fine != NULL));
	return e.secret != NULL ? show_found(r, w, &found, e.secret)
				: see_other(r, w, "/settings/types/%s?done=saved", s->name);
}

static bool is_edit(const struct sent *s)
{
	static const char *const edits[] = { "save", "check", "json", "form" };

	for (size_t i = 0; i < LENGTH(edits); i++)
		if (strcmp(edits[i], s->what) == 0)
			return true;
	return s->as_form && type_form_is_move(s->what);
}

enum err admin_type_add(struct req *r, struct resp *w)
{
	struct sent s;

	TRY(read_sent(r, &s));
	if (!is_edit(&s))
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
	if (is_edit(&s))
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
