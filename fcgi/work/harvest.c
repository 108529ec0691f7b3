/*
 * harvest: what the webhooks did not bring. The engine's list of running executions is held against
 * ours all the time; of jobs with something amiss, and of those whose counters changed, the history
 * is read.
 */

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "work/history.h"
#include "work/old_jobs.h"
#include "work/turns.h"

enum {
	BUSY_MS = 2000,
	RUNS_EVERY_MS =
	    5000,           /* the history of a job with a run in doubt is read again after that */
	JOBS_MAX = 20,      /* histories read at one turn */
	YOUNG_US = 3000000, /* an execution that began later may not be in the list yet */
	WAIT_MS = 1000,
};

struct busy {
	struct remembered *all;
	size_t n;
	bool known; /* the engine has answered */
};

static void read_busy(struct worker *w, struct busy *b)
{
	struct json *array;

	*b = (struct busy){ .n = 0 };
	if (dkron_busy(&w->c, &w->dkron, &array) != OK) {
		log_event(&w->c, LOG_DEBUG, "busy_unknown", LOG_TEXT("reason", w->c.fault.detail));
		return;
	}
	b->all = arena_alloc(w->c.arena, json_length(array), sizeof(*b->all));
	b->known = true;
	for (size_t i = 0; i < json_length(array); i++)
		if (remembered_read(w, json_at(array, i), &b->all[b->n]))
			b->n++;
}

static bool is_open(
    const struct run_open *open, size_t n, const struct remembered *r, bool *missing)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(open[i].engine_id, r->e.id) == 0 &&
		    strcmp(open[i].job_name, r->job) == 0) {
			*missing = open[i].missing;
			return true;
		}
	return false;
}

/* An entry stays in the list until retries and children are done, so one that has ended proves
 * nothing. */
static void see_running(
    struct worker *w, struct remembered *r, const struct run_open *open, size_t n)
{
	bool missing = false, ours;

	if (r->e.ended || (is_open(open, n, r, &missing) && !missing))
		return;
	r->e.live = true;
	if (worker_ok(w, "run_hear",
		run_hear(&w->c,
		    &(struct heard){
			.job = r->job, .group_ns = r->group_ns, .executions = &r->e, .n = 1 },
		    &ours)) &&
	    ours)
		log_event(&w->c, LOG_INFO, "execution_found", LOG_TEXT("job", r->job),
		    LOG_TEXT("execution", r->e.id));
}

static bool is_busy(const struct busy *b, const struct run_open *e)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->all[i].e.ended && strcmp(b->all[i].e.id, e->engine_id) == 0 &&
		    strcmp(b->all[i].job, e->job_name) == 0)
			return true;
	return false;
}

static void see_missing(struct worker *w, const struct busy *b, const struct run_open *e)
{
	if (e->missing || e->started_us > w->c.now_us - YOUNG_US || is_busy(b, e))
		return;
	if (worker_ok(w, "run_missing", run_missing(&w->c, e)))
		log_event(&w->c, LOG_INFO, "execution_missing", LOG_TEXT("job", e->job_name),
		    LOG_INT("run", e->run_id), LOG_TEXT("execution", e->engine_id));
}

static void compare(struct worker *w, const struct busy *b)
{
	struct run_open *open;
	size_t n;

	if (!b->known || !worker_ok(w, "run_open", run_open(&w->c, &open, &n)))
		return;
	for (size_t i = 0; i < b->n; i++)
		see_running(w, &b->all[i], open, n);
	for (size_t i = 0; i < n; i++)
		see_missing(w, b, &open[i]);
	(void)worker_ok(w, "harvest_runs", harvest_runs(&w->c, RUNS_EVERY_MS));
}

static void histories(struct worker *w, const struct busy *b)
{
	struct harvest *due;
	size_t n;

	if (!worker_ok(w, "harvest_take", harvest_take(&w->c, JOBS_MAX, &due, &n)))
		return;
	for (size_t i = 0; i < n; i++)
		history_read(w, &due[i], b->all, b->n);
}

void harvest_turn(struct worker *w, int64_t *compared_us)
{
	struct busy busy;
	bool due = worker_due(compared_us, BUSY_MS);

	if (due)
		dkron_prefer_leader(&w->c, &w->dkron); /* what others remember lags behind */
	read_busy(w, &busy);
	if (due)
		compare(w, &busy);
	if (busy.known)
		histories(w, &busy);
	if (due && busy.known)
		old_jobs_turn(w);
}

_Noreturn void harvest_loop(struct worker *w)
{
	int64_t compared_us = 0;

	for (;;) {
		if (worker_turn(w))
			harvest_turn(w, &compared_us);
		worker_wait(w, NULL, WAIT_MS);
	}
}
