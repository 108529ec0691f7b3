#ifndef WORK_ERRAND_H
#define WORK_ERRAND_H

/* errand: bringing one job to the engine, as a few requests one behind the other; many errands at
 * once. */

#include "model/outbox_work.h"
#include "work/worker.h"

/* Begins the errand of an outbox row; its requests go into w->set. `is_new`: the engine is known to
 * have no job of this name, so nothing need be looked at first. */
void errand_begin(struct worker *w, const struct outbox_item *item, bool is_new);

/* Carries on every errand whose answer has come. *unreached: an answer did not come, or
 * from a server in trouble. */
void errands_go_on(struct worker *w, bool *unreached);

#endif
