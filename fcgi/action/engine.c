/* Taking a task through its stages: one step of one action at a time, each in the transaction that
 * records it. */

#include "action/engine.h"

#include <string.h>

#include "action/inside.h"
#include "core/log.h"

enum { ATTEMPTS_MAX = 8, AGAIN_MS = 1000, AGAIN_MAX_MS = 300000, OUTSIDE_MS = 60000 };

struct step {
	struct task_due due;
	struct task_type type;
	const struct stage *stage;
	struct task_action *all;
	size_t n;
	struct task_action *self; /* the one to run; NULL: the stage is through */
	struct call call;
	bool did, outside;
	enum err came; /* of an action that runs outside of the transaction */
};

typedef enum err (*run_fn)(struct ctx *c, struct call *call);

static bool is_prepare(const struct stage *stage)
{
	return strcmp(stage->name, "prepare") == 0;
}

static run_fn run_of(const struct action *a, const struct stage *stage)
{
	return is_prepare(stage)                     ? a->prepare
	       : strcmp(stage->name, "approve") == 0 ? a->approve
						     : a->submit;
}

static void be_system(struct ctx *c)
{
	c->actor = (struct actor){ .account = "signalbox", .admin = true, .scope = SCOPE_ADMIN };
}

/* As whoever asked, with what he is allowed now; or as the system, for what the approvers allow. */
static enum err be_requester(struct ctx *c, const struct task_due *d, const struct action *a)
{
	const struct task *t = &d->task;

	if (a->system || !t->requester_id.set) {
		c->actor.approved_task = t->id;
		return OK;
	}
	if (!d->there)
		return fail(c, ERR_FORBIDDEN, NULL, "The account %s is disabled.", t->requester);
	if (!d->token_holds)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "The token that asked for this is revoked or expired.");
	c->actor = (struct actor){
		.account_id = t->requester_id.value,
		.account = t->requester,
		.admin = d->admin,
		.scope = (enum scope)d->scope,
		.token_id = d->token_id,
		.address = d->address,
		.approved_task = t->id,
	};
	return OK;
}

static enum err run_action(struct ctx *c, void *arg)
{
	struct step *s = arg;
	const struct action *a = action_named(s->self->name);

	if (a == NULL)
		return fail(c, ERR_INTERNAL, NULL, "there is no action %s", s->self->name);
	run_fn run = run_of(a, s->stage);
	struct actor before = c->actor;
	enum err e = be_requester(c, &s->due, a);
	if (e == OK && run != NULL)
		e = run(c, &s->call);
	c->actor = before;
	return e;
}

static enum err save(struct ctx *c, struct step *s)
{
	const struct call *call = &s->call;

	if (json_type(call->applies) != JSON_NULL)
		json_set(call->cache, "applies", call->applies);
	s->self->cache_text = json_write(c->arena, call->cache);
	/* A later stage that an action refuses is begun again at this action. */
	if (call->wait_ms == 0 && (s->self->valid || is_prepare(s->stage)))
		s->self->state = s->stage->to;
	for (size_t i = 0; i < json_length(call->notes); i++)
		TRY(task_note_add(
		    c, s->due.task.id, s->self->ord, "note", json_text(json_at(call->notes, i))));
	return task_action_save(c, &s->due.task, s->self, call->shared);
}

static int64_t again_ms(int64_t attempts)
{
	int64_t ms = AGAIN_MS;

	while (attempts-- > 0 && ms < AGAIN_MAX_MS)
		ms *= 2;
	return ms;
}

/* What follows when the actions of a stage are through. */
static enum err finish(struct ctx *c, void *arg)
{
	struct step *s = arg;

	return s->stage->finish(c, &s->due, &s->type, s->all, s->n);
}

/* A failed step is rolled back; what it would have said stays unsaid, why it failed does not. */
static enum err take_failure(struct ctx *c, struct step *s, enum err e)
{
	const struct task_due *d = &s->due;
	const char *why = c->fault.detail != NULL ? c->fault.detail : "it did not work";

	log_event(c, LOG_WARN, "task_step_failed", LOG_TEXT("task", d->task.id),
	    LOG_TEXT("action", s->self != NULL ? s->self->name : d->task.stage),
	    LOG_TEXT("reason", why));
	if (e == ERR_UNAVAILABLE && d->attempts < ATTEMPTS_MAX)
		return task_again(c, d->task.id, again_ms(d->attempts), !s->outside);
	if (e == ERR_INTERNAL)
		why = "Something went wrong inside; the log says what.";
	TRY(task_fail(c, &d->task, why));
	return tell_error(c, &s->type, &d->task, why);
}

/* The last thing that a step said is why it refused. */
static enum err take_refusal(struct ctx *c, struct step *s)
{
	size_t said = json_length(s->call.notes);
	const char *why = said > 0 ? json_text(json_at(s->call.notes, said - 1))
				   : "actions invalid";

	TRY(task_fail(c, &s->due.task, why));
	return tell_error(c, &s->type, &s->due.task, why);
}

