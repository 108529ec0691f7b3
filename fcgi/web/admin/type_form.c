#include "web/admin/type_form.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "web/admin/type_inside.h"

/* ---- where things stand */

/* "mails.initial", "actions[2].with"; `make`: with objects where there are none yet. */
static struct json *place(struct ctx *c, struct json *o, const char *path, bool make)
{
	while (*path != '\0') {
		size_t len = strcspn(path, ".[");
		const char *key = arena_strndup(c->arena, path, len);
		struct json *next = json_get(o, key);
		if (json_type(next) == JSON_NULL && make) {
			next = json_object(c->arena);
			json_set(o, key, next);
		}
		path += len;
		if (*path == '[') {
			next = json_at(next, strtoul(path + 1, NULL, 10));
			path += strcspn(path, "]") + 1;
		}
		if (json_type(next) == JSON_NULL)
			return NULL;
		o = next;
		path += *path == '.' ? 1 : 0;
	}
	return o;
}

struct json *type_form_place(struct ctx *c, struct json *o, const char *path)
{
	return place(c, o, path, false);
}

const char *type_form_actions(const struct type_form *form)
{
	return form->shipped == NULL ? "actions" : "additional_actions";
}

const char *type_form_emails(struct ctx *c, const char *stage)
{
	return arena_printf(c->arena, "mails.%s.emails", stage);
}

/* "mails.initial" of "mails.initial" and "mails.initial.emails[1]"; NULL: it is of no mail. */
static const char *stage_of(struct ctx *c, const char *group)
{
	size_t mails = strlen("mails.");

	if (!text_starts(group, "mails."))
		return NULL;
	return arena_strndup(c->arena, group, mails + strcspn(group + mails, "."));
}

/* Null is not the same as absent. */
static bool is_null(const struct type_form *form, const char *stage)
{
	const struct json *mails = json_get(form->o, "mails");
	struct json *value;
	const char *key;

	for (size_t i = 0; json_member(mails, i, &key, &value); i++)
		if (strcmp(key, stage + strlen("mails.")) == 0)
			return json_type(value) == JSON_NULL;
	return false;
}

static bool is_off(struct ctx *c, const struct type_form *form, const char *stage)
{
	return is_null(form, stage) || json_bool(json_get(place(c, form->o, stage, false), "off"));
}

struct json *type_form_holder(struct ctx *c, struct type_form *form, const char *group)
{
	const char *stage = stage_of(c, group);
	bool null = stage != NULL && is_null(form, stage);
	struct json *holder = place(c, form->o, group, true);

	if (null)
		json_set(place(c, form->o, stage, false), "off", json_boolean(c->arena, true));
	return holder;
}

/* ---- what a form can show at all */

static bool is_object(const struct json *v)
{
	return json_type(v) == JSON_NULL || json_type(v) == JSON_OBJECT;
}

static enum err check_objects(struct ctx *c, const struct json *o)
{
	static const char *const paths[] = { "approvals", "mails", "mails.initial", "mails.token",
		"mails.completed", "mails.ended", "notifications", "notifications.standard",
		"notifications.errors" };

	for (size_t i = 0; i < LENGTH(paths); i++)
		if (!is_object(place(c, (struct json *)o, paths[i], false)))
			return fail(c, ERR_INVALID, paths[i], "must be an object");
	return OK;
}

static enum err check_list(struct ctx *c, const struct json *o, const char *path, size_t max)
{
	const struct json *list = place(c, (struct json *)o, path, false);
	bool ok = json_type(list) == JSON_NULL ||
		  (json_type(list) == JSON_ARRAY && json_length(list) <= max);

	for (size_t i = 0; ok && i < json_length(list); i++) {
		const struct json *item = json_at(list, i);
		ok = json_type(item) == JSON_OBJECT && is_object(json_get(item, "with"));
	}
	return ok ? OK : fail(c, ERR_INVALID, path, "must be a list of objects, at most %zu", max);
}

static enum err check_lists(struct ctx *c, const struct type_form *form)
{
	TRY(check_list(c, form->o, "fields", TYPE_FIELDS));
	TRY(check_list(c, form->o, type_form_actions(form), TYPE_STEPS - 1));
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		TRY(check_list(
		    c, form->o, type_form_emails(c, type_mail_stages[i]), TYPE_MAILS - 1));
	return OK;
}

