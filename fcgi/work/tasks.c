/* tasks: what people asked for and approved is done, a step at a time. */

#include "action/engine.h"
#include "work/worker.h"

enum { EVERY_MS = 1000, EXPIRE_EVERY_MS = 30000 };

_Noreturn void tasks_loop(struct worker *w)
{
	int64_t expired_us = 0, n;

	for (;;) {
		bool did = false;
		if (worker_turn(w)) {
			if (worker_due(&expired_us, EXPIRE_EVERY_MS))
				(void)worker_ok(w, "task_expire", task_expire(&w->c, &n));
			if (!worker_ok(w, "task_step", engine_step(&w->c, &did)))
				did = false;
		}
		if (!did)
			worker_wait(w, "task", EVERY_MS);
	}
}
