#ifndef SERVE_SANDBOX_H
#define SERVE_SANDBOX_H

/*
 * sandbox: what a worker gives up before its first request. Best effort: a kernel without landlock
 * is logged, and the worker serves all the same.
 *
 * Afterwards the process and its children cannot gain privileges, cannot write, make or execute any
 * file, cannot listen on a TCP port, and can read only what name resolution, time zones, TLS, libpq
 * and `templates` need. Connecting to unix sockets stays possible.
 */

#include "core/ctx.h"

void sandbox_enter(const struct ctx *c, const char *templates);

#endif
