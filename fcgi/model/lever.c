#include "model/lever.h"

#include <inttypes.h>

#include "core/buf.h"

enum { BYTES_AN_ID = 21 };

static const struct db_field fields[] = {
	DB_FIELD(struct lever, job_id),
	DB_FIELD(struct lever, state),
	DB_FIELD(struct lever, took_ms),
	DB_END,
};

/* Postgres's own way to write an array, "{1,2,3}". */
static const char *array(struct ctx *c, const int64_t *ids, size_t n)
{
	struct buf b;

	buf_init(&b, c->arena, (n + 1) * BYTES_AN_ID);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%c%" PRId64, i == 0 ? '{' : ',', ids[i]);
	buf_text(&b, n == 0 ? "{}" : "}");
	return b.data;
}

enum err lever_recent(
    struct ctx *c, const int64_t *job_ids, size_t njobs, struct lever **out, size_t *n)
{
	return db_many(c, SQL_LEVER_RECENT,
	    DB_ARGS(db_text(array(c, job_ids, njobs)), db_int(LEVERS)), fields,
	    sizeof(struct lever), out, n);
}
