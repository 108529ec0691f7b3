#ifndef MODEL_OUTBOX_H
#define MODEL_OUTBOX_H

/*
 * outbox: what still has to reach the engine, at most one row a job name, level-triggered.
 *
 * model/job puts rows in, in the transaction of the change; work/reconcile takes them.
 */

#include "core/ctx.h"
#include "db/db.h"

/* Says that the engine should have version `wanted` of this job (job_id 0: that it should be gone),
 * and wakes the worker when the transaction commits (NOTIFY outbox). */
MUST_USE enum err outbox_put(struct ctx *c, const char *job_name, int64_t job_id, int64_t wanted);

struct outbox_counts {
	int64_t pending, failing, in_sync, drifted;
};
/* Of the jobs that the actor may see; of all when it is an admin or no account at all. */
MUST_USE enum err outbox_counts(struct ctx *c, struct outbox_counts *out);

/* Whether the engine still has to lose a job that is gone here, and why it has not yet. */
struct outbox_leaving {
	bool there;
	struct db_maybe reason;
};
MUST_USE enum err outbox_leaving(struct ctx *c, const char *job_name, struct outbox_leaving *out);

/* What the worker last learned of the engine: version, leader, nodes, reachable or why not. */
struct engine_state {
	const char *version, *leader;
	const char
	    *nodes;       /* JSON text:
			     [{"name":"n1","address":"127.0.0.1","status":"alive","server":true}] */
	const char *kind; /* "dkron" or "embedded" */
	bool reachable;
	struct db_maybe reason;
	int64_t checked_us;
};
MUST_USE enum err engine_state_get(
    struct ctx *c, struct engine_state *out); /* ERR_NOT_FOUND: never looked yet */
/* *was_reachable is what it said before. */
MUST_USE enum err engine_state_put(
    struct ctx *c, const struct engine_state *state, bool *was_reachable);

#endif
