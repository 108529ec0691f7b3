#ifndef ACTION_CHANGE_H
#define ACTION_CHANGE_H

/* change: a change or a run of a job that others have to approve is asked for. */

#include "action/engine.h"
#include "model/approval.h"

/* What a change of a job came to. When all that it lacks is the approval of others (fault.wanted),
 * they are asked: OK, and *out is the task. Any other error is given back as it is. `reason` NULL
 * or "": none. */
MUST_USE enum err change_ask(struct ctx *c, enum err e, const char *reason, struct task *out);

/* The same change anew, on the job as it stands now; nobody has approved that yet, and the old
 * request ends. Only for whoever asked. When nobody has to be asked any more it is done, and
 * *out is the old request, ended. */
MUST_USE enum err change_renew(struct ctx *c, const char *id, struct task *out);

/* What a request to change a job is to be instead. */
struct change_other {
	const char *name;              /* of a job that is yet to be made; NULL: stays */
	const char *team;              /* NULL: stays */
	const struct json *definition; /* whole */
	int64_t version;       /* of the job that it was made on; 0: the one of the request */
	const char *reason;    /* NULL: stays */
	struct task_seen seen; /* of the request */
};

/* Whether there is something in it that its requester may ask for otherwise: it is no deletion and
 * no run, and nobody's decision has closed it. `wanted` is what it holds. */
bool change_is_editable(const struct task *t, const struct wanted *wanted);

/* Before approval its requester asks for something else: the job's rules judge it anew, and
 * approvals that were given are void. ERR_STALE: the request, or the job, is another by now.
 * ERR_CONFLICT: nothing would change by it, or it is not for editing. When nobody has to be asked
 * any more it is done, and *out is the request, ended. */
MUST_USE enum err change_edit(
    struct ctx *c, const char *id, const struct change_other *other, struct task *out);

#endif
