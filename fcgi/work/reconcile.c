/* reconcile: the engine has what Postgres says, a second after every save, and again after every
 * fault. */

#include "core/time.h"
#include "model/job.h"
#include "model/outbox_work.h"
#include "work/engine_watch.h"
#include "work/errand.h"
#include "work/pass.h"
#include "work/turns.h"

enum {
	FLIGHTS_MAX = 16, /* errands at once */
	LOOK_MS = 3000,   /* how often we look whether the engine is there */
	LOOK_AWAY_MS = 1000,
	RENEW_MS = 1000,
	RENEW_MAX = 500,
	WAIT_MS = 500,
};

static void begin_errands(struct worker *w)
{
	size_t room = FLIGHTS_MAX - remote_set_size(w->set), n;
	struct outbox_item *items;

	if (room == 0 || !worker_ok(w, "outbox_take", outbox_take(&w->c, room, &items, &n)))
		return;
	for (size_t i = 0; i < n; i++)
		errand_begin(w, &items[i]);
}

static void renew(struct worker *w)
{
	size_t n;

	(void)worker_ok(w, "job_next_renew", job_next_renew(&w->c, RENEW_MAX, &n));
	(void)worker_ok(w, "outbox_waiting", outbox_waiting(&w->c));
}

static void pass_when_due(struct worker *w, struct reconcile_plan *plan)
{
	int64_t every_ms = config_int(w->config->reconcile_s) * 1000;
	bool mine;

	if (!worker_due(&plan->passed_us, every_ms / 4 < 1000 ? 1000 : every_ms / 4))
		return;
	/* A tenth less, so that looking a moment too early does not make it a whole turn late. */
	if (worker_ok(w, "turn_take", turn_take(&w->c, "pass", every_ms - every_ms / 10, &mine)) &&
	    mine)
		pass_run(w);
}

void reconcile_turn(struct worker *w, struct reconcile_plan *plan)
{
	bool unreached;

	errands_go_on(w, &unreached);
	if (worker_due(&plan->looked_us, unreached ? 0 : plan->reachable ? LOOK_MS : LOOK_AWAY_MS))
		engine_look(w, &plan->reachable);
	if (plan->reachable)
		begin_errands(w);
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
		worker_wait(w, "outbox", WAIT_MS);
	}
}
