/* Tasks as they are made and taken through their stages. */

#include "model/task_work.h"

#include <string.h>

#include "model/audit.h"
#include "model/task_inside.h"

struct text_row {
	const char *id;
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct text_row, id),
	DB_END,
};

static struct db_arg text_or_null(const char *s)
{
	return db_text(s != NULL && *s != '\0' ? s : NULL);
}

static enum err audit_request(
    struct ctx *c, const char *verb, const char *id, const struct task_new *t)
{
	struct json *after = json_object(c->arena);

	json_set(after, "type", json_string(c->arena, t->type));
	json_set(after, "title", json_string(c->arena, t->title));
	if (*t->about != '\0')
		json_set(after, "about", json_string(c->arena, t->about));
	return audit_add(c, verb, arena_printf(c->arena, "task:%s", id), NULL, after);
}

enum err task_wake(struct ctx *c)
{
	return db_exec(c, SQL_TASK_WAKE, DB_NO_ARGS, NULL);
}

enum err task_add(struct ctx *c, const struct task_new *t, const char **id)
{
	const struct actor *a = &c->actor;
	struct text_row row;

	TRY(db_one(c, SQL_TASK_ADD,
	    DB_ARGS(db_text(t->type), db_text(t->title), db_text(t->about),
		db_text(a->account != NULL ? a->account : ""), db_maybe_int(a->account_id),
		db_int(a->token_id), db_int(a->account_id != 0 ? a->scope : SCOPE_ADMIN),
		db_text(a->address != NULL ? a->address : ""), db_text(c->req_id),
		db_maybe_int(t->team_id), db_text(t->reason != NULL ? t->reason : ""),
		db_text(json_write(c->arena, t->data)), db_text(t->data_hash), db_int(t->required),
		db_maybe_int(t->approver_role), db_maybe_int(t->approver_group_id),
		db_int(t->expires_us)),
	    id_fields, &row));
	*id = row.id;
	TRY(audit_request(c, "task_request", row.id, t));
	return task_wake(c);
}

enum err task_add_action(
    struct ctx *c, const char *id, int64_t ord, const char *name, const struct json *data)
{
	return db_exec(c, SQL_TASK_ADD_ACTION,
	    DB_ARGS(db_text(id), db_int(ord), db_text(name), db_text(json_write(c->arena, data))),
	    NULL);
}

enum err task_check_seen(struct ctx *c, const struct task *t, const struct task_seen *seen)
{
	bool other = seen->version != 0 && seen->version != t->version;

	if (other ||
	    (seen->hash != NULL && (t->hash.text == NULL || strcmp(seen->hash, t->hash.text) != 0)))
		return fail(c, ERR_STALE, other ? "If-Match" : "hash",
		    "The request was changed meanwhile: look at it again before you change it.");
	return OK;
}

enum err task_replace(
    struct ctx *c, const char *id, const struct task_seen *seen, const struct task_new *t)
{
	struct task task;

	TRY(task_get_locked(c, id, &task));
	TRY(task_check_open(c, &task, true));
	TRY(task_check_seen(c, &task, seen));
	TRY(db_exec(c, SQL_TASK_REPLACE,
	    DB_ARGS(db_text(id), db_text(t->title), db_text(t->about),
		db_text(json_write(c->arena, t->data)), db_text(t->data_hash),
		db_maybe_int(t->team_id), db_text(t->reason), db_int(t->required),
		db_maybe_int(t->approver_role), db_maybe_int(t->approver_group_id),
		db_maybe_int(c->actor.account_id)),
	    NULL));
	TRY(task_say(c, id, -1, "step", "changed"));
	TRY(audit_request(c, "task_edit", id, t));
	return task_wake(c);
}

enum err task_duplicates(
    struct ctx *c, const char *data_hash, const char *except, const char ***ids, size_t *n)
{
	struct text_row *rows;

	TRY(db_exec(c, SQL_TASK_DUPLICATES_LOCK, DB_ARGS(db_text(data_hash)), NULL));
	TRY(db_many(c, SQL_TASK_DUPLICATES, DB_ARGS(db_text(data_hash), db_text(except)), id_fields,
	    sizeof(*rows), &rows, n));
	*ids = arena_alloc(c->arena, *n + 1, sizeof(**ids));
	for (size_t i = 0; i < *n; i++)
		(*ids)[i] = rows[i].id;
	return OK;
}

