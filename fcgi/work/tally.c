/*
 * tally: what follows when runs have ended. Counting and search come first, every second; between
 * them old runs go, a few at a time, so that neither waits for the other.
 */

#include "core/log.h"
#include "core/time.h"
#include "model/run_tally.h"
#include "work/turns.h"

enum {
	NEWS_MAX = 200,
	WAIT_MS = 1000,
	SOON_MS = 20,
	RETAIN_EVERY_MS = 600000,
};

static struct run_keep policy(const struct worker *w)
{
	return (struct run_keep){ .days = config_int(w->config->keep_days),
		.runs = config_int(w->config->keep_runs),
		.output_days = config_int(w->config->keep_output_days) };
}

/* True when there is more to do at once. */
static bool step(struct worker *w, struct tally_plan *plan)
{
	struct run_keep keep = policy(w);
	int64_t runs = 0, outputs = 0;
	const char *next = NULL;

	if (!worker_ok(w, "run_retain", run_retain(&w->c, &keep, plan->after, &next, &runs)) ||
	    !worker_ok(w, "run_retain_outputs", run_retain_outputs(&w->c, &keep, &outputs)))
		return false;
	if (runs + outputs > 0)
		log_event(&w->c, LOG_INFO, "runs_removed", LOG_INT("runs", runs),
		    LOG_INT("outputs", outputs));
	snprintf(plan->after, sizeof(plan->after), "%s", next == NULL ? "" : next);
	plan->walking = next != NULL || outputs > 0;
	return plan->walking;
}

int tally_turn(struct worker *w, struct tally_plan *plan)
{
	int64_t n = 0;

	if (!worker_ok(w, "run_tally", run_tally(&w->c, NEWS_MAX, &n)))
		return WAIT_MS;
	if (worker_due(&plan->walked_us, RETAIN_EVERY_MS)) {
		plan->walking = true;
		(void)worker_ok(w, "run_retain_tell", run_retain_tell(&w->c));
	}
	bool more = plan->walking && step(w, plan);
	return n == NEWS_MAX || more ? SOON_MS : WAIT_MS;
}

_Noreturn void tally_loop(struct worker *w)
{
	static struct tally_plan plan;

	for (;;) {
		int ms = WAIT_MS;
		if (worker_turn(w))
			ms = tally_turn(w, &plan);
		worker_wait(w, NULL, ms);
	}
}
