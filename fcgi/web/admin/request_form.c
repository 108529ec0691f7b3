#include "web/admin/request_form.h"

#include <inttypes.h>
#include <string.h>

#include "action/type.h"
#include "core/text.h"
#include "model/team.h"

enum { NAMES_TYPED_MAX = 200 };

/* ---- reading */

static struct json *lines_of(struct ctx *c, const char *text)
{
	struct json *list = json_array(c->arena);

	for (const char *s = text_line_feeds(c->arena, text); *s != '\0';) {
		size_t len = strcspn(s, "\n"), from = strspn(s, " \t"), to = len;
		while (to > from && strchr(" \t", s[to - 1]) != NULL)
			to--;
		if (to > from && json_length(list) < NAMES_TYPED_MAX)
			json_push(list, json_string_n(c->arena, s + from, to - from));
		s += len + (s[len] == '\n' ? 1 : 0);
	}
	return list;
}

static struct json *value_of(struct ctx *c, const struct input *f, const char *text)
{
	struct fault before = c->fault;
	struct json *v = NULL;
	int64_t n;

	switch (f->kind) {
	case INPUT_NUMBER:
		if (text_int64(text, INT64_MIN, INT64_MAX, &n))
			return json_number(c->arena, n);
		break;
	case INPUT_NAMES:
		return lines_of(c, text);
	case INPUT_JSON:
		if (json_parse(c, text, strlen(text), &v) == OK)
			return v;
		c->fault = before;
		break;
	case INPUT_TEXT:
		return json_string(c->arena, text_line_feeds(c->arena, text));
	default:
		break;
	}
	return json_string(c->arena, text);
}

static bool is_box(const struct input *f)
{
	return f->kind == INPUT_FLAG || f->kind == INPUT_CONFIRM;
}

typedef enum err (*get_fn)(struct req *r, const char *name, const char **out);

static enum err read_values(struct req *r, struct request_form *form, get_fn get)
{
	struct ctx *c = r->ctx;

	form->values = json_object(c->arena);
	for (const struct input *f = form->fields; f->name != NULL; f++) {
		const char *text = NULL;
		TRY(get(r, f->name, &text));
		if (is_box(f) && (text != NULL || get == form_maybe))
			json_set(form->values, f->name, json_boolean(c->arena, text != NULL));
		else if (text != NULL && *text != '\0')
			json_set(form->values, f->name, value_of(c, f, text));
	}
	return OK;
}

enum err request_form_read(struct req *r, struct request_form *form, bool with_reason)
{
	const char *known[TYPE_FIELDS + 3] = { NULL };
	size_t n = 0;

	for (const struct input *f = form->fields; f->name != NULL && n < TYPE_FIELDS; f++)
		known[n++] = f->name;
	if (with_reason)
		known[n++] = REQUEST_REASON;
	if (form->version != 0)
		known[n++] = REQUEST_VERSION;
	TRY(read_values(r, form, form_maybe));
	if (form->version != 0)
		TRY(form_int(r, REQUEST_VERSION, 1, INT64_MAX, &form->version));
	TRY(form_only(r, known));
	if (!with_reason)
		return OK;
	form->reason = "";
	TRY(form_maybe(r, REQUEST_REASON, &form->reason));
	form->reason = text_line_feeds(r->ctx->arena, form->reason);
	return OK;
}

enum err request_form_prefill(struct req *r, struct request_form *form)
{
	return read_values(r, form, query_text);
}

enum err request_form_own_teams(struct req *r, struct request_form *form)
{
	struct ctx *c = r->ctx;
	const char *names = "", *only = NULL;
	struct team *teams;
	size_t n, all = 0, mine = 0;

