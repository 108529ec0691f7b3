#ifndef WEB_ADMIN_RUN_AROUND_H
#define WEB_ADMIN_RUN_AROUND_H

/* run_around: what one wants to know beside a run, above all of one that went wrong: why, when it
 * went well last, how the job stands now, when it fires next, who was told. */

#include "model/job.h"
#include "model/run.h"
#include "web/admin/page.h"

/* Fills ERROR and section AROUND of the run's page. `job` NULL: it is gone, or not to be seen. */
MUST_USE enum err run_around(const struct page *p, const struct run *run, const struct job *job);

/* Whether something may still come to it: what was printed is being read, people are being told. */
bool run_is_fresh(const struct ctx *c, const struct run *run);

#endif
