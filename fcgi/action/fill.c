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

const char *filled_text(struct ctx *c, const char *pattern, const struct json *fields)
{
	const char *out = "";

	for (;;) {
		const char *open = strstr(pattern, "{{"), *shut = open ? strstr(open, "}}") : NULL;
		if (shut == NULL)
			return arena_printf(c->arena, "%s%s", out, pattern);
		const char *name = arena_strndup(c->arena, open + 2, (size_t)(shut - open - 2));
		out = arena_printf(c->arena, "%s%.*s%s", out, (int)(open - pattern), pattern,
		    shown(c, json_get(fields, name)));
		pattern = shut + 2;
	}
}

static struct json *filled_object(
    struct ctx *c, const struct json *pattern, const struct json *fields)
{
	struct json *out = json_object(c->arena), *value;
	const char *key;

	for (size_t i = 0; json_member(pattern, i, &key, &value); i++)
		json_set(out, key, filled(c, value, fields));
	return out;
}

/* A text that is one {{field}} and nothing else keeps the field's kind. */
static struct json *filled_string(struct ctx *c, const char *s, const struct json *fields)
{
	size_t len = strlen(s);

	if (len > 4 && strncmp(s, "{{", 2) == 0 && strstr(s, "}}") == s + len - 2) {
		struct json *v = json_get(fields, arena_strndup(c->arena, s + 2, len - 4));
		if (v != NULL)
			return v;
	}
	return json_string(c->arena, filled_text(c, s, fields));
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
