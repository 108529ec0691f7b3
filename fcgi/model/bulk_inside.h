#ifndef MODEL_BULK_INSIDE_H
#define MODEL_BULK_INSIDE_H

/* bulk_inside: what the files of bulk share among themselves. */

#include "model/bulk.h"
#include "model/team.h"

struct bulk_work;
struct bulk_outcome;

/* What a job is to be; the team is its own so far. */
struct bulk_wish {
	struct json *spec;
	struct team team;
};

struct bulk_action {
	const char *name;
	bool of_runs;
	enum scope scope; /* the least that a token needs */
	/* Does it to a batch: one outcome for each item, whose jobs are locked. An error is of all
	 * of them: nothing was done. */
	enum err (*many)(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
	    size_t n, struct bulk_outcome *out);
	/* For actions that change definitions: what becomes of one, and what the audit calls it. */
	enum err (*wish)(
	    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out);
	const char *verb;
};

extern const struct bulk_action bulk_actions[];
const struct bulk_action *bulk_action(const char *name);

/* A bulk in hand, as SQL_BULK_TAKE gives it. */
struct bulk_work {
	int64_t id, token_id, scope, attempts;
	struct db_maybe_int64 account_id;
	const char *account, *address, *req_id, *action;
	struct db_maybe team;
	bool stopped, there, admin, token_holds;
};

MUST_USE enum err bulk_enable(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out);
MUST_USE enum err bulk_disable(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out);
MUST_USE enum err bulk_move(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out);

struct bulk_outcome {
	enum err e;
	const char *detail; /* unless OK */
	bool same;
	int64_t run_id; /* of the action run; 0: none */
};

MUST_USE enum err bulk_change_many(struct ctx *c, const struct bulk_work *w,
    const struct bulk_item *items, size_t n, struct bulk_outcome *out);
MUST_USE enum err bulk_run_many(struct ctx *c, const struct bulk_work *w,
    const struct bulk_item *items, size_t n, struct bulk_outcome *out);
MUST_USE enum err bulk_delete_many(struct ctx *c, const struct bulk_work *w,
    const struct bulk_item *items, size_t n, struct bulk_outcome *out);
MUST_USE enum err bulk_stop_many(struct ctx *c, const struct bulk_work *w,
    const struct bulk_item *items, size_t n, struct bulk_outcome *out);

/* The jobs of a batch that the account may see, and their places by name. */
struct bulk_found {
	struct job *jobs;
	struct json *places;
};
MUST_USE enum err bulk_find(
    struct ctx *c, const struct bulk_item *items, size_t n, struct bulk_found *out);
/* A copy with its definition parsed; ERR_NOT_FOUND when it is none of them. */
MUST_USE enum err bulk_take_job(
    struct ctx *c, const struct bulk_found *found, const char *name, struct job *out);

/* One item, judged in an arena of its own: definitions can be large. ERR_UNAVAILABLE is of the
 * whole batch. */
MUST_USE enum err bulk_judge(struct ctx *whole, enum err (*judge)(struct ctx *c, void *arg),
    void *arg, struct bulk_outcome *out);

#endif
