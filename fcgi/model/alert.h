#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

/*
 * alert: what is true of a job by its last finished run (ok, failing, missed), and telling people
 * when that changes, once.
 *
 * Runs that turned wait in run_turned, where a trigger puts them. alert_turn() takes them, holds
 * their jobs against the runs as they are by then, and puts what has to be told into the outbox of
 * messages, all in one transaction: told if and only if noted as told.
 */

#include "core/ctx.h"
#include "db/db.h"

struct alert_turned {
	int64_t run_id, job_id;
	const char *was, *state; /* was "": the run is new */
};

/* A change that has to be told. */
struct alert {
	struct db_maybe event; /* failure, recovery, missed; NULL: nothing to tell */
	const char *state;     /* ok, failing, missed */
	bool healed;           /* a recovery because what was told to be bad is not */
	int64_t failures;      /* bad runs since `since`, of a recovery: before it */
	struct db_maybe_int64 since_us;
	const char *job, *team;
	int64_t team_id, run_id; /* the run that decided */
	const char *run_state, *run_trigger;
	struct db_maybe run_reason;
	struct db_maybe_int64 run_started_us, run_finished_us, exit_code;
};

/* Takes up to `max` turned runs. *mine is false when another worker looks just now. *more: there
 * may be others. Check-ins go to SIGNALBOX_SENTRY_URL when that is set. */
MUST_USE enum err alert_turn(struct ctx *c, size_t max, bool *mine, bool *more);

/* Says once whether beginnings of runs are of interest, too. */
MUST_USE enum err alert_starts(struct ctx *c, bool wanted);

struct alert_state {
	const char *state, *told;
	int64_t failures;
	struct db_maybe_int64 since_us;
};
MUST_USE enum err alert_state_get(
    struct ctx *c, int64_t job_id, struct alert_state *out); /* ok when nothing is known */

/* Puts one alert into the outbox, for each channel that wants it. */
MUST_USE enum err alert_tell(struct ctx *c, int64_t job_id, const struct alert *alert);

#endif
