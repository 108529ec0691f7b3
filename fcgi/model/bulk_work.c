/* What work does of a bulk action: a batch at a time, each job for itself. */

#include <inttypes.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "model/audit.h"
#include "model/bulk_inside.h"
#include "model/job_batch.h"

/* A batch that came to nothing is tried again one by one; then the one that it hangs on is given
 * up. */
enum { ATTEMPTS_MAX = 5 };

const struct bulk_action bulk_actions[] = {
	[BULK_ENABLE] = { "enable", false, SCOPE_WRITE, bulk_change_many, bulk_enable,
	    "job_enable" },
	[BULK_DISABLE] = { "disable", false, SCOPE_WRITE, bulk_change_many, bulk_disable,
	    "job_disable" },
	[BULK_RUN] = { "run", false, SCOPE_RUN, bulk_run_many, NULL, NULL },
	[BULK_DELETE] = { "delete", false, SCOPE_WRITE, bulk_delete_many, NULL, NULL },
	[BULK_MOVE] = { "move", false, SCOPE_WRITE, bulk_change_many, bulk_move, "job_edit" },
	[BULK_STOP] = { "stop", true, SCOPE_RUN, bulk_stop_many, NULL, NULL },
};

const struct bulk_action *bulk_action(const char *name)
{
	for (size_t i = 0; i < LENGTH(bulk_actions); i++)
		if (strcmp(bulk_actions[i].name, name) == 0)
			return &bulk_actions[i];
	return NULL;
}

/* ---- a batch */

struct batch {
	int64_t max;
	struct bulk_work w;
	struct bulk_item *items;
	size_t n;
	int64_t done, same, failed;
	struct json *marks;
};

static const struct db_field work_fields[] = {
	DB_FIELD(struct bulk_work, id),
	DB_FIELD(struct bulk_work, account_id),
	DB_FIELD(struct bulk_work, account),
	DB_FIELD(struct bulk_work, token_id),
	DB_FIELD(struct bulk_work, scope),
	DB_FIELD(struct bulk_work, address),
	DB_FIELD(struct bulk_work, req_id),
	DB_FIELD(struct bulk_work, action),
	DB_FIELD(struct bulk_work, team),
	DB_FIELD(struct bulk_work, attempts),
	DB_FIELD(struct bulk_work, stopped),
	DB_FIELD(struct bulk_work, there),
	DB_FIELD(struct bulk_work, admin),
	DB_FIELD(struct bulk_work, token_holds),
	DB_END,
};

static const struct db_field next_fields[] = {
	DB_FIELD(struct bulk_item, seq),
	DB_FIELD(struct bulk_item, name),
	DB_END,
};

static const char *code_of(enum err e)
{
	static const struct {
		enum err e;
		const char *code;
	} codes[] = {
		{ ERR_INVALID, "invalid" },
		{ ERR_UNAUTHENTICATED, "unauthenticated" },
		{ ERR_FORBIDDEN, "forbidden" },
		{ ERR_NOT_FOUND, "not_found" },
		{ ERR_CONFLICT, "conflict" },
		{ ERR_STALE, "stale" },
		{ ERR_UNAVAILABLE, "unavailable" },
	};

	for (size_t i = 0; i < LENGTH(codes); i++)
		if (codes[i].e == e)
			return codes[i].code;
	return "internal";
}

static void mark(struct ctx *c, struct batch *b, int64_t seq, const char *state, enum err e)
{
	struct json *m = json_object(c->arena);

	json_set(m, "seq", json_number(c->arena, seq));
	json_set(m, "state", json_string(c->arena, state));
	if (e != OK) {
		json_set(m, "code", json_string(c->arena, code_of(e)));
		json_set(m, "message",
		    json_string(
			c->arena, e == ERR_INTERNAL || c->fault.detail == NULL
				      ? "An error of Signalbox's own; its log has the details."
				      : c->fault.detail));
	}
	json_push(b->marks, m);
}

