#ifndef ACTION_NOTICE_H
#define ACTION_NOTICE_H

/* notice: a notification that is there already goes to who hears of errors of its type. */

#include "model/message_work.h"

/* A message about a task that reached nobody. What of this one cannot be delivered is told to
 * nobody else (model/message_work.h). */
MUST_USE enum err notice_unsent(struct ctx *c, const struct message_unsent *unsent);

#endif
