#ifndef WORK_ERRAND_H
#define WORK_ERRAND_H

/* errand: bringing one job to the engine, as a few requests one behind the other; many errands at
 * once. */

#include "model/outbox_work.h"
#include "work/worker.h"

/* Begins the errand of an outbox row; its requests go into w->set. The engine's copy is looked at
 * right before it is written, also the first time: somebody else may have taken the name since any
 * list was read. */
void errand_begin(struct worker *w, const struct outbox_item *item);

/* Errands that came to a good end and are not yet written down: one statement says so for many,
 * because each commit waits for the disk that the engine writes to as well. Whoever dies meanwhile
 * has done nothing that cannot be done again. All zero at the beginning. */
enum { ENDED_MAX = 64, ENDED_MS = 50 };

struct ended {
	struct worker *w;
	bool unreached; /* an answer did not come, or from a server in trouble */
	struct outbox_done done[ENDED_MAX];
	struct errand *errands[ENDED_MAX];
	size_t n;
	int64_t since_us; /* the first of them, on the monotonic clock */
};

/* Carries on every errand whose answer has come. What has ended is written down when nothing else
 * is in flight, or after ENDED_MS: until then the next call must not be longer away. */
void errands_go_on(struct worker *w, struct ended *all);

#endif
