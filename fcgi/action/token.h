#ifndef ACTION_TOKEN_H
#define ACTION_TOKEN_H

/*
 * token: who holds one confirms a task: 256 bits, single use, only their hash is stored. A token is
 * derived from a nonce and SIGNALBOX_SECRET_KEY, so that the mail that carries it can be sent again
 * although nobody keeps it. An expired one, an unknown one and a used one look the same.
 */

#include "model/task.h"

/* A new one; the task's former one is dead. ERR_UNAVAILABLE: no key is set. */
MUST_USE enum err token_make(struct ctx *c, const struct task *t, int64_t live_s);

#endif