enum err task_same(struct ctx *c, const char *id, const char ***ids, size_t *n)
{
	struct row {
		const char *data_hash;
	} row;
	static const struct db_field fields[] = { DB_FIELD(struct row, data_hash), DB_END };

	TRY(db_one(c, SQL_TASK_DATA_HASH, DB_ARGS(db_text(id)), fields, &row));
	return task_duplicates(c, row.data_hash, id, ids, n);
}

struct ending {
	const char *state, *verb, *why;
	bool told; /* who asked is */
};

static enum err end_alone(struct ctx *c, const char *id, const struct ending *how)
{
	struct json *after = json_object(c->arena);

	json_set(after, "why", json_string(c->arena, how->why));
	TRY(db_exec(
	    c, SQL_TASK_END, DB_ARGS(db_text(id), db_text(how->state), db_bool(how->told)), NULL));
	TRY(task_say(c, id, -1, "step", how->why));
	return audit_add(c, how->verb, arena_printf(c->arena, "task:%s", id), NULL, after);
}

enum err task_cancel_system(struct ctx *c, const char *id, const char *why)
{
	return end_alone(c, id, &(struct ending){ "cancelled", "task_cancel", why, false });
}

static const struct db_field due_fields[] = {
	{ "id", DB_TEXT_, offsetof(struct task_due, task.id) },
	DB_FIELD(struct task_due, attempts),
	DB_FIELD(struct task_due, token_id),
	DB_FIELD(struct task_due, scope),
	DB_FIELD(struct task_due, address),
	DB_FIELD(struct task_due, req_id),
	DB_FIELD(struct task_due, token_data),
	DB_FIELD(struct task_due, there),
	DB_FIELD(struct task_due, admin),
	DB_FIELD(struct task_due, token_holds),
	DB_END,
};

enum err task_take(struct ctx *c, const struct task_except *except, struct task_due *out)
{
	TRY(db_one(c, SQL_TASK_TAKE,
	    DB_ARGS(db_bool(except->none), db_text(except->full), db_text(except->outside)),
	    due_fields, out));
	return task_get(c, out->task.id, &out->task);
}

enum err task_claim(struct ctx *c, const char *id, int64_t in_ms)
{
	return db_exec(c, SQL_TASK_CLAIM, DB_ARGS(db_text(id), db_int(in_ms)), NULL);
}

enum err task_hold(
    struct ctx *c, const char *id, const char *stage, int64_t attempts, struct task_due *out)
{
	TRY(db_one(c, SQL_TASK_HOLD, DB_ARGS(db_text(id), db_text(stage), db_maybe_int(attempts)),
	    due_fields, out));
	return task_get(c, out->task.id, &out->task);
}

enum err task_action_save(
    struct ctx *c, const struct task *t, const struct task_action *a, const struct json *shared)
{
	TRY(db_exec(c, SQL_TASK_ACTION_SAVE,
	    DB_ARGS(db_text(t->id), db_int(a->ord), db_text(a->state), db_text(a->cache_text),
		db_bool(a->valid), db_text(a->auto_approve.text), db_bool(a->need_token),
		db_text(a->token_fields)),
	    NULL));
	return db_exec(c, SQL_TASK_SHARE,
	    DB_ARGS(db_text(t->id), db_text(json_write(c->arena, shared))), NULL);
}

enum err task_aside_add(struct ctx *c, const char *id, int64_t ord, const char *text)
{
	return db_exec(c, SQL_TASK_ASIDE_ADD,
	    DB_ARGS(db_text(id), db_int(ord), db_text(c->actor.account), db_text(text)), NULL);
}

enum err task_note_add(
    struct ctx *c, const char *id, int64_t ord, const char *kind, const char *text)
{
	return task_say(c, id, ord, kind, text);
}

enum err task_move(struct ctx *c, const char *id, const struct task_step *step)
{
	TRY(db_exec(c, SQL_TASK_MOVE,
	    DB_ARGS(db_text(id), db_text(step->state), db_text(step->stage), db_bool(step->due),
		db_text(step->hash), text_or_null(step->title), db_bool(step->valid)),
	    NULL));
	return step->due ? task_wake(c) : OK;
}

