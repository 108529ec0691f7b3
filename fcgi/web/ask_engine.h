#ifndef WEB_ASK_ENGINE_H
#define WEB_ASK_ENGINE_H

/* ask_engine: the few questions that a pool asks the engine itself, while a person waits: bounded
 * in time, ERR_UNAVAILABLE with a sentence when it is away. */

#include "model/plan.h"

MUST_USE enum err ask_plan(struct ctx *c, struct plan *out);

#endif
