#ifndef WEB_ADMIN_RUNS_TABLE_H
#define WEB_ADMIN_RUNS_TABLE_H

/* runs_table: one run as a row, the same in every list of runs (parts/run-row.html has the cells).
 */

#include "model/run.h"
#include "web/admin/page.h"

void runs_row(const struct page *p, struct view *row, const struct run *run);

/* How long it took, or has taken so far; NULL when it never started. */
const char *runs_took(const struct page *p, const struct run *run);

#endif
