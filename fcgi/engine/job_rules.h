#ifndef ENGINE_JOB_RULES_H
#define ENGINE_JOB_RULES_H

/* job_rules: what Dkron demands of a definition, in the order and the words in which it does. */

#include "core/json.h"

/* `job` is what job_body_read() made. ERR_INVALID: the fault is Dkron's sentence. */
MUST_USE enum err job_rules_check(struct ctx *c, const struct json *job);

/* The limit "mem_limit" of a shell job in bytes; "" is 0, no limit. ERR_INVALID with Dkron's
 * sentence. */
MUST_USE enum err job_rules_memory(struct ctx *c, const char *limit, int64_t *bytes);

#endif
