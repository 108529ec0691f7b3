#ifndef WEB_ADMIN_JOB_LINES_H
#define WEB_ADMIN_JOB_LINES_H

/*
 * job_lines: maps and lists of a definition as lines of text, and back.
 *
 * One name=value a line; a value that does not fit on a line, or begins with a quote, stands there
 * as JSON text. Errors are ERR_INVALID at `field` and say which line.
 */

#include <stdbool.h>

#include "core/ctx.h"
#include "core/json.h"

/* Members for which skip(key, arg) is true are left out; skip may be NULL. */
const char *lines_of_map(struct ctx *c, const struct json *map,
    bool (*skip)(const char *key, const void *arg), const void *arg);
MUST_USE enum err lines_to_map(
    struct ctx *c, const char *field, const char *text, struct json *into);

const char *lines_of_maps(
    struct ctx *c, const struct json *maps); /* name.key=value; name alone: no keys */
MUST_USE enum err lines_to_maps(
    struct ctx *c, const char *field, const char *text, struct json *into);

const char *lines_of_commas(struct ctx *c, const char *value);
MUST_USE enum err lines_to_commas(
    struct ctx *c, const char *field, const char *text, const char **out);

const char *lines_of_list(
    struct ctx *c, const char *json); /* what is no JSON list stays as it is */
const char *lines_to_list(struct ctx *c, const char *text); /* "" for no lines */

#endif
