#ifndef MODEL_QUOTA_H
#define MODEL_QUOTA_H

/*
 * quota: how much a team may have: jobs, how soon a job may fire again, runs at the same time.
 *
 * A bound that is not set does not bind. Jobs are held against it where they are saved or change
 * their team; what a team had before its quota shrank stays, and may be mended. Runs that somebody
 * asked for wait in the queue; those that the engine begins by its schedule count, but nobody can
 * hold them back.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct team;

enum { QUOTA_JOBS_MAX = 1000000, QUOTA_INTERVAL_MAX = 31536000, QUOTA_RUNNING_MAX = 1000000 };

struct quota {
	struct db_maybe size; /* "small", "medium", "large", "custom"; NULL: no bounds */
	struct db_maybe_int64 max_jobs, min_interval_s, max_running;
};

/* From small to large; NULL behind them. */
extern const char *const quota_sizes[];
/* Of "custom" and unknown ones: without bounds yet. */
struct quota quota_of_size(const char *size);

MUST_USE enum err quota_get(struct ctx *c, int64_t team_id, struct quota *out);
/* Of teams[i] in (*out)[i]; the actor was shown them. */
MUST_USE enum err quota_of_teams(
    struct ctx *c, const struct team *teams, size_t n, struct quota **out);
/* For admins, and for approved tasks. Usage may be above it. ERR_INVALID names quota, max_jobs,
 * min_interval_s or max_running: numbers go with custom, and custom with numbers. */
MUST_USE enum err quota_set(struct ctx *c, const char *team, const struct quota *quota);

/* "20 jobs, every 300 s, 2 runs at the same time" */
const char *quota_words(struct ctx *c, const struct quota *q);
bool quota_same(const struct quota *x, const struct quota *y);
/* No bound of `to` is wider than in `from`. */
bool quota_shrinks(const struct quota *from, const struct quota *to);

struct quota_usage {
	int64_t jobs;
	int64_t interval_s;  /* the shortest of all enabled jobs; 0: none fires twice */
	const char *fastest; /* which job that is */
};
MUST_USE enum err quota_usage(struct ctx *c, int64_t team_id, struct quota_usage *out);
MUST_USE enum err quota_running(struct ctx *c, int64_t team_id, int64_t *out);
/* NULL: it fits; or why not, in a sentence. */
const char *quota_exceeded(struct ctx *c, const struct quota *q, const struct quota_usage *usage);

/* ---- where jobs are saved */

/* The two bounds of one team that jobs are held against, read once for many jobs. */
struct quota_bounds {
	int64_t team_id; /* 0: not read yet */
	struct db_maybe_int64 max_jobs, min_interval_s;
};
MUST_USE enum err quota_bounds(struct ctx *c, int64_t team_id, struct quota_bounds *bounds);

/* In a transaction. `before` NULL: the job is new in this team, and until the end of the
 * transaction nobody else adds one: ERR_CONFLICT "team" when there are enough. ERR_INVALID
 * "schedule": it fires sooner again than the team may, and sooner than before. */
MUST_USE enum err quota_check(struct ctx *c, struct quota_bounds *bounds, const struct team *team,
    const char *name, const struct json *before, const struct json *spec);

#endif
