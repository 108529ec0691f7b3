#ifndef WORK_HISTORY_H
#define WORK_HISTORY_H

/* history: what the engine remembers of one job, held against what we know of it. */

#include "model/run_hear.h"
#include "model/run_work.h"
#include "work/worker.h"

/* An execution as the engine's API shows it, or as its list of running ones does. */
struct remembered {
	const char *job; /* our name */
	struct heard_execution e;
	int64_t group_ns;
};

/* False when it is none of ours, or makes no sense. */
bool remembered_read(struct worker *w, const struct json *execution, struct remembered *out);

/* Reads the job's history; `busy` is the engine's list of running executions, read before. */
void history_read(
    struct worker *w, const struct harvest *h, const struct remembered *busy, size_t nbusy);

/* What the engine remembers of its job `engine_name` becomes the history of our `job`, a part at a
 * time; *whole: all of it has, and nothing runs there any more. */
MUST_USE enum err history_take_over(
    struct worker *w, const char *job, const char *engine_name, bool *whole);

#endif
