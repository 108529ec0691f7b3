/*
 * A strict parser of our own that makes json-c's values: json-c's own parser, even told to be
 * strict, takes duplicate keys, NaN, single quotes and numbers that it then clamps.
 */

#include "core/json_scan.h"

enum { DEPTH_MAX = 16, MEMBERS_MAX = 1000 };

/* What json-c takes for each, roughly: "{}," is three bytes of text and 800 of memory. A text may
 * have TREE_FREE, and so many times its own length behind that, which no list of jobs reaches. */
enum { VALUE_BYTES = 64, ARRAY_BYTES = 400, OBJECT_BYTES = 800 };
enum { TREE_FREE = 128 * 1024 * 1024, TREE_TIMES = 8 };

static struct jsonc_object *value(struct parser *p, int depth);

static bool afford(struct parser *p, int64_t bytes)
{
	p->left -= bytes;
	if (p->left >= 0)
		return true;
	p->is_json = true; /* as a whole: no member is at fault */
	return json_refuse(p, "has too many values");
}

static struct parser parser_of(struct ctx *c, const char *text, size_t len, size_t at, bool loose)
{
	return (struct parser){ .arena = c->arena,
		.start = text,
		.at = text + at,
		.end = text + len,
		.loose = loose,
		.left = TREE_FREE + TREE_TIMES * (int64_t)(len - at) };
}

static bool elements(struct parser *p, struct jsonc_object *array, int depth)
{
	json_skip_space(p);
	if (json_take(p, ']'))
		return true;
	for (;;) {
		struct jsonc_object *v = value(p, depth + 1);
		if (p->wrong != NULL)
			return false;
		json_check(json_object_array_add(array, v) == 0);
		json_skip_space(p);
		if (json_take(p, ']'))
			return true;
		if (!json_take(p, ','))
			return json_refuse(p, "expected a comma or ]");
	}
}

static bool member(struct parser *p, struct jsonc_object *object, int depth)
{
	char *key;
	size_t len;

	json_skip_space(p);
	if (!json_take_string(p, &key, &len))
		return false;
	if (json_object_object_length(object) == MEMBERS_MAX)
		return json_refuse_value(p, "has too many members");
	struct inside here = { key, p->inside };
	p->inside = &here;
	if (json_object_object_get_ex(object, key, NULL))
		return json_refuse_value(p, "is given twice");
	json_skip_space(p);
	if (!json_take(p, ':'))
		return json_refuse(p, "expected a colon");
	struct jsonc_object *v = value(p, depth + 1);
	if (p->wrong != NULL)
		return false;
	p->inside = here.outer;
	json_check(json_object_object_add_ex(object, key, v, JSON_C_OBJECT_ADD_KEY_IS_NEW) == 0);
	return true;
}

static bool members(struct parser *p, struct jsonc_object *object, int depth)
{
	json_skip_space(p);
	if (json_take(p, '}'))
		return true;
	for (;;) {
		if (!member(p, object, depth))
			return false;
		json_skip_space(p);
		if (json_take(p, '}'))
			return true;
		if (!json_take(p, ','))
			return json_refuse(p, "expected a comma or }");
	}
}

static struct jsonc_object *container(struct parser *p, int depth)
{
	bool is_array = json_peek(p) == '[';

	if (depth > DEPTH_MAX) {
		json_refuse_value(p, "has too many levels");
		return NULL;
	}
	p->at++;
	if (!afford(p, is_array ? ARRAY_BYTES : OBJECT_BYTES))
		return NULL;
	struct jsonc_object *o = json_belongs(
	    p->arena, is_array ? json_object_new_array() : json_object_new_object());
	if (is_array ? elements(p, o, depth) : members(p, o, depth))
		return o;
	json_object_put(o);
	return NULL;
}

/* NULL is null, or an error when p->wrong is set. */
static struct jsonc_object *value(struct parser *p, int depth)
{
	char *text;
	size_t len;

	json_skip_space(p);
	if (!afford(p, VALUE_BYTES))
		return NULL;
	switch (json_peek(p)) {
	case '{':
	case '[':
		return container(p, depth);
	case '"':
		return json_take_string(p, &text, &len) ? json_object_new_string_len(text, (int)len)
							: NULL;
	case 't':
		return json_take_word(p, "true") ? json_object_new_boolean(1) : NULL;
	case 'f':
		return json_take_word(p, "false") ? json_object_new_boolean(0) : NULL;
	case 'n':
		(void)json_take_word(p, "null");
		return NULL;
	default:
		return json_take_number(p);
	}
}

static enum err refused(struct ctx *c, const struct parser *p)
{
	size_t byte = (size_t)(p->at - p->start) + 1;

	if (!p->is_json)
		return fail(c, ERR_MALFORMED, NULL, "Not JSON: %s at byte %zu.", p->wrong, byte);
	if (p->field == NULL)
		return fail(c, ERR_INVALID, NULL, "The JSON %s, at byte %zu.", p->wrong, byte);
	return fail(c, ERR_INVALID, p->field, "%s, at byte %zu", p->wrong, byte);
}

static void expect_end(struct parser *p)
{
	json_skip_space(p);
	if (p->at < p->end)
		json_refuse(p, "expected the end");
}

static enum err parse(struct ctx *c, struct parser *p, struct json **out)
{
	if (p->end - p->at >= INT32_MAX)
		return fail(c, ERR_MALFORMED, NULL, "Not JSON: too long.");
	struct jsonc_object *o = value(p, 1);
	if (p->wrong == NULL) {
		json_owned(c->arena, o);
		expect_end(p);
	}
	if (p->wrong != NULL)
		return refused(c, p);
	*out = json_outside(o);
	return OK;
}

enum err json_parse(struct ctx *c, const char *text, size_t len, struct json **out)
{
	struct parser p = parser_of(c, text, len, 0, false);

	return parse(c, &p, out);
}

enum err json_parse_loose(struct ctx *c, const char *text, size_t len, struct json **out)
{
	struct parser p = parser_of(c, text, len, 0, true);

	return parse(c, &p, out);
}

/* True when the array may go on; what ends it has been taken otherwise. */
static bool begin_slice(struct parser *p)
{
	if (p->at > p->start)
		return true;
	json_skip_space(p);
	if (json_peek(p) == 'n')
		return !json_take_word(p, "null");
	if (!json_take(p, '['))
		return json_refuse(p, "expected an array");
	json_skip_space(p);
	return !json_take(p, ']');
}

/* At most `max` elements; true when the array goes on behind them. */
static bool slice(struct parser *p, struct json *out, size_t max)
{
	for (size_t n = 0; n < max; n++) {
		struct jsonc_object *v = value(p, 2);
		if (p->wrong != NULL)
			return false;
		json_check(json_object_array_add(json_inside(out), v) == 0);
		json_skip_space(p);
		if (json_take(p, ']'))
			return false;
		if (!json_take(p, ','))
			return json_refuse(p, "expected a comma or ]");
	}
	json_skip_space(p);
	return p->at < p->end || json_refuse(p, "expected a value");
}

enum err json_parse_slice(
    struct ctx *c, const char *text, size_t len, size_t max, size_t *at, struct json **out)
{
	struct parser p = parser_of(c, text, len, *at, true);

	*out = json_array(c->arena);
	if (!begin_slice(&p) || !slice(&p, *out, max))
		expect_end(&p);
	*at = (size_t)(p.at - p.start);
	return p.wrong == NULL ? OK : refused(c, &p);
}
