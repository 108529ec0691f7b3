#ifndef ENGINE_NODE_H
#define ENGINE_NODE_H

/* node: the only member of this cluster, as Dkron's API describes members. */

#include <stdbool.h>

#include "core/json.h"

#define NODE_NAME    "embedded"
#define NODE_ADDRESS "127.0.0.1"

/* The version that agent.version says. Whoever compares versions finds an unknown one: the newest.
 */
extern const char node_version[];

struct json *node_tags(struct arena *a);

/* True when a job with these tags (an object of texts, or NULL) may run here: every tag is one of
 * ours, and the lowest count behind a colon, as in "global:1", is at least one. */
bool node_fits(struct arena *a, const struct json *tags);

#endif
