#ifndef WEB_ADMIN_TASK_EDIT_JOB_H
#define WEB_ADMIN_TASK_EDIT_JOB_H

/* task_edit_job: the job form for a request that changes a job, before it is approved. */

#include "http/http.h"
#include "model/task.h"

/* ERR_CONFLICT: the request is none that the actor can change. */
MUST_USE enum err task_edit_job(struct req *r, struct resp *w, struct task *t);
MUST_USE enum err task_save_job(struct req *r, struct resp *w, struct task *t);

#endif
