/* run_trouble: what helps to see why runs go wrong. */

#include "model/array.h"
#include "model/run_inside.h"

enum err run_last_good(struct ctx *c, int64_t id, int64_t *out)
{
	static const struct db_field fields[] = { DB_FIELD(struct run_key, id), DB_END };
	struct run_key key = { 0 };
	enum err e = db_one(c, SQL_RUN_LAST_GOOD, DB_ARGS(db_int(id)), fields, &key);

	*out = key.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err run_errors(
    struct ctx *c, const struct run *runs, size_t nruns, struct run_error **out, size_t *n)
{
	static const struct db_field fields[] = { DB_FIELD(struct run_error, run_id),
		DB_FIELD(struct run_error, error), DB_FIELD(struct run_error, error_key), DB_END };
	int64_t *ids = arena_alloc(c->arena, nruns, sizeof(*ids));

	for (size_t i = 0; i < nruns; i++)
		ids[i] = runs[i].id;
	return db_many(c, SQL_RUN_ERRORS, DB_ARGS(db_text(array_of_ints(c->arena, ids, nruns))),
	    fields, sizeof(**out), out, n);
}

enum err run_slow(struct ctx *c, size_t max, struct run_slow **out, size_t *n)
{
	static const struct db_field fields[] = { DB_FIELD(struct run_slow, id),
		DB_FIELD(struct run_slow, started_us), DB_FIELD(struct run_slow, p95_ms),
		DB_FIELD(struct run_slow, job_name), DB_END };

	return db_many(c, SQL_RUN_SLOW,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_int(c->now_us),
		db_int((int64_t)max)),
	    fields, sizeof(**out), out, n);
}
