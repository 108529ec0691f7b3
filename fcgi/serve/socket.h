#ifndef SERVE_SOCKET_H
#define SERVE_SOCKET_H

/* socket: where a pool listens. */

#include "core/ctx.h"

/*
 * Makes `path` a listening socket (mode 0660, a dead one in its place is removed), or takes file
 * descriptor 0 when path is NULL. *fd is non-blocking. ERR_INVALID with the reason; ERR_CONFLICT:
 * somebody listens there already.
 */
MUST_USE enum err socket_listen(struct ctx *c, const char *path, int *fd);

/* Closes `fd` and removes its `path`, unless somebody else listens there meanwhile. */
void socket_remove(const char *path, int fd);

#endif
