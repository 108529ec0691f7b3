#include "model/outbox_work.h"

#include <string.h>

#include "core/config.h"
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
		DB_FIELD(struct outbox_item, done_text),
		DB_FIELD(struct outbox_item, known),
		DB_FIELD(struct outbox_item, taken_over),
		DB_FIELD(struct outbox_item, old_copy),
		DB_FIELD(struct outbox_item, old_text),
		DB_END,
	};

	return db_many(c, SQL_OUTBOX_TAKE,
	    DB_ARGS(db_int((int64_t)max), db_int(OUTBOX_LEASE_MS), db_text(c->config->namespace)),
	    fields, sizeof(struct outbox_item), out, n);
}

enum err outbox_waiting(struct ctx *c)
{
	return db_exec(c, SQL_OUTBOX_WAITING, DB_NO_ARGS, NULL);
}

static struct json *done_json(struct ctx *c, const struct outbox_done *d)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, d->item->job_name));
	json_set(o, "version", json_number(c->arena, d->item->wanted));
	json_set(o, "job", json_number(c->arena, d->item->job_id.value));
	json_set(o, "parent", json_string(c->arena, d->parent));
	json_set(o, "old", json_string(c->arena, d->item->old_copy.text));
	return o;
}

enum err outbox_done(struct ctx *c, const struct outbox_done *done, size_t n)
{
	static const struct db_field fields[] = { { "n", DB_INT64_, 0 }, DB_END };
	struct json *list = json_array(c->arena);
	int64_t woken;

	if (n == 0)
		return OK;
	for (size_t i = 0; i < n; i++)
		json_push(list, done_json(c, &done[i]));
	TRY(db_one(c, SQL_OUTBOX_DONE,
	    DB_ARGS(db_text(json_write(c->arena, list)), db_text(c->config->namespace)), fields,
	    &woken));
	for (size_t i = 0; i < n; i++)
		if (done[i].taken_us != 0)
			TRY(job_taken(c, done[i].item->job_name, done[i].taken_us));
	return OK;
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
		DB_FIELD(struct outbox_job, state),
		DB_FIELD(struct outbox_job, settled),
		DB_FIELD(struct outbox_job, spent),
		DB_FIELD(struct outbox_job, taken_over),
		DB_FIELD(struct outbox_job, policy),
		DB_FIELD(struct outbox_job, known),
		DB_FIELD(struct outbox_job, drift_text),
		DB_FIELD(struct outbox_job, refused),
		DB_END,
	};

	return db_many(c, SQL_OUTBOX_PAGE,
	    DB_ARGS(db_text(s->from), db_text(s->to), db_int((int64_t)s->max), db_int(s->read_us),
		db_text(c->config->drift)),
	    fields, sizeof(struct outbox_job), out, n);
}

static enum err refill(struct ctx *c, void *arg)
{
	const struct json *names = *(const struct json *const *)arg;
	struct json *after = json_object(c->arena);
	int64_t n = 0;

	TRY(db_exec(c, SQL_OUTBOX_REFILL, DB_ARGS(db_text(json_write(c->arena, names))), &n));
	json_set(after, "jobs", json_number(c->arena, n));
	return n == 0 ? OK : audit_add(c, "engine_refilled", "engine", NULL, after);
}

enum err outbox_refill(struct ctx *c, const struct json *names)
{
	return db_atomically(c, refill, &names);
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
