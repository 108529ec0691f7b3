#ifndef MODEL_LEVER_H
#define MODEL_LEVER_H

/* lever: the last runs of several jobs at once, as little of each as a small plot needs. */

#include "core/ctx.h"
#include "db/db.h"

enum { LEVERS = 20 }; /* a job */

struct lever {
	int64_t job_id;
	const char *state;
	struct db_maybe_int64 took_ms; /* not set: not ended, or never started */
	struct db_maybe_int64 p95_ms;  /* of the job, over 30 days; not set: nobody knows yet */
};

/* Those of one job together, its newest run first; queued runs are left out. The caller has
 * checked that the actor may see the jobs. */
MUST_USE enum err lever_recent(
    struct ctx *c, const int64_t *job_ids, size_t njobs, struct lever **out, size_t *n);

#endif
