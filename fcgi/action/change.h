#ifndef ACTION_CHANGE_H
#define ACTION_CHANGE_H

/* change: a change or a run of a job that others have to approve is asked for. */

#include "action/engine.h"

/* What a change of a job came to. When all that it lacks is the approval of others (fault.wanted),
 * they are asked: OK, and *out is the task. Any other error is given back as it is. `reason` NULL
 * or "": none. */
MUST_USE enum err change_ask(struct ctx *c, enum err e, const char *reason, struct task *out);

/* The same change anew, on the job as it stands now; nobody has approved that yet, and the old
 * request ends. Only for whoever asked. When nobody has to be asked any more it is done, and
 * *out is the old request, ended. */
MUST_USE enum err change_renew(struct ctx *c, const char *id, struct task *out);

#endif
