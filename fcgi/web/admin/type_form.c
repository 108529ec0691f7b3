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

/* A mail that is not sent is null: what is typed about it turns nothing on. */
static bool is_off(const struct type_form *form, const char *group)
{
	const struct json *mails = json_get(form->o, "mails");
	struct json *value;
	const char *key;

	if (!text_starts(group, "mails."))
		return false;
	for (size_t i = 0; json_member(mails, i, &key, &value); i++)
		if (json_type(value) == JSON_NULL && strcmp(key, group + strlen("mails.")) == 0)
			return true;
	return false;
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

static enum err check_list(struct ctx *c, const struct json *o, const char *key, size_t max)
{
	const struct json *list = json_get(o, key);
	bool ok = json_type(list) == JSON_NULL ||
		  (json_type(list) == JSON_ARRAY && json_length(list) <= max);

	for (size_t i = 0; ok && i < json_length(list); i++) {
		const struct json *item = json_at(list, i);
		ok = json_type(item) == JSON_OBJECT && is_object(json_get(item, "with"));
	}
	return ok ? OK : fail(c, ERR_INVALID, key, "must be a list of objects, at most %zu", max);
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
			s.shown = is_off(form, s.name) ? "off" : "on";
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
	if (form->shipped == NULL || !form->shipped->hidden)
		add_rows(c, form, "approvals", type_approval_slots);
	add_rows(c, form, "", type_time_slots);
	add_rows(c, form, "mails", type_sent_slots);
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		add_rows(c, form, arena_printf(c->arena, "mails.%s", type_mail_stages[i]),
		    type_mail_slots);
	add_rows(c, form, "notifications", type_told_slots);
	add_rows(c, form, "notifications.standard", type_notified_slots);
	add_rows(c, form, "notifications.errors", type_notified_slots);
}

enum err type_form_open(
    struct ctx *c, struct json *o, const struct task_type *shipped, struct type_form *out)
{
	*out = (struct type_form){ .o = o, .shipped = shipped };
	if (json_type(o) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "It must be an object.");
	TRY(check_objects(c, o));
	TRY(check_list(c, o, "fields", TYPE_FIELDS));
	TRY(check_list(c, o, type_form_actions(out), TYPE_STEPS - 1));
	out->slots = arena_alloc(c->arena, TYPE_SLOTS, sizeof(*out->slots));
	if (shipped == NULL) {
		add_rows(c, out, "", type_head_slots);
		add_rows(c, out, "", type_ask_slots);
	}
	add_lists(c, out);
	add_settings(c, out);
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

const char *type_form_rest(struct ctx *c, const struct type_form *form, const char *group)
{
	const struct json *holder = place(c, form->o, group, false);
	const char *out = "", *key;
	struct json *value;

	for (size_t i = 0; json_member(holder, i, &key, &value); i++)
		if (!has_input(
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

static void put(struct ctx *c, struct type_form *form, const struct slot *s, const char *typed)
{
	if (is_off(form, s->group))
		return;
	struct json *holder = place(c, form->o, s->group, true);
	struct json *value = type_value_of(c, s->kind, typed);

	if (value == NULL && s->kind != SLOT_SENT)
		json_remove(holder, s->row->key);
	else
		json_set(holder, s->row->key, value);
}

enum err type_form_take(struct req *r, struct type_form *form)
{
	struct ctx *c = r->ctx;
	bool *other = arena_alloc(c->arena, form->n + 1, sizeof(*other));

	for (size_t i = 0; i < form->n; i++) {
		const struct slot *s = &form->slots[i];
		const char *typed = s->kind == SLOT_FLAG ? "" : s->shown;
		TRY(form_maybe(r, s->name, &typed));
		typed = text_line_feeds(c->arena, typed);
		other[i] = strcmp(typed, text_line_feeds(c->arena, s->shown)) != 0;
		if (other[i])
			put(c, form, s, typed);
	}
	for (size_t i = 0; i < form->n; i++)
		if (other[i] && strcmp(form->slots[i].row->key, "kind") == 0)
			drop_idle(place(c, form->o, form->slots[i].group, true));
	return OK;
}
