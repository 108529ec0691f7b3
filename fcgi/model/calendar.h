#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

/*
 * calendar: what ran and what will fire between two moments, a lane for each job.
 *
 * Lanes come by team and name, a page at a time. Neither a busy job nor a long window makes it
 * slow: of a lane at most LANE_MAX runs and fires are told one by one; of one with more, when they
 * begin and end, and single runs that did not go well.
 */

#include "core/ctx.h"
#include "db/db.h"

enum { LANE_MAX = 30 };

struct lane_run {
	int64_t lane, id; /* lane: counts from 1 */
	const char *state;
	int64_t at_us, started_us;
	struct db_maybe_int64 finished_us;
};

struct lane {
	int64_t id;
	const char *name, *team, *spec_text;
	struct db_maybe_int64 from_us, next_us;
	struct lane_run
	    *runs; /* oldest first; of an `often` lane only those that did not succeed */
	size_t nruns;
	bool often; /* more than LANE_MAX runs, between these moments */
	int64_t first_us, last_us;
	int64_t *fires; /* to come */
	size_t nfires;
	bool fires_often; /* from fires[0] on to the end of the window */
};

struct calendar_query {
	const char *team, *job; /* NULL: any */
	int64_t since_us, until_us;
	const char *after_team, *after_job; /* the last lane before; "" = from the beginning */
	int64_t limit;
};

/* *more: there are lanes behind these. ERR_INVALID "team". */
MUST_USE enum err calendar_read(
    struct ctx *c, const struct calendar_query *q, struct lane **out, size_t *n, bool *more);

#endif
