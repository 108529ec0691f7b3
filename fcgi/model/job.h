#ifndef MODEL_JOB_H
#define MODEL_JOB_H

/*
 * job: a piece of work that people name, schedule and run.
 *
 * What an actor may not see is ERR_NOT_FOUND; what he sees but may not do is ERR_FORBIDDEN. Every
 * change checks the version, makes a revision, an audit row and an outbox row in one transaction,
 * and never waits for the engine.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct job {
	int64_t id, version, team_id;
	const char *name, *team;
	const char *spec_text; /* the stored JSON */
	struct json *spec;     /* parsed by the functions below that give one job */
	bool disabled;
	int64_t created_us, updated_us;
	const char *updated_by;
	struct db_maybe_int64 next_us; /* the next fire; not set = none */
	struct db_maybe_int64
	    from_us;      /* when the engine last took the definition; not set = never yet */
	const char *sync; /* in_sync, pending, failing, drifted */
	struct db_maybe sync_reason;
	struct db_maybe_int64 synced_us; /* since when; not set: not in sync, or nobody knows */
	/* last run, when there is one */
	struct db_maybe_int64 run_id, run_began_us, run_started_us,
	    run_finished_us; /* began: or was asked for */
	struct db_maybe run_state;
	int64_t role; /* enum role of the actor in its team */
};

enum job_sort { JOB_BY_NAME, JOB_BY_NEXT, JOB_BY_LAST_RUN, JOB_BY_UPDATED };

struct job_query {
	const char *q;       /* words; NULL = all */
	const char *team;    /* NULL = all that one may see */
	const char *enabled; /* "true", "false" or NULL */
	const char *last;    /* a run state, or NULL */
	const char *sync;    /* a sync state, or NULL */
	const char *tag;     /* "name" or "name:value"; NULL = any */
	enum job_sort sort;
	bool descending;
	int64_t limit;
	const char *after; /* cursor of the page before, or NULL */
};

struct job_counts {
	int64_t all, enabled, disabled, failing, running, pending, sync_failing, drifted, teams;
};

MUST_USE enum err job_get(struct ctx *c, const char *name, struct job *out);
/* `*next` is the cursor of the page behind, or NULL; a page of very large definitions may be
 * shorter than `limit`. ERR_INVALID names the parameter. */
MUST_USE enum err job_list(
    struct ctx *c, const struct job_query *query, struct job **out, size_t *n, const char **next);

/* Those whose last run failed, the newest first; and those that fire next, soonest first, with the
 * few that never do behind them or left out. */
MUST_USE enum err job_failing(struct ctx *c, size_t max, struct job **out, size_t *n);
MUST_USE enum err job_coming(struct ctx *c, size_t max, struct job **out, size_t *n);
MUST_USE enum err job_counts(struct ctx *c, struct job_counts *out);

/* A tag that jobs carry, by name and value (without its count of nodes), and how many jobs do. */
struct job_tag {
	const char *name, *value;
	int64_t jobs;
};
/* Of all jobs that one may see, by name and value. */
MUST_USE enum err job_tags(struct ctx *c, struct job_tag **out, size_t *n);

/* `team` NULL: team_default(). ERR_CONFLICT "name": exists. */
MUST_USE enum err job_add(struct ctx *c, const char *name, const char *team,
    const struct json *input, const char *reason, struct job *out);

enum job_change { JOB_REPLACE, JOB_MERGE }; /* PUT, PATCH */
/* version 0: whatever it is now; else ERR_STALE when it is another one. A change that changes
 * nothing makes no revision. `team` NULL: stays. */
struct job_edit {
	const char *name;
	int64_t version;
	enum job_change how;
	const char *team;
	const struct json *input;
	const char *reason;
};
MUST_USE enum err job_edit(struct ctx *c, const struct job_edit *edit, struct job *out);

MUST_USE enum err job_set_disabled(struct ctx *c, const char *name, bool disabled, struct job *out);
/* ERR_CONFLICT naming the children when it has some; its runs stay. version as in job_edit. */
MUST_USE enum err job_delete(struct ctx *c, const char *name, int64_t version);

/* Who runs before and after a job. Of those that the actor may not see only that they are there:
 * name and team must not be shown. */
struct relative {
	const char *name, *team;
	bool seen;
};
MUST_USE enum err job_ancestors(
    struct ctx *c, const struct job *job, struct relative **out, size_t *n); /* parent first */
MUST_USE enum err job_children(struct ctx *c, const char *name, struct relative **out,
    size_t *n); /* in the order in which they run */
/* Names of jobs that the actor may change, some hundreds: for choosing one. */
MUST_USE enum err job_names(struct ctx *c, struct relative **out, size_t *n);

struct revision {
	int64_t version;
	const char *spec_text, *actor, *reason;
	struct db_maybe task;    /* the request that others approved */
	const char *approved_by; /* "marta, otto"; "" */
	int64_t made_us;
};
MUST_USE enum err job_revisions(struct ctx *c, const char *name, struct revision **out,
    size_t *n); /* newest first, at most 100 */
/* seen: the version that it goes over, as in job_edit. */
MUST_USE enum err job_restore(
    struct ctx *c, const char *name, int64_t version, int64_t seen, struct job *out);

/* In words and times; "" / none where the schedule is not used (child jobs). */
MUST_USE enum err job_schedule_words(struct ctx *c, const struct job *job, const char **out);
MUST_USE enum err job_next_fires(
    struct ctx *c, const struct job *job, size_t max, int64_t *out, size_t *n);

/*
 * For work. job_taken(): the engine took the job's definition on at `taken_us`, so that @every
 * counts from there; OK also when the job is gone by now. job_next_renew(): computes the next fire
 * of up to `max` jobs whose stored one has gone by; *n says how many there were. job_next_heard():
 * [{"n":name,"x":microseconds}], when the engine itself says that jobs fire. Of @every it knows
 * better: its intervals begin anew with each start and each leader.
 */
MUST_USE enum err job_taken(struct ctx *c, const char *name, int64_t taken_us);
MUST_USE enum err job_next_heard(struct ctx *c, const struct json *heard);
MUST_USE enum err job_next_renew(struct ctx *c, int64_t max, size_t *n);

/* The job as the API shows it (interface.md 5). */
struct json *job_json(struct ctx *c, const struct job *job);

/* ERR_NOT_FOUND / ERR_FORBIDDEN by the actor's role in the job's team. */
MUST_USE enum err job_need(struct ctx *c, const struct job *job, enum role role);

#endif
