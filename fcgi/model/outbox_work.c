#include "model/outbox_work.h"

#include <string.h>

#include "model/audit.h"
#include "model/job.h"
#include "model/outbox.h"

enum err outbox_take(struct ctx *c, size_t max, struct outbox_item **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct outbox_item, job_name),
		DB_FIELD(struct outbox_item, job_id),
		DB_FIELD(struct outbox_item, wanted),
		DB_FIELD(struct outbox_item, attempts),
		DB_FIELD(struct outbox_item, done),
		DB_FIELD(struct outbox_item, spec_text),
		DB_END,
	};

	return db_many(c, SQL_OUTBOX_TAKE, DB_ARGS(db_int((int64_t)max), db_int(OUTBOX_LEASE_MS)),
	    fields, sizeof(struct outbox_item), out, n);
}

enum err outbox_waiting(struct ctx *c)
{
	return db_exec(c, SQL_OUTBOX_WAITING, DB_NO_ARGS, NULL);
}

enum err outbox_done(struct ctx *c, const struct outbox_item *item, int64_t taken_us)
{
	TRY(db_exec(c, SQL_OUTBOX_DONE,
	    DB_ARGS(db_text(item->job_name), db_int(item->wanted), db_int(item->job_id.value)),
	    NULL));
	return taken_us != 0 ? job_taken(c, item->job_name, taken_us) : OK;
}

enum err outbox_gone(struct ctx *c, const char *job_name)
{
	return db_exec(c, SQL_OUTBOX_GONE, DB_ARGS(db_text(job_name)), NULL);
}

enum err outbox_failed(
    struct ctx *c, const struct outbox_item *item, const char *why, int64_t again_ms)
{
	return db_exec(c, SQL_OUTBOX_FAILED,
	    DB_ARGS(db_text(item->job_name), db_int(item->wanted), db_text(why), db_int(again_ms)),
	    NULL);
}

enum err outbox_engine_away(struct ctx *c, const char *why)
{
	return db_exec(c, SQL_OUTBOX_ENGINE_AWAY, DB_ARGS(db_text(why)), NULL);
}

enum err outbox_engine_back(struct ctx *c)
{
	return db_exec(c, SQL_OUTBOX_ENGINE_BACK, DB_NO_ARGS, NULL);
}

enum err outbox_page(
    struct ctx *c, const struct outbox_stretch *s, struct outbox_job **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct outbox_job, name),
		DB_FIELD(struct outbox_job, spec_text),
		DB_FIELD(struct outbox_job, done),
		DB_FIELD(struct outbox_job, settled),
		DB_FIELD(struct outbox_job, spent),
		DB_END,
	};

	return db_many(c, SQL_OUTBOX_PAGE,
	    DB_ARGS(db_text(s->from), db_text(s->to), db_int((int64_t)s->max), db_int(s->read_us)),
	    fields, sizeof(struct outbox_job), out, n);
}

struct revert {
	const struct outbox_job *job;
	const char *fields;
};

static enum err revert(struct ctx *c, void *arg)
{
	const struct revert *r = arg;
	struct json *before = json_object(c->arena);
	int64_t changed;

	TRY(db_exec(c, SQL_OUTBOX_AGAIN,
	    DB_ARGS(db_text(r->job->name), db_int(r->job->done),
		db_text(arena_printf(
		    c->arena, "the engine's copy was changed (%s) and is put back", r->fields))),
	    &changed));
	if (changed == 0)
		return OK; /* saved meanwhile: that decides */
	json_set(before, "changed", json_string(c->arena, r->fields));
	return audit_add(
	    c, "job_drift_reverted", arena_printf(c->arena, "job:%s", r->job->name), before, NULL);
}

enum err outbox_revert(struct ctx *c, const struct outbox_job *job, const char *fields)
{
	return db_atomically(c, revert, &(struct revert){ job, fields });
}

enum err outbox_stray(struct ctx *c, const char *job_name, bool *deleted)
{
	int64_t added;

	TRY(db_exec(c, SQL_OUTBOX_STRAY, DB_ARGS(db_text(job_name)), &added));
	*deleted = added > 0;
	return *deleted ? db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL) : OK;
}

enum err turn_take(struct ctx *c, const char *what, int64_t ms, bool *mine)
{
	struct {
		bool taken;
	} row;
	static const struct db_field fields[] = { { "taken", DB_BOOL_, 0 }, DB_END };
	enum err e = db_one(c, SQL_TURN_TAKE, DB_ARGS(db_text(what), db_int(ms)), fields, &row);

	*mine = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}
