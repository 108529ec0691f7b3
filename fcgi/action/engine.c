/* Taking a task through its stages: one step of one action at a time, each in the transaction that
 * records it. */

#include "action/engine.h"

#include <string.h>

#include "action/inside.h"
#include "action/token.h"
#include "core/crypt.h"
#include "core/log.h"
#include "model/notification.h"

enum { ATTEMPTS_MAX = 8, AGAIN_MS = 1000, AGAIN_MAX_MS = 300000, OUTSIDE_MS = 60000 };

/* What is done at a stage: which actions are still to run there, and how. */
struct stage {
	const char *name, *from, *to; /* states of an action before and behind */
	enum err (*finish)(struct ctx *c, struct task_due *d, const struct task_type *type,
	    struct task_action *all, size_t n);
};

struct step {
	struct task_due due;
	struct task_type type;
	const struct stage *stage;
	struct task_action *all;
	size_t n;
	struct task_action *self; /* the one to run; NULL: the stage is through */
	struct call call;
	bool did;
	enum err came; /* of an action that runs outside of the transaction */
};

typedef enum err (*run_fn)(struct ctx *c, struct call *call);

static run_fn run_of(const struct action *a, const struct stage *stage)
{
	return strcmp(stage->name, "prepare") == 0   ? a->prepare
	       : strcmp(stage->name, "approve") == 0 ? a->approve
						     : a->submit;
}

static bool all_valid(const struct task_action *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!all[i].valid)
			return false;
	return true;
}

static struct json *parsed(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	return text != NULL && json_parse(c, text, strlen(text), &v) == OK ? v
									   : json_object(c->arena);
}

/* ---- what follows when all actions of a stage are through */

/* What people say yes to: type, fields, and what each action said that it would apply. */
static const char *hash_of(
    struct ctx *c, const struct task *t, const struct task_action *all, size_t n)
{
	struct json *o = json_object(c->arena), *applies = json_array(c->arena);

	for (size_t i = 0; i < n; i++) {
		struct json *said = json_get(parsed(c, all[i].cache_text), "applies");
		json_push(applies, said != NULL ? said : parsed(c, all[i].data_text));
	}
	json_set(o, "type", json_string(c->arena, t->type));
	json_set(o, "data", parsed(c, t->data_text));
	json_set(o, "applies", applies);
	const char *text = json_write_sorted(c->arena, o);
	return crypt_sha256(c->arena, text, strlen(text));
}

/* False wins, then true; when none says anything, people decide. */
static bool wants_auto(const struct task_action *all, size_t n)
{
	bool yes = false;

	for (size_t i = 0; i < n; i++) {
		const char *said = all[i].auto_approve.text;
		if (said != NULL && strcmp(said, "false") == 0)
			return false;
		yes = yes || said != NULL;
	}
	return yes;
}

static enum err wait_for_people(struct ctx *c, const struct task *t, const struct task_type *type,
    const struct task_action *all, size_t n)
{
	struct task_step wait = { "requested", "wait", false, hash_of(c, t, all, n), NULL,
		all_valid(all, n) };

	TRY(task_move(c, t->id, &wait));
	if (!wait.valid)
		return task_note_add(c, t->id, -1, "note", "actions invalid");
	if (wants_auto(all, n) && t->required <= 1 && type->allow_auto_approve) {
		TRY(task_note_add(
		    c, t->id, -1, "note", "Action allow auto approval. Auto approving."));
		return task_approved_by_system(c, t->id);
	}
	if (wants_auto(all, n))
		TRY(task_note_add(
		    c, t->id, -1, "note", "Actions allow auto aproval, but task does not."));
	return tell_waits(c, type, t);
}

/* task_ask() does this for whoever is signed in. *gone: this one is the duplicate. */
static enum err meet_strangers(
    struct ctx *c, const struct task *t, const struct task_type *type, bool *gone)
{
	const char **ids;
	size_t n;

	*gone = false;
	if (t->requester_id.set)
		return OK;
	TRY(task_same(c, t->id, &ids, &n));
	*gone = n > 0 && type->duplicates == DUPLICATES_BLOCK;
	for (size_t i = 0; i < n && !*gone; i++)
		TRY(task_cancel_old(c, ids[i]));
	return *gone ? task_cancel_old(c, t->id) : OK;
}

static enum err prepared(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	bool gone;

	TRY(meet_strangers(c, &d->task, type, &gone));
	if (gone)
		return OK;
	TRY(wait_for_people(c, &d->task, type, all, n));
	/* A stranger's request that cannot be is not kept open for anybody. */
	if (!all_valid(all, n) && type->asker == ASK_ANYBODY && d->task.requester_id.value == 0 &&
	    type->allow_auto_approve)
		return task_cancel_old(c, d->task.id);
	return tell_stage(c, type, &d->task, MAIL_INITIAL);
}

static enum err approved(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	struct task_step wait = { "awaiting_token", "token", false, NULL, NULL, true },
			 go_on = { "approved", "submit", true, NULL, NULL, true };

	for (size_t i = 0; i < n; i++)
		if (all[i].need_token) {
			TRY(task_move(c, d->task.id, &wait));
			TRY(token_make(c, &d->task, type->token_s));
			return tell_stage(c, type, &d->task, MAIL_TOKEN);
		}
	return task_move(c, d->task.id, &go_on);
}

static enum err submitted(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	(void)all, (void)n;
	TRY(task_complete(c, d->task.id));
	return tell_stage(c, type, &d->task, MAIL_COMPLETED);
}

