#ifndef WORK_OLD_JOBS_H
#define WORK_OLD_JOBS_H

/* old_jobs: jobs of the engine whose place one of ours has taken: their history is read, and they
 * are deleted. */

#include "work/worker.h"

void old_jobs_turn(struct worker *w);

#endif
