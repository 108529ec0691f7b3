#ifndef MODEL_BULK_H
#define MODEL_BULK_H

/*
 * bulk: one action on many jobs, or runs, asked for once.
 *
 * Which ones is frozen when it is asked for, as names. `work` does it in batches on behalf of the
 * account, with the rights that the account has at that moment; each job's change is its own, with
 * its revision and audit row, and one that fails does not hold up the others.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"
#include "model/job.h"
#include "model/run.h"

enum bulk_kind { BULK_ENABLE, BULK_DISABLE, BULK_RUN, BULK_DELETE, BULK_MOVE, BULK_STOP };

enum { BULK_MAX = 100000, BULK_RUNS_MAX = 10000 };

/* ERR_INVALID "action" when there is none of that name. */
MUST_USE enum err bulk_kind_named(struct ctx *c, const char *name, enum bulk_kind *out);
const char *bulk_kind_name(enum bulk_kind kind);
bool bulk_is_of_runs(enum bulk_kind kind);

/* Which ones: names (a JSON array of texts; numbers of runs as text), or else a filter. */
struct bulk_ask {
	enum bulk_kind kind;
	const char *team; /* BULK_MOVE: where to; else NULL */
	const struct json *names;
	const struct job_query *jobs; /* of jobs: the list's filters; its order and page do not
					 matter */
	const struct run_query *runs; /* of runs; only queued ones are found */
	const struct json *filter;    /* the same as it was given, to be shown later */
};

/* What it will mean, as far as that is known beforehand. */
struct bulk_preview {
	const char *names; /* what a filter found: a JSON array */
	int64_t total;
	/* of jobs only: */
	int64_t seen, disabled, not_editable, not_runnable, running;
	int64_t there;       /* in the team already */
	int64_t parents;     /* have children that are not among them ... */
	int64_t left_behind; /* ... so many */
	int64_t children;    /* have a parent that is not among them */
};

/* ERR_INVALID names what is wrong: no job at all, more than BULK_MAX, a team that cannot be. */
MUST_USE enum err bulk_preview(struct ctx *c, const struct bulk_ask *ask, struct bulk_preview *out);

struct bulk {
	int64_t id, total, done, same, failed;
	const char *account, *action;
	struct db_maybe team, filter;
	int64_t asked_us;
	struct db_maybe_int64 worked_us, stopped_us, ended_us;
};

/*
 * Freezes and begins. `expected` > 0 is how many somebody confirmed: when the filter finds another
 * number by now, nothing begins and it is ERR_CONFLICT. A token needs the scope that the action on
 * one job would need.
 */
MUST_USE enum err bulk_start(
    struct ctx *c, const struct bulk_ask *ask, int64_t expected, struct bulk *out);

/* One's own; an admin's all. */
MUST_USE enum err bulk_get(struct ctx *c, int64_t id, struct bulk *out);
MUST_USE enum err bulk_list(struct ctx *c, int64_t max, struct bulk **out, size_t *n);
const char *bulk_state(const struct bulk *b); /* waiting, working, stopping, stopped, done */

struct bulk_item {
	int64_t seq;
	const char *name, *state;
	struct db_maybe code, message;
	struct db_maybe_int64 run_id;
};
struct bulk_page {
	const char *state; /* NULL: all */
	int64_t after, max;
};
MUST_USE enum err bulk_items(
    struct ctx *c, int64_t id, const struct bulk_page *page, struct bulk_item **out, size_t *n);

/* What is not done yet stays as it is. ERR_CONFLICT when it has ended. */
MUST_USE enum err bulk_stop(struct ctx *c, int64_t id, struct bulk *out);

struct json *bulk_json(struct ctx *c, const struct bulk *b);
struct json *bulk_item_json(struct ctx *c, const struct bulk *b, const struct bulk_item *item);

/* ---- for work ---- */

/* One batch of at most `max` of the bulk that waited longest; *n is how many it did, 0 when there
 * is none. c->actor is as before when it returns. */
MUST_USE enum err bulk_batch(struct ctx *c, int64_t max, size_t *n);
MUST_USE enum err bulk_forget(struct ctx *c); /* what ended long ago */

#endif
