#ifndef SCHEDULE_HASH_H
#define SCHEDULE_HASH_H

/*
 * hash: Dkron's "~", a number made from the job's name, so that jobs spread over the hour.
 *
 * Jobs whose names have the same letters in another order get the same numbers.
 */

#include "core/ctx.h"

/* The expression with each "~" replaced, or itself when there is nothing to replace. */
const char *hash_resolve(struct ctx *c, const char *expression, const char *job_name);

#endif
