#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

/*
 * plan: what reconcile would write to the engine now, without doing it, in the order it would.
 *
 * Made anew for whoever asks, from the engine's own list; the caller hands over its pages. Admins
 * only: it shows jobs of all teams, and some that are of none.
 */

#include "model/comparison.h"
#include "model/job_spec.h"

enum plan_action { PLAN_DELETE, PLAN_CREATE, PLAN_CHANGE, PLAN_ACTIONS };

struct plan_item {
	enum plan_action action;
	const char *name;    /* ours */
	const char *because; /* why, in a clause */
	const char *parent;
	int depth;                   /* how many of its ancestors are in the plan too */
	struct spec_change *changes; /* before: the engine's; after: ours */
	size_t nchanges;
};

/* What differs and stays as it is, and why. */
struct plan_left {
	const char *name, *because;
};

struct plan {
	struct plan_item *items;
	size_t n, size;
	struct plan_left *left;
	size_t nleft, left_size;
	int64_t same, unmanaged;
};

MUST_USE enum err plan_make(struct ctx *c, comparison_fetch *fetch, void *arg, struct plan *out);

const char *plan_action_name(enum plan_action action); /* "delete", "create", "change" */

/* {"items","left","same","unmanaged","next"}: `limit` items from the cursor on. ERR_INVALID
 * "after". */
MUST_USE enum err plan_json(
    struct ctx *c, const struct plan *plan, int64_t limit, const char *after, struct json **out);

#endif