static void mark_failed(struct ctx *c, struct batch *b, int64_t seq, enum err e)
{
	if (e == ERR_INTERNAL)
		log_event(c, LOG_ERROR, "bulk_item_failed", LOG_INT("bulk", b->w.id),
		    LOG_TEXT("detail", c->fault.detail));
	mark(c, b, seq, "failed", e);
	b->failed++;
}

static void mark_done(
    struct ctx *c, struct batch *b, int64_t seq, const struct bulk_outcome *outcome)
{
	mark(c, b, seq, outcome->same ? "same" : "done", OK);
	*(outcome->same ? &b->same : &b->done) += 1;
	if (outcome->run_id != 0)
		json_set(json_at(b->marks, json_length(b->marks) - 1), "run_id",
		    json_number(c->arena, outcome->run_id));
}

struct one {
	const struct bulk_work *w;
	const char *name;
	struct bulk_outcome outcome;
};

static enum err apply(struct ctx *c, void *arg)
{
	struct one *o = arg;
	const struct bulk_action *action = bulk_action(o->w->action);
	struct bulk_item item = { .name = o->name };
	struct json *names = json_array(c->arena);

	json_push(names, json_string(c->arena, o->name));
	if (!action->of_runs)
		TRY(job_batch_lock(c, names));
	TRY(action->many(c, o->w, &item, 1, &o->outcome));
	return o->outcome.e == OK ? OK : fail(c, o->outcome.e, NULL, "%s", o->outcome.detail);
}

/* Why the account may do nothing at all any more, or OK. */
static enum err check_account(struct ctx *c, const struct bulk_work *w)
{
	if (!w->there)
		return fail(
		    c, ERR_UNAUTHENTICATED, NULL, "The account %s is disabled.", w->account);
	if (!w->token_holds)
		return fail(c, ERR_UNAUTHENTICATED, NULL,
		    "The token that asked for this is revoked or expired.");
	return OK;
}

static enum err do_one(struct ctx *c, struct batch *b, const struct bulk_item *item)
{
	struct one o = { .w = &b->w, .name = item->name };
	enum err e = check_account(c, &b->w);

	if (e == OK)
		e = db_atomically(c, apply, &o);
	if (e == ERR_UNAVAILABLE && b->w.attempts < ATTEMPTS_MAX)
		return e; /* the whole batch, once more */
	if (e != OK) {
		mark_failed(c, b, item->seq, e);
		return OK;
	}
	mark_done(c, b, item->seq, &o.outcome);
	return OK;
}

static struct json *names_of(struct ctx *c, const struct batch *b)
{
	struct json *names = json_array(c->arena);

	for (size_t i = 0; i < b->n; i++)
		json_push(names, json_string(c->arena, b->items[i].name));
	return names;
}

/* One alone is locked by its own change, which then can be given up alone. */
static enum err lock(struct ctx *c, const struct batch *b)
{
	if (bulk_action(b->w.action)->of_runs || b->n < 2)
		return OK;
	return job_batch_lock(c, names_of(c, b));
}

struct many {
	const struct batch *b;
	struct bulk_outcome *outcomes;
};

static enum err apply_many(struct ctx *c, void *arg)
{
	const struct many *m = arg;

	return bulk_action(m->b->w.action)->many(c, &m->b->w, m->b->items, m->b->n, m->outcomes);
}

/* *did is false when it did not work out together, for another reason than one that passes: then
 * each has its own chance. */
static enum err do_many(struct ctx *c, struct batch *b, bool *did)
{
	struct many m = { b, arena_alloc(c->arena, b->n, sizeof(*m.outcomes)) };

	*did = false;
	if (b->n < 2 || check_account(c, &b->w) != OK)
		return OK;
	enum err e = db_atomically(c, apply_many, &m);
	if (e != OK)
		return e == ERR_UNAVAILABLE ? e : OK;
	for (size_t i = 0; i < b->n; i++) {
		const struct bulk_outcome *one = &m.outcomes[i];
		c->fault = (struct fault){ .detail = one->detail };
		if (one->e != OK)
			mark_failed(c, b, b->items[i].seq, one->e);
		else
			mark_done(c, b, b->items[i].seq, one);
	}
	*did = true;
	return OK;
}