static enum err take_result(struct ctx *c, struct step *s, enum err e)
{
	if (e == OK && s->call.wait_ms > 0)
		e = wait_bounded(c, &s->call);
	if (e != OK)
		return take_failure(c, s, e);
	if (s->self == NULL)
		return OK;
	TRY(save(c, s));
	if (!s->self->valid && !is_prepare(s->stage))
		return take_refusal(c, s);
	if (s->call.wait_ms > 0)
		return task_later(c, s->due.task.id, s->call.wait_ms);
	return task_move(c, s->due.task.id,
	    &(struct task_step){
		s->due.task.state, s->stage->name, true, NULL, NULL, stage_valid(s->all, s->n) });
}

static void prepare_call(struct ctx *c, struct step *s)
{
	const struct task *t = &s->due.task;

	s->self->valid = true;
	if (is_prepare(s->stage)) {
		s->self->need_token = false;
		s->self->auto_approve.text = NULL;
		s->self->token_fields = "";
	}
	s->call = (struct call){
		.task = t,
		.self = s->self,
		.data = answered(c, s->self, s->all, s->n),
		.cache = stage_json(c, s->self->cache_text),
		.shared = stage_json(c, t->shared_text),
		.token = s->due.token_data.text != NULL ? stage_json(c, s->due.token_data.text)
							: NULL,
		.notes = json_array(c->arena),
		.key = arena_printf(
		    c->arena, "%s-%s-%lld", t->id, s->stage->name, (long long)s->self->ord),
	};
}

static bool reaches_outside(const struct step *s)
{
	const struct action *a = s->self != NULL ? action_named(s->self->name) : NULL;

	return a != NULL && a->outside && run_of(a, s->stage) != NULL;
}

/* What is to be done with the task that was taken. */
static enum err look(struct ctx *c, struct step *s)
{
	const struct task *t = &s->due.task;

	s->type = (struct task_type){ .name = t->type, .title = t->type };
	TRY(type_get(c, t->type, &s->type));
	s->stage = stage_named(t->stage);
	if (s->stage == NULL)
		return fail(c, ERR_INTERNAL, NULL, "a task is due that waits");
	TRY(task_actions(c, t, &s->all, &s->n));
	for (size_t i = 0; i < s->n && s->self == NULL; i++)
		if (strcmp(s->all[i].state, s->stage->from) == 0)
			s->self = &s->all[i];
	if (s->self != NULL)
		prepare_call(c, s);
	s->outside = reaches_outside(s);
	if (s->outside && s->due.attempts > ATTEMPTS_MAX)
		return fail(c, ERR_CONFLICT, NULL, "It was begun %lld times and never ended.",
		    (long long)s->due.attempts);
	return OK;
}

/* Whatever is wrong with one task is written down at that task: the others go on. */
static enum err inside(struct ctx *c, void *arg)
{
	struct step *s = arg;

	*s = (struct step){ .did = false };
	enum err e = task_take(c, &s->due);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	s->did = true;
	c->req_id = s->due.req_id;
	e = look(c, s);
	if (e == OK && s->outside) /* nobody else takes it meanwhile */
		return task_again(c, s->due.task.id, OUTSIDE_MS, true);
	if (e == OK)
		e = db_atomically(c, s->self != NULL ? run_action : finish, s);
	s->outside = false;
	return take_result(c, s, e);
}

/* What came of a step outside counts only if the action still stands where it stood. */
static bool still_stands(
    const struct step *s, const struct task *now, const struct task_action *all, size_t n)
{
	if (now->cancelled || strcmp(now->stage, s->stage->name) != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (all[i].ord == s->self->ord)
			return strcmp(all[i].state, s->self->state) == 0 &&
			       strcmp(all[i].data_text, s->self->data_text) == 0;
	return false;
}

static enum err record(struct ctx *c, void *arg)
{
	struct step *s = arg;
	struct task_action *all;
	struct task now;
	size_t n;

	TRY(task_get_locked(c, s->due.task.id, &now));
	TRY(task_actions(c, &now, &all, &n));
	return still_stands(s, &now, all, n) ? take_result(c, s, s->came) : OK;
}

/* When a step could not even be written down: it is due later, and when it is so time and again, it
 * stands still. When this cannot be written either, the database is away, and the task is due when
 * it is back. */
static enum err put_aside(struct ctx *c, void *arg)
{
	static const char why[] = "It could not be taken up; the log says why.";
	struct step *s = arg;
	const struct task_due *d = &s->due;
	struct task now;

	TRY(task_get_locked(c, d->task.id, &now));
	if (now.completed || now.cancelled || strcmp(now.stage, d->task.stage) != 0)
		return OK;
	if (d->attempts < ATTEMPTS_MAX)
		return task_again(c, d->task.id, again_ms(d->attempts), true);
	TRY(task_fail(c, &d->task, why));
	return tell_error(c, &s->type, &d->task, why);
}

enum err engine_step(struct ctx *c, bool *did)
{
	struct actor before = c->actor;
	const char *req_id = c->req_id;
	struct step s = { .did = false };

	be_system(c);
	enum err e = db_atomically(c, inside, &s);
	if (e == OK && s.outside) {
		s.came = run_action(c, &s);
		e = db_atomically(c, record, &s);
	}
	if (e != OK && e != ERR_UNAVAILABLE && s.did) {
		struct fault why = c->fault;
		s.did = db_atomically(c, put_aside, &s) == OK;
		c->fault = why;
	}
	c->actor = before;
	c->req_id = req_id;
	*did = s.did;
	return e;
}
