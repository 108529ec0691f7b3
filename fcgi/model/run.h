#ifndef MODEL_RUN_H
#define MODEL_RUN_H

/*
 * run: one firing of a job (Dkron's group), and its executions: one attempt on one node each.
 *
 * The webhook and the harvester write the same rows, in any order, any number of times
 * (run_hear.h). The last attempt on each node decides. Ends without one: `stopped` was taken back
 * before the engine was asked; `failed` with a reason and no execution never started, because the
 * engine refused or could not be reached in time; `lost` is one of which nobody knows how it went
 * on, with the reason, and is healed when its end arrives after all; `missed` is a fire of the
 * schedule that nothing answered, with the likely cause: queued_us is when it was due, and it has
 * no execution.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct run {
	int64_t id;
	const char *job_name, *team, *state, *trigger;
	struct db_maybe reason, requested_by;
	int64_t queued_us;
	struct db_maybe_int64 started_us, finished_us, job_version;
	struct db_maybe node; /* of the last execution */
	int64_t executions;   /* how many */
	bool job_exists;
	bool dispatched; /* the engine was asked to run it, or began it by itself */
	int64_t role;    /* enum role of the actor in its team */
};

struct execution {
	int64_t id;     /* ours */
	int64_t run_id; /* set by run_executions_of() */
	const char *engine_id, *node, *state;
	struct db_maybe reason;
	int64_t attempt;
	struct db_maybe_int64 started_us, finished_us, exit_code;
	int64_t output_size;
	bool output_complete;
	bool output_gone; /* removed by policy; output_size still says how much it was */
};

struct run_query {
	const char *job, *team;      /* NULL = any, as everywhere here */
	const char *state, *trigger; /* one, or several with commas */
	const char *node, *requested_by;
	const char *q; /* words in the job's name, or in what was printed (run_words.h) */
	int64_t since_us, until_us; /* of queued_us; 0 = open */
	int64_t limit;
	const char *after;
};

MUST_USE enum err run_get(struct ctx *c, int64_t id, struct run *out);
bool run_has_ended(const struct run *run); /* neither queued nor running */
/* Newest first. A page may be short although `*next` is set: filters that no index answers are held
 * against a bounded number of runs at a time; run_cursor_us() says how far back that went. */
MUST_USE enum err run_list(
    struct ctx *c, const struct run_query *query, struct run **out, size_t *n, const char **next);
bool run_cursor_us(struct ctx *c, const char *cursor, int64_t *us);
MUST_USE enum err run_executions(struct ctx *c, int64_t run_id, struct execution **out, size_t *n);
/* Of runs that the actor was shown: those of runs[i] are out[i] with counts[i]. */
MUST_USE enum err run_executions_of(
    struct ctx *c, const struct run *runs, size_t nruns, struct execution ***out, size_t **counts);

/* Asks for a run: a row in state queued, that `work` hands to the engine. Needs operator; a
 * disabled job is ERR_CONFLICT (Dkron would refuse it). `trigger` is "manual" or "api". */
MUST_USE enum err run_request(
    struct ctx *c, const char *job_name, const char *trigger, struct run *out);

/* Takes back a run that is still queued. One that has started is ERR_CONFLICT saying why: neither
 * engine can stop it. */
MUST_USE enum err run_stop(struct ctx *c, int64_t id, struct run *out);

/*
 * The bytes of one execution's output from `offset` on, at most `max`. `engine_id` NULL: the last
 * started execution. A run without execution has no output: size 0, complete only when the run has
 * ended.
 */
struct output {
	const char *bytes;
	size_t len;
	int64_t size;          /* of the whole, so far */
	bool complete;         /* nothing will come behind it */
	bool run_ended;        /* nor will another execution begin */
	const char *engine_id; /* "" when there is no execution */
	int64_t generation;    /* another one: the text was replaced, offsets begin anew */
	bool gone;             /* removed by policy: size says how much it was */
};
MUST_USE enum err run_output(struct ctx *c, int64_t run_id, const char *engine_id, int64_t offset,
    size_t max, struct output *out);

/* The last `n` runs of each of these jobs would be many; this is of one job, newest first. */
MUST_USE enum err run_recent(
    struct ctx *c, const char *job_name, size_t max, struct run **out, size_t *n);

/* The run of the same job that succeeded last before this one, which the actor may see; 0: none. */
MUST_USE enum err run_last_good(struct ctx *c, int64_t id, int64_t *out);

/* The line that likely says why it failed; NULL: not known, or not yet. The caller has checked that
 * the run may be seen. */
MUST_USE enum err run_error(struct ctx *c, int64_t id, const char **out);

/* As run_list(), for who asks why: the line that likely says it, as far as it is known, and the
 * same without what differs from day to day. */
struct run_failure {
	int64_t id, at_us; /* when it ended, or was due */
	const char *job_name, *state;
	struct db_maybe error, error_key;
};
MUST_USE enum err run_failures(struct ctx *c, const struct run_query *query,
    struct run_failure **out, size_t *n, const char **next);

/* Runs that go on for more than three times as long as 19 in 20 of their job do. */
struct run_slow {
	int64_t id, started_us, p95_ms;
	const char *job_name;
};
MUST_USE enum err run_slow(struct ctx *c, size_t max, struct run_slow **out, size_t *n);

struct run_counts {
	int64_t running, queued, failed_day, succeeded_day, ended_day, lost_day,
	    missed_day; /* ended: not missed */
};
MUST_USE enum err run_counts(struct ctx *c, struct run_counts *out); /* of what the actor may see */

struct json *run_json(
    struct ctx *c, const struct run *run, const struct execution *executions, size_t n);

#endif
