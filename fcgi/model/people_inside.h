#ifndef MODEL_PEOPLE_INSIDE_H
#define MODEL_PEOPLE_INSIDE_H

/* people_inside: what the lists of teams, members and accounts share. Their order is by name, so a
 * page begins behind a name, and that is the cursor. */

#include "core/ctx.h"
#include "core/json.h"

enum { PEOPLE_LIMIT_MAX = 500 };

/* ERR_INVALID names q, after or limit. *pattern: what LIKE looks for in lower case, NULL: all. */
MUST_USE enum err people_check(
    struct ctx *c, const char *q, const char *after, int64_t limit, const char **pattern);

/* For an audit row: the member in both objects, when it differs. False: it does not. */
bool people_differ(
    struct json *before, struct json *after, const char *key, struct json *old, struct json *now);

#endif
