#ifndef MODEL_KNOCK_H
#define MODEL_KNOCK_H

/*
 * knock: how often somebody stood before a door that only a password opens.
 *
 * Counted before the password is looked at, because looking is expensive, and outside of any
 * transaction that could be rolled back.
 */

#include "core/ctx.h"

enum { KNOCK_WINDOW_S = 300, KNOCKS_PER_NAME = 10, KNOCKS_PER_ADDRESS = 60 };

/* Counts one knock by c->actor.address for `name` at `door` (a constant). ERR_TOO_MANY with
 * retry_s. */
MUST_USE enum err knock(struct ctx *c, const char *door, const char *name);

/* Counts one knock by c->actor.address at `door`, whatever for, of at most `max` in a window.
 * ERR_TOO_MANY with retry_s. */
MUST_USE enum err knock_here(struct ctx *c, const char *door, int64_t max);

/* The right password was given: the name's knocks are forgotten, the address's are not. */
MUST_USE enum err knock_forget(struct ctx *c, const char *door, const char *name);

#endif
