/* What people decide on tasks. */

#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/task_change.h"
#include "model/task_inside.h"

struct decision {
	const char *id, *hash, *comment;
	struct task *out;
};

static enum err check_comment(struct ctx *c, const char *comment, bool must)
{
	if (must && *comment == '\0')
		return fail(c, ERR_INVALID, "comment", "must say why");
	if (!text_is_text(comment, 0, TASK_COMMENT_MAX))
		return fail(c, ERR_INVALID, "comment",
		    "must be at most %d characters of plain text", TASK_COMMENT_MAX);
	return OK;
}

static enum err begin_decision(struct ctx *c, const struct decision *d, bool must_comment)
{
	TRY(task_check_scope(c));
	TRY(check_comment(c, d->comment, must_comment));
	return task_get_locked(c, d->id, d->out);
}

static enum err check_decider(struct ctx *c, const struct task *t)
{
	if (t->mine)
		return fail(c, ERR_FORBIDDEN, NULL, "Nobody decides on a request of their own.");
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

static const char *say_why(struct ctx *c, const char *what, const char *comment)
{
	return *comment == '\0' ? what : arena_printf(c->arena, "%s: %s", what, comment);
}

static enum err end(struct ctx *c, const struct decision *d, const char *state, const char *verb)
{
	struct task *t = d->out;

	/* Who did it himself knows. */
	TRY(db_exec(
	    c, SQL_TASK_END, DB_ARGS(db_text(t->id), db_text(state), db_bool(!t->mine)), NULL));
	TRY(task_wake(c));
	TRY(task_say(c, t->id, -1, "step", say_why(c, state, d->comment)));
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

/* The same is approved already: what is said beside it is not lost. */
static enum err keep_comment(struct ctx *c, const struct decision *d)
{
	if (*d->comment == '\0')
		return OK;
	TRY(task_say(c, d->id, -1, "comment", d->comment));
	return audited(c, "task_comment", d->out, d->comment);
}

/* *first: he had not said so of the same before. */
static enum err say_yes(struct ctx *c, const struct decision *d, bool *first)
{
	int64_t n = 0;

	TRY(db_exec(c, SQL_TASK_APPROVE,
	    DB_ARGS(db_text(d->id), db_int(c->actor.account_id), db_text(c->actor.account),
		db_text(d->comment), db_text(d->hash)),
	    &n));
	*first = n > 0;
	return OK;
}

static enum err approve_first(struct ctx *c, const struct decision *d)
{
	struct task *t = d->out;
	bool first;

	TRY(check_still(c, t));
	TRY(say_yes(c, d, &first));
	TRY(first ? audited(c, "task_approve", t, d->comment) : keep_comment(c, d));
	TRY(task_get(c, d->id, t));
	if (t->given < t->required)
		return OK;
	TRY(db_exec(
	    c, SQL_TASK_APPROVED, DB_ARGS(db_text(t->id), db_text(c->actor.account)), NULL));
	return task_wake(c);
}

/* What goes on may have failed for want of somebody who may say yes now: then he counts, too. */
static enum err approve_again(struct ctx *c, const struct decision *d)
{
	struct task *t = d->out;
	int64_t n = 0;
	bool first;

	if (strcmp(t->state, "failed") == 0)
		TRY(check_still(c, t));
	TRY(db_exec(c, SQL_TASK_RESUME, DB_ARGS(db_text(t->id)), &n));
	if (n == 0)
		return keep_comment(c, d);
	TRY(say_yes(c, d, &first));
	if (!first)
		TRY(task_say(c, t->id, -1, "step", say_why(c, "approved again", d->comment)));
	TRY(audited(c, "task_approve", t, d->comment));
	return task_wake(c);
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
	TRY(t->approved ? approve_again(c, d) : approve_first(c, d));
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
	TRY(task_check_party(c, d->out, "cancel it"));
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
