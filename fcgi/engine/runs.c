/* A firing, from the end of an attempt to the end of the whole. */

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/gotext.h"
#include "schedule/zone.h"

enum { BATCH = 64, BATCH_ARENA = BATCH * (OUTPUT_MAX + 64 * 1024), TRY_AGAIN_US = 300 * 1000 };

#define HALF_A_SECOND (NS_PER_S / 2)

struct work *work_new(struct engine *e, const char *job, int64_t run)
{
	struct work *w = calloc(1, sizeof(*w));

	if (w == NULL || (w->job = strdup(job)) == NULL) {
		log_event(&e->c, LOG_ERROR, "out_of_memory", LOG_TEXT("for", "a run"));
		exit(EXIT_FAILURE);
	}
	w->run = run;
	w->next = e->works;
	e->works = w;
	return w;
}

struct work *work_of_run(const struct engine *e, int64_t run)
{
	for (struct work *w = e->works; w != NULL; w = w->next)
		if (w->run == run && w->state != WORK_OVER)
			return w;
	return NULL;
}

void works_sweep(struct engine *e)
{
	for (struct work **at = &e->works; *at != NULL;) {
		struct work *w = *at;
		if (w->state != WORK_OVER) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		hook_line_close(w->line);
		output_clear(&w->output);
		free(w->chunk);
		free(w->job);
		free(w->timezone);
		free(w);
	}
}

int64_t work_pause_ns(int64_t took_ns, int64_t attempt)
{
	int64_t halves = took_ns / HALF_A_SECOND;

	if (halves < 1)
		return 0; /* Go's logarithm of 0, as a duration, comes out as none at all */
	int64_t log2 = 63 - __builtin_clzll((unsigned long long)halves);
	return (log2 + attempt) * HALF_A_SECOND;
}

static bool try_later(struct work *w)
{
	w->try_us = time_monotonic_us() + TRY_AGAIN_US;
	return false;
}

/* ---- storing results ---- */

struct stored {
	bool again, dependents, expendable;
};

static const struct db_field stored_fields[] = { DB_FIELD(struct stored, again),
	DB_FIELD(struct stored, dependents), DB_FIELD(struct stored, expendable), DB_END };

struct result {
	struct work *work;
	struct stored row;
	bool gone; /* the job was deleted meanwhile */
};

struct batch {
	struct engine *engine;
	struct result results[BATCH];
	size_t count;
};

static enum err store_one(struct ctx *c, struct engine *e, struct result *r)
{
	const struct work *w = r->work;
	size_t len;
	const char *text = output_text(&w->output, c->arena, &len);

	enum err err = db_one(c, SQL_ENGINE_FINISH,
	    DB_ARGS(db_text(w->job), db_int(w->started_at), db_int(w->finished_at),
		db_bool(w->success), db_bytes(text, len), db_int(w->run), db_int(e->instance)),
	    stored_fields, &r->row);
	r->gone = err == ERR_NOT_FOUND;
	return r->gone ? OK : err;
}

static enum err store_all(struct ctx *c, void *arg)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->count; i++)
		TRY(store_one(c, b->engine, &b->results[i]));
	return OK;
}

/* The result is stored: now it may be told. */
static void go_on(struct engine *e, const struct result *r)
{
	struct work *w = r->work;

	w->unsaved = false;
	w->has_dependents = !r->gone && r->row.dependents;
	w->expendable = !r->gone && r->row.expendable;
	if (!w->silent)
		attempt_tell(e, w, false, "");
	if (r->gone) {
		w->state = WORK_OVER; /* Dkron sends no post-webhook either */
		return;
	}
	w->state = r->row.again ? WORK_WAITS : WORK_STORED;
	if (!r->row.again)
		return;
	int64_t pause = work_pause_ns(gotext_now_ns() - w->started_at, w->attempt + 1);
	w->due_us = time_monotonic_us() + pause / NS_PER_US;
}

static bool store(struct engine *e, struct batch *b)
{
	struct ctx c = e->c;

	c.arena = arena_create(BATCH_ARENA);
	enum err err = db_atomically(&c, store_all, b);
	arena_destroy(c.arena);
	for (size_t i = 0; err == OK && i < b->count; i++)
		go_on(e, &b->results[i]);
	return engine_did(e, err);
}

/* Together they cost one commit. Where that fails for another reason than that the database is
 * away, each is tried alone, so that one that cannot be stored does not stand in the way of the
 * others. */
static void store_ended(struct engine *e)
{
	int64_t now = time_monotonic_us();
	struct batch b = { .engine = e };

	for (struct work *w = e->works; w != NULL && b.count < BATCH; w = w->next)
		if (w->state == WORK_ENDED && w->try_us <= now)
			b.results[b.count++].work = w;
	if (b.count == 0 || store(e, &b))
		return;
	for (size_t i = 0; i < b.count; i++) {
		struct batch one = { .engine = e, .count = 1 };
		one.results[0].work = b.results[i].work;
		if (!db_ready(e->c.db) || b.count == 1 || !store(e, &one))
			(void)try_later(b.results[i].work);
	}
}

/* ---- the steps; each is true when the next one may follow at once ---- */

struct sibling {
	int64_t started_at, finished_at;
	bool success;
};

