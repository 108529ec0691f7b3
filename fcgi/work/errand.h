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

/* Carries on every errand whose answer has come. *unreached: an answer did not come, or
 * from a server in trouble. */
void errands_go_on(struct worker *w, bool *unreached);

#endif
