#ifndef WORK_DELIVER_H
#define WORK_DELIVER_H

/* deliver: one message on its way out: a request to a mail server, a webhook, a monitor; many at
 * once. Where it ends, the outbox is told how. */

#include "model/message_work.h"
#include "work/worker.h"

/* Begins it; its request goes into w->set, or it ends at once. */
void deliver_begin(struct worker *w, const struct message_item *item);

/* Ends every one whose answer has come. */
void deliver_go_on(struct worker *w);

/* When attempt number `attempts` has failed: how long to wait, a fifth more or less. */
int64_t deliver_back_off_ms(int64_t attempts);

#endif
