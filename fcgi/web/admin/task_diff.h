#ifndef WEB_ADMIN_TASK_DIFF_H
#define WEB_ADMIN_TASK_DIFF_H

/* task_diff: what a task would change of a job, as those see it who have to approve it. */

#include "model/task_change.h"
#include "web/admin/page.h"

/* {{#CHANGED}} of the page; *shown false: the task changes no job. */
MUST_USE enum err task_diff(struct page *p, const struct task *t, bool *shown);

/* {{#FIRES}} of `v`: when the job fires now and when it would, as two lanes on one axis and as
 * lists. Nothing for a change that is no matter of a schedule. */
void task_fires(
    struct page *p, struct view *v, const struct task *t, const struct task_change *change);

#endif
