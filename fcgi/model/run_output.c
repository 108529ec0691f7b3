/* run_output: reading a slice of what an execution printed. */

#include <string.h>

#include "model/run.h"

struct source {
	int64_t id, size, generation;
	const char *engine_id;
	bool complete, gone;
};

struct piece {
	int64_t start, whole;
	struct db_blob bytes;
};

static enum err pieces(
    struct ctx *c, const struct source *s, int64_t offset, size_t max, struct output *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct piece, start),
		DB_FIELD(struct piece, whole),
		DB_FIELD(struct piece, bytes),
		DB_END,
	};
	struct piece *all;
	size_t n;

	TRY(db_many(c, SQL_RUN_OUTPUT_BYTES,
	    DB_ARGS(db_int(s->id), db_int(offset), db_int((int64_t)max)), fields,
	    sizeof(struct piece), &all, &n));
	char *bytes = arena_alloc(c->arena, max + 1, 1);
	for (size_t i = 0; i < n && out->len < max; i++) {
		size_t len = all[i].bytes.len < max - out->len ? all[i].bytes.len : max - out->len;
		memcpy(bytes + out->len, all[i].bytes.bytes, len);
		out->len += len;
	}
	out->bytes = bytes;
	return OK;
}

enum err run_output(struct ctx *c, int64_t run_id, const char *engine_id, int64_t offset,
    size_t max, struct output *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct source, id),
		DB_FIELD(struct source, size),
		DB_FIELD(struct source, engine_id),
		DB_FIELD(struct source, complete),
		DB_FIELD(struct source, generation),
		DB_FIELD(struct source, gone),
		DB_END,
	};
	struct source s;
	struct run run;

	*out = (struct output){ .bytes = "", .engine_id = "" };
	TRY(run_get(c, run_id, &run));
	out->run_ended = run_has_ended(&run);
	enum err e = db_one(
	    c, SQL_RUN_OUTPUT_OF, DB_ARGS(db_int(run_id), db_text(engine_id)), fields, &s);
	if (e == ERR_NOT_FOUND && engine_id != NULL)
		return fail(c, e, NULL, "This run has no such execution.");
	if (e == ERR_NOT_FOUND) {
		out->complete = out->run_ended;
		return OK;
	}
	TRY(e);
	out->size = s.size;
	out->complete = s.complete;
	out->engine_id = s.engine_id;
	out->generation = s.generation;
	out->gone = s.gone;
	if (offset >= s.size || max == 0 || s.gone)
		return OK;
	return pieces(
	    c, &s, offset, (size_t)(s.size - offset) < max ? (size_t)(s.size - offset) : max, out);
}
