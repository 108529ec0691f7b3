#ifndef WEB_ADMIN_REVISIONS_H
#define WEB_ADMIN_REVISIONS_H

/* revisions: what a job was; any two of them side by side, and the way back. */

#include "model/job.h"
#include "web/admin/page.h"

/* {{>REVISION}} as parts/revision.html: one more revision with what it changed of the one `before`
 * it, NULL where that is not on record. `in_force` is the job's version of now. */
MUST_USE enum err revisions_show(const struct page *p, int64_t in_force,
    const struct revision *revision, const struct revision *before, struct view **out);

#endif
