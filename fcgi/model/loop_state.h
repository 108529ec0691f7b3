#ifndef MODEL_LOOP_STATE_H
#define MODEL_LOOP_STATE_H

/* loop_state: what each of work's loops did last. A loop that says nothing for LOOP_SILENT_S hangs,
 * or does not run. */

#include "core/ctx.h"
#include "db/db.h"

enum { LOOP_SILENT_S = 45 };

struct loop_state {
	const char *loop, *host;
	int64_t pid, since_us, passed_us, took_us, errors;
	struct db_maybe error; /* the last one */
	struct db_maybe_int64 error_us;
};

MUST_USE enum err loop_state_put(struct ctx *c, const struct loop_state *state);
MUST_USE enum err loop_state_list(struct ctx *c, struct loop_state **out, size_t *n); /* by name */

#endif
