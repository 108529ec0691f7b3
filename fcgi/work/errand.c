#include "work/errand.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "model/drift.h"
#include "model/job_spec.h"
#include "model/takeover.h"

enum { TIMEOUT_MS = 20000, SOON_MS = 300, ARENA_MAX = 16 * 1024 * 1024 };

/* Lives from its first request to its last answer, over many turns, so it has an arena of its own.
 */
struct errand {
	struct arena *arena;
	struct outbox_item item;
	const char *body;   /* what the engine should have; NULL: nothing */
	const char *parent; /* under which job of ours it will stand there; "" = none */
	bool restless, written;
	bool stands;                /* ours is there */
	const char *old;            /* the job there that it takes the place of, or NULL */
	const struct json *old_was; /* as it was when that was decided; NULL: ours, that moves */
	const char *off;            /* the same switched off, as it is posted */
	enum step { LOOK, PUT, DELETE, LOOK_OLD, PUT_OFF } step;
	int64_t asked_us;
};

static void finish(struct errand *e)
{
	arena_destroy(e->arena);
}

static void write_down(struct ended *all)
{
	(void)worker_ok(all->w, "outbox_done", outbox_done(&all->w->c, all->done, all->n));
	for (size_t i = 0; i < all->n; i++)
		finish(all->errands[i]);
	all->n = 0;
}

static void ask(struct worker *w, struct errand *e, enum step step)
{
	static const char *const methods[] = { [LOOK] = "GET",
		[PUT] = "POST",
		[DELETE] = "DELETE",
		[LOOK_OLD] = "GET",
		[PUT_OFF] = "POST" };
	const char *name = step == LOOK_OLD ? e->old : worker_engine_name(w, e->item.job_name);
	const char *body = step == PUT ? e->body : step == PUT_OFF ? e->off : NULL;
	const char *path = body != NULL ? "/v1/jobs" : dkron_job_path(w->c.arena, name, "");
	struct remote_ask ask = dkron_ask(w->c.arena, &w->dkron, methods[step], path, body);

	ask.timeout_ms = TIMEOUT_MS;
	e->step = step;
	e->asked_us = time_now_us();
	remote_set_add(w->set, &ask, e);
}

static void failed(struct worker *w, struct errand *e, const char *why, int64_t again_ms)
{
	(void)worker_ok(w, "outbox_failed", outbox_failed(&w->c, &e->item, why, again_ms));
	log_event(&w->c, LOG_WARN, "job_not_synced", LOG_TEXT("job", e->item.job_name),
	    LOG_INT("version", e->item.wanted), LOG_TEXT("reason", why),
	    LOG_INT("again_ms", again_ms));
	finish(e);
}

static void done(struct ended *all, struct errand *e)
{
	log_event(&all->w->c, LOG_INFO, e->written ? "job_synced" : "job_same",
	    LOG_TEXT("job", e->item.job_name), LOG_INT("version", e->item.wanted));
	all->done[all->n] = (struct outbox_done){ &e->item, e->parent,
		e->written && e->restless ? e->asked_us : 0 };
	all->errands[all->n++] = e;
	if (all->n == 1)
		all->since_us = time_monotonic_us();
	if (all->n == ENDED_MAX)
		write_down(all);
}

/* Each write of these begins their interval or their grace anew, so they are only written when they
 * differ. */
static bool is_restless(const struct json *spec)
{
	const char *schedule = json_text(json_get(spec, "schedule"));

	schedule += strspn(schedule, " \t");
	return strstr(schedule, "@every") != NULL || strstr(schedule, "@after") != NULL;
}

/* Of the texts of an item those that outlive this turn. */
static void keep_item(struct errand *e, const struct outbox_item *item)
{
	e->item = *item;
	e->item.job_name = arena_strdup(e->arena, item->job_name);
	e->item.spec_text.text = e->item.old_text.text = NULL;
	if (item->done_text.text != NULL)
		e->item.done_text.text = arena_strdup(e->arena, item->done_text.text);
	if (item->old_copy.text != NULL)
		e->item.old_copy.text = arena_strdup(e->arena, item->old_copy.text);
}

/* What it takes the place of, parsed into the errand's own memory. */
static enum err read_old(struct worker *w, struct errand *e, const struct outbox_item *item)
{
	struct ctx c = w->c;
	struct json *old = NULL;