/* The lines about all executions of the firing. */
static enum err group_lines(struct engine *e, const struct work *w, const char **out)
{
	static const struct db_field fields[] = { DB_FIELD(struct sibling, started_at),
		DB_FIELD(struct sibling, finished_at), DB_FIELD(struct sibling, success), DB_END };
	struct sibling self = { w->started_at, w->finished_at, w->success }, *all = &self;
	struct ctx *c = &e->c;
	const struct zone *zone;
	size_t n = 1;

	if (zone_find(c, w->timezone != NULL ? w->timezone : "", &zone) != OK)
		zone = NULL;
	if (w->attempt > 1)
		TRY(db_many(c, SQL_ENGINE_GROUP, DB_ARGS(db_text(w->job), db_int(w->grp)), fields,
		    sizeof(*all), &all, &n));
	*out = "";
	for (size_t i = 0; i < n; i++)
		*out = arena_printf(c->arena, "%s%s", *out,
		    payload_line(
			c->arena, all[i].started_at, all[i].finished_at, all[i].success, zone));
	return OK;
}

static bool tell_the_end(struct engine *e, struct work *w)
{
	const char *lines = "";

	if (!engine_did(e, group_lines(e, w, &lines)))
		return try_later(w);
	attempt_tell(e, w, true, lines);
	output_clear(&w->output);
	w->cursor = 0;
	w->state = w->has_dependents ? WORK_DEPENDENTS : w->expendable ? WORK_CLOSING : WORK_OVER;
	return true;
}

/* Nothing begins: the job is gone, or was switched off while it waited. Dkron ends the firing
 * without another word. */
static bool retry(struct engine *e, struct work *w)
{
	struct begun *rows;
	size_t n;

	if (e->stopping || time_monotonic_us() < w->due_us)
		return false;
	if (!engine_did(
		e, db_many(&e->c, SQL_ENGINE_RETRY,
		       DB_ARGS(db_int(w->run), db_int(gotext_now_ns()), db_int(w->attempt + 1),
			   db_int(w->finished_at), db_int(e->instance)),
		       begun_fields, sizeof(*rows), &rows, &n)))
		return try_later(w);
	if (n == 0)
		w->state = WORK_CLOSING;
	else
		attempt_start(e, w, &rows[0]);
	return n == 0;
}

static bool has_open_dependent(const struct engine *e, const struct work *w)
{
	for (const struct work *x = e->works; x != NULL; x = x->next)
		if (x->parent_run == w->run && x->state != WORK_OVER)
			return true;
	return false;
}

struct dependent {
	const char *name;
	int64_t linked;
};

static bool start_dependent(
    struct engine *e, struct work *w, const struct dependent *d, bool *begun)
{
	struct begun *rows;
	size_t n;
	int64_t now_ns = gotext_now_ns();

	*begun = false;
	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_CHILD,
			       DB_ARGS(db_int(w->run), db_text(d->name), db_int(now_ns),
				   db_int(e->instance), db_int(now_ns), db_int(now_ns / NS_PER_US)),
			       begun_fields, sizeof(*rows), &rows, &n)))
		return false;
	w->cursor = d->linked;
	*begun = n > 0;
	if (n > 0)
		attempt_start(e, NULL, &rows[0]);
	return true;
}

/* One after another; one that may not run now is passed over. */
static bool run_dependents(struct engine *e, struct work *w)
{
	static const struct db_field fields[] = { DB_FIELD(struct dependent, name),
		DB_FIELD(struct dependent, linked), DB_END };
	struct dependent *all;
	bool begun = false;
	size_t n;

	if (e->stopping || has_open_dependent(e, w))
		return false;
	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_DEPENDENTS,
			       DB_ARGS(db_text(w->job), db_int(w->run), db_int(w->cursor)), fields,
			       sizeof(*all), &all, &n)))
		return try_later(w);
	for (size_t i = 0; i < n && !begun; i++)
		if (!start_dependent(e, w, &all[i], &begun))
			return try_later(w);
	if (!begun)
		w->state = WORK_CLOSING;
	return !begun;
}

static bool close_run(struct engine *e, struct work *w)
{
	if (!engine_did(e, db_exec(&e->c, SQL_ENGINE_RUN_END, DB_ARGS(db_int(w->run)), NULL)))
		return try_later(w);
	if (w->expendable &&
	    !engine_did(e, db_exec(&e->c, SQL_ENGINE_JOB_EXPEND, DB_ARGS(db_text(w->job)), NULL)))
		return try_later(w);
	e->changed |= w->expendable;
	w->state = WORK_OVER;
	return false;
}

static bool step(struct engine *e, struct work *w)
{
	if (w->try_us > time_monotonic_us())
		return false;
	switch (w->state) {
	case WORK_STORED:
		return tell_the_end(e, w);
	case WORK_WAITS:
		return retry(e, w);
	case WORK_DEPENDENTS:
		return run_dependents(e, w);
	case WORK_CLOSING:
		return close_run(e, w);
	case WORK_RUNS:
	case WORK_ENDED:
	case WORK_OVER:
		break;
	}
	return false;
}

void works_step(struct engine *e)
{
	store_ended(e);
	for (struct work *w = e->works; w != NULL; w = w->next) {
		attempts_watch(e, w);
		while (db_ready(e->c.db) && step(e, w))
			;
	}
}
