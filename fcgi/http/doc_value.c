/* Values against the fields that describe them. */

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/time.h"
#include "http/inside.h"

enum { WORDS_MAX_BYTES = 1000 };

static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *s = choices; *s != '\0'; s += strcspn(s, "|"), s += *s == '|')
		if (len == strcspn(s, "|") && memcmp(s, value, len) == 0)
			return true;
	return false;
}

/* "must be a, b or c" */
static const char *choice_wrong(struct ctx *c, const char *choices, const char *value)
{
	struct buf words;

	if (is_choice(choices, value))
		return NULL;
	buf_init(&words, c->arena, WORDS_MAX_BYTES);
	buf_text(&words, "must be ");
	for (const char *s = choices; *s != '\0'; s++) {
		if (*s != '|')
			buf_add(&words, s, 1);
		else
			buf_text(&words, strchr(s + 1, '|') != NULL ? ", " : " or ");
	}
	return words.data;
}

static const char *text_wrong(struct ctx *c, const struct field *f, const char *value)
{
	int max = f->max > 0 && f->max < INT32_MAX ? (int)f->max : INT32_MAX;
	bool line = f->kind == KIND_LINE;

	if (*value == '\0' && (f->flags & FIELD_EMPTY) != 0)
		return NULL;
	if (f->choices != NULL)
		return choice_wrong(c, f->choices, value);
	if (line ? text_is_line(value, (int)f->min, max) : text_is_text(value, (int)f->min, max))
		return NULL;
	if (f->min > 0 && *value == '\0')
		return "must not be empty";
	const char *what = line ? "one line" : "text";
	return max == INT32_MAX
		   ? arena_printf(c->arena, "must be %s without control characters", what)
		   : arena_printf(c->arena,
			 "must be %s of at most %d characters, without control characters", what,
			 max);
}

/* `value` NULL: not even a number. */
static const char *int_wrong(struct ctx *c, const struct field *f, const int64_t *value)
{
	bool limited = f->min != 0 || f->max != 0;

	if (value != NULL && (!limited || (*value >= f->min && *value <= f->max)))
		return NULL;
	return !limited
		   ? "must be a whole number"
		   : arena_printf(c->arena, "must be a whole number from %" PRId64 " to %" PRId64,
			 f->min, f->max);
}

static const char *time_wrong(const char *value)
{
	int64_t us;

	return time_parse_rfc3339(value, &us) ? NULL
					      : "must be a time such as 2026-11-21T09:42:10Z";
}

const char *param_wrong(struct ctx *c, const struct field *f, const char *value)
{
	int64_t number;

	switch (f->kind) {
	case KIND_INT:
		return int_wrong(
		    c, f, text_int64(value, INT64_MIN, INT64_MAX, &number) ? &number : NULL);
	case KIND_TIME:
		return time_wrong(value);
	case KIND_BOOL:
		return choice_wrong(c, "true|false", value);
	default:
		return text_wrong(c, f, value);
	}
}

bool field_needed(const struct shape *shape, const struct field *f)
{
	return shape->body ? (f->flags & FIELD_MUST) != 0 : (f->flags & FIELD_MAYBE) == 0;
}

const char *shape_wrong(struct ctx *c, const struct shape *shape, const struct json *v)
{
	const struct field *fields = shape_fields(shape);
	struct json *value = NULL;
	const char *key = NULL;

	if (json_type(v) != JSON_OBJECT)
		return "must be an object";
	for (size_t i = 0; json_member(v, i, &key, &value); i++) {
		const struct field *f = field_find(fields, key);
		const char *wrong = f == NULL ? "is not known" : field_wrong(c, f, value);
		if (wrong != NULL)
			return arena_printf(c->arena, "has %s, which %s", key, wrong);
	}
	for (const struct field *f = fields; f->kind != KIND_END; f++)
		if (field_needed(shape, f) && json_get(v, f->name) == NULL)
			return arena_printf(c->arena, "lacks %s", f->name);
	return NULL;
}

static const char *element_wrong(struct ctx *c, const struct field *f, const struct json *v)
{
	if (f->shape != NULL)
		return shape_wrong(c, f->shape, v);
	return json_type(v) == JSON_STRING ? NULL : "must be text";
}

const char *list_wrong(struct ctx *c, const struct field *f, const struct json *v)
{
	if (json_type(v) != JSON_ARRAY)
		return "must be a list";
	for (size_t i = 0; i < json_length(v); i++) {
		const char *wrong = element_wrong(c, f, json_at(v, i));
		if (wrong != NULL)
			return arena_printf(c->arena, "has an element that %s", wrong);
	}
	return NULL;
}

static const char *numbers_wrong(struct ctx *c, const struct field *f, const struct json *v)
{
	int64_t n = (int64_t)json_length(v);

	if (json_type(v) != JSON_ARRAY || n < f->min || n > f->max)
		return arena_printf(c->arena,
		    "must be a list of %" PRId64 " to %" PRId64 " numbers", f->min, f->max);
	for (int64_t i = 0; i < n; i++)
		if (json_int(json_at(v, (size_t)i)) < 1)
			return "must hold whole numbers from 1 on";
	return NULL;
}

static const char *map_wrong(struct ctx *c, const struct field *f, const struct json *v)
{
	struct field inner = { f->name, KIND_MAP, f->help };
	struct json *value = NULL;
	const char *key = NULL;

	if (json_type(v) != JSON_OBJECT)
		return "must be an object";
	for (size_t i = 0; json_member(v, i, &key, &value); i++) {
		const char *wrong = f->kind == KIND_MAPS ? map_wrong(c, &inner, value)
							 : element_wrong(c, f, value);
		if (wrong != NULL)
			return arena_printf(c->arena, "has %s, which %s", key, wrong);
	}
	return NULL;
}

const char *field_wrong(struct ctx *c, const struct field *f, const struct json *v)
{
	enum json_type type = json_type(v);

	if (type == JSON_NULL && f->kind != KIND_ANY)
		return (f->flags & FIELD_NULL) != 0 ? NULL : "must not be null";
	switch (f->kind) {
	case KIND_STRING:
		return type == JSON_STRING ? NULL : "must be text";
	case KIND_LINE:
	case KIND_TEXT:
		return type == JSON_STRING ? text_wrong(c, f, json_text(v)) : "must be text";
	case KIND_INT:
		return int_wrong(c, f, type == JSON_INT ? &(int64_t){ json_int(v) } : NULL);
	case KIND_NUMBER:
		return type == JSON_INT || type == JSON_DOUBLE ? NULL : "must be a number";
	case KIND_BOOL:
		return type == JSON_BOOL ? NULL : "must be true or false";
	case KIND_TIME:
		return type == JSON_STRING ? time_wrong(json_text(v)) : "must be a time";
	case KIND_OBJECT:
		return shape_wrong(c, f->shape, v);
	case KIND_LIST:
		return list_wrong(c, f, v);
	case KIND_NUMBERS:
		return numbers_wrong(c, f, v);
	case KIND_MAP:
	case KIND_MAPS:
	case KIND_SHAPES:
		return map_wrong(c, f, v);
	case KIND_ANY:
	case KIND_END:
		break;
	}
	return NULL;
}
