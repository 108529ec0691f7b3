#ifndef ACTION_INSIDE_H
#define ACTION_INSIDE_H

/* inside: what the files of action share among themselves. */

#include "action/engine.h"

/* Text with {{field}} replaced from the fields; what is no text stays as it is. */
struct json *filled(struct ctx *c, const struct json *pattern, const struct json *fields);
const char *filled_text(struct ctx *c, const char *pattern, const struct json *fields);

/* What a step tells people; in the transaction of the step. */
MUST_USE enum err tell_stage(
    struct ctx *c, const struct task_type *type, const struct task *t, enum mail_stage stage);
MUST_USE enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t);
MUST_USE enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why);

#endif
