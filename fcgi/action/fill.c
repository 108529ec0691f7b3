/* {{field}} in texts of a type becomes what was typed. */

#include <string.h>

#include "action/inside.h"
#include "core/buf.h"

static const char *shown(struct ctx *c, const struct json *v)
{
	return json_type(v) == JSON_STRING ? json_text(v)
	       : json_type(v) == JSON_NULL ? ""
					   : json_write(c->arena, v);
}

#define ANSWER "answer."

const char *mark_alone(struct ctx *c, const char *s)
{
	size_t len = strlen(s);

	if (len > 4 && strncmp(s, "{{", 2) == 0 && strstr(s, "}}") == s + len - 2)
		return arena_strndup(c->arena, s + 2, len - 4);
	return NULL;
}

/* What nobody has said yet stays as it is: it is filled in when the step begins. */
static bool is_unanswered(const char *name, const struct json *value)
{
	return value == NULL && strncmp(name, ANSWER, sizeof(ANSWER) - 1) == 0;
}

const char *filled_text(struct ctx *c, const char *pattern, const struct json *fields)
{
	const char *out = "";

	for (;;) {
		const char *open = strstr(pattern, "{{"), *shut = open ? strstr(open, "}}") : NULL;
		if (shut == NULL)
			return arena_printf(c->arena, "%s%s", out, pattern);
		const char *name = arena_strndup(c->arena, open + 2, (size_t)(shut - open - 2));
		const struct json *value = json_get(fields, name);
		int before = (int)(open - pattern), mark = (int)(shut + 2 - open);
		out = is_unanswered(name, value)
			  ? arena_printf(c->arena, "%s%.*s", out, before + mark, pattern)
			  : arena_printf(
				c->arena, "%s%.*s%s", out, before, pattern, shown(c, value));
		pattern = shut + 2;
	}
}

/* {{field}} alone, of a field that was not given: then there is nothing there. */
static bool is_absent(struct ctx *c, const struct json *pattern, const struct json *fields)
{
	const char *name = mark_alone(c, json_text(pattern));

	return name != NULL && json_get(fields, name) == NULL && !is_unanswered(name, NULL);
}

static struct json *filled_object(
    struct ctx *c, const struct json *pattern, const struct json *fields)
{
	struct json *out = json_object(c->arena), *value;
	const char *key;

	for (size_t i = 0; json_member(pattern, i, &key, &value); i++)
		if (!is_absent(c, value, fields))
			json_set(out, key, filled(c, value, fields));
	return out;
}

/* A text that is one {{field}} and nothing else keeps the field's kind. */
static struct json *filled_string(struct ctx *c, const char *s, const struct json *fields)
{
	const char *name = mark_alone(c, s);
	struct json *v = name != NULL ? json_get(fields, name) : NULL;

	return v != NULL ? v : json_string(c->arena, filled_text(c, s, fields));
}

struct json *filled(struct ctx *c, const struct json *pattern, const struct json *fields)
{
	struct json *out;

	switch (json_type(pattern)) {
	case JSON_STRING:
		return filled_string(c, json_text(pattern), fields);
	case JSON_OBJECT:
		return filled_object(c, pattern, fields);
	case JSON_ARRAY:
		out = json_array(c->arena);
		for (size_t i = 0; i < json_length(pattern); i++)
			json_push(out, filled(c, json_at(pattern, i), fields));
		return out;
	case JSON_BOOL:
		return json_boolean(c->arena, json_bool(pattern));
	case JSON_INT:
		return json_number(c->arena, json_int(pattern));
	default:
		return json_string(c->arena, NULL);
	}
}

/* ---- what was answered */

static void add_answer(struct ctx *c, struct json *fields, const struct json *answer)
{
	struct json *value;
	const char *name;

	for (size_t i = 0; json_member(answer, i, &name, &value); i++)
		json_set(fields, arena_printf(c->arena, ANSWER "%s", name), value);
}

struct json *answered(
    struct ctx *c, const struct task_action *self, const struct task_action *all, size_t n)
{
	const struct action *a = action_named(self->name);
	struct json *data = stage_json(c, self->data_text), *answers = json_object(c->arena);

	if (a == NULL || !a->answers)
		return data;
	for (size_t i = 0; i < n; i++)
		add_answer(c, answers, json_get(stage_json(c, all[i].cache_text), "answer"));
	return filled(c, data, answers);
}