/* What work made of it. */
static enum err audit_state(
    struct ctx *c, const char *verb, const char *id, const char *state, const char *why)
{
	struct json *after = json_object(c->arena);

	json_set(after, "state", json_string(c->arena, state));
	if (why != NULL)
		json_set(after, "why", json_string(c->arena, why));
	return audit_add(c, verb, arena_printf(c->arena, "task:%s", id), NULL, after);
}

enum err task_approved_by_system(struct ctx *c, const char *id)
{
	TRY(db_exec(c, SQL_TASK_APPROVED, DB_ARGS(db_text(id), db_text("system")), NULL));
	return audit_state(c, "task_approve", id, "approved", NULL);
}

enum err task_complete(struct ctx *c, const char *id)
{
	TRY(db_exec(c, SQL_TASK_COMPLETE, DB_ARGS(db_text(id)), NULL));
	TRY(task_say(c, id, -1, "step", "completed"));
	return audit_state(c, "task_complete", id, "completed", NULL);
}

enum err task_fail(struct ctx *c, const struct task *t, const char *why)
{
	int64_t forgot = 0;

	TRY(db_exec(c, SQL_TASK_FAIL, DB_ARGS(db_text(t->id), db_text(why)), NULL));
	TRY(task_say(c, t->id, -1, "step", arena_printf(c->arena, "failed: %s", why)));
	TRY(db_exec(c, SQL_TASK_FORGET, DB_ARGS(db_text(t->id)), &forgot));
	if (forgot > 0)
		TRY(task_say(c, t->id, -1, "note",
		    "The password that was given is forgotten: going on asks for one anew."));
	return audit_state(c, "task_fail", t->id, "failed", why);
}

enum err task_again(struct ctx *c, const char *id, int64_t in_ms, bool counts)
{
	return db_exec(
	    c, SQL_TASK_AGAIN, DB_ARGS(db_text(id), db_int(in_ms), db_int(counts)), NULL);
}

enum err task_rest(struct ctx *c, const char *id)
{
	return db_exec(c, SQL_TASK_REST, DB_ARGS(db_text(id)), NULL);
}

enum err task_ending(struct ctx *c, const char *id, struct task_ending *out)
{
	static const struct db_field fields[] = { DB_FIELD(struct task_ending, actor),
		DB_FIELD(struct task_ending, text), DB_END };

	return db_one(c, SQL_TASK_ENDING, DB_ARGS(db_text(id)), fields, out);
}

static const struct db_field told_fields[] = { DB_FIELD(struct task_told, email), DB_END };

enum err task_told(
    struct ctx *c, const char *id, const char *known, struct task_told **out, size_t *n)
{
	return db_many(c, SQL_TASK_TOLD,
	    DB_ARGS(db_text(id), db_text(known), db_int(TASK_TOLD_MAX)), told_fields, sizeof(**out),
	    out, n);
}

enum err task_addresses(
    struct ctx *c, const char *id, const struct task_whom *whom, struct task_told **out, size_t *n)
{
	return db_many(c, SQL_TASK_ADDRESSES,
	    DB_ARGS(db_text(id), db_bool(whom->asker), db_bool(whom->named), db_text(whom->roles),
		db_bool(whom->admins), db_text(whom->more), db_int(TASK_TOLD_MAX)),
	    told_fields, sizeof(**out), out, n);
}

enum err task_later(struct ctx *c, const char *id, int64_t in_ms)
{
	return db_exec(c, SQL_TASK_LATER, DB_ARGS(db_text(id), db_int(in_ms)), NULL);
}

static enum err expire(struct ctx *c, void *arg)
{
	int64_t *count = arg;
	struct text_row *rows;
	size_t n;

	TRY(db_many(c, SQL_TASK_EXPIRED, DB_NO_ARGS, id_fields, sizeof(*rows), &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(end_alone(
		    c, rows[i].id, &(struct ending){ "expired", "task_expire", "expired", true }));
	*count = (int64_t)n;
	return OK;
}

enum err task_expire(struct ctx *c, int64_t *n)
{
	return db_atomically(c, expire, n);
}
