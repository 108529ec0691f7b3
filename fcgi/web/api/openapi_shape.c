#include "web/api/openapi_shape.h"

#include <string.h>

/* What text_is_line() and text_is_text() take. */
#define LINE_PATTERN "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
#define TEXT_PATTERN "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"

struct json *openapi_ref(struct arena *a, const char *kind, const char *name)
{
	struct json *v = json_object(a);

	json_set(v, "$ref", json_string(a, arena_printf(a, "#/components/%s/%s", kind, name)));
	return v;
}

static struct json *typed(struct arena *a, const char *type)
{
	struct json *v = json_object(a);

	json_set(v, "type", json_string(a, type));
	return v;
}

static struct json *choices(struct arena *a, const struct field *f)
{
	struct json *list = json_array(a);

	for (const char *s = f->choices; *s != '\0'; s += strcspn(s, "|"), s += *s == '|')
		json_push(list, json_string_n(a, s, strcspn(s, "|")));
	if ((f->flags & FIELD_EMPTY) != 0)
		json_push(list, json_string(a, ""));
	return list;
}

static struct json *text(struct arena *a, const struct field *f)
{
	struct json *v = typed(a, "string");

	if (f->choices != NULL) {
		json_set(v, "enum", choices(a, f));
		return v;
	}
	if (f->min > 0)
		json_set(v, "minLength", json_number(a, f->min));
	if (f->max > 0)
		json_set(v, "maxLength", json_number(a, f->max));
	if (f->kind != KIND_STRING)
		json_set(v, "pattern",
		    json_string(a, f->kind == KIND_LINE ? LINE_PATTERN : TEXT_PATTERN));
	return v;
}

static struct json *number(struct arena *a, const struct field *f)
{
	struct json *v = typed(a, f->kind == KIND_INT ? "integer" : "number");

	if (f->kind == KIND_INT)
		json_set(v, "format", json_string(a, "int64"));
	if (f->min == 0 && f->max == 0)
		return v;
	json_set(v, "minimum", json_number(a, f->min));
	json_set(v, "maximum", json_number(a, f->max));
	return v;
}

static struct json *element(struct arena *a, const struct field *f, struct json *schemas)
{
	struct json *v;

	if (f->shape != NULL)
		return openapi_shape(a, f->shape, schemas);
	v = typed(a, "string");
	if (f->max > 0)
		json_set(v, "maxLength", json_number(a, f->max));
	return v;
}

static struct json *list(struct arena *a, const struct field *f, struct json *schemas)
{
	struct json *v = typed(a, "array");

	json_set(v, "items", element(a, f, schemas));
	return v;
}

static struct json *numbers(struct arena *a, const struct field *f)
{
	static const struct field one = { "number", KIND_INT, "", 1, INT64_MAX };
	struct json *v = typed(a, "array");

	json_set(v, "items", number(a, &one));
	json_set(v, "minItems", json_number(a, f->min));
	json_set(v, "maxItems", json_number(a, f->max));
	return v;
}

static struct json *map(struct arena *a, const struct field *f, struct json *schemas)
{
	struct field inner = *f;
	struct json *v = typed(a, "object");

	inner.kind = KIND_MAP;
	json_set(v, "additionalProperties",
	    f->kind == KIND_MAPS ? map(a, &inner, schemas) : element(a, f, schemas));
	return v;
}

static struct json *plain(struct arena *a, const struct field *f, struct json *schemas)
{
	struct json *v = json_object(a);

	switch (f->kind) {
	case KIND_LINE:
	case KIND_TEXT:
	case KIND_STRING:
		return text(a, f);
	case KIND_INT:
	case KIND_NUMBER:
		return number(a, f);
	case KIND_BOOL:
		return typed(a, "boolean");
	case KIND_TIME:
		v = typed(a, "string");
		json_set(v, "format", json_string(a, "date-time"));
		return v;
	case KIND_OBJECT:
		return openapi_shape(a, f->shape, schemas);
	case KIND_LIST:
		return list(a, f, schemas);
	case KIND_NUMBERS:
		return numbers(a, f);
	case KIND_MAP:
	case KIND_MAPS:
	case KIND_SHAPES:
		return map(a, f, schemas);
	case KIND_ANY:
	case KIND_END:
		break;
	}
	return v;
}

