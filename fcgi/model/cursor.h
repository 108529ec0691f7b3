#ifndef MODEL_CURSOR_H
#define MODEL_CURSOR_H

/* cursor: where a page of a list ends, as a client carries it to the next: a place that only the
 * list itself reads, in URL-safe base64. */

#include "core/ctx.h"

const char *cursor_write(struct ctx *c, const char *place);

/* What cursor_write() was given, arena-owned; false: it is no cursor. */
bool cursor_read(struct ctx *c, const char *after, char **place);

/* ERR_INVALID that names "after". */
MUST_USE enum err cursor_refuse(struct ctx *c);

#endif
