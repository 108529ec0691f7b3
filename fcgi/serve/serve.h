#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

/*
 * serve: a prefork FastCGI server for one pool.
 *
 * The parent owns the listening socket and the children, and holds no connection to anything. A
 * worker is one process that answers one request at a time. Signals to the parent: TERM or INT let
 * every worker finish its request and end; HUP starts new workers and, once they are ready, ends
 * the old ones. A worker that dies is replaced at once, later ones with a growing pause up to a
 * second; the parent never gives up.
 */

#include <stdint.h>

#include "core/ctx.h"
#include "serve/pools.h"

struct serve_options {
	const char *socket; /* where to listen; NULL: the socket that is file descriptor 0 */
	int64_t workers;    /* processes */
	int64_t requests;   /* after which a worker is replaced */
	int64_t read_s;     /* for a request to arrive whole, once its connection is taken */
	int64_t answer_s;   /* for the answer; 0: as the pool says */
	/* Loads the pool's templates before a worker's first request; NULL: there are none. */
	enum err (*prepare)(struct ctx *c, const char *templates);
};

/* Serves until told to stop; the exit code of the program. In a worker it does not return. */
int serve(
    const struct config *config, const struct pool *pool, const struct serve_options *options);

/* Milliseconds to wait before the next worker, after so many in a row that died young. */
int serve_pause_ms(int young_deaths);

#endif
