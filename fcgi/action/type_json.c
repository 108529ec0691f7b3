/* A task type as programs read it: what to give, and what will happen. */

#include <string.h>

#include "action/inside.h"
#include "action/type.h"
#include "model/team.h"

static const char *const kind_names[] = {
	[INPUT_LINE] = "line",
	[INPUT_TEXT] = "text",
	[INPUT_EMAIL] = "email",
	[INPUT_NUMBER] = "number",
	[INPUT_FLAG] = "flag",
	[INPUT_CHOICE] = "choice",
	[INPUT_NAMES] = "names",
	[INPUT_ACCOUNT] = "account",
	[INPUT_TEAM] = "team",
	[INPUT_ROLE] = "role",
	[INPUT_JOB] = "job",
	[INPUT_JSON] = "object",
	[INPUT_PASSWORD] = "password",
	[INPUT_CONFIRM] = "confirm",
};

const char *input_kind_name(enum input_kind kind)
{
	return kind_names[kind];
}

enum input_kind input_kind_named(const char *name)
{
	for (size_t i = 1; i < LENGTH(kind_names); i++)
		if (strcmp(kind_names[i], name) == 0)
			return (enum input_kind)i;
	return 0;
}

struct json *choices_json(struct ctx *c, const char *choices)
{
	struct json *list = json_array(c->arena);

	if (choices == NULL)
		return json_string(c->arena, NULL);
	for (const char *s = choices;; s++) {
		size_t len = strcspn(s, "|");
		json_push(list, json_string_n(c->arena, s, len));
		s += len;
		if (*s == '\0')
			return list;
	}
}

static struct json *input_json(struct ctx *c, const struct input *f)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, f->name));
	json_set(o, "label", json_string(c->arena, f->label));
	json_set(o, "help", json_string(c->arena, f->help != NULL ? f->help : ""));
	json_set(o, "kind", json_string(c->arena, kind_names[f->kind]));
	json_set(o, "required", json_boolean(c->arena, f->required));
	json_set(o, "rule", json_string(c->arena, f->rule));
	json_set(o, "choices",
	    choices_json(c, f->kind == INPUT_ROLE ? "viewer|operator|editor|manager" : f->choices));
	return o;
}

static struct json *approvers_json(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena);
	const char *role = t->team_field != NULL && t->approver_role != ROLE_NONE
			       ? role_name(t->approver_role)
			       : "admin";

	json_set(o, "required", json_number(c->arena, t->required));
	json_set(o, "role", json_string(c->arena, t->approver_group != NULL ? NULL : role));
	json_set(o, "group", json_string(c->arena, t->approver_group));
	json_set(o, "auto_approve", json_boolean(c->arena, t->allow_auto_approve));
	return o;
}

struct json *type_json(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena), *fields = json_array(c->arena),
		    *steps = json_array(c->arena);

	for (const struct input *f = type_fields(c, t); f->name != NULL; f++)
		json_push(fields, input_json(c, f));
	for (const struct type_step *s = t->steps; s->action != NULL; s++) {
		struct json *step = json_object(c->arena);
		json_set(step, "name", json_string(c->arena, s->action));
		json_set(step, "help", json_string(c->arena, action_named(s->action)->help));
		json_push(steps, step);
	}
	json_set(o, "name", json_string(c->arena, t->name));
	json_set(o, "title", json_string(c->arena, t->title));
	json_set(o, "help", json_string(c->arena, t->help));
	json_set(o, "fields", fields);
	json_set(o, "actions", steps);
	json_set(o, "approvals", approvers_json(c, t));
	json_set(o, "anonymous", json_boolean(c->arena, t->asker == ASK_ANYBODY));
	return o;
}
