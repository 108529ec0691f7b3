#ifndef ACTION_OWN_READ_H
#define ACTION_OWN_READ_H

/*
 * own_read: reading a definition strictly. Every fault names the whole way to what is wrong:
 * "fields[2].rule". A member that is absent or null leaves *out alone.
 */

#include "action/type.h"

/* An object within a definition. */
struct at {
	struct ctx *c;
	const struct json *o;
	const char *path; /* "" at the top */
};

struct bounds {
	int64_t min, max; /* of a number, or of characters */
};

const char *at_path(const struct at *at, const char *key);
const char *at_item(const struct at *at, const char *key, size_t i); /* "fields[2]" */

/* Opens a value as an object that holds nothing but `known` (ended by NULL). */
MUST_USE enum err at_open(struct ctx *c, const struct json *v, const char *path,
    const char *const *known, struct at *out);
/* The member as an object; *there false: it is absent or null. */
MUST_USE enum err at_object(
    const struct at *at, const char *key, const char *const *known, bool *there, struct at *out);
MUST_USE enum err at_list(
    const struct at *at, const char *key, size_t max, const struct json **out); /* NULL: absent */
MUST_USE enum err at_need(const struct at *at, const char *key);

MUST_USE enum err at_line(
    const struct at *at, const char *key, struct bounds chars, const char **out);
MUST_USE enum err at_text(
    const struct at *at, const char *key, struct bounds chars, const char **out);
MUST_USE enum err at_flag(const struct at *at, const char *key, bool *out);
MUST_USE enum err at_number(
    const struct at *at, const char *key, struct bounds range, int64_t *out);
/* One of the names; *out is its place. */
MUST_USE enum err at_choice(
    const struct at *at, const char *key, const char *const *names, size_t n, int *out);

#endif
