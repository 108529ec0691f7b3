#include "action/own_read.h"

#include <string.h>

#include "core/text.h"

const char *at_path(const struct at *at, const char *key)
{
	return *at->path == '\0' ? key : arena_printf(at->c->arena, "%s.%s", at->path, key);
}

const char *at_item(const struct at *at, const char *key, size_t i)
{
	return arena_printf(at->c->arena, "%s[%zu]", at_path(at, key), i);
}

static bool is_known(const char *key, const char *const *known)
{
	for (; *known != NULL; known++)
		if (strcmp(*known, key) == 0)
			return true;
	return false;
}

enum err at_open(
    struct ctx *c, const struct json *v, const char *path, const char *const *known, struct at *out)
{
	struct json *value;
	const char *key;

	*out = (struct at){ .c = c, .o = v, .path = path };
	if (json_type(v) != JSON_OBJECT)
		return fail(c, ERR_INVALID, *path != '\0' ? path : NULL, "must be an object");
	for (size_t i = 0; json_member(v, i, &key, &value); i++)
		if (!is_known(key, known))
			return fail(c, ERR_INVALID, at_path(out, key), "is not known here");
	return OK;
}

static const struct json *member(const struct at *at, const char *key)
{
	const struct json *v = json_get(at->o, key);

	return json_type(v) == JSON_NULL ? NULL : v;
}

enum err at_object(
    const struct at *at, const char *key, const char *const *known, bool *there, struct at *out)
{
	const struct json *v = member(at, key);

	*there = v != NULL;
	return *there ? at_open(at->c, v, at_path(at, key), known, out) : OK;
}

enum err at_list(const struct at *at, const char *key, size_t max, const struct json **out)
{
	const struct json *v = member(at, key);

	*out = v;
	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_ARRAY || json_length(v) > max)
		return fail(
		    at->c, ERR_INVALID, at_path(at, key), "must be a list of at most %zu", max);
	return OK;
}

enum err at_need(const struct at *at, const char *key)
{
	return member(at, key) != NULL ? OK
				       : fail(at->c, ERR_INVALID, at_path(at, key), "is needed");
}

static enum err read_string(
    const struct at *at, const char *key, const char **out, const struct json **v)
{
	*v = member(at, key);
	if (*v == NULL)
		return OK;
	if (json_type(*v) != JSON_STRING)
		return fail(at->c, ERR_INVALID, at_path(at, key), "must be text");
	*out = json_text(*v);
	return OK;
}

enum err at_line(const struct at *at, const char *key, struct bounds chars, const char **out)
{
	const struct json *v;

	TRY(read_string(at, key, out, &v));
	if (v != NULL && !text_is_line(*out, (int)chars.min, (int)chars.max))
		return fail(at->c, ERR_INVALID, at_path(at, key),
		    "must be one line of %d to %d characters", (int)chars.min, (int)chars.max);
	return OK;
}

enum err at_text(const struct at *at, const char *key, struct bounds chars, const char **out)
{
	const struct json *v;

	TRY(read_string(at, key, out, &v));
	if (v != NULL && !text_is_text(*out, (int)chars.min, (int)chars.max))
		return fail(at->c, ERR_INVALID, at_path(at, key),
		    "must be %d to %d characters of plain text", (int)chars.min, (int)chars.max);
	return OK;
}

enum err at_flag(const struct at *at, const char *key, bool *out)
{
	const struct json *v = member(at, key);

	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_BOOL)
		return fail(at->c, ERR_INVALID, at_path(at, key), "must be true or false");
	*out = json_bool(v);
	return OK;
}

enum err at_number(const struct at *at, const char *key, struct bounds range, int64_t *out)
{
	const struct json *v = member(at, key);

	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_INT || json_int(v) < range.min || json_int(v) > range.max)
		return fail(at->c, ERR_INVALID, at_path(at, key),
		    "must be a whole number, %lld to %lld", (long long)range.min,
		    (long long)range.max);
	*out = json_int(v);
	return OK;
}

static const char *listed(struct ctx *c, const char *const *names, size_t n)
{
	const char *out = names[0];

	for (size_t i = 1; i < n; i++)
		out = arena_printf(c->arena, "%s%s%s", out, i + 1 < n ? ", " : " or ", names[i]);
	return out;
}

enum err at_choice(
    const struct at *at, const char *key, const char *const *names, size_t n, int *out)
{
	const struct json *v;
	const char *said = "";

	TRY(read_string(at, key, &said, &v));
	if (v == NULL)
		return OK;
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], said) == 0) {
			*out = (int)i;
			return OK;
		}
	return fail(at->c, ERR_INVALID, at_path(at, key), "must be %s", listed(at->c, names, n));
}
