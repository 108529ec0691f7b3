/* bulk: what somebody asked to be done to many jobs is done, a batch after the other. */

#include "model/bulk.h"
#include "work/worker.h"

enum {
	BATCH = 100, /* jobs in one transaction: who waits for one of them waits for so many */
	EVERY_MS = 1000,
	FORGET_EVERY_MS = 3600000,
};

/* True when there may be more to do at once. */
static bool turn(struct worker *w, int64_t *forgot_us)
{
	size_t n = 0;

	if (worker_due(forgot_us, FORGET_EVERY_MS))
		(void)worker_ok(w, "bulk_forget", bulk_forget(&w->c));
	return worker_ok(w, "bulk_batch", bulk_batch(&w->c, BATCH, &n)) && n > 0;
}

_Noreturn void bulk_loop(struct worker *w)
{
	int64_t forgot_us = 0;

	for (;;) {
		if (!worker_turn(w) || !turn(w, &forgot_us))
			worker_wait(w, "bulk", EVERY_MS);
	}
}
