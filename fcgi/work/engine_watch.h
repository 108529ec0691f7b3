#ifndef WORK_ENGINE_WATCH_H
#define WORK_ENGINE_WATCH_H

/* engine_watch: is the engine there, which version, who leads, which nodes; kept in engine_state.
 */

#include "work/worker.h"

/* Asks and stores. Failing jobs are due at once when it has come back; all say why when it went. A
 * request since the last look that nobody answered was a look, too: it was away, though it may
 * answer again by now. */
void engine_look(struct worker *w, bool *reachable);

#endif
