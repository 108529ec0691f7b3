#include "work/errand.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "model/job_spec.h"

enum { TIMEOUT_MS = 20000, SOON_MS = 300, ARENA_MAX = 16 * 1024 * 1024 };

/* Lives from its first request to its last answer, over many turns, so it has an arena of its own.
 */
struct errand {
	struct arena *arena;
	struct outbox_item item;
	const char *body; /* what the engine should have; NULL: nothing */
	bool restless;
	enum step { LOOK, PUT, DELETE } step;
	int64_t asked_us;
};

static void finish(struct errand *e)
{
	arena_destroy(e->arena);
}

static void ask(struct worker *w, struct errand *e, enum step step)
{
	static const char *const methods[] = {
		[LOOK] = "GET", [PUT] = "POST", [DELETE] = "DELETE"
	};
	const char *name = worker_engine_name(w, e->item.job_name);
	const char *path = step == PUT ? "/v1/jobs" : dkron_job_path(w->c.arena, name, "");
	struct remote_ask ask = dkron_ask(
	    w->c.arena, &w->dkron, methods[step], path, step == PUT ? e->body : NULL);

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

static void done(struct worker *w, struct errand *e, bool written)
{
	if (worker_ok(w, "outbox_done",
		outbox_done(&w->c, &e->item, written && e->restless ? e->asked_us : 0)))
		log_event(&w->c, LOG_INFO, written ? "job_synced" : "job_same",
		    LOG_TEXT("job", e->item.job_name), LOG_INT("version", e->item.wanted));
	finish(e);
}

/* Each write of these begins their interval or their grace anew, so they are only written when they
 * differ. */
static bool is_restless(const struct json *spec)
{
	const char *schedule = json_text(json_get(spec, "schedule"));

	schedule += strspn(schedule, " \t");
	return strstr(schedule, "@every") != NULL || strstr(schedule, "@after") != NULL;
}

void errand_begin(struct worker *w, const struct outbox_item *item)
{
	struct arena *a = arena_create((size_t)ARENA_MAX);
	struct errand *e = arena_new(a, struct errand);
	struct json *spec = NULL;

	*e = (struct errand){ .arena = a, .item = *item };
	e->item.job_name = arena_strdup(a, item->job_name);
	if (!item->job_id.set) {
		ask(w, e, item->done == 0 ? LOOK : DELETE);
		return;
	}
	if (item->spec_text.text == NULL ||
	    json_parse(&w->c, item->spec_text.text, strlen(item->spec_text.text), &spec) != OK) {
		failed(w, e, "its definition cannot be read", worker_back_off_ms(item->attempts));
		return;
	}
	e->body = arena_strdup(
	    a, json_write(w->c.arena, spec_for_engine(&w->c, item->job_name, spec)));
	e->restless = is_restless(spec);
	ask(w, e, e->restless || item->done == 0 ? LOOK : PUT);
}

static bool same(struct worker *w, const struct errand *e, const struct remote_answer *answer)
{
	struct json *wanted, *has;
	const char *fields;

	return json_parse(&w->c, e->body, strlen(e->body), &wanted) == OK &&
	       json_parse_loose(&w->c, answer->body, answer->len, &has) == OK &&
	       spec_engine_differs(&w->c, wanted, has, &fields) == OK && fields[0] == '\0';
}

/* What we have not written and does not carry our label is somebody else's, whatever its name. */
static bool is_foreign(struct worker *w, const struct errand *e, const struct remote_answer *answer)
{
	struct json *has = NULL;

	return answer->status == 200 && e->item.done == 0 &&
	       (json_parse_loose(&w->c, answer->body, answer->len, &has) != OK ||
		   !spec_is_labelled(&w->c, has));
}

static void gone(struct worker *w, struct errand *e)
{
	if (worker_ok(w, "outbox_gone", outbox_gone(&w->c, e->item.job_name)))
		log_event(&w->c, LOG_INFO, "job_removed", LOG_TEXT("job", e->item.job_name));
	finish(e);
}

static void looked(struct worker *w, struct errand *e, const struct remote_answer *answer)
{
	bool foreign = is_foreign(w, e, answer);

	if (e->body == NULL && foreign)
		gone(w, e);
	else if (foreign)
		failed(w, e,
		    "the engine has a job of this name that is not ours; it was left as it is",
		    worker_back_off_ms(e->item.attempts));
	else if (e->body == NULL)
		ask(w, e, DELETE);
	else if (answer->status == 200 && same(w, e, answer))
		done(w, e, false);
	else
		ask(w, e, PUT); /* whatever the answer was, the write will tell */
}

static void put(struct worker *w, struct errand *e, const struct remote_answer *answer)
{
	if (answer->status == 200 || answer->status == 201)
		done(w, e, true);
	else
		failed(w, e, dkron_words(w->c.arena, answer), worker_back_off_ms(e->item.attempts));
}

/* 404 is also said by a server without leader, and about a job that has children. */
static void deleted(struct worker *w, struct errand *e, const struct remote_answer *answer)
{
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

static void go_on(
    struct worker *w, struct errand *e, const struct remote_answer *answer, bool *unreached)
{
	static void (*const steps[])(struct worker *, struct errand *,
	    const struct remote_answer *) = { [LOOK] = looked, [PUT] = put, [DELETE] = deleted };

	if (answer->end == REMOTE_ANSWERED) {
		steps[e->step](w, e, answer);
		return;
	}
	*unreached = *unreached || answer->end == REMOTE_NOT_SENT;
	failed(w, e, arena_printf(w->c.arena, "the engine does not answer: %s", answer->why),
	    worker_back_off_ms(e->item.attempts));
}

void errands_go_on(struct worker *w, bool *unreached)
{
	struct remote_answer answer;
	void *e;

	*unreached = false;
	while (remote_set_take(w->set, w->c.arena, &answer, &e))
		go_on(w, e, &answer, unreached);
}
