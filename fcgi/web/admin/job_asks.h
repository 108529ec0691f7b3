#ifndef WEB_ADMIN_JOB_ASKS_H
#define WEB_ADMIN_JOB_ASKS_H

/* job_asks: on the page of a job, who has to be asked before it is changed or run, and what is
 * asked for already. */

#include "model/approval.h"
#include "web/admin/page.h"

/* {{#ASKS}} with {{WHO}} when others have to approve, else {{#AT_ONCE}}. */
MUST_USE enum err job_asks(const struct page *p, struct view *v, const struct job *job,
    unsigned what /* enum approval_of */);
MUST_USE enum err asks_of(const struct page *p, struct view *v, const struct approval_case *of);

/* {{#REQUESTS}}: open requests about the job that the reader may see. */
MUST_USE enum err job_requests(const struct page *p, const struct job *job);

#endif
