#include "work/old_jobs.h"

#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/job_spec.h"
#include "model/takeover.h"
#include "work/history.h"

enum { AT_ONCE = 20, TURN_MS = 1000, SOON_MS = 2000, LATER_MS = 10000, LONG_MS = 60000 };

static enum err later(struct worker *w, const struct takeover *t, int64_t ms, const char *why)
{
	return takeover_later(&w->c, t, ms, why);
}

static enum err end(struct worker *w, const struct takeover *t, bool deleted)
{
	log_event(&w->c, LOG_INFO, deleted ? "old_job_deleted" : "old_job_left",
	    LOG_TEXT("job", t->job_name), LOG_TEXT("old", t->engine_name));
	return takeover_end(&w->c, t, deleted);
}

/* A 404 proves nothing. */
static enum err missing(struct worker *w, const struct takeover *t, bool deleted)
{
	enum err e = dkron_is_gone(&w->c, &w->dkron, t->engine_name);

	if (e == OK)
		return end(w, t, deleted);
	return later(w, t, e == ERR_CONFLICT ? SOON_MS : LATER_MS,
	    e == ERR_CONFLICT ? "other jobs there still run after it" : w->c.fault.detail);
}

static enum err delete_old(struct worker *w, const struct takeover *t)
{
	const char *path = dkron_job_path(w->c.arena, t->engine_name, "");
	struct remote_ask ask = dkron_ask(w->c.arena, &w->dkron, "DELETE", path, NULL);
	struct remote_answer answer;

	remote_fetch(w->c.arena, &ask, &answer);
	if (answer.end == REMOTE_ANSWERED && answer.status == 200)
		return end(w, t, true);
	if (answer.end == REMOTE_ANSWERED && answer.status == 404)
		return missing(w, t, true);
	return later(w, t, LATER_MS, dkron_words(w->c.arena, &answer));
}

/* Off, and still what it was. */
static enum err finish(struct worker *w, const struct takeover *t)
{
	const char *other;
	bool whole = true;

	if (t->there)
		TRY(history_take_over(w, t->job_name, t->engine_name, &whole));
	if (!whole)
		return later(w, t, SOON_MS, "its history is being read");
	enum err e = takeover_neighbour(&w->c, t, &other);
	if (e == OK)
		return later(w, t, LATER_MS,
		    arena_printf(w->c.arena,
			"deleting it would delete the history of %s there too; that one must go or "
			"be taken over first",
			other));
	return e == ERR_NOT_FOUND ? delete_old(w, t) : e;
}

static enum err go_on(struct worker *w, const struct takeover *t)
{
	struct ctx *c = &w->c;
	struct json *job, *definition;

	TRY(json_parse(c, t->definition_text, strlen(t->definition_text), &definition));
	enum err e = dkron_job(c, &w->dkron, t->engine_name, &job);
	if (e == ERR_NOT_FOUND)
		return missing(w, t, false);
	if (e != OK)
		return later(w, t, LATER_MS, c->fault.detail);
	if (t->moved && !spec_is_labelled(c, job))
		return end(w, t, false); /* somebody else's by now */
	if (!t->moved && !takeover_is_same(c, definition, job))
		return later(w, t, LONG_MS,
		    "it was changed there since; put it back as it was, or delete it there");
	if (json_bool(json_get(job, "disabled")) || (t->moved && !t->there))
		return finish(w, t);
	if (!t->there) /* without ours it is what it was before */
		return end(w, t, false);
	TRY(takeover_on_again(c, t)); /* switching it off is the errand's of ours */
	return later(w, t, SOON_MS, "it is not yet switched off");
}

/* True when there may be more. */
static bool some(struct worker *w)
{
	struct takeover *due;
	size_t n;

	if (!worker_ok(w, "takeover_due", takeover_due(&w->c, AT_ONCE, &due, &n)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!worker_ok(w, "old_job", go_on(w, &due[i])))
			(void)worker_ok(
			    w, "takeover_later", later(w, &due[i], LATER_MS, w->c.fault.detail));
	return n == AT_ONCE;
}

void old_jobs_turn(struct worker *w)
{
	int64_t until_us = time_monotonic_us() + TURN_MS * INT64_C(1000);

	while (some(w) && time_monotonic_us() < until_us)
		;
}
