#ifndef WORK_LOST_H
#define WORK_LOST_H

/*
 * lost: jobs of ours that the engine's list lacked, asked for by name before that is believed.
 *
 * A list proves little: it is read in pages, between which jobs move, and a server that begins anew
 * or lags behind answers with a shorter one, or none.
 */

#include "model/outbox_work.h"
#include "work/worker.h"

/* there[i]: the engine has jobs[i] after all, or nobody can tell. What is on record as gone already
 * is not asked for again. ERR_UNAVAILABLE: nothing can be concluded, and why. */
MUST_USE enum err lost_ask(
    struct worker *w, const struct outbox_job *jobs, size_t n, bool *there, size_t *nthere);

#endif
