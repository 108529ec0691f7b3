#ifndef MODEL_TASK_CHANGE_H
#define MODEL_TASK_CHANGE_H

/*
 * task_change: what a task would change of a job, for those who have to approve it: field by field,
 * the schedule in words and the next fires, before and after.
 *
 * Before is the version that the change was made on, and the job as it stands is looked at only to
 * say whether that is still the one.
 */

#include "model/approval.h"
#include "model/job_lint.h"
#include "model/job_spec.h"
#include "model/task.h"

enum { TASK_CHANGE_FIRES = 31 }; /* one more than a lane draws one by one */

struct task_change_side {
	bool there;           /* there is a definition on this side */
	bool disabled;        /* then it does not fire */
	const char *schedule; /* in words; "" where it is not used */
	int64_t fires_us[TASK_CHANGE_FIRES];
	size_t nfires;
};

/* A job that is taken over along with it. */
struct task_change_other {
	const char *name, *there;    /* here, and on the engine */
	const char *parent;          /* here */
	struct spec_change *changes; /* there is no before */
	size_t nchanges;
};

struct task_change {
	struct wanted wanted;
	const char *kind; /* create, edit, enable, disable, delete, restore, adopt, run */
	struct spec_change *changes; /* label, before, after; "" = nothing there */
	size_t nchanges;
	struct task_change_side before, after;
	struct task_change_other *others;
	size_t nothers;
	struct job_warning *warnings; /* of what would be applied */
	size_t nwarnings;
	const char *gone; /* why it can no longer be applied, to be told; NULL: it can */
	bool renewable;   /* by the actor, who asked for it: POST /tasks/{id}/renew */
};

/* Of a task of the type job-change or job-run; *out NULL: of any other. */
MUST_USE enum err task_change(struct ctx *c, const struct task *t, struct task_change **out);

/* Why the job is no longer what the change was made on; *why NULL: it is, or the task is of another
 * type. Looks with the system's eyes: who approves need not see the job. */
MUST_USE enum err task_change_gone(struct ctx *c, const struct task *t, const char **why);

/* Whether the job was changed or run by it already. */
MUST_USE enum err task_change_done(struct ctx *c, const struct task *t, bool *done);

#endif
