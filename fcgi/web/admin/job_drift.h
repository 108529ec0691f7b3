#ifndef WEB_ADMIN_JOB_DRIFT_H
#define WEB_ADMIN_JOB_DRIFT_H

/* job_drift: on the page of a job, what the engine has instead of what we wrote. */

#include "model/job.h"
#include "web/admin/page.h"

/* *shown: there is such a thing. */
MUST_USE enum err job_show_drift(const struct page *p, const struct job *job, bool *shown);

#endif
