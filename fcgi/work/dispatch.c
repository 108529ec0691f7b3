/* dispatch: runs that somebody asked for are handed to the engine, each once. */

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/run_hear.h"
#include "model/run_work.h"
#include "work/turns.h"

enum {
	FLIGHTS_MAX = 200,
	LET_GO_MS = 5000, /* an answer that takes longer may be given up when others wait: its group
			     is known */
	HOLD_MS = 500,    /* after nobody was reached */
	WAIT_MS = 500,
	WAITING_MS = 1000,
	LED_MS = 2000, /* how long the server that led is taken to lead still */
};

/* A request that the engine has not answered yet; it blocks until the run has ended. */
struct flight {
	int64_t run_id, began_us;
	char *job_name;
	struct flight *next; /* older ones behind younger ones */
};

struct dispatcher {
	struct worker *w;
	struct flight *flights;
	int64_t hold_until_us; /* monotonic: until then nobody is asked */
	bool in_doubt;         /* the last request did not get through: look for a leader first */
	int64_t wait_ms;       /* until the next run may go */
	int64_t waited_us, led_us;
};

static void forget(struct dispatcher *d, struct flight *f)
{
	struct flight **at = &d->flights;

	while (*at != NULL && *at != f)
		at = &(*at)->next;
	if (*at == f)
		*at = f->next;
	free(f->job_name);
	free(f);
}

static struct flight *take_off(struct dispatcher *d, const struct run_ready *run)
{
	struct flight *f = calloc(1, sizeof(*f));
	char *name = strdup(run->job_name);

	if (f == NULL || name == NULL) {
		log_event(&d->w->c, LOG_ERROR, "out_of_memory", LOG_INT("run", run->id));
		exit(EXIT_FAILURE);
	}
	*f = (struct flight){ run->id, time_monotonic_us(), name, d->flights };
	d->flights = f;
	return f;
}

static void hand_over(struct dispatcher *d, const struct run_ready *run)
{
	struct worker *w = d->w;
	const char *path = dkron_job_path(w->c.arena, worker_engine_name(w, run->job_name), "/run");
	struct remote_ask ask = dkron_ask(w->c.arena, &w->dkron, "POST", path, NULL);
	bool mine;

	if (!worker_ok(w, "run_mark", run_mark(&w->c, run->id, &mine)) || !mine)
		return;
	ask.timeout_ms = 0; /* the answer comes when the run has ended */
	ask.once = true;
	remote_set_add(w->set, &ask, take_off(d, run));
	remote_set_turn(w->set);
	log_event(&w->c, LOG_INFO, "run_dispatched", LOG_INT("run", run->id),
	    LOG_TEXT("job", run->job_name), LOG_TEXT("url", ask.url));
}

/* Waits a moment when the job's schedule fires about now, so that the two cannot be mixed up. */
static void hand_over_in_time(struct dispatcher *d, const struct run_ready *run)
{
	int64_t delay_us = run_dispatch_delay_us(
	    &d->w->c, run->schedule, run->timezone, run->job_name, time_now_us());
	int64_t delay_ms = delay_us / 1000 + 1;

	if (delay_us == 0)
		hand_over(d, run);
	else if (delay_ms < d->wait_ms)
		d->wait_ms = delay_ms;
}

/* The oldest requests go unanswered: webhooks and the harvester follow those runs anyway. */
static void let_go(struct dispatcher *d)
{
	struct flight *oldest = d->flights;

	while (oldest != NULL && oldest->next != NULL)
		oldest = oldest->next;
	if (oldest == NULL || time_monotonic_us() - oldest->began_us < (int64_t)LET_GO_MS * 1000)
		return;
	remote_set_drop(d->w->set, oldest);
	forget(d, oldest);
}

static void hold(struct dispatcher *d)
{
	d->hold_until_us = time_monotonic_us() + (int64_t)HOLD_MS * 1000;
	d->in_doubt = true;
	d->led_us = 0;
}

/* A server that has only just begun has no leader yet, and answers 404 to everything. */
static bool is_open_for_requests(struct dispatcher *d)
{
	const char *leader;

	if (time_monotonic_us() < d->hold_until_us)
		return false;
	if (d->in_doubt && dkron_leader(&d->w->c, &d->w->dkron, &leader) != OK)
		hold(d);
	else
		d->in_doubt = false;
	return !d->in_doubt;
}

