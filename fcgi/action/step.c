/* One step of a task: what it is, its action, and what is written down of it. */

#include "action/step.h"

#include <string.h>

#include "core/log.h"
#include "core/time.h"

enum { AGAIN_MS = 1000, AGAIN_MAX_MS = 300000, TOLD_MS = 60000 };

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

static enum err run_action(struct ctx *c, struct step *s)
{
	const struct action *a = action_named(s->self->name);

	if (a == NULL)
		return fail(c, ERR_INTERNAL, NULL, "there is no action %s", s->self->name);
	run_fn run = run_of(a, s->stage);
	struct actor before = c->actor;
	/* What was asked outside was asked already, whoever may do what by now. */
	enum err e = s->call.answer != NULL ? OK : be_requester(c, &s->due, a);
	if (e == OK && run != NULL)
		e = run(c, &s->call);
	c->actor = before;
	return e;
}

enum err step_run(struct ctx *c, void *step)
{
	struct step *s = step;

	if (s->self != NULL)
		return run_action(c, s);
	return s->stage->finish(c, &s->due, &s->type, s->all, s->n);
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
		.asides = json_array(c->arena),
		.key = arena_printf(
		    c->arena, "%s-%s-%lld", t->id, s->stage->name, (long long)s->self->ord),
	};
}

static bool reaches_outside(const struct step *s)
{
	const struct action *a = s->self != NULL ? action_named(s->self->name) : NULL;

	return a != NULL && a->outside && run_of(a, s->stage) != NULL;
}

enum err step_look(struct ctx *c, struct step *s)
{
	const struct task *t = &s->due.task;

	s->self = NULL;
	s->outside = false;
	s->type = (struct task_type){ .name = t->type, .title = t->type };
	TRY(type_get(c, t->type, &s->type));
	s->stage = stage_named(t->stage);
	if (s->stage == NULL)
		return fail(c, ERR_INTERNAL, NULL, "a task is due that waits");
	TRY(task_actions(c, t, &s->all, &s->n));
	for (size_t i = 0; i < s->n && s->self == NULL && s->stage->from != NULL; i++)
		if (strcmp(s->all[i].state, s->stage->from) == 0)
			s->self = &s->all[i];
	if (s->self != NULL)
		prepare_call(c, s);
	if (s->due.attempts > STEP_TRIES)
		return fail(
		    c, ERR_CONFLICT, NULL, "It was begun %d times and never ended.", STEP_TRIES);
	s->outside = reaches_outside(s);
	return OK;
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
	for (size_t i = 0; i < json_length(call->asides); i++)
		TRY(task_aside_add(
		    c, s->due.task.id, s->self->ord, json_text(json_at(call->asides, i))));
	return task_action_save(c, &s->due.task, s->self, call->shared);
}

int64_t step_again_ms(int64_t attempts)
{
	int64_t ms = AGAIN_MS;

	while (--attempts > 0 && ms < AGAIN_MAX_MS)
		ms *= 2;
	return ms;
}

/* Later; people are told when it is not soon, for nothing else would say so. */
static enum err again(struct ctx *c, const struct step *s, const char *why)
{
	const struct task_due *d = &s->due;
	int64_t ms = step_again_ms(d->attempts);

	if (s->call.again_ms > ms)
		ms = s->call.again_ms;
	if (s->call.again_ms > TOLD_MS)
		TRY(task_note_add(c, d->task.id, s->self->ord, "note",
		    arena_printf(c->arena, "%s Asked again at %s.", why,
			time_moment(c->arena, c->now_us + ms * 1000))));
	return task_again(c, d->task.id, ms, false);
}

enum err step_fail(struct ctx *c, const struct step *s, const char *why)
{
	const struct task *t = &s->due.task;

	/* What has ended does not fail: it is only not told. */
	if (strcmp(t->stage, "end") == 0)
		TRY(task_rest(c, t->id));
	else
		TRY(task_fail(c, t, why));
	return tell_error(c, &s->type, t, why);
}

/* A failed step is rolled back; what it would have said stays unsaid, why it failed does not. */
static enum err take_failure(struct ctx *c, struct step *s, enum err e)
{
	const struct task_due *d = &s->due;
	const char *why = c->fault.detail != NULL ? c->fault.detail : "it did not work";

	log_event(c, LOG_WARN, "task_step_failed", LOG_TEXT("task", d->task.id),
	    LOG_TEXT("action", s->self != NULL ? s->self->name : d->task.stage),
	    LOG_TEXT("reason", why));
	if (e == ERR_UNAVAILABLE && d->attempts < STEP_TRIES)
		return again(c, s, why);
	if (e == ERR_INTERNAL)
		why = "Something went wrong inside; the log says what.";
	return step_fail(c, s, why);
}

/* The last thing that a step said is why it refused. */
static enum err take_refusal(struct ctx *c, struct step *s)
{
	size_t said = json_length(s->call.notes);
	const char *why = said > 0 ? json_text(json_at(s->call.notes, said - 1))
				   : "actions invalid";

	return step_fail(c, s, why);
}

enum err step_take(struct ctx *c, struct step *s, enum err e)
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
