#include "core/json_inside.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"

/* Not const, because json_get() hands it out like any other value; nobody looks inside. */
static char null_value;

struct jsonc_object *json_inside(const struct json *v)
{
	return (const void *)v == &null_value ? NULL : (struct jsonc_object *)v;
}

struct json *json_outside(struct jsonc_object *o)
{
	return o == NULL ? (struct json *)&null_value : (struct json *)o;
}

void json_check(bool made)
{
	if (made)
		return;
	log_event(NULL, LOG_ERROR, "out_of_memory", LOG_TEXT("for", "json"));
	exit(EXIT_FAILURE);
}

enum json_type json_type(const struct json *v)
{
	switch (json_object_get_type(json_inside(v))) {
	case json_type_boolean:
		return JSON_BOOL;
	case json_type_int:
		return JSON_INT;
	case json_type_double:
		return JSON_DOUBLE;
	case json_type_string:
		return JSON_STRING;
	case json_type_array:
		return JSON_ARRAY;
	case json_type_object:
		return JSON_OBJECT;
	case json_type_null:
		break;
	}
	return JSON_NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
	struct jsonc_object *value;

	if (json_type(object) != JSON_OBJECT ||
	    !json_object_object_get_ex(json_inside(object), key, &value))
		return NULL;
	return json_outside(value);
}

size_t json_length(const struct json *v)
{
	enum json_type type = json_type(v);

	if (type == JSON_ARRAY)
		return json_object_array_length(json_inside(v));
	return type == JSON_OBJECT ? (size_t)json_object_object_length(json_inside(v)) : 0;
}

struct json *json_at(const struct json *array, size_t i)
{
	if (json_type(array) != JSON_ARRAY || i >= json_length(array))
		return NULL;
	return json_outside(json_object_array_get_idx(json_inside(array), i));
}

bool json_member(const struct json *object, size_t i, const char **key, struct json **value)
{
	if (i >= json_length(object) || json_type(object) != JSON_OBJECT)
		return false;
	struct lh_entry *e = json_object_get_object(json_inside(object))->head;
	while (i-- > 0)
		e = e->next;
	*key = lh_entry_k(e);
	*value = json_outside((struct jsonc_object *)lh_entry_v(e));
	return true;
}

const char *json_text(const struct json *string)
{
	return json_type(string) == JSON_STRING ? json_object_get_string(json_inside(string)) : "";
}

int64_t json_int(const struct json *number)
{
	return json_type(number) == JSON_INT ? json_object_get_int64(json_inside(number)) : 0;
}

bool json_bool(const struct json *v)
{
	return json_type(v) == JSON_BOOL && json_object_get_boolean(json_inside(v));
}

enum err json_read_text(struct ctx *c, const struct json *o, const char *key, const char **out)
{
	const struct json *v = json_get(o, key);

	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_STRING)
		return fail(c, ERR_INVALID, key, "must be a string");
	*out = json_text(v);
	return OK;
}

enum err json_read_bool(struct ctx *c, const struct json *o, const char *key, bool *out)
{
	const struct json *v = json_get(o, key);

	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_BOOL)
		return fail(c, ERR_INVALID, key, "must be true or false");
	*out = json_bool(v);
	return OK;
}

enum err json_read_int(
    struct ctx *c, const struct json *o, const char *key, int64_t min, int64_t max, int64_t *out)
{
	const struct json *v = json_get(o, key);

	if (v == NULL)
		return OK;
	if (json_type(v) != JSON_INT || json_int(v) < min || json_int(v) > max)
		return fail(c, ERR_INVALID, key,
		    "must be a whole number from %" PRId64 " to %" PRId64, min, max);
	*out = json_int(v);
	return OK;
}

enum err json_only(struct ctx *c, const struct json *o, const char *const *known)
{
	if (json_type(o) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "expected a JSON object");
	for (struct lh_entry *e = json_object_get_object(json_inside(o))->head; e; e = e->next) {
		const char *key = lh_entry_k(e);
		const char *const *k = known;
		while (*k != NULL && strcmp(*k, key) != 0)
			k++;
		if (*k == NULL)
			return fail(c, ERR_INVALID, key, "is not known here");
	}
	return OK;
}

static void put(void *o)
{
	json_object_put(o);
}

void json_owned(struct arena *a, struct jsonc_object *o)
{
	arena_defer(a, put, o);
}

struct jsonc_object *json_belongs(struct arena *a, struct jsonc_object *o)
{
	json_check(o != NULL);
	json_object_set_userdata(o, a, NULL);
	return o;
}

/* The arena holds one reference; json_set() and json_push() take another. */
static struct json *own(struct arena *a, struct jsonc_object *o)
{
	json_check(o != NULL);
	json_owned(a, o);
	return json_outside(o);
}

/* What is about to lose its place in `parent` may still be in somebody's hands: as long as the
 * arena lives, it lives. */
static void keep(struct jsonc_object *parent, const char *key)
{
	struct jsonc_object *child;

	if (json_object_object_get_ex(parent, key, &child) && child != NULL)
		json_owned(json_object_get_userdata(parent), json_object_get(child));
}

struct json *json_object(struct arena *a)
{
	return own(a, json_belongs(a, json_object_new_object()));
}

struct json *json_array(struct arena *a)
{
	return own(a, json_belongs(a, json_object_new_array()));
}

struct json *json_string_n(struct arena *a, const char *s, size_t len)
{
	json_check(len < INT_MAX);
	return own(a, json_object_new_string_len(s, (int)len));
}

struct json *json_string(struct arena *a, const char *s)
{
	return s == NULL ? json_outside(NULL) : json_string_n(a, s, strlen(s));
}

struct json *json_number(struct arena *a, int64_t n)
{
	return own(a, json_object_new_int64(n));
}

struct json *json_boolean(struct arena *a, bool b)
{
	return own(a, json_object_new_boolean(b));
}

struct json *json_time(struct arena *a, int64_t us)
{
	return us == 0 ? json_outside(NULL) : json_string(a, time_rfc3339(a, us));
}

void json_set(struct json *object, const char *key, struct json *value)
{
	struct jsonc_object *v = json_object_get(json_inside(value));

	keep(json_inside(object), key);
	json_check(json_object_object_add(json_inside(object), key, v) == 0);
}

void json_push(struct json *array, struct json *value)
{
	struct jsonc_object *v = json_object_get(json_inside(value));

	json_check(json_object_array_add(json_inside(array), v) == 0);
}

void json_remove(struct json *object, const char *key)
{
	keep(json_inside(object), key);
	json_object_object_del(json_inside(object), key);
}

struct json *json_copy(struct arena *a, const struct json *object)
{
	struct json *copy = json_object(a), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(object, i, &key, &value); i++)
		json_set(copy, key, value);
	return copy;
}

struct json *json_stored(struct ctx *c, const char *text)
{
	struct fault before = c->fault;
	struct json *v = NULL;

	if (json_parse(c, text, strlen(text), &v) == OK)
		return v;
	c->fault = before;
	return json_object(c->arena);
}

bool json_equal(const struct json *x, const struct json *y)
{
	return json_object_equal(json_inside(x), json_inside(y));
}
