/* reconcile: the engine has what Postgres says, a second after every save, and again after every
 * fault. */

#include "core/time.h"
#include "model/comparison.h"
#include "model/job.h"
#include "model/outbox_work.h"
#include "work/engine_watch.h"
#include "work/errand.h"
#include "work/pass.h"
#include "work/turns.h"

enum {
	/* Errands at once. The engine writes what comes together to its disk together, and must
	 * not run dry while we take the next ones or write down what has ended. */
	FLIGHTS_MAX = 96,
	QUEUE_MAX = 256, /* leased at once: taking has a price, whatever the number */
	QUEUE_ARENA = 256 * 1024 * 1024,
	LOOK_MS = 3000, /* how often we look whether the engine is there */
	LOOK_AWAY_MS = 1000,
	ASKED_MS = 300, /* how often we look whether somebody wants everything compared now */
	RENEW_MS = 1000,
	RENEW_MAX = 500,
	WAIT_MS = 500,
};

static void fill_queue(struct worker *w, struct errand_queue *q)
{
	struct ctx c = w->c;

	if (q->arena == NULL)
		q->arena = arena_create((size_t)QUEUE_ARENA);
	arena_reset(q->arena);
	q->at = q->n = 0;
	c.arena = q->arena;
	if (outbox_take(&c, QUEUE_MAX, &q->items, &q->n) != OK) {
		q->n = 0;
		w->c.fault = (struct fault){ .detail = arena_strdup(w->c.arena, c.fault.detail) };
		(void)worker_ok(w, "outbox_take", ERR_UNAVAILABLE);
	}
}

static void begin_errands(struct worker *w, struct errand_queue *q)
{
	if (q->at == q->n && remote_set_size(w->set) < FLIGHTS_MAX)
		fill_queue(w, q);
	for (; q->at < q->n && remote_set_size(w->set) < FLIGHTS_MAX; q->at++)
		errand_begin(w, &q->items[q->at]);
}

static void renew(struct worker *w)
{
	size_t n;

	(void)worker_ok(w, "job_next_renew", job_next_renew(&w->c, RENEW_MAX, &n));
	(void)worker_ok(w, "outbox_waiting", outbox_waiting(&w->c));
}

static bool is_wanted(struct worker *w)
{
	bool wanted = false;

	return worker_ok(w, "comparison_wanted", comparison_wanted(&w->c, &wanted)) && wanted;
}

static void pass_when_due(struct worker *w, struct reconcile_plan *plan)
{
	int64_t every_ms = config_int(w->config->reconcile_s) * 1000;
	int64_t look_ms = every_ms / 4 < 1000 ? 1000 : every_ms / 4;
	bool asked = worker_due(&plan->asked_us, ASKED_MS) && is_wanted(w), mine;

	if (!worker_due(&plan->passed_us, look_ms) && !asked)
		return;
	/* A tenth less, so that looking a moment too early does not make it a whole turn late. */
	if (worker_ok(w, "turn_take",
		turn_take(&w->c, "pass", asked ? 0 : every_ms - every_ms / 10, &mine)) &&
	    mine)
		pass_run(w);
}

void reconcile_turn(struct worker *w, struct reconcile_plan *plan)
{
	errands_go_on(w, &plan->ended);
	if (worker_due(&plan->looked_us, plan->ended.unreached ? 0
					 : plan->reachable     ? LOOK_MS
							       : LOOK_AWAY_MS))
		engine_look(w, &plan->reachable);
	if (plan->reachable)
		begin_errands(w, &plan->queue);
	if (worker_due(&plan->renewed_us, RENEW_MS))
		renew(w);
	if (plan->reachable)
		pass_when_due(w, plan);
}

_Noreturn void reconcile_loop(struct worker *w)
{
	struct reconcile_plan plan = { .reachable = false };

	for (;;) {
		if (worker_turn(w))
			reconcile_turn(w, &plan);
		worker_wait(w, "outbox", plan.ended.n > 0 ? ENDED_MS : WAIT_MS);
	}
}
