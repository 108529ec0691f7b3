/* run_trouble: what helps to see why runs go wrong. */

#include "model/run_inside.h"

enum err run_last_good(struct ctx *c, int64_t id, int64_t *out)
{
	static const struct db_field fields[] = { DB_FIELD(struct run_key, id), DB_END };
	struct run_key key = { 0 };
	enum err e = db_one(c, SQL_RUN_LAST_GOOD, DB_ARGS(db_int(id)), fields, &key);

	*out = key.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err run_error(struct ctx *c, int64_t id, const char **out)
{
	struct said {
		const char *error;
	} said = { NULL };
	static const struct db_field fields[] = { DB_FIELD(struct said, error), DB_END };
	enum err e = db_one(c, SQL_RUN_ERROR, DB_ARGS(db_int(id)), fields, &said);

	*out = said.error;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err run_failures(struct ctx *c, const struct run_query *query, struct run_failure **out,
    size_t *n, const char **next)
{
	static const struct db_field fields[] = { DB_FIELD(struct run_failure, id),
		DB_FIELD(struct run_failure, at_us), DB_FIELD(struct run_failure, job_name),
		DB_FIELD(struct run_failure, state), DB_FIELD(struct run_failure, error),
		DB_FIELD(struct run_failure, error_key), DB_END };
	struct run_key *keys;
	size_t found;

	*n = 0;
	TRY(run_keys(c, query, &keys, &found, next));
	if (found == 0)
		return OK;
	return db_many(c, SQL_RUN_FAILURES,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin),
		db_text(run_ids(c, keys, found))),
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
