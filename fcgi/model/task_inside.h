#ifndef MODEL_TASK_INSIDE_H
#define MODEL_TASK_INSIDE_H

/* task_inside: what the files of task share among themselves. */

#include "model/task_work.h"

extern const struct db_field task_fields[]; /* of struct task */
/* In a transaction; whoever acts. ERR_NOT_FOUND: there is none. */
MUST_USE enum err task_lock(struct ctx *c, const char *id);

bool task_id_is_sound(const char *id);
MUST_USE enum err task_check_scope(struct ctx *c); /* an API token may change things at all */
/* ERR_CONFLICT, in the words of prior-systems.md 2.4: completed, ended otherwise, approved. */
MUST_USE enum err task_check_open(struct ctx *c, const struct task *t, bool unapproved);
MUST_USE enum err task_say(
    struct ctx *c, const char *id, int64_t ord, const char *kind, const char *text);

MUST_USE enum err task_wake(struct ctx *c); /* once the transaction is committed */

#endif