static const struct stage stages[] = {
	{ "prepare", "pending", "prepared", prepared },
	{ "approve", "prepared", "approved", approved },
	{ "submit", "approved", "done", submitted },
};

static const struct stage *stage_named(const char *name)
{
	for (size_t i = 0; i < LENGTH(stages); i++)
		if (strcmp(stages[i].name, name) == 0)
			return &stages[i];
	return NULL;
}

/* ---- a step */

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

/* A failed step is rolled back; what it would have said stays unsaid, why it failed does not. */
static enum err take_failure(struct ctx *c, struct step *s, enum err e)
{
	const struct task_due *d = &s->due;
	const char *why = c->fault.detail != NULL ? c->fault.detail : "it did not work";

	log_event(c, LOG_WARN, "task_step_failed", LOG_TEXT("task", d->task.id),
	    LOG_TEXT("action", s->self->name), LOG_TEXT("reason", why));
	if (e == ERR_UNAVAILABLE && d->attempts < ATTEMPTS_MAX)
		return task_again(c, d->task.id, again_ms(d->attempts));
	if (e == ERR_INTERNAL)
		why = "Something went wrong inside; the log says what.";
	TRY(task_fail(c, &d->task, why));
	return tell_error(c, &s->type, &d->task, why);
}

static enum err take_result(struct ctx *c, struct step *s, enum err e)
{
	if (e != OK)
		return take_failure(c, s, e);
	TRY(save(c, s));
	if (!s->self->valid && strcmp(s->stage->name, "prepare") != 0) {
		TRY(task_fail(c, &s->due.task, "actions invalid"));
		return tell_error(c, &s->type, &s->due.task, "actions invalid");
	}
	return task_move(c, s->due.task.id,
	    &(struct task_step){
		s->due.task.state, s->stage->name, true, NULL, NULL, all_valid(s->all, s->n) });
}

static void prepare_call(struct ctx *c, struct step *s)
{
	const struct task *t = &s->due.task;

	if (strcmp(s->stage->name, "prepare") == 0) {
		s->self->valid = true;
		s->self->need_token = false;
		s->self->auto_approve.text = NULL;
		s->self->token_fields = "";
	}
	s->call = (struct call){
		.task = t,
		.self = s->self,
		.data = parsed(c, s->self->data_text),
		.cache = parsed(c, s->self->cache_text),
		.shared = parsed(c, t->shared_text),
		.token = s->due.token_data.text != NULL ? parsed(c, s->due.token_data.text) : NULL,
		.notes = json_array(c->arena),
		.key = arena_printf(
		    c->arena, "%s-%s-%lld", t->id, s->stage->name, (long long)s->self->ord),
	};
}

static enum err take(struct ctx *c, struct step *s)
{
	enum err e = task_take(c, &s->due);

	s->did = e == OK;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	c->req_id = s->due.req_id;
	TRY(type_get(c, s->due.task.type, &s->type));
	s->stage = stage_named(s->due.task.stage);
	if (s->stage == NULL)
		return fail(c, ERR_INTERNAL, NULL, "a task is due that waits");
	TRY(task_actions(c, &s->due.task, &s->all, &s->n));
	for (size_t i = 0; i < s->n && s->self == NULL; i++)
		if (strcmp(s->all[i].state, s->stage->from) == 0)
			s->self = &s->all[i];
	if (s->self != NULL)
		prepare_call(c, s);
	return OK;
}

static bool reaches_outside(const struct step *s)
{
	const struct action *a = s->self != NULL ? action_named(s->self->name) : NULL;

	return a != NULL && a->outside && run_of(a, s->stage) != NULL;
}

static enum err inside(struct ctx *c, void *arg)
{
	struct step *s = arg;

	*s = (struct step){ .did = false };
	TRY(take(c, s));
	if (!s->did)
		return OK;
	if (s->self == NULL)
		return s->stage->finish(c, &s->due, &s->type, s->all, s->n);
	if (reaches_outside(s)) /* nobody else takes it meanwhile */
		return task_again(c, s->due.task.id, OUTSIDE_MS);
	return take_result(c, s, db_atomically(c, run_action, s));
}

/* What came of a step outside counts only if the task still stands where it stood. */
static enum err record(struct ctx *c, void *arg)
{
	struct step *s = arg;
	struct task now;

	TRY(task_get_locked(c, s->due.task.id, &now));
	if (now.cancelled || strcmp(now.stage, s->stage->name) != 0)
		return OK;
	return take_result(c, s, s->came);
}

/* A task that cannot even be taken up must not hold up the others: it is due later, and when it is
 * so time and again, it stands still with the reason. When not even this can be written, the
 * database is away, and the task is due when it is back. */
static enum err put_aside(struct ctx *c, void *arg)
{
	struct step *s = arg;
	const struct task_due *d = &s->due;

	if (d->attempts < ATTEMPTS_MAX)
		return task_again(c, d->task.id, again_ms(d->attempts));
	TRY(task_fail(c, &d->task, "It could not be taken up; the log says why."));
	return notification_add(c, d->task.id, true, "It could not be taken up; the log says why.");
}

enum err engine_step(struct ctx *c, bool *did)
{
	struct actor before = c->actor;
	const char *req_id = c->req_id;
	struct step s;

	be_system(c);
	enum err e = db_atomically(c, inside, &s);
	if (e == OK && s.did && reaches_outside(&s)) {
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
