#ifndef CORE_JSON_H
#define CORE_JSON_H

/*
 * json: strict reading, and writing, over json-c. Nobody outside core/json*.c includes it.
 *
 * json_parse() refuses what json-c lets pass: duplicate keys, NaN, single quotes, comments, \u0000,
 * lone surrogates, invalid UTF-8, numbers that do not fit, trailing bytes, depth over 16, objects
 * of more than 1000 members. A value belongs to the arena it was made in: nothing is freed by hand,
 * no reference is counted by callers.
 *
 * Reading: every getter names the field in its fault, checks the type and then the range.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ctx.h"

struct json; /* one value; NULL where a key is absent */

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_DOUBLE,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* ERR_MALFORMED with a sentence that says where. ERR_INVALID: JSON, but with what we do not take (a
 * key twice, a number, text, depth or size out of bounds); names the field. */
MUST_USE enum err json_parse(struct ctx *c, const char *text, size_t len, struct json **out);
/* The same, but \u0000 and lone surrogates in strings become U+FFFD: for what Dkron hands on, where
 * the output of programs stands in strings. */
MUST_USE enum err json_parse_loose(struct ctx *c, const char *text, size_t len, struct json **out);
/* Some of an array that is too large to be held as values: the next elements, at most `max`, read
 * loosely. *at is 0 at first and then where to go on; `len` when the array is over. null is an
 * empty array. What is wrong further on in the text is found when that is read. */
MUST_USE enum err json_parse_slice(
    struct ctx *c, const char *text, size_t len, size_t max, size_t *at, struct json **out);

/* What we wrote ourselves; {} where it is no JSON. */
struct json *json_stored(struct ctx *c, const char *text);

enum json_type json_type(const struct json *v);                    /* of NULL: JSON_NULL */
struct json *json_get(const struct json *object, const char *key); /* NULL: absent */
size_t json_length(const struct json *v);                          /* elements, or members */
struct json *json_at(const struct json *array, size_t i);
/* The i-th member in the order of the text; false past the end. */
bool json_member(const struct json *object, size_t i, const char **key, struct json **value);

const char *json_text(const struct json *string); /* borrowed; "" when not a string */
int64_t json_int(const struct json *number);      /* 0 when not an integer */
bool json_bool(const struct json *v);             /* false when not a bool */

/* Typed members. Absent leaves *out alone and is OK; null and a wrong type are ERR_INVALID that
 * names the field. */
MUST_USE enum err json_read_text(
    struct ctx *c, const struct json *o, const char *key, const char **out);
MUST_USE enum err json_read_bool(struct ctx *c, const struct json *o, const char *key, bool *out);
MUST_USE enum err json_read_int(
    struct ctx *c, const struct json *o, const char *key, int64_t min, int64_t max, int64_t *out);

/* ERR_INVALID naming the first key of `o` that `known` (ended by NULL) does not hold. */
MUST_USE enum err json_only(struct ctx *c, const struct json *o, const char *const *known);

/* libjwt stands on a library that has functions of the same names. In the program ours go by
 * others, or it would call them (make lint looks for such names). */
#define JSON_OURS(name) __asm__("core_" #name)

/* Making values; `a` owns them. Setting takes what is given, NULL becomes null. */
struct json *json_object(struct arena *a) JSON_OURS(json_object);
struct json *json_array(struct arena *a) JSON_OURS(json_array);
struct json *json_string(struct arena *a, const char *s)
    JSON_OURS(json_string); /* NULL makes null; must be UTF-8 */
struct json *json_string_n(struct arena *a, const char *s, size_t len);
struct json *json_number(struct arena *a, int64_t n);
struct json *json_boolean(struct arena *a, bool b);
struct json *json_time(struct arena *a, int64_t us); /* RFC 3339; 0 makes null */
void json_set(struct json *object, const char *key, struct json *value);
void json_push(struct json *array, struct json *value);
void json_remove(struct json *object, const char *key);
/* Another object with the same members; the values are shared. Of anything else an empty one. */
struct json *json_copy(struct arena *a, const struct json *object) JSON_OURS(json_copy);

/* Deep equality; objects without regard to order. */
bool json_equal(const struct json *x, const struct json *y) JSON_OURS(json_equal);

/* Compact text; the second with its keys in byte order at every depth (for hashing and diffs). */
const char *json_write(struct arena *a, const struct json *v);
const char *json_write_sorted(struct arena *a, const struct json *v);
const char *json_write_pretty(struct arena *a, const struct json *v);

#endif
