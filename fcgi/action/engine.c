/* Taking a task through its stages, a step at a time. That a step is begun is committed before it
 * begins, so that one that kills whoever runs it comes to an end, too; what it did is committed
 * together with the record that it did it. */

#include "action/engine.h"

#include <string.h>

#include "action/step.h"
#include "model/array.h"
#include "remote/http.h"

enum {
	INSIDE_MAX_MS = 15000, /* until a step whose worker died is begun again */
	OUTSIDE_MS = 60000, /* longer than any answer is waited for: nobody else asks meanwhile */
	OUTSIDE_NAMES = 16,
	OUTING_BYTES = 64 * 1024,
};

static void be_system(struct ctx *c)
{
	c->actor = (struct actor){ .account = "signalbox", .admin = true, .scope = SCOPE_ADMIN };
}

/* ---- beginning */

static void add_outside(const struct action *const *all, const char **names, size_t *n)
{
	for (; all != NULL && *all != NULL && *n < OUTSIDE_NAMES; all++)
		if ((*all)->outside)
			names[(*n)++] = (*all)->name;
}

static enum err take(struct ctx *c, const struct engine_room *room, struct task_due *due)
{
	const char *names[OUTSIDE_NAMES];
	size_t n = 0;

	add_outside(actions, names, &n);
	add_outside(test_actions, names, &n);
	struct task_except except = { room->none, array_of_texts(c->arena, room->full, room->n),
		array_of_texts(c->arena, names, n) };
	return task_take(c, &except, due);
}

struct claim {
	const struct engine_room *room;
	struct step *step;
};

/* While a step runs its row is locked: it is begun again only when who ran it is gone. */
static enum err claim(struct ctx *c, void *arg)
{
	const struct claim *of = arg;
	struct step *s = of->step;

	*s = (struct step){ .did = false };
	enum err e = take(c, of->room, &s->due);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	s->did = true;
	s->due.attempts++;
	c->req_id = s->due.req_id;
	/* What is wrong with it is found, and written down, by the step itself. */
	s->outside = step_look(c, s) == OK && s->outside;
	int64_t ms = step_again_ms(s->due.attempts);
	return task_claim(c, s->due.task.id,
	    s->outside           ? OUTSIDE_MS
	    : ms < INSIDE_MAX_MS ? ms
				 : INSIDE_MAX_MS);
}

/* Whatever is wrong with one task is written down at that task: the others go on. */
static enum err inside(struct ctx *c, void *arg)
{
	struct step *s = arg;
	struct task_due *d = &s->due;
	enum err e = task_hold(c, d->task.id, d->task.stage, d->attempts, d);

	if (e == ERR_NOT_FOUND) /* decided otherwise meanwhile */
		return OK;
	TRY(e);
	e = step_look(c, s);
	if (e == OK)
		e = db_atomically(c, step_run, s);
	return step_take(c, s, e);
}

/* ---- outside */

/* What came of a step outside counts only if the action still stands where it stood. */
static bool is_same(const struct task_action *a, const struct task_action *b)
{
	return a != NULL && a->ord == b->ord && strcmp(a->state, b->state) == 0 &&
	       strcmp(a->data_text, b->data_text) == 0;
}

/* Once more what was looked at, with the row locked; *stands false: it is another by now. */
static enum err look_again(
    struct ctx *c, struct step *s, const struct task_action *was, bool *stands)
{
	struct task_due *d = &s->due;
	enum err e = task_hold(c, d->task.id, d->task.stage, 0, d);

	*stands = false;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(step_look(c, s));
	*stands = is_same(s->self, was);
	return OK;
}

/* Of one that was through with its first call. */
static enum err record(struct ctx *c, void *arg)
{
	struct step *s = arg, now = { .due = s->due };
	struct fault why = c->fault; /* of the step, not of what is looked at */
	bool stands;

	TRY(look_again(c, &now, s->self, &stands));
	c->fault = why;
	return stands ? step_take(c, s, s->came) : OK;
}

static struct outing *leave(const struct step *s)
{
	struct arena *a = arena_create(OUTING_BYTES + strlen(s->self->data_text));
	struct outing *o = arena_new(a, struct outing);

	*o = (struct outing){ .arena = a,
		.ask = s->call.ask,
		.task = arena_strdup(a, s->due.task.id),
		.type = arena_strdup(a, s->due.task.type),
		.stage = arena_strdup(a, s->due.task.stage),
		.req_id = arena_strdup(a, s->due.req_id),
		.attempts = s->due.attempts,
		.ord = s->self->ord,
		.state = arena_strdup(a, s->self->state),
		.data_text = arena_strdup(a, s->self->data_text) };
	return o;
}

static enum err go_outside(struct ctx *c, struct step *s, struct outing **outing)
{
	s->came = step_run(c, s);
	if (s->came == OK && s->call.ask != NULL) {
		*outing = leave(s);
		return OK;
	}
	return db_atomically(c, record, s);
}

struct landing {
	const struct outing *outing;
	const struct remote_answer *answer;
	struct step step;
};

static enum err land(struct ctx *c, void *arg)
{
	struct landing *l = arg;
	const struct outing *o = l->outing;
	struct step *s = &l->step;
	struct task_action was = { .ord = o->ord, .state = o->state, .data_text = o->data_text };
	bool stands;

	TRY(look_again(c, s, &was, &stands));
	if (!stands)
		return OK;
	s->call.answer = l->answer;
	return step_take(c, s, db_atomically(c, step_run, s));
}

/* ---- what cannot be taken up */

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
	if (strcmp(now.stage, d->task.stage) != 0)
		return OK;
	if (d->attempts < STEP_TRIES)
		return task_again(c, d->task.id, step_again_ms(d->attempts), !s->claimed);
	return step_fail(c, s, why);
}

static void see_to(struct ctx *c, struct step *s, enum err e)
{
	if (e == OK || e == ERR_UNAVAILABLE || !s->did)
		return;
	struct fault why = c->fault;
	s->did = db_atomically(c, put_aside, s) == OK;
	c->fault = why;
}

enum err engine_begin(
    struct ctx *c, const struct engine_room *room, bool *did, struct outing **outing)
{
	struct actor before = c->actor;
	const char *req_id = c->req_id;
	struct step s = { .did = false };

	*outing = NULL;
	be_system(c);
	enum err e = db_atomically(c, claim, &(struct claim){ room, &s });
	s.claimed = e == OK;
	if (e == OK && s.did)
		e = s.outside ? go_outside(c, &s, outing) : db_atomically(c, inside, &s);
	see_to(c, &s, e);
	c->actor = before;
	c->req_id = req_id;
	*did = s.did;
	return e;
}

enum err engine_end(struct ctx *c, struct outing *o, const struct remote_answer *answer)
{
	struct actor before = c->actor;
	const char *req_id = c->req_id;
	struct landing l = { .outing = o, .answer = answer };

	l.step = (struct step){ .did = true, .claimed = true };
	l.step.due.attempts = o->attempts;
	l.step.due.task.id = o->task;
	l.step.due.task.stage = o->stage;
	be_system(c);
	c->req_id = o->req_id;
	enum err e = db_atomically(c, land, &l);
	see_to(c, &l.step, e);
	c->actor = before;
	c->req_id = req_id;
	arena_destroy(o->arena);
	return e;
}
