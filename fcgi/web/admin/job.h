#ifndef WEB_ADMIN_JOB_H
#define WEB_ADMIN_JOB_H

/* job: the page of one job, which also its buttons come back to. */

#include "http/http.h"

/* With `refusal`, the sentence stands on top: what a button could not do. */
MUST_USE enum err job_page(
    struct req *r, struct resp *w, const char *name, int status, const char *refusal);

/* A change of a job that was refused: when all that it lacks is the approval of others, they are
 * asked, *asked is true and the answer leads to the request; any other error is given back as it
 * is. `reason` NULL: what the form says, if it says something. */
MUST_USE enum err job_ask_others(
    struct req *r, struct resp *w, enum err e, const char *reason, bool *asked);

/* A button of a job that may ask others: its form holds a reason at most, and where `seen` is given
 * the version that its page showed (0: it does not say). */
MUST_USE enum err job_button_form(struct req *r, int64_t *seen);

#endif
