#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

/*
 * audit: who changed what, when, from where, before and after. Rows are added in the transaction of
 * the change itself, and nobody can change or delete one.
 */

#include "core/ctx.h"
#include "core/json.h"

/* Object is "job:hello", "account:marta", "session:7", "run:142". Before and after may be NULL;
 * never a secret. */
MUST_USE enum err audit_add(struct ctx *c, const char *verb, const char *object,
    const struct json *before, const struct json *after);

#endif