struct json *openapi_value(struct arena *a, const struct field *f, struct json *schemas)
{
	struct json *v = plain(a, f, schemas), *either, *whole;

	if ((f->flags & FIELD_NULL) != 0) {
		either = json_array(a);
		whole = json_object(a);
		json_push(either, v);
		json_push(either, typed(a, "null"));
		json_set(whole, "anyOf", either);
		v = whole;
	}
	json_set(v, "description", json_string(a, f->help));
	return v;
}

/* In a body what is read only may be anything: it is not looked at. */
static struct json *member(struct arena *a, const struct field *f, bool body, struct json *schemas)
{
	struct field any = *f;

	if (!body || (f->flags & FIELD_READ) == 0)
		return openapi_value(a, f, schemas);
	any.kind = KIND_ANY;
	any.flags = 0;
	any.help = arena_printf(a, "read only: accepted and ignored; %s", f->help);
	return openapi_value(a, &any, schemas);
}

static struct json *object(struct arena *a, const struct shape *shape, struct json *schemas)
{
	struct json *v = typed(a, "object"), *members = json_object(a), *required = json_array(a);

	for (const struct field *f = shape_fields(shape); f->kind != KIND_END; f++) {
		json_set(members, f->name, member(a, f, shape->body, schemas));
		if (field_needed(shape, f))
			json_push(required, json_string(a, f->name));
	}
	json_set(v, "description", json_string(a, shape->help));
	json_set(v, "properties", members);
	if (json_length(required) > 0)
		json_set(v, "required", required);
	json_set(v, "additionalProperties", json_boolean(a, false));
	return v;
}

struct json *openapi_shape(struct arena *a, const struct shape *shape, struct json *schemas)
{
	if (json_get(schemas, shape->name) == NULL) {
		json_set(schemas, shape->name, json_object(a)); /* it may name itself */
		json_set(schemas, shape->name, object(a, shape, schemas));
	}
	return openapi_ref(a, "schemas", shape->name);
}

static struct json *either(struct arena *a, const struct answer *answer, struct json *schemas)
{
	struct json *v = json_object(a), *both = json_array(a);

	json_push(both, openapi_shape(a, answer->shape, schemas));
	json_push(both, openapi_shape(a, answer->other, schemas));
	json_set(v, "anyOf", both);
	return v;
}

struct json *openapi_answer(struct arena *a, const struct answer *answer, struct json *schemas)
{
	static const struct field next = { "next", KIND_LINE,
		"the `after` of the page behind; null: this is the last", .flags = FIELD_NULL };
	struct field items = { "items", KIND_LIST, "this page", .shape = answer->shape };
	struct json *v, *members, *required;

	if (answer->shape == NULL) /* JSON of which nothing more is said, or text */
		return strcmp(answer->type, "application/json") == 0 ? json_object(a)
								     : typed(a, "string");
	if (answer->bare)
		return list(a, &items, schemas);
	if (answer->other != NULL)
		return either(a, answer, schemas);
	if (!answer->list)
		return openapi_shape(a, answer->shape, schemas);
	v = typed(a, "object"), members = json_object(a), required = json_array(a);
	json_set(members, "items", openapi_value(a, &items, schemas));
	json_set(members, "next", openapi_value(a, &next, schemas));
	json_push(required, json_string(a, "items"));
	json_push(required, json_string(a, "next"));
	json_set(v, "properties", members);
	json_set(v, "required", required);
	json_set(v, "additionalProperties", json_boolean(a, false));
	return v;
}