/* ---- the inputs */

static void add_rows(
    struct ctx *c, struct type_form *form, const char *group, const struct slot_row *rows)
{
	const struct json *holder = place(c, form->o, group, false);

	for (; rows->key != NULL && form->n < TYPE_SLOTS; rows++) {
		struct slot s = { .group = group, .row = rows };
		const struct json *value = json_get(holder, rows->key);
		s.name = *group == '\0' ? rows->key
					: arena_printf(c->arena, "%s.%s", group, rows->key);
		if (rows->kind == SLOT_SENT)
			s.shown = is_off(c, form, s.name) ? "off" : "on";
		else if (!type_value_fits(rows, value, &s.kind))
			continue;
		else
			s.shown = type_value_text(c, rows, s.kind, value);
		s.kind = rows->kind == SLOT_SENT ? SLOT_SENT : s.kind;
		s.id = type_form_id(c, s.name);
		form->slots[form->n++] = s;
	}
}

static void add_lists(struct ctx *c, struct type_form *form)
{
	const char *name = type_form_actions(form);
	const struct json *fields = json_get(form->o, "fields"), *steps = json_get(form->o, name);

	for (size_t i = 0; form->shipped == NULL && i < json_length(fields); i++)
		add_rows(c, form, arena_printf(c->arena, "fields[%zu]", i), type_field_slots);
	for (size_t i = 0; i < json_length(steps); i++) {
		const struct slot_row *rows = type_action_slots(
		    c, json_text(json_get(json_at(steps, i), "action")));
		if (rows != NULL)
			add_rows(c, form, arena_printf(c->arena, "%s[%zu].with", name, i), rows);
	}
}

static void add_settings(struct ctx *c, struct type_form *form)
{
	int of_all = form->shipped != NULL && form->shipped->defaults ? 1 : 0;
	const struct slot_row *notified = type_notified_slots + of_all * TYPE_NOTIFIED_OWN;

	if (form->shipped == NULL || !form->shipped->hidden)
		add_rows(c, form, "approvals", type_approval_slots);
	if (!of_all)
		add_rows(c, form, "", type_time_slots);
	add_rows(c, form, "mails", type_sent_slots);
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		add_rows(c, form, arena_printf(c->arena, "mails.%s", type_mail_stages[i]),
		    type_mail_slots + of_all * TYPE_MAIL_OWN);
	add_rows(c, form, "notifications", type_told_slots + of_all * TYPE_TOLD_OWN);
	add_rows(c, form, "notifications.standard", notified);
	add_rows(c, form, "notifications.errors", notified);
}

static void add_emails(struct ctx *c, struct type_form *form, const char *stage)
{
	const char *name = type_form_emails(c, stage);
	size_t n = json_length(place(c, form->o, name, false));

	for (size_t i = 0; i < n; i++)
		add_rows(c, form, arena_printf(c->arena, "%s[%zu]", name, i), type_mail_slots);
}

enum err type_form_open(
    struct ctx *c, struct json *o, const struct task_type *shipped, struct type_form *out)
{
	*out = (struct type_form){ .o = o, .shipped = shipped };
	if (json_type(o) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "It must be an object.");
	TRY(check_objects(c, o));
	TRY(check_lists(c, out));
	out->slots = arena_alloc(c->arena, TYPE_SLOTS, sizeof(*out->slots));
	if (shipped == NULL) {
		add_rows(c, out, "", type_head_slots);
		out->asks = type_asks(c, o);
		add_rows(c, out, "", out->asks);
	}
	add_lists(c, out);
	add_settings(c, out);
	/* Last: of the most that a form can hold, these are what stays JSON. */
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		add_emails(c, out, type_mail_stages[i]);
	return OK;
}

const char **type_form_names(
    struct ctx *c, const struct type_form *form, const char *const *others, size_t nothers)
{
	const char **names = arena_alloc(c->arena, form->n + nothers + 1, sizeof(*names));

