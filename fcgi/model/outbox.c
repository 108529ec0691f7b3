#include "model/outbox.h"

#include "core/json.h"

enum err outbox_put(struct ctx *c, const char *job_name, int64_t job_id, int64_t wanted)
{
	TRY(db_exec(c, SQL_OUTBOX_PUT,
	    DB_ARGS(db_text(job_name), db_maybe_int(job_id), db_int(wanted)), NULL));
	return db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL);
}

enum err outbox_counts(struct ctx *c, struct outbox_counts *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct outbox_counts, pending),
		DB_FIELD(struct outbox_counts, failing),
		DB_FIELD(struct outbox_counts, in_sync),
		DB_FIELD(struct outbox_counts, drifted),
		DB_END,
	};

	bool everything = c->actor.admin || c->actor.account_id == 0;

	if (everything)
		return db_one(c, SQL_OUTBOX_COUNTS_ALL, DB_NO_ARGS, fields, out);
	return db_one(c, SQL_OUTBOX_COUNTS_SEEN, DB_ARGS(db_int(c->actor.account_id)), fields, out);
}

enum err outbox_leaving(struct ctx *c, const char *job_name, struct outbox_leaving *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct outbox_leaving, there),
		DB_FIELD(struct outbox_leaving, reason),
		DB_END,
	};

	return db_one(c, SQL_OUTBOX_LEAVING, DB_ARGS(db_text(job_name)), fields, out);
}

enum err engine_state_get(struct ctx *c, struct engine_state *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct engine_state, version),
		DB_FIELD(struct engine_state, leader),
		DB_FIELD(struct engine_state, nodes),
		DB_FIELD(struct engine_state, kind),
		DB_FIELD(struct engine_state, reachable),
		DB_FIELD(struct engine_state, reason),
		DB_FIELD(struct engine_state, checked_us),
		DB_END,
	};
	enum err e = db_one(c, SQL_ENGINE_STATE_GET, DB_NO_ARGS, fields, out);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL, "The worker has not looked for the engine yet.");
	return e;
}

enum err engine_state_put(struct ctx *c, const struct engine_state *s, bool *was_reachable)
{
	struct {
		bool was;
	} row;
	static const struct db_field fields[] = { { "was", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_ENGINE_STATE_PUT,
	    DB_ARGS(db_text(s->kind), db_text(s->version), db_text(s->leader), db_text(s->nodes),
		db_bool(s->reachable), db_text(s->reason.text), db_int(s->checked_us)),
	    fields, &row));
	*was_reachable = row.was;
	return OK;
}
