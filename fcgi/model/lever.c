#include "model/lever.h"

#include "model/array.h"

static const struct db_field fields[] = {
	DB_FIELD(struct lever, job_id),
	DB_FIELD(struct lever, state),
	DB_FIELD(struct lever, took_ms),
	DB_FIELD(struct lever, p95_ms),
	DB_END,
};

enum err lever_recent(
    struct ctx *c, const int64_t *job_ids, size_t njobs, struct lever **out, size_t *n)
{
	return db_many(c, SQL_LEVER_RECENT,
	    DB_ARGS(db_text(array_of_ints(c->arena, job_ids, njobs)), db_int(LEVERS)), fields,
	    sizeof(struct lever), out, n);
}
