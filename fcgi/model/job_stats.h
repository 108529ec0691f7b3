#ifndef MODEL_JOB_STATS_H
#define MODEL_JOB_STATS_H

/*
 * job_stats: how a job has done. Kept by work as runs end (run_tally.h), so it outlives the runs
 * themselves and is about a second behind them. Days are those of UTC.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { STATS_DAYS = 30, STATS_DAYS_MAX = 62 };

struct job_day {
	int64_t day_us; /* its beginning */
	int64_t succeeded, failed, stopped, lost, missed;
};

struct job_stats {
	const char *job;
	int64_t days;
	int64_t succeeded, failed, stopped, lost, missed; /* in these days */
	/* Durations of those that succeeded: the middle of a bucket 9 % wide. Not set: there is
	 * none. */
	struct db_maybe_int64 p50_ms, p95_ms;
	/* The last one that failed, was lost or missed, as far as its run is kept. */
	struct db_maybe_int64 failure_id, failure_us;
	struct db_maybe failure_state;
	struct job_day *by_day; /* oldest first; days without a run are left out */
	size_t n;
};

/* ERR_NOT_FOUND when the actor may not see the job. */
MUST_USE enum err job_stats(
    struct ctx *c, const char *job_name, int64_t days, struct job_stats *out);
/* How many count for the rate: what a person stopped went neither well nor wrong. */
int64_t job_stats_counted(const struct job_stats *s);
struct json *job_stats_json(struct ctx *c, const struct job_stats *s);

#endif