	TRY(team_list(c, &teams, &n));
	for (size_t i = 0; i < n; i++) {
		if (teams[i].role < ROLE_MANAGER)
			continue;
		only = teams[i].name;
		names = arena_printf(c->arena, "%s%s%s", names, mine++ > 0 ? "|" : "", only);
	}
	while (form->fields[all].name != NULL)
		all++;
	struct input *fields = arena_alloc(c->arena, all + 1, sizeof(*fields));
	for (size_t i = 0; i < all; i++) {
		fields[i] = form->fields[i];
		if (fields[i].kind != INPUT_TEAM)
			continue;
		fields[i].kind = INPUT_CHOICE;
		fields[i].choices = names;
		if (mine == 1 && json_get(form->values, fields[i].name) == NULL)
			json_set(form->values, fields[i].name, json_string(c->arena, only));
	}
	form->fields = fields;
	return OK;
}

bool request_form_takes(const struct ctx *c, enum err e)
{
	return e == ERR_INVALID || e == ERR_CONFLICT ||
	       (e == ERR_FORBIDDEN && c->fault.field != NULL);
}

/* ---- showing */

static const char *joined(struct ctx *c, const struct json *list)
{
	const char *all = "";

	for (size_t i = 0; i < json_length(list); i++)
		all = arena_printf(
		    c->arena, "%s%s%s", all, i > 0 ? "\n" : "", json_text(json_at(list, i)));
	return all;
}

static const char *typed(struct ctx *c, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_NULL:
		return "";
	case JSON_STRING:
		return json_text(value);
	case JSON_INT:
		return arena_printf(c->arena, "%" PRId64, json_int(value));
	case JSON_ARRAY:
		return joined(c, value);
	default:
		return json_write_pretty(c->arena, value);
	}
}

const char *request_value(struct ctx *c, const struct input *f, const struct json *value)
{
	if (f->kind == INPUT_PASSWORD)
		return "";
	if (json_type(value) == JSON_BOOL)
		return json_bool(value) ? "yes" : "no";
	return typed(c, value);
}

static void show_choices(
    struct ctx *c, struct view *v, const struct input *f, const char *choices, const char *now)
{
	bool chosen = false;

	for (const char *s = choices; s != NULL && *s != '\0';) {
		size_t len = strcspn(s, "|");
		const char *one = arena_strndup(c->arena, s, len);
		chosen = page_option(v, one, one, now) || chosen;
		s += len + (s[len] == '|' ? 1 : 0);
	}
	if (!f->required || !chosen)
		(void)page_option(v, "", f->required ? "choose one" : "none", chosen ? now : "");
}

/* What the elements of the part parts/inputs.html are for. */
static const char *section_of(const struct input *f)
{
	switch (f->kind) {
	case INPUT_TEXT:
	case INPUT_NAMES:
	case INPUT_JSON:
		return "LINES";
	case INPUT_NUMBER:
		return "NUMBER";
	case INPUT_FLAG:
	case INPUT_CONFIRM:
		return "BOX";
	case INPUT_CHOICE:
	case INPUT_ROLE:
		return "SELECT";
	default:
		return "LINE";
	}
}

static const char *line_type(const struct input *f)
{
	return f->kind == INPUT_EMAIL ? "email" : f->kind == INPUT_PASSWORD ? "password" : "text";
}

static const char *help_of(struct ctx *c, const struct input *f)
{
	const char *help = f->help != NULL ? f->help : "";

	if (f->kind == INPUT_NAMES)
		return arena_printf(c->arena, "%s%sone a line", help, *help != '\0' ? "; " : "");
	return help;
}

static void show_bounds(struct view *v, const struct input *f)
{
	if (f->min == 0 && f->max == 0)
		return;
	struct view *bounds = view_section(v, "BOUNDS");
	view_int(bounds, "MIN", f->min);
	view_int(bounds, "MAX", f->max);
}

