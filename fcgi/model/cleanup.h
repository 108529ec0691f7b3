#ifndef MODEL_CLEANUP_H
#define MODEL_CLEANUP_H

/*
 * cleanup: jobs that have run their last: one-off jobs that the engine deleted after their success,
 * @at and @after jobs whose moment is over, jobs that have expired. Their runs stay.
 */

#include "core/ctx.h"
#include "core/json.h"

enum { CLEANUP_DAYS = 30, CLEANUP_DAYS_MAX = 36500 };

struct cleanup_query {
	int64_t days; /* finished at least that long ago */
	bool dry_run;
};

struct cleanup_job {
	const char *name, *team, *because;
	int64_t finished_us;
	const char *refused; /* why it could not be deleted; NULL: it was, or would be */
};

struct cleanup {
	struct cleanup_job *jobs;
	size_t n;
};

/* Admins only. Each deletion is one of its own, with its audit row; one that is refused stops no
 * other. */
MUST_USE enum err cleanup_run(
    struct ctx *c, const struct cleanup_query *query, struct cleanup *out);
struct json *cleanup_json(
    struct ctx *c, const struct cleanup_query *query, const struct cleanup *result);

#endif
