#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

/* notification: something that admins should know of a task: it waits for them, or it went wrong.
 * It stays until somebody acknowledges it. */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

/* In the transaction of what it tells. */
MUST_USE enum err notification_add(
    struct ctx *c, const char *task_id, bool error, const char *text);

#endif
