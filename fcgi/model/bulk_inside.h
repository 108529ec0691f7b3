#ifndef MODEL_BULK_INSIDE_H
#define MODEL_BULK_INSIDE_H

/* bulk_inside: what the files of bulk share among themselves. */

#include "model/bulk.h"

struct bulk_work;

struct bulk_action {
	const char *name;
	bool of_runs;
	enum scope scope; /* the least that a token needs */
	/* Does it to one job or run; *same: there was nothing to do. */
	enum err (*apply)(struct ctx *c, const struct bulk_work *w, const char *name, bool *same,
	    int64_t *run_id);
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

#endif