	for (size_t i = 0; i < nothers; i++)
		names[i] = others[i];
	for (size_t i = 0; i < form->n; i++)
		names[nothers + i] = form->slots[i].name;
	names[nothers + form->n] = NULL;
	return names;
}

static bool has_input(const struct type_form *form, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < form->n; i++)
		if (text_starts(form->slots[i].name, name) &&
		    strchr(".[", form->slots[i].name[len]) != NULL)
			return true;
	return false;
}

/* Whether a mail is sent is the input of the mail itself. */
static bool is_switch(const struct type_form *form, const char *group, const char *key)
{
	for (size_t i = 0; i < form->n; i++)
		if (form->slots[i].kind == SLOT_SENT && strcmp(form->slots[i].name, group) == 0)
			return strcmp(key, "off") == 0;
	return false;
}

const char *type_form_rest(struct ctx *c, const struct type_form *form, const char *group)
{
	const struct json *holder = place(c, form->o, group, false);
	const char *out = "", *key;
	struct json *value;

	for (size_t i = 0; json_member(holder, i, &key, &value); i++)
		if (!is_switch(form, group, key) &&
		    !has_input(
			form, *group == '\0' ? key : arena_printf(c->arena, "%s.%s", group, key)))
			out = arena_printf(c->arena, "%s%s%s", out, *out != '\0' ? ", " : "", key);
	return out;
}

/* ---- what was typed */

/* A field that is of another kind now keeps nothing that only the former one may have. */
static void drop_idle(struct json *field)
{
	enum input_kind kind = input_kind_named(json_text(json_get(field, "kind")));

	if (kind != INPUT_CHOICE)
		json_remove(field, "choices");
	if (kind != INPUT_LINE && kind != INPUT_TEXT && kind != INPUT_NUMBER) {
		json_remove(field, "min");
		json_remove(field, "max");
	}
	if (!input_is_text(kind))
		json_remove(field, "rule");
}

/* A mail that is switched off keeps what it says. */
static void switch_mail(struct ctx *c, struct json *mails, const char *stage, bool on)
{
	struct json *mail = json_get(mails, stage);

	if (on && json_type(mail) == JSON_OBJECT)
		json_remove(mail, "off");
	else if (on)
		json_set(mails, stage, json_object(c->arena));
	else if (json_length(mail) > 0)
		json_set(mail, "off", json_boolean(c->arena, true));
	else
		json_set(mails, stage, NULL);
}

static void put(struct ctx *c, struct type_form *form, const struct slot *s, const char *typed)
{
	struct json *holder = type_form_holder(c, form, s->group);
	struct json *value = type_value_of(c, s->kind, typed);

	if (s->kind == SLOT_SENT)
		switch_mail(c, holder, s->row->key, strcmp(typed, "off") != 0);
	else if (value == NULL)
		json_remove(holder, s->row->key);
	else
		json_set(holder, s->row->key, value);
}

/* How a browser ends a line says nothing: CR LF, CR and LF are one. */
static bool same_lines(const char *x, const char *y)
{
	while (*x != '\0' && *y != '\0') {
		bool ends = strchr("\r\n", *x) != NULL;
		if (ends ? strchr("\r\n", *y) == NULL : *x != *y)
			return false;
		x += text_starts(x, "\r\n") ? 2 : 1;
		y += text_starts(y, "\r\n") ? 2 : 1;
	}
	return *x == *y;
}

enum err type_form_take(struct req *r, struct type_form *form)
{
	struct ctx *c = r->ctx;
	bool *other = arena_alloc(c->arena, form->n + 1, sizeof(*other));

	for (size_t i = 0; i < form->n; i++) {
		const struct slot *s = &form->slots[i];
		const char *typed = s->kind == SLOT_FLAG ? "" : s->shown;
		TRY(form_maybe(r, s->name, &typed));
		other[i] = !same_lines(typed, s->shown);
		if (other[i])
			put(c, form, s, text_line_feeds(c->arena, typed));
	}
	for (size_t i = 0; i < form->n; i++)
		if (other[i] && strcmp(form->slots[i].row->key, "kind") == 0)
			drop_idle(place(c, form->o, form->slots[i].group, true));
	return OK;
}
