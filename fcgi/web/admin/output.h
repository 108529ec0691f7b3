#ifndef WEB_ADMIN_OUTPUT_H
#define WEB_ADMIN_OUTPUT_H

/* output: what an execution printed, as numbered lines on its run's page and as plain text. */

#include "model/run.h"
#include "web/admin/page.h"

/* Fills section OUTPUT of the run's page; `chosen` is the engine's id of an execution, NULL: the
 * last started. */
MUST_USE enum err output_show(const struct page *p, const struct run *run, const char *chosen,
    const struct execution *executions, size_t n);

/* Where the plain text is, from `offset` on. */
const char *output_link(struct ctx *c, int64_t run_id, const char *chosen, int64_t offset);

#endif
