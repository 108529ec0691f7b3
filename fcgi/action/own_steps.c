/* The actions of a type of its own: what is done, and with what of the fields. */

#include <string.h>

#include "action/inside.h"
#include "action/own_inside.h"
#include "action/words.h"
#include "core/text.h"

#define ANSWER "answer."

static bool is_answer(const char *name)
{
	size_t len = strlen(name);

	return text_starts(name, ANSWER) && len > sizeof(ANSWER) - 1 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == len;
}

enum err own_marks(const struct at *at, const char *key, const char *text,
    const struct task_type *t, enum marks more)
{
	for (const char *s = strstr(text, "{{"); s != NULL; s = strstr(s, "{{")) {
		const char *shut = strstr(s, "}}");
		if (shut == NULL)
			return fail(
			    at->c, ERR_INVALID, at_path(at, key), "holds a {{ without its }}");
		const char *name = arena_strndup(at->c->arena, s + 2, (size_t)(shut - s - 2));
		if (own_field(at->c, t, name) == NULL &&
		    !(more == MARKS_ANSWERS && is_answer(name)) &&
		    !(more == MARKS_WORDS && words_know(name)))
			return fail(at->c, ERR_INVALID, at_path(at, key),
			    "names a field that there is not: %s", name);
		s = shut + 2;
	}
	return OK;
}

static const char *generic_names(struct ctx *c)
{
	const char *out = "";

	for (size_t i = 0; actions[i] != NULL; i++)
		if (actions[i]->generic)
			out = arena_printf(
			    c->arena, "%s%s%s", out, *out != '\0' ? ", " : "", actions[i]->name);
	return out;
}

static const struct input *input_of(const struct action *a, const char *name)
{
	for (const struct input *f = a->fields; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* A team in which the system acts must be the one whose people approve. */
static enum err check_team(
    const struct at *with, const struct action *a, const struct input *f, const struct task_type *t)
{
	const char *said = json_text(json_get(with->o, f->name)), *mark = mark_alone(with->c, said);

	if (!a->system || f->kind != INPUT_TEAM || t->approver_role == ROLE_NONE)
		return OK;
	if (mark == NULL || strcmp(mark, t->team_field) != 0)
		return fail(with->c, ERR_INVALID, at_path(with, f->name),
		    "must be {{%s}}: people of that team approve", t->team_field);
	return OK;
}

/* What is no text with {{field}} in it is judged as it would be in a form. */
static enum err check_value(
    const struct at *with, const struct action *a, const struct input *f, const struct task_type *t)
{
	struct json *v = json_get(with->o, f->name), *alone = json_object(with->c->arena), *out;
	struct input table[2] = { *f, { 0 } };
	bool text = f->kind == INPUT_LINE || f->kind == INPUT_TEXT;

	if (json_type(v) == JSON_NULL)
		return f->required ? at_need(with, f->name) : OK;
	TRY(check_team(with, a, f, t));
	if (json_type(v) == JSON_STRING && strstr(json_text(v), "{{") != NULL)
		return own_marks(with, f->name, json_text(v), t,
		    a->answers && text ? MARKS_ANSWERS : MARKS_FIELDS);
	json_set(alone, f->name, v);
	if (input_check(with->c, table, alone, &out) == OK)
		return OK;
	const char *why = with->c->fault.detail;
	return fail(with->c, ERR_INVALID, at_path(with, f->name), "%s", why);
}

static enum err check_with(const struct at *with, const struct action *a, const struct task_type *t)
{
	for (const struct input *f = a->fields; f->name != NULL; f++)
		TRY(check_value(with, a, f, t));
	if (a->check == NULL || a->check(with->c, with->o) == OK)
		return OK;
	const char *field = with->c->fault.field, *why = with->c->fault.detail;
	return fail(
	    with->c, ERR_INVALID, field != NULL ? at_path(with, field) : with->path, "%s", why);
}

/* Without `with`: what is called as the action calls it. */
static struct json *same_names(struct ctx *c, const struct action *a, const struct task_type *t)
{
	struct json *with = json_object(c->arena);

	for (const struct input *f = a->fields; f->name != NULL; f++)
		if (own_field(c, t, f->name) != NULL)
			json_set(with, f->name,
			    json_string(c->arena, arena_printf(c->arena, "{{%s}}", f->name)));
	return with;
}

static enum err read_with(
    const struct at *step, const struct action *a, const struct task_type *t, struct type_step *out)
{
	struct ctx *c = step->c;
	const struct json *with = json_get(step->o, "with");
	struct json *value;
	const char *key;
	struct at at = { .c = c, .path = at_path(step, "with") };

	if (json_type(with) == JSON_NULL)
		with = same_names(c, a, t);
	if (json_type(with) != JSON_OBJECT)
		return fail(c, ERR_INVALID, at.path, "must be an object");
	at.o = with;
	for (size_t i = 0; json_member(with, i, &key, &value); i++)
		if (input_of(a, key) == NULL)
			return fail(
			    c, ERR_INVALID, at_path(&at, key), "is nothing that %s takes", a->name);
	*out = (struct type_step){ a->name, with };
	return check_with(&at, a, t);
}

/* What acts as the system is for what people looked at and said yes to. */
static enum err check_people(const struct at *step, const struct task_type *t)
{
	if (t->hidden)
		return fail(step->c, ERR_INVALID, at_path(step, "action"),
		    "acts as the system, and who approves this type is for teams and jobs to say");
	if (t->required == 0)
		return fail(step->c, ERR_INVALID, at_path(step, "action"),
		    "acts as the system: approvals.required must be 1 at least");
	if (!t->own && t->allow_auto_approve)
		return fail(step->c, ERR_INVALID, at_path(step, "action"),
		    "acts as the system: allow_auto_approve must be false");
	return OK;
}

static enum err read_step(const struct at *step, const struct task_type *t, struct type_step *out)
{
	const char *name = "";

	TRY(at_need(step, "action"));
	TRY(at_line(step, "action", (struct bounds){ 1, OWN_LINE_MAX }, &name));
	const struct action *a = action_named(name);
	if (a == NULL || !a->generic)
		return fail(step->c, ERR_INVALID, at_path(step, "action"), "must be one of %s",
		    generic_names(step->c));
	if (a->system)
		TRY(check_people(step, t));
	return read_with(step, a, t, out);
}

/* Behind the `n` that there are. */
static enum err read_steps(const struct at *top, const char *key, struct task_type *t, size_t n)
{
	static const char *const known[] = { "action", "with", NULL };
	const struct json *list;

	TRY(at_list(top, key, TYPE_STEPS - 1 - n, &list));
	for (size_t i = 0; i < json_length(list); i++) {
		struct at at;
		TRY(at_open(top->c, json_at(list, i), at_item(top, key, i), known, &at));
		TRY(read_step(&at, t, &t->steps[n + i]));
	}
	return OK;
}

enum err own_steps(const struct at *top, struct task_type *t)
{
	TRY(at_need(top, "actions"));
	TRY(read_steps(top, "actions", t, 0));
	if (t->steps[0].action == NULL)
		return fail(top->c, ERR_INVALID, "actions", "must hold at least one");
	return OK;
}

enum err own_more_steps(const struct at *top, struct task_type *t)
{
	size_t n = 0;

	/* What they take is no more to be filled in. */
	t->fields = type_fields(top->c, t);
	while (t->steps[n].action != NULL && t->steps[n].with == NULL)
		n++;
	memset(&t->steps[n], 0, sizeof(t->steps) - n * sizeof(t->steps[0]));
	return read_steps(top, "additional_actions", t, n);
}
