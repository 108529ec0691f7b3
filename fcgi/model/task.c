/* What people see of tasks and decide on them. */

#include "model/task.h"

#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/task_change.h"
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

/* ---- decisions */

struct decision {
	const char *id, *hash, *comment;
	struct task *out;
};

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

static enum err check_scope(struct ctx *c)
{
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	return OK;
}

static enum err check_comment(struct ctx *c, const char *comment, bool must)
{
	if (must && *comment == '\0')
		return fail(c, ERR_INVALID, "comment", "must say why");
	if (!text_is_text(comment, 0, TASK_COMMENT_MAX))
		return fail(c, ERR_INVALID, "comment",
		    "must be at most %d characters of plain text", TASK_COMMENT_MAX);
	return OK;
}

enum err task_editable(struct ctx *c, const char *id, struct task *out)
{
	TRY(check_scope(c));
	TRY(task_get(c, id, out));
	if (!out->mine && !c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only who asked for it may change it.");
	return task_check_open(c, out, true);
}

static enum err begin_decision(struct ctx *c, const struct decision *d, bool must_comment)
{
	TRY(check_scope(c));
	TRY(check_comment(c, d->comment, must_comment));
	return task_get_locked(c, d->id, d->out);
}

static enum err check_decider(struct ctx *c, const struct task *t)
{
	if (t->mine)
		return fail(c, ERR_FORBIDDEN, NULL, "Nobody decides on what he asked for himself.");
	if (!t->decider)
		return fail(c, ERR_FORBIDDEN, NULL, "This task is not yours to decide.");
	return OK;
}

static enum err audited(struct ctx *c, const char *verb, const struct task *t, const char *comment)
{
	struct json *after = json_object(c->arena);

	json_set(after, "type", json_string(c->arena, t->type));
	json_set(after, "title", json_string(c->arena, t->title));
	if (t->hash.text != NULL)
		json_set(after, "hash", json_string(c->arena, t->hash.text));
	if (*comment != '\0')
		json_set(after, "comment", json_string(c->arena, comment));
	return audit_add(c, verb, arena_printf(c->arena, "task:%s", t->id), NULL, after);
}

enum err task_say(struct ctx *c, const char *id, int64_t ord, const char *kind, const char *text)
{
	return db_exec(c, SQL_TASK_NOTE_ADD,
	    DB_ARGS(db_text(id), ord < 0 ? db_text(NULL) : db_int(ord), db_text(kind),
		db_text(c->actor.account != NULL ? c->actor.account : ""), db_text(text)),
	    NULL);
}

static enum err end(struct ctx *c, const struct decision *d, const char *state, const char *verb)
{
	struct task *t = d->out;

	/* Who did it himself knows. */
	TRY(db_exec(
	    c, SQL_TASK_END, DB_ARGS(db_text(t->id), db_text(state), db_bool(!t->mine)), NULL));
	TRY(task_wake(c));
	TRY(task_say(c, t->id, -1, "step",
	    arena_printf(c->arena, "%s%s%s", state, *d->comment != '\0' ? ": " : "", d->comment)));
	TRY(audited(c, verb, t, d->comment));
	return task_get(c, d->id, t);
}

static enum err check_ready(struct ctx *c, const struct decision *d)
{
	const struct task *t = d->out;

	if (t->hash.text == NULL && strcmp(t->state, "failed") == 0)
		return fail(c, ERR_CONFLICT, NULL,
		    "Preparing this task failed: it must be changed, or asked for again.");
	if (t->hash.text == NULL)
		return fail(c, ERR_CONFLICT, NULL, "This task is still being prepared.");
	if (strcmp(t->stage, "wait") != 0 && strcmp(t->state, "failed") != 0)
		return fail(c, ERR_CONFLICT, NULL, "This task has already been approved.");
	if (strcmp(d->hash, t->hash.text) != 0)
		return fail(
		    c, ERR_STALE, "hash", "what would be applied is no longer what was looked at");
	if (!t->valid)
		return fail(c, ERR_CONFLICT, NULL, "actions invalid");
	return OK;
}

/* Nobody is to say yes to what can no longer be. */
static enum err check_still(struct ctx *c, const struct task *t)
{
	const char *gone;

	TRY(task_change_gone(c, t, &gone));
	return gone == NULL ? OK : fail(c, ERR_CONFLICT, NULL, "%s", gone);
}

static enum err approve(struct ctx *c, void *arg)
{
	struct decision *d = arg;
	struct task *t = d->out;

	TRY(begin_decision(c, d, false));
	TRY(check_decider(c, t));
	if (c->actor.account_id == 0)
		return fail(c, ERR_FORBIDDEN, NULL, "Only an account approves a task.");
	TRY(task_check_open(c, t, false));
	TRY(check_ready(c, d));
	TRY(check_still(c, t));
	TRY(db_exec(c, SQL_TASK_APPROVE,
	    DB_ARGS(db_text(t->id), db_int(c->actor.account_id), db_text(c->actor.account),
		db_text(d->comment), db_text(d->hash)),
	    NULL));
	TRY(audited(c, "task_approve", t, d->comment));
	TRY(task_get(c, d->id, t));
	if (t->given < t->required)
		return OK;
	TRY(db_exec(
	    c, SQL_TASK_APPROVED, DB_ARGS(db_text(t->id), db_text(c->actor.account)), NULL));
	TRY(db_exec(c, SQL_TASK_WAKE, DB_NO_ARGS, NULL));
	return task_get(c, d->id, t);
}

enum err task_approve(
    struct ctx *c, const char *id, const char *hash, const char *comment, struct task *out)
{
	return db_atomically(c, approve, &(struct decision){ id, hash, comment, out });
}

static enum err reject(struct ctx *c, void *arg)
{
	struct decision *d = arg;

	TRY(begin_decision(c, d, true));
	TRY(check_decider(c, d->out));
	TRY(task_check_open(c, d->out, true));
	return end(c, d, "rejected", "task_reject");
}

enum err task_reject(struct ctx *c, const char *id, const char *comment, struct task *out)
{
	return db_atomically(c, reject, &(struct decision){ id, "", comment, out });
}

static enum err cancel(struct ctx *c, void *arg)
{
	struct decision *d = arg;
	bool done;

	TRY(begin_decision(c, d, false));
	TRY(task_check_open(c, d->out, false));
	TRY(task_change_done(c, d->out, &done));
	if (done) /* only that it is, is not written down yet */
		return fail(c, ERR_CONFLICT, NULL, "This task has already been completed.");
	return end(c, d, "cancelled", "task_cancel");
}

enum err task_cancel(struct ctx *c, const char *id, const char *comment, struct task *out)
{
	return db_atomically(c, cancel, &(struct decision){ id, "", comment, out });
}

static enum err comment_on(struct ctx *c, void *arg)
{
	struct decision *d = arg;

	TRY(begin_decision(c, d, true));
	TRY(task_say(c, d->id, -1, "comment", d->comment));
	return audited(c, "task_comment", d->out, d->comment);
}

enum err task_comment(struct ctx *c, const char *id, const char *comment, struct task *out)
{
	return db_atomically(c, comment_on, &(struct decision){ id, "", comment, out });
}
