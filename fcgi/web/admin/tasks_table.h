#ifndef WEB_ADMIN_TASKS_TABLE_H
#define WEB_ADMIN_TASKS_TABLE_H

/* tasks_table: rows of tasks, wherever they stand. */

#include "web/admin/task_words.h"

/* {{>TASKS}} of `v`. */
void tasks_table(
    const struct page *p, struct view *v, const char *caption, const struct task *tasks, size_t n);

/* {{#ENDED}}: the newest about a job that have ended, of those that the reader may see; the others:
 * job_requests(). */
MUST_USE enum err tasks_of_job(const struct page *p, const char *job);

#endif
