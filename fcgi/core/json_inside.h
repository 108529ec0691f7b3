#ifndef CORE_JSON_INSIDE_H
#define CORE_JSON_INSIDE_H

/*
 * json_inside: how json.c, json_parse.c and json_write.c hold a value; for them alone.
 *
 * json-c has no object for null. We need one, because "absent" and "null" differ (a merge patch),
 * so null is the address of a constant of ours, and these two are the only way between the two
 * worlds.
 */

/* Three of json-c's names are ours, too: here they are called jsonc_... */
#define json_object jsonc_object
#define json_type   jsonc_type
#define json_bool   jsonc_bool
#include <json-c/json.h>
#undef json_object
#undef json_type
#undef json_bool

#include "core/json.h"

struct jsonc_object *json_inside(const struct json *v); /* NULL for null and for absent */
struct json *json_outside(struct jsonc_object *o);      /* never NULL */

/* A new array or object remembers the arena it belongs to; NULL is out of memory. */
struct jsonc_object *json_belongs(struct arena *a, struct jsonc_object *o);
/* Gives the arena one reference. */
void json_owned(struct arena *a, struct jsonc_object *o);

/* Out of memory is the end of a worker, as with the arena. */
void json_check(bool made);

#endif
