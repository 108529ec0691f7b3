#ifndef WEB_ADMIN_HISTORY_H
#define WEB_ADMIN_HISTORY_H

/* history: how a job has done, as figures and two plots: its last runs by how long they took, and
 * its days by how many went well. Above the line it went well, below it did not. */

#include "model/job.h"
#include "model/run.h"
#include "web/admin/page.h"

enum { HISTORY_RUNS = 32 };

/* Fills the sections STATS and PLOTS of a job's page; `runs`, newest first. */
MUST_USE enum err history_show(
    const struct page *p, const struct job *job, const struct run *runs, size_t n);

#endif
