#ifndef ACTION_DEFAULTS_H
#define ACTION_DEFAULTS_H

/* defaults: what the mails and notifications of every type are where it says nothing itself. An
 * admin sets them as if they were a type of the name TYPE_DEFAULTS, which nobody can ask for. */

#include "action/type.h"

/* As they ship, with a line in the log, where what is stored cannot be read any more. */
MUST_USE enum err defaults_read(struct ctx *c, struct task_type *out);

/* Member by member, what the type says itself wins; a stage that is off by default is on where the
 * type says anything of it. */
struct type_mail defaults_mail(const struct type_mail *all, const struct type_mail *own);
struct type_tell defaults_tell(const struct type_tell *all, const struct type_tell *own);

#endif
