/* Executions: listed, shown, forgotten. */

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "engine/answer.h"
#include "engine/execution.h"
#include "engine/gotext.h"
#include "engine/handlers.h"
#include "engine/job.h"

enum {
	OUTPUTS_MAX = 4 * 1024 * 1024,  /* of a list, before escapes make it longer */
	WRITTEN_MAX = 16 * 1024 * 1024, /* with them */
	ITEM_ARENA = 16 * 1024 * 1024,
};

static int by_started(const void *p, const void *q)
{
	const struct engine_execution *x = p, *y = q;

	return (x->started_at > y->started_at) - (x->started_at < y->started_at);
}

static int by_finished(const void *p, const void *q)
{
	const struct engine_execution *x = p, *y = q;
	int order = (x->finished_at > y->finished_at) - (x->finished_at < y->finished_at);

	return order != 0 ? order : by_started(p, q);
}

static int by_attempt(const void *p, const void *q)
{
	const struct engine_execution *x = p, *y = q;
	int order = (x->attempt > y->attempt) - (x->attempt < y->attempt);

	return order != 0 ? order : by_started(p, q);
}

static const struct {
	const char *name;
	int (*compare)(const void *, const void *);
} orders[] = {
	{ "", by_started },
	{ "id", by_started },
	{ "started_at", by_started },
	{ "finished_at", by_finished },
	{ "attempt", by_attempt },
};

struct list {
	struct engine_execution *all;
	size_t count;
	const struct zone *zone;
};

/* An order that Dkron has no index for makes an empty list. */
static void sort(const struct req *r, struct list *l)
{
	const char *by = answer_query(r, "_sort", "");
	size_t i = 0;

	while (i < LENGTH(orders) && strcmp(orders[i].name, by) != 0)
		i++;
	if (i == LENGTH(orders)) {
		l->count = 0;
		return;
	}
	qsort(l->all, l->count, sizeof(*l->all), orders[i].compare);
	if (strcmp(answer_query(r, "_order", "DESC"), "DESC") != 0)
		return;
	for (size_t a = 0, b = l->count; a + 1 < b; a++) {
		struct engine_execution kept = l->all[a];
		l->all[a] = l->all[--b];
		l->all[b] = kept;
	}
}

/* One at a time, in an arena of its own. `says_cut`: each item says whether its output was
 * shortened. */
static enum err answer_list(struct req *r, struct resp *w, struct list *l, bool says_cut)
{
	struct arena *scratch = arena_create(ITEM_ARENA);
	struct buf b;

	buf_init(&b, r->ctx->arena, WRITTEN_MAX);
	buf_text(&b, "[");
	for (size_t i = 0; i < l->count; i++) {
		struct json *v = engine_execution_json(scratch, &l->all[i], l->zone);
		if (says_cut)
			json_set(v, "output_truncated", json_boolean(scratch, l->all[i].truncated));
		buf_text(&b, i == 0 ? "" : ",");
		gotext_json(&b, json_write(scratch, v), answer_asked(r, "pretty"));
		arena_reset(scratch);
	}
	buf_text(&b, "]");
	arena_destroy(scratch);
	if (b.full)
		return fail(
		    r->ctx, ERR_INTERNAL, NULL, "a list of more than %d bytes", WRITTEN_MAX);
	resp_header(r, w, "X-Total-Count", arena_printf(r->ctx->arena, "%zu", l->count));
	answer_written(r, w, 200, b.data);
	return OK;
}

/* How much of each output is asked for; -1: all, as for anything that is no number. */
static int64_t size_limit(const struct req *r)
{
	int64_t limit = -1;

	if (!text_int64(answer_query(r, "output_size_limit", ""), 0, INT32_MAX - 1, &limit))
		limit = -1;
	return limit;
}

enum err engine_executions_list(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct engine_job job;
	struct list l = { .zone = NULL };

	enum err e = engine_job_get(c, req_var(r, "name"), &job);
	if (e == ERR_NOT_FOUND) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	if (zone_find(c, job.timezone, &l.zone) != OK)
		l.zone = NULL;
	TRY(db_many(c, SQL_ENGINE_EXECUTIONS,
	    DB_ARGS(db_text(job.name), db_int(size_limit(r)), db_int(OUTPUTS_MAX)),
	    engine_execution_fields, sizeof(*l.all), &l.all, &l.count));
	sort(r, &l);
	return answer_list(r, w, &l, true);
}

enum err engine_executions_show(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct engine_execution execution;
	int64_t started;
	enum err e = ERR_NOT_FOUND;

	if (engine_execution_started(req_var(r, "id"), &started))
		e = db_one(c, SQL_ENGINE_EXECUTION_GET,
		    DB_ARGS(db_text(req_var(r, "name")), db_int(started)), engine_execution_fields,
		    &execution);
	if (e == ERR_NOT_FOUND) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	answer_json(r, w, 200, engine_execution_json(c->arena, &execution, NULL));
	return OK;
}

static enum err forget(struct ctx *c, void *arg)
{
	struct engine_job *job = arg;
	const char *name = job->name;

	TRY(db_exec(c, SQL_ENGINE_EXECUTIONS_DELETE, DB_ARGS(db_text(name)), NULL));
	TRY(db_exec(c, SQL_ENGINE_COUNTERS_RESET, DB_ARGS(db_text(name)), NULL));
	return engine_job_get(c, name, job);
}

/* Of this job alone: Dkron also forgets those of every job whose name begins alike. */
enum err engine_executions_forget(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct engine_job job = { .name = req_var(r, "name") };
	struct json *v;
	int64_t since;
	bool works;

	enum err e = db_atomically(c, forget, &job);
	if (e == ERR_NOT_FOUND) {
		answer_status(r, w, 500); /* as Dkron does */
		return OK;
	}
	TRY(e);
	TRY(engine_clock(c, &works, &since));
	engine_job_plan(c, &job, since);
	TRY(engine_job_json(c, &job, &v));
	answer_json(r, w, 200, v);
	return OK;
}

enum err engine_busy(struct req *r, struct resp *w)
{
	struct list l = { .zone = NULL };

	TRY(db_many(r->ctx, SQL_ENGINE_BUSY, DB_ARGS(db_int(OUTPUTS_MAX)), engine_execution_fields,
	    sizeof(*l.all), &l.all, &l.count));
	return answer_list(r, w, &l, false);
}
