#ifndef MODEL_RUN_WORK_H
#define MODEL_RUN_WORK_H

/*
 * run_work: runs as work/ sees them: handed to the engine, its history read, given up when nobody
 * hears of them any more. Nothing here asks the engine: the callers do, and say here what they
 * learned.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

/* ---- handing over ---- */

struct run_ready {
	int64_t id;
	const char *job_name, *schedule, *timezone;
};
MUST_USE enum err run_ready(struct ctx *c, size_t max, struct run_ready **out, size_t *n);
MUST_USE enum err run_waiting(struct ctx *c); /* says of the others why they wait */

/* Commits that the engine is being asked: it never will be again. *mine false: somebody else did.
 */
MUST_USE enum err run_mark(struct ctx *c, int64_t id, bool *mine);
/* Nobody was reached, so nobody was asked: it is ready again. */
MUST_USE enum err run_unmark(struct ctx *c, int64_t id, const char *why);
/* The answer came: 200, or 0 when nobody can tell what it means. `blocking`: it came at the end of
 * the run. */
MUST_USE enum err run_answered(struct ctx *c, int64_t id, int64_t status, bool blocking);
/* The engine will not run it. The run fails, unless it has begun all the same. */
MUST_USE enum err run_refused(struct ctx *c, int64_t id, int64_t status, const char *why);

/* ---- giving up ---- */

struct run_given_up {
	int64_t id;
	const char *job_name, *why;
};
/* Queued for `limit_ms` without being handed over: failed. */
MUST_USE enum err run_expire(struct ctx *c, int64_t limit_ms, struct run_given_up **out, size_t *n);
/* Handed over but never begun: tied to a group that was taken for a fire, or else lost. */
MUST_USE enum err run_unstarted(
    struct ctx *c, int64_t answered_ms, int64_t silent_ms, struct run_given_up **out, size_t *n);
/* Running as far as we know, but not for the engine since `grace_ms`: lost. */
MUST_USE enum err run_vanished(
    struct ctx *c, int64_t grace_ms, struct run_given_up **out, size_t *n);
MUST_USE enum err run_close_outputs(struct ctx *c);

/* ---- reading the history ---- */

struct run_open {
	const char *engine_id, *job_name;
	int64_t run_id, started_us;
	bool missing; /* the engine's list of running executions lacked it last time */
};
MUST_USE enum err run_open(
    struct ctx *c, struct run_open **out, size_t *n); /* by job and id, in byte order */
MUST_USE enum err run_missing(struct ctx *c, const struct run_open *execution);

/* Open runs that need a look: their jobs are due. */
MUST_USE enum err harvest_runs(struct ctx *c, int64_t every_ms);
/* [{"n": job, "s": counters}] as the engine's list shows them: what changed is due. */
MUST_USE enum err harvest_listed(struct ctx *c, const struct json *list);

struct harvest {
	const char *job_name, *latest;
	int64_t kept_from_us; /* runs before it were removed by policy */
};
MUST_USE enum err harvest_take(struct ctx *c, size_t max, struct harvest **out, size_t *n);
MUST_USE enum err harvest_read(struct ctx *c, const struct harvest *h, int64_t began_us);
MUST_USE enum err harvest_later(struct ctx *c, const char *job_name, int64_t ms);

struct run_known {
	const char *engine_id, *state, *run_state;
	int64_t run_id;
	struct db_maybe_int64 group_ns;
	bool settled, complete;
};
MUST_USE enum err run_known(
    struct ctx *c, const char *job_name, int64_t since_us, struct run_known **out, size_t *n);

/* The engine has nothing more to come for this job's runs of which all executions have ended, save
 * those of the groups in `busy` (n of them): they are over. */
MUST_USE enum err run_settle_ended(
    struct ctx *c, const char *job_name, const int64_t *busy, size_t n);

#endif
