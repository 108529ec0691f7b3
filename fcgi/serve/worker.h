#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

/* worker: one process of a pool, one request at a time. */

#include <signal.h>

#include "serve/serve.h"

/* Exit code of a worker that could not get ready, as opposed to one that died on a request. */
enum { WORKER_NOT_READY = 3 };

/* Sent by a worker to the parent once it takes requests; queued, so none is lost. */
#define WORKER_READY SIGRTMIN

struct worker {
	const struct config *config;
	const struct pool *pool;
	const struct serve_options *options;
	int listen_fd;
};

int64_t worker_answer_s(const struct worker *w); /* by option, else by pool */

/* Serves until TERM or INT comes, or until its number of requests is done. TERM and INT are blocked
 * already. Never returns. */
_Noreturn void worker_run(const struct worker *w);

#endif