	if (item->old_text.text == NULL)
		return OK;
	c.arena = e->arena;
	TRY(json_parse(&c, item->old_text.text, strlen(item->old_text.text), &old));
	e->old = json_text(json_get(old, "name"));
	if (!json_bool(json_get(old, "moved")))
		e->old_was = json_get(old, "definition");
	if (strcmp(e->old, worker_engine_name(w, item->job_name)) == 0)
		e->old = NULL; /* the move is not ours to make: outbox_done() knows it */
	return OK;
}

/* From one namespace to another: the old one is off before the new one is there. */
static bool moves(const struct errand *e)
{
	return e->old != NULL && e->old_was == NULL;
}

void errand_begin(struct worker *w, const struct outbox_item *item)
{
	struct arena *a = arena_create((size_t)ARENA_MAX);
	struct errand *e = arena_new(a, struct errand);
	struct json *spec = NULL;

	e->arena = a;
	keep_item(e, item);
	if (!item->job_id.set) {
		ask(w, e, item->done == 0 ? LOOK : DELETE);
		return;
	}
	if (item->spec_text.text == NULL || read_old(w, e, item) != OK ||
	    json_parse(&w->c, item->spec_text.text, strlen(item->spec_text.text), &spec) != OK) {
		failed(w, e, "its definition cannot be read", worker_back_off_ms(item->attempts));
		return;
	}
	e->body = arena_strdup(
	    a, json_write(w->c.arena, spec_for_engine(&w->c, item->job_name, spec)));
	e->parent = arena_strdup(a, json_text(json_get(spec, "parent_job")));
	e->restless = is_restless(spec);
	ask(w, e, moves(e) ? LOOK_OLD : LOOK);
}

static bool same(struct worker *w, const struct errand *e, const struct json *has)
{
	struct json *wanted;
	const char *fields;

	return has != NULL && json_parse(&w->c, e->body, strlen(e->body), &wanted) == OK &&
	       spec_engine_differs(&w->c, wanted, has, &fields) == OK && fields[0] == '\0';
}

/* What we have not written and does not carry our label is somebody else's, whatever its name. */
static bool is_foreign(struct worker *w, const struct errand *e, const struct json *has)
{
	return has != NULL && e->item.done == 0 && !e->item.taken_over &&
	       !spec_is_labelled(&w->c, has);
}

static void gone(struct worker *w, struct errand *e)
{
	if (worker_ok(w, "outbox_gone", outbox_gone(&w->c, e->item.job_name)))
		log_event(&w->c, LOG_INFO, "job_removed", LOG_TEXT("job", e->item.job_name));
	finish(e);
}

/* The engine has something else. What somebody changed there unseen goes into the audit before ours
 * goes over it. */
static void overwrite(struct worker *w, struct errand *e, const struct json *has)
{
	if (has != NULL &&
	    !worker_ok(w, "drift_overwritten", drift_overwritten(&w->c, &e->item, has)))
		failed(
		    w, e, "the audit could not be written", worker_back_off_ms(e->item.attempts));
	else
		ask(w, e, PUT);
}

/* The engine has ours; with what it takes the place of something may be left to do. Dkron writes a
 * job that fires as it was a moment before, over our switching it off: so that is looked at twice.
 */
static void stands(struct ended *all, struct errand *e)
{
	e->stands = true;
	if (e->old != NULL && (!moves(e) || e->off != NULL))
		ask(all->w, e, LOOK_OLD);
	else
		done(all, e);
}

/* It does not fire any more, or is no business of ours. */
static void old_is_off(struct ended *all, struct errand *e)
{
	if (e->stands)
		done(all, e);
	else
		ask(all->w, e, LOOK);
}

static void still_on(struct worker *w, struct errand *e, const struct remote_answer *answer)
{
	failed(w, e,
	    arena_printf(w->c.arena,
		"%s, which it takes the place of, could not be switched off: %s", e->old,
		dkron_words(w->c.arena, answer)),
	    worker_back_off_ms(e->item.attempts));
}

/* False when that is not the job that was asked for. */
static bool read_job(
    struct worker *w, const struct errand *e, const struct remote_answer *answer, struct json **has)
{
	return json_parse_loose(&w->c, answer->body, answer->len, has) == OK &&
	       strcmp(json_text(json_get(*has, "name")), worker_engine_name(w, e->item.job_name)) ==
		   0;
}