static void hand_over_ready(struct dispatcher *d)
{
	struct run_ready *runs;
	size_t n;

	if (!is_open_for_requests(d))
		return;
	if (remote_set_size(d->w->set) >= FLIGHTS_MAX)
		let_go(d);
	size_t room = FLIGHTS_MAX - remote_set_size(d->w->set);
	if (room == 0 || !worker_ok(d->w, "run_ready", run_ready(&d->w->c, room, &runs, &n)))
		return;
	/* A follower passes the request on, and may not know a job yet that the leader has. */
	if (n > 0 && worker_due(&d->led_us, LED_MS))
		dkron_prefer_leader(&d->w->c, &d->w->dkron);
	for (size_t i = 0; i < n; i++)
		hand_over_in_time(d, &runs[i]);
}

/* Why the engine said 404, or NULL when it may have begun all the same. */
static const char *why_refused(struct worker *w, const char *job_name)
{
	const char *leader, *name = worker_engine_name(w, job_name);
	struct json *job;

	if (dkron_leader(&w->c, &w->dkron, &leader) != OK)
		return NULL;
	enum err e = dkron_job(&w->c, &w->dkron, name, &job);
	if (e == ERR_NOT_FOUND)
		return dkron_is_gone(&w->c, &w->dkron, name) == OK
			   ? "the engine does not have this job"
			   : NULL;
	if (e != OK)
		return NULL;
	if (json_bool(json_get(job, "disabled")))
		return "the job is switched off on the engine";
	return "the engine found no node that could run it; look at the job's tags";
}

static void refused(
    struct dispatcher *d, const struct flight *f, const struct remote_answer *answer)
{
	struct worker *w = d->w;
	const char *why = answer->status == 404 ? why_refused(w, f->job_name) : NULL;

	if (answer->status >= 400 && answer->status < 500 && answer->status != 404)
		why = arena_printf(w->c.arena, "the engine refused to run it: %s",
		    dkron_words(w->c.arena, answer));
	if (why == NULL) {
		hold(d);
		(void)worker_ok(w, "run_answered", run_answered(&w->c, f->run_id, 0, false));
		return;
	}
	(void)worker_ok(w, "run_refused", run_refused(&w->c, f->run_id, answer->status, why));
}

static void unreached(struct dispatcher *d, const struct flight *f, const char *why)
{
	struct worker *w = d->w;

	dkron_next(&w->dkron);
	hold(d);
	(void)worker_ok(w, "run_unmark",
	    run_unmark(
		&w->c, f->run_id, arena_printf(w->c.arena, "waits for the engine: %s", why)));
}

static void answered(struct dispatcher *d, struct flight *f, const struct remote_answer *answer)
{
	struct worker *w = d->w;
	bool blocking = strcmp(w->config->engine, "dkron") == 0;

	log_event(&w->c, LOG_INFO, "run_answered", LOG_INT("run", f->run_id),
	    LOG_TEXT("job", f->job_name), LOG_INT("status", answer->status),
	    LOG_INT("took_us", answer->took_us), LOG_TEXT("detail", answer->why));
	if (answer->end == REMOTE_NOT_SENT)
		unreached(d, f, answer->why);
	else if (answer->end != REMOTE_ANSWERED)
		(void)worker_ok(w, "run_answered", run_answered(&w->c, f->run_id, 0, false));
	else if (answer->status == 200 || answer->status == 202)
		(void)worker_ok(w, "run_answered", run_answered(&w->c, f->run_id, 200, blocking));
	else
		refused(d, f, answer);
	forget(d, f);
}

struct dispatcher *dispatcher_create(struct worker *w)
{
	struct dispatcher *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		log_event(&w->c, LOG_ERROR, "out_of_memory", LOG_TEXT("loop", w->name));
		exit(EXIT_FAILURE);
	}
	d->w = w;
	return d;
}

int dispatch_turn(struct dispatcher *d)
{
	struct worker *w = d->w;
	struct remote_answer answer;
	void *flight;

	d->wait_ms = WAIT_MS;
	while (remote_set_take(w->set, w->c.arena, &answer, &flight))
		answered(d, flight, &answer);
	hand_over_ready(d);
	if (worker_due(&d->waited_us, WAITING_MS))
		(void)worker_ok(w, "run_waiting", run_waiting(&w->c));
	return (int)d->wait_ms;
}

_Noreturn void dispatch_loop(struct worker *w)
{
	struct dispatcher *d = dispatcher_create(w);

	for (;;) {
		int wait_ms = worker_turn(w) ? dispatch_turn(d) : WAIT_MS;
		worker_wait(w, "run", wait_ms);
	}
}
