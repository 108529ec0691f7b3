#ifndef WEB_ADMIN_JOB_H
#define WEB_ADMIN_JOB_H

/* job: the page of one job, which also its buttons come back to. */

#include "http/http.h"

/* With `refusal`, the sentence stands on top: what a button could not do. */
MUST_USE enum err job_page(
    struct req *r, struct resp *w, const char *name, int status, const char *refusal);

#endif
