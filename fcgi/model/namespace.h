#ifndef MODEL_NAMESPACE_H
#define MODEL_NAMESPACE_H

/*
 * namespace: under which prefix our jobs stand on the engine, and moving them to another one.
 *
 * Whoever changes SIGNALBOX_NAMESPACE by mistake must not find every job there twice, and firing
 * twice. So work writes nothing while its configuration says another prefix than it wrote under,
 * until it is put back or namespace_move() says that it was meant. Then each old copy is switched
 * off before its new one is written, and deleted when its history has been read: takeover.h.
 */

#include "core/ctx.h"

/* *why is NULL when the configuration's prefix is the one; else a sentence. */
MUST_USE enum err namespace_check(struct ctx *c, const char **why);

/* They are to stand under `to`, which work does as soon as its configuration says the same.
 * ERR_CONFLICT when they do already. In the audit; *from is the prefix so far. */
MUST_USE enum err namespace_move(struct ctx *c, const char *to, const char **from);

/* For work: a job there that bears our label and is none of ours by its name. */
MUST_USE enum err namespace_old_copy(struct ctx *c, const char *engine_name);

#endif
