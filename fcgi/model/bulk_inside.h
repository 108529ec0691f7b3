#ifndef MODEL_BULK_INSIDE_H
#define MODEL_BULK_INSIDE_H

/* bulk_inside: what the files of bulk share among themselves. */

#include "model/bulk.h"
#include "model/team.h"

struct bulk_work;

/* What a job is to be; the team is its own so far. */
struct bulk_wish {
	struct json *spec;
	struct team team;
};

struct bulk_action {
	const char *name;
	bool of_runs;
	enum scope scope; /* the least that a token needs */
	/* Does it to one job or run. NULL when there is a wish. */
	enum err (*apply)(
	    struct ctx *c, const struct bulk_work *w, const char *name, int64_t *run_id);
	/* For actions that change jobs, and can do many at once: what becomes of one, and what the
	 * audit calls it. */
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
};

/* One outcome for each item, whose jobs are locked. An error is of all of them: none was changed.
 */
MUST_USE enum err bulk_change_many(struct ctx *c, const struct bulk_work *w,
    const struct bulk_item *items, size_t n, struct bulk_outcome *out);

#endif