/* Any other answer than 200 or 404 is no reason to do anything yet. */
static void looked(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	struct worker *w = all->w;
	struct json *has = NULL;

	if (answer->status != 200 && answer->status != 404) {
		failed(w, e, dkron_words(w->c.arena, answer), worker_back_off_ms(e->item.attempts));
		return;
	}
	if (answer->status == 200 && !read_job(w, e, answer, &has)) {
		failed(w, e, "its answer is not what Dkron would say of this job",
		    worker_back_off_ms(e->item.attempts));
		return;
	}
	bool foreign = is_foreign(w, e, has);
	if (e->body == NULL && foreign)
		gone(w, e);
	else if (foreign)
		failed(w, e,
		    "the engine has a job of this name that is not ours; it was left as it is",
		    worker_back_off_ms(e->item.attempts));
	else if (e->body == NULL)
		ask(w, e, DELETE);
	else if (same(w, e, has))
		stands(all, e);
	else
		overwrite(w, e, has);
}

static void put(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	struct worker *w = all->w;

	e->written = answer->status == 200 || answer->status == 201;
	if (e->written)
		stands(all, e);
	else
		failed(w, e, dkron_words(w->c.arena, answer), worker_back_off_ms(e->item.attempts));
}

/* What is there under the old name is not, or not any more, what ours takes the place of. */
static bool is_other(struct worker *w, const struct errand *e, const struct json *has)
{
	return moves(e) ? !spec_is_labelled(&w->c, has) : !takeover_is_same(&w->c, e->old_was, has);
}

/* Until it is off both of them fire. What was changed there since is another job, and no business
 * of ours. */
static void looked_old(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	struct worker *w = all->w;
	struct json *has = NULL;

	if (answer->status == 404 && (!moves(e) || dkron_is_gone(&w->c, &w->dkron, e->old) == OK)) {
		old_is_off(all, e);
		return;
	}
	if (answer->status != 200 ||
	    json_parse_loose(&w->c, answer->body, answer->len, &has) != OK) {
		still_on(w, e, answer);
		return;
	}
	if (json_bool(json_get(has, "disabled")) || is_other(w, e, has)) {
		old_is_off(all, e);
		return;
	}
	e->off = arena_strdup(e->arena, json_write(w->c.arena, takeover_off(&w->c, e->old, has)));
	ask(w, e, PUT_OFF);
}

static void put_off(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	if (answer->status == 200 || answer->status == 201)
		old_is_off(all, e);
	else
		still_on(all->w, e, answer);
}

/* 404 is also said by a server without leader, and about a job that has children. */
static void deleted(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	struct worker *w = all->w;
	enum err missing = OK;

	if (answer->status == 404)
		missing = dkron_is_gone(&w->c, &w->dkron, worker_engine_name(w, e->item.job_name));
	if (missing == ERR_CONFLICT)
		failed(w, e, "jobs depend on it on the engine; they go first",
		    e->item.attempts < 5 ? SOON_MS : worker_back_off_ms(e->item.attempts));
	else if (missing != OK)
		failed(w, e, w->c.fault.detail, worker_back_off_ms(e->item.attempts));
	else if (answer->status != 200 && answer->status != 404)
		failed(w, e, dkron_words(w->c.arena, answer), worker_back_off_ms(e->item.attempts));
	else
		gone(w, e);
}

/* A server that stops or has no leader answers 5xx: another one may lead by now. */
static void go_on(struct ended *all, struct errand *e, const struct remote_answer *answer)
{
	static void (*const steps[])(
	    struct ended *, struct errand *, const struct remote_answer *) = { [LOOK] = looked,
		[PUT] = put,
		[DELETE] = deleted,
		[LOOK_OLD] = looked_old,
		[PUT_OFF] = put_off };
	struct worker *w = all->w;

	all->unreached = all->unreached || answer->end != REMOTE_ANSWERED || answer->status == 500;
	if (answer->end == REMOTE_ANSWERED) {
		steps[e->step](all, e, answer);
		return;
	}
	failed(w, e, arena_printf(w->c.arena, "the engine does not answer: %s", answer->why),
	    worker_back_off_ms(e->item.attempts));
}

void errands_go_on(struct worker *w, struct ended *all)
{
	struct remote_answer answer;
	void *e;

	all->w = w;
	all->unreached = false;
	while (remote_set_take(w->set, w->c.arena, &answer, &e))
		go_on(all, e, &answer);
	if (remote_set_size(w->set) == 0 ||
	    time_monotonic_us() - all->since_us >= ENDED_MS * INT64_C(1000))
		write_down(all);
}
