#ifndef MODEL_RUN_TALLY_H
#define MODEL_RUN_TALLY_H

/*
 * run_tally: what work does behind runs that have ended: statistics, search, retention.
 *
 * Each end, and each change of one, left a row in run_news when it was written; here the rows are
 * taken and added up, so that whoever writes a run pays for one insert only.
 */

#include "core/ctx.h"

/* Counts up to `max` news and makes what those runs printed searchable; *n says how many there
 * were. Nothing when another process is at it. */
MUST_USE enum err run_tally(struct ctx *c, int64_t max, int64_t *n);

/* How long runs are kept, where neither job nor team says so: 0 = for ever. */
struct run_keep {
	int64_t days, runs, output_days;
};

/*
 * One step of a walk over all jobs by name: looks at the next few behind `after` and removes at
 * most a few thousand runs that their policy no longer keeps. *next is where the next step goes on,
 * NULL behind the last job. An open run and the last run of a job always stay.
 */
MUST_USE enum err run_retain(struct ctx *c, const struct run_keep *keep, const char *after,
    const char **next, int64_t *gone);
MUST_USE enum err run_retain_outputs(struct ctx *c, const struct run_keep *keep, int64_t *gone);
/* The audit's line for each day that is over, and old statistics. */
MUST_USE enum err run_retain_tell(struct ctx *c);

#endif