static void show_element(struct ctx *c, struct view *row, const struct input *f, struct json *now)
{
	const char *section = section_of(f), *text = typed(c, now);
	struct view *v = view_section(row, section);

	if (strcmp(section, "BOX") == 0) {
		if (json_bool(now))
			view_show(v, "CHECKED");
		return;
	}
	if (strcmp(section, "SELECT") == 0) {
		show_choices(c, v, f,
		    f->kind == INPUT_ROLE ? "viewer|operator|editor|manager" : f->choices, text);
		return;
	}
	view_text(v, "VALUE", f->kind == INPUT_PASSWORD ? "" : text);
	if (strcmp(section, "LINE") == 0)
		view_text(v, "TYPE", line_type(f));
	if (f->kind == INPUT_TEAM)
		view_show(v, "A_TEAM");
	if (strcmp(section, "NUMBER") == 0)
		show_bounds(v, f);
}

static bool is_at(const struct fault *fault, const char *name)
{
	return fault->detail != NULL && fault->field != NULL && strcmp(fault->field, name) == 0;
}

/* Where what was typed is not what somebody else has put there. */
static void show_meanwhile(
    struct ctx *c, struct view *row, const struct request_form *form, const struct input *f)
{
	const char *now = request_value(c, f, json_get(form->meanwhile, f->name));

	if (strcmp(now, request_value(c, f, json_get(form->values, f->name))) == 0)
		return;
	view_text(view_section(row, "BAD"), "DETAIL",
	    *now == '\0' ? "meanwhile it was made empty"
			 : arena_printf(c->arena, "meanwhile it was made: %s", now));
}

static void show_input(
    const struct page *p, struct view *v, const struct request_form *form, const struct input *f)
{
	struct view *row = view_section(v, "INPUT");
	const char *help = help_of(p->c, f);

	view_text(row, "NAME", f->name);
	view_text(row, "LABEL", f->label);
	if (!is_box(f)) {
		struct view *label = view_section(row, "LABELLED");
		if (!f->required)
			view_show(label, "OPTIONAL");
	}
	if (*help != '\0')
		view_text(view_section(row, "HELPED"), "HELP", help);
	if (is_at(&form->fault, f->name)) {
		view_show(row, "INVALID");
		view_text(view_section(row, "BAD"), "DETAIL", form->fault.detail);
	}
	show_element(p->c, row, f, json_get(form->values, f->name));
	if (form->meanwhile != NULL)
		show_meanwhile(p->c, row, form, f);
}

/* "Team: there is no team x"; the label stands where people look for it. */
static void show_wrong(const struct page *p, struct view *v, const struct request_form *form)
{
	const struct fault *fault = &form->fault;

	for (const struct input *f = form->fields; f->name != NULL; f++)
		if (is_at(fault, f->name)) {
			page_wrong(v, "Not sent", f->name, f->label, fault->detail);
			return;
		}
	page_wrong(v, "Not sent", NULL, NULL, page_sentence(p->c, fault));
}

/* Those that one sees are offered; another can be asked for, too. */
static enum err show_teams(const struct page *p, struct view *v, const struct input *f)
{
	struct team *teams;
	size_t n;

	while (f->name != NULL && f->kind != INPUT_TEAM)
		f++;
	if (f->name == NULL || p->me.id == 0)
		return OK;
	TRY(team_list(p->c, &teams, &n));
	struct view *list = view_section(v, "TEAMS");
	for (size_t i = 0; i < n; i++)
		view_text(view_section(list, "TEAM"), "NAME", teams[i].name);
	return OK;
}

enum err request_form_show(const struct page *p, struct view *v, const struct request_form *form)
{
	struct view *fields = view_include(v, "FIELDS", "parts/inputs.html");

	if (form->version != 0)
		view_int(view_section(fields, "SEEN"), "VERSION", form->version);
	for (const struct input *f = form->fields; f->name != NULL; f++)
		show_input(p, fields, form, f);
	if (form->reason != NULL) {
		struct view *reason = view_section(fields, "REASON");
		view_text(reason, "VALUE", form->reason);
		if (is_at(&form->fault, "reason"))
			view_text(view_section(reason, "BAD"), "DETAIL", form->fault.detail);
	}
	if (form->fault.detail != NULL)
		show_wrong(p, v, form);
	return show_teams(p, fields, form->fields);
}