static enum err do_all(struct ctx *c, struct batch *b)
{
	bool did;

	TRY(lock(c, b));
	TRY(do_many(c, b, &did));
	for (size_t i = 0; i < b->n && !did; i++)
		TRY(do_one(c, b, &b->items[i]));
	return db_exec(c, SQL_BULK_MARK,
	    DB_ARGS(db_int(b->w.id), db_text(json_write(c->arena, b->marks))), NULL);
}

struct totals {
	bool ended;
	int64_t done, same, failed;
};

static const struct db_field totals_fields[] = {
	DB_FIELD(struct totals, ended),
	DB_FIELD(struct totals, done),
	DB_FIELD(struct totals, same),
	DB_FIELD(struct totals, failed),
	DB_END,
};

static enum err audit_end(struct ctx *c, const struct bulk_work *w, const struct totals *t)
{
	struct json *after = json_object(c->arena);

	json_set(after, "action", json_string(c->arena, w->action));
	json_set(after, "done", json_number(c->arena, t->done));
	json_set(after, "unchanged", json_number(c->arena, t->same));
	json_set(after, "failed", json_number(c->arena, t->failed));
	return audit_add(
	    c, "bulk_end", arena_printf(c->arena, "bulk:%" PRId64, w->id), NULL, after);
}

static enum err count(struct ctx *c, const struct batch *b)
{
	struct totals t;

	TRY(db_one(c, SQL_BULK_COUNT,
	    DB_ARGS(db_int(b->w.id), db_int(b->done), db_int(b->same), db_int(b->failed)),
	    totals_fields, &t));
	if (b->w.stopped)
		TRY(db_exec(c, SQL_BULK_END_STOPPED, DB_ARGS(db_int(b->w.id)), NULL));
	return t.ended || b->w.stopped ? audit_end(c, &b->w, &t) : OK;
}

/* As whoever asked, with what he is allowed now. */
static void act_for(struct ctx *c, const struct bulk_work *w)
{
	c->actor = (struct actor){
		.account_id = w->account_id.value,
		.account = w->account,
		.admin = w->admin,
		.scope = (enum scope)w->scope,
		.token_id = w->token_id,
		.address = w->address,
	};
	c->req_id = w->req_id;
}

static enum err work(struct ctx *c, void *arg)
{
	struct batch *b = arg;
	int64_t max = b->max;

	*b = (struct batch){ .max = max, .marks = json_array(c->arena) };
	TRY(db_one(c, SQL_BULK_TAKE, DB_NO_ARGS, work_fields, &b->w));
	if (b->w.attempts > 0)
		max = 1;
	if (!b->w.stopped)
		TRY(db_many(c, SQL_BULK_NEXT, DB_ARGS(db_int(b->w.id), db_int(max)), next_fields,
		    sizeof(*b->items), &b->items, &b->n));
	act_for(c, &b->w);
	if (b->n > 0)
		TRY(do_all(c, b));
	return count(c, b);
}

/* When not even this can be written, the database is away, and the batch is due when it is back. */
static void later(struct ctx *c, int64_t id)
{
	struct fault why = c->fault;

	if (db_exec(c, SQL_BULK_LATER, DB_ARGS(db_int(id)), NULL) != OK)
		log_event(c, LOG_WARN, "bulk_waits", LOG_INT("bulk", id));
	c->fault = why;
}

enum err bulk_batch(struct ctx *c, int64_t max, size_t *n)
{
	struct batch b = { .max = max };
	struct actor before = c->actor;
	const char *req_id = c->req_id;

	enum err e = db_atomically(c, work, &b);
	c->actor = before;
	c->req_id = req_id;
	*n = e == OK ? b.n + 1 : 0;
	if (e == ERR_NOT_FOUND && b.w.id == 0)
		return OK;
	if (e != OK && b.w.id != 0)
		later(c, b.w.id);
	return e;
}

enum err bulk_forget(struct ctx *c)
{
	return db_exec(c, SQL_BULK_FORGET, DB_NO_ARGS, NULL);
}
