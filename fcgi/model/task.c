/* What people see of tasks, and whether they still stand. */

#include "model/task.h"

#include <string.h>

#include "model/task_inside.h"

const struct db_field task_fields[] = {
	DB_FIELD(struct task, id),
	DB_FIELD(struct task, seq),
	DB_FIELD(struct task, type),
	DB_FIELD(struct task, title),
	DB_FIELD(struct task, about),
	DB_FIELD(struct task, state),
	DB_FIELD(struct task, stage),
	DB_FIELD(struct task, requester),
	DB_FIELD(struct task, reason),
	DB_FIELD(struct task, requester_id),
	DB_FIELD(struct task, team_id),
	DB_FIELD(struct task, team),
	DB_FIELD(struct task, data_text),
	DB_FIELD(struct task, shared_text),
	DB_FIELD(struct task, hash),
	DB_FIELD(struct task, valid),
	DB_FIELD(struct task, approved),
	DB_FIELD(struct task, completed),
	DB_FIELD(struct task, cancelled),
	DB_FIELD(struct task, required),
	DB_FIELD(struct task, given),
	DB_FIELD(struct task, approver_role),
	DB_FIELD(struct task, approver_group),
	DB_FIELD(struct task, approved_by),
	DB_FIELD(struct task, failure),
	DB_FIELD(struct task, created_us),
	DB_FIELD(struct task, expires_us),
	DB_FIELD(struct task, approved_us),
	DB_FIELD(struct task, completed_us),
	DB_FIELD(struct task, ended_us),
	DB_FIELD(struct task, mine),
	DB_FIELD(struct task, decider),
	DB_FIELD(struct task, decided),
	DB_FIELD(struct task, manages),
	DB_FIELD(struct task, version),
	DB_END,
};

static const struct db_field action_fields[] = {
	DB_FIELD(struct task_action, ord),
	DB_FIELD(struct task_action, name),
	DB_FIELD(struct task_action, data_text),
	DB_FIELD(struct task_action, cache_text),
	DB_FIELD(struct task_action, state),
	DB_FIELD(struct task_action, token_fields),
	DB_FIELD(struct task_action, valid),
	DB_FIELD(struct task_action, need_token),
	DB_FIELD(struct task_action, auto_approve),
	DB_END,
};

static const struct db_field note_fields[] = {
	DB_FIELD(struct task_note, id),
	DB_FIELD(struct task_note, at_us),
	DB_FIELD(struct task_note, ord),
	DB_FIELD(struct task_note, kind),
	DB_FIELD(struct task_note, actor),
	DB_FIELD(struct task_note, text),
	DB_END,
};

static const struct db_field approval_fields[] = {
	DB_FIELD(struct task_approval, account),
	DB_FIELD(struct task_approval, comment),
	DB_FIELD(struct task_approval, hash),
	DB_FIELD(struct task_approval, capacity),
	DB_FIELD(struct task_approval, at_us),
	DB_END,
};

bool task_id_is_sound(const char *id)
{
	static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";

	if (strlen(id) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; id[i] != '\0'; i++)
		if (shape[i] == '-' ? id[i] != '-' : strchr("0123456789abcdef", id[i]) == NULL)
			return false;
	return true;
}

enum err task_get(struct ctx *c, const char *id, struct task *out)
{
	enum err e = ERR_NOT_FOUND;

	if (task_id_is_sound(id))
		e = db_one(c, SQL_TASK_GET,
		    DB_ARGS(
			db_maybe_int(c->actor.account_id), db_bool(c->actor.admin), db_text(id)),
		    task_fields, out);
	return e == ERR_NOT_FOUND ? fail(c, ERR_NOT_FOUND, NULL, "There is no such task.") : e;
}

enum err task_actions(struct ctx *c, const struct task *t, struct task_action **out, size_t *n)
{
	return db_many(
	    c, SQL_TASK_ACTIONS, DB_ARGS(db_text(t->id)), action_fields, sizeof(**out), out, n);
}

enum err task_notes(struct ctx *c, const struct task *t, struct task_note **out, size_t *n)
{
	return db_many(c, SQL_TASK_NOTES, DB_ARGS(db_text(t->id), db_bool(c->actor.admin)),
	    note_fields, sizeof(**out), out, n);
}

enum err task_approvals(struct ctx *c, const struct task *t, struct task_approval **out, size_t *n)
{
	return db_many(
	    c, SQL_TASK_APPROVALS, DB_ARGS(db_text(t->id)), approval_fields, sizeof(**out), out, n);
}

/* ---- as it stands */

/* As SQL_TASK_EXPIRED, which `work` may not have come to yet. */
static bool has_run_out(const struct ctx *c, const struct task *t)
{
	return t->expires_us <= c->now_us &&
	       (strcmp(t->stage, "wait") == 0 || strcmp(t->stage, "token") == 0 ||
		   strcmp(t->state, "failed") == 0);
}

/* In the order of prior-systems.md 2.4. */
enum err task_check_open(struct ctx *c, const struct task *t, bool unapproved)
{
	if (t->completed)
		return fail(c, ERR_CONFLICT, NULL, "This task has already been completed.");
	if (t->cancelled)
		return fail(c, ERR_CONFLICT, NULL, "This task has been %s.",
		    strcmp(t->state, "cancelled") == 0 ? "cancelled" : t->state);
	if (has_run_out(c, t))
		return fail(c, ERR_CONFLICT, NULL, "This task has been expired.");
	if (unapproved && t->approved)
		return fail(c, ERR_CONFLICT, NULL, "This task has already been approved.");
	return OK;
}

enum err task_lock(struct ctx *c, const char *id)
{
	int64_t n = 0;

	TRY(db_exec(c, SQL_TASK_LOCK, DB_ARGS(db_text(id)), &n));
	return n == 1 ? OK : fail(c, ERR_NOT_FOUND, NULL, "There is no such task.");
}

enum err task_get_locked(struct ctx *c, const char *id, struct task *out)
{
	TRY(task_get(c, id, out));
	TRY(db_exec(c, SQL_TASK_LOCK, DB_ARGS(db_text(id)), NULL));
	return task_get(c, id, out);
}

enum err task_check_scope(struct ctx *c)
{
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	return OK;
}

enum err task_editable(struct ctx *c, const char *id, struct task *out)
{
	TRY(task_check_scope(c));
	TRY(task_get(c, id, out));
	if (!out->mine && !c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only who asked for it may change it.");
	return task_check_open(c, out, true);
}

enum err task_check_party(struct ctx *c, const struct task *t, const char *doing)
{
	if (t->mine || t->manages)
		return OK;
	if (t->team.text == NULL)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "Only who asked for it and admins may %s.", doing);
	return fail(c, ERR_FORBIDDEN, NULL,
	    "Only who asked for it, managers of %s and admins may %s.", t->team.text, doing);
}

enum err task_say(struct ctx *c, const char *id, int64_t ord, const char *kind, const char *text)
{
	return db_exec(c, SQL_TASK_NOTE_ADD,
	    DB_ARGS(db_text(id), ord < 0 ? db_text(NULL) : db_int(ord), db_text(kind),
		db_text(c->actor.account != NULL ? c->actor.account : ""), db_text(text)),
	    NULL);
}
