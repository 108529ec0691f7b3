#ifndef ENGINE_JOB_BODY_H
#define ENGINE_JOB_BODY_H

/* job_body: the JSON of a definition that a client sent, read as Dkron reads it. */

#include "core/json.h"

/*
 * Keys match without regard to case and unknown ones are passed over; null is as good as nothing;
 * tags, metadata and configurations hold texts only. Stricter than Dkron in what core/json refuses:
 * a key twice, bytes behind the end, broken UTF-8. *out has every field of a definition in Dkron's
 * order, at Go's zero value where nothing was given. ERR_INVALID: the fault is Dkron's sentence.
 */
MUST_USE enum err job_body_read(struct ctx *c, const char *text, size_t len, struct json **out);

#endif
