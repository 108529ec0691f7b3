#ifndef WEB_ADMIN_REVISIONS_H
#define WEB_ADMIN_REVISIONS_H

/* revisions: what changed from one to another, for the pages that show it. */

#include "model/job.h"
#include "view/view.h"

/* Into a section CHANGES of `v`, left out when nothing did; *n is how many fields. */
MUST_USE enum err revisions_changes(struct ctx *c, struct view *v, const struct revision *before,
    const struct revision *after, size_t *n);

/* {{#APPROVED}}, when others had to: who, and the request. */
void revisions_approved(struct ctx *c, struct view *v, const struct revision *revision);

#endif
