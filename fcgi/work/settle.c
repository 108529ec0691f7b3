/* settle: runs of which nobody hears any more come to an end, with the reason; a later word heals
 * them. And the audit's rows get their seals. */

#include "core/log.h"
#include "model/audit_chain.h"
#include "model/run_work.h"
#include "work/worker.h"

enum {
	EVERY_MS = 1000,
	OUTPUTS_EVERY_MS = 60000,
	QUEUED_LIMIT_MS = 600000,  /* asked for, but the engine cannot be given it */
	ANSWERED_GRACE_MS = 10000, /* the engine said yes, and nothing began */
	SILENT_GRACE_MS =
	    90000, /* no answer and nothing began; a dead node takes an engine 47 seconds */
	MISSING_GRACE_MS = 20000, /* not in the engine's list of running executions */
	SEALS = 2000,             /* audit rows in one transaction */
	HEAD_EVERY_MS = 600000,   /* the head of their chain, into the log */
};

static void tell(struct worker *w, const char *event, const struct run_given_up *runs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		log_event(&w->c, LOG_WARN, event, LOG_INT("run", runs[i].id),
		    LOG_TEXT("job", runs[i].job_name), LOG_TEXT("reason", runs[i].why));
}

static void turn(struct worker *w, int64_t *closed_us)
{
	struct run_given_up *runs;
	size_t n;

	if (worker_ok(w, "run_expire", run_expire(&w->c, QUEUED_LIMIT_MS, &runs, &n)))
		tell(w, "run_expired", runs, n);
	if (worker_ok(w, "run_unstarted",
		run_unstarted(&w->c, ANSWERED_GRACE_MS, SILENT_GRACE_MS, &runs, &n)))
		tell(w, "run_lost", runs, n);
	if (worker_ok(w, "run_vanished", run_vanished(&w->c, MISSING_GRACE_MS, &runs, &n)))
		tell(w, "run_lost", runs, n);
	if (worker_due(closed_us, OUTPUTS_EVERY_MS))
		(void)worker_ok(w, "run_close_outputs", run_close_outputs(&w->c));
}

/* The head stands outside the database then, where who forges the chain anew does not reach it. */
static void seal(struct worker *w, int64_t *told_us)
{
	struct audit_head head = { .sealed = SEALS };

	while (head.sealed == SEALS)
		if (!worker_ok(w, "audit_seal", audit_seal(&w->c, SEALS, &head)))
			return;
	if (head.sealed > 0 && worker_due(told_us, HEAD_EVERY_MS))
		log_event(&w->c, LOG_INFO, "audit_sealed", LOG_INT("link", head.head_n),
		    LOG_TEXT("head", head.head));
}

_Noreturn void settle_loop(struct worker *w)
{
	int64_t closed_us = 0, told_us = 0;

	for (;;) {
		if (worker_turn(w)) {
			turn(w, &closed_us);
			seal(w, &told_us);
		}
		worker_wait(w, NULL, EVERY_MS);
	}
}
