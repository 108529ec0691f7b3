#include "serve/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/time.h"
#include "serve/fastcgi.h"
#include "serve/sandbox.h"

enum { ARENA_FIXED = 16 * 1024 * 1024, ARENA_PER_BODY = 8 };

/* A connection on which nothing comes holds the worker that long, then libfcgi hangs up: half of
 * the time for a whole request, so that it costs no worker, and enough for an nginx that a busy
 * machine stops between connecting and sending. libfcgi looks it up in the environment only. */
static void set_patience(int64_t read_s)
{
	char ms[24];

	snprintf(ms, sizeof(ms), "%" PRId64, read_s * 1000 / 2);
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", ms, 1);
	FCGX_Init();
}

/* Closes even if nginx wanted to keep the connection: it would hold this worker. Not through
 * libfcgi, which waits for nginx to close first; everything sent was read, so nothing is cut off.
 */
static void hang_up(FCGX_Request *fcgx)
{
	int fd = fcgx->ipcFd;

	FCGX_Free(fcgx, 0);
	fcgx->ipcFd = -1;
	if (fd >= 0)
		close(fd);
}

int64_t worker_answer_s(const struct worker *w)
{
	return w->options->answer_s > 0 ? w->options->answer_s : w->pool->answer_s;
}

/* What cannot even be judged: a broken address, a body that is not as long as was said. */
static void refuse(const struct worker *w, struct req *r, enum err e, struct resp *out)
{
	struct fault why = r->ctx->fault;

	dispatch_error(w->pool->site, r, e, out);
	log_event(r->ctx, LOG_INFO, "request_refused", LOG_TEXT("field", why.field),
	    LOG_TEXT("reason", why.detail), LOG_INT("status", out->status));
}

static void answer(const struct worker *w, struct ctx *base, FCGX_Request *fcgx)
{
	struct ctx c = *base;
	struct req *r = arena_new(c.arena, struct req);
	struct resp out = { .status = 0 };

	c.now_us = time_now_us();
	req_init(r, &c);
	enum err e = fastcgi_read(fcgx, pool_body_max(w->pool), r);
	alarm((unsigned)worker_answer_s(w));
	if (e == OK)
		e = req_target(r, r->target);
	if (e == OK)
		dispatch(w->pool->site, r, &out);
	else
		refuse(w, r, e, &out);
	if (!fastcgi_write(fcgx, r, &out))
		log_event(&c, LOG_INFO, "client_gone", LOG_INT("status", out.status));
	arena_reset(c.arena);
}

/* Requests answered: 1, 0 when another worker was quicker, -1 when the socket is of no use. The
 * alarm's default action is to end the process; the parent starts another. */
static int serve_one(const struct worker *w, struct ctx *base, FCGX_Request *fcgx)
{
	alarm((unsigned)w->options->read_s);
	int rc = FCGX_Accept_r(fcgx);
	if (rc == 0) {
		answer(w, base, fcgx);
		hang_up(fcgx);
	}
	alarm(0);
	if (rc == 0)
		return 1;
	return rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED ? 0 : -1;
}

/* EPOLLEXCLUSIVE: a connection wakes one worker of the pool, not all of them to quarrel over it. */
static int watch(int stop_fd, int listen_fd)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event stop = { .events = EPOLLIN, .data.fd = stop_fd };
	struct epoll_event come = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = listen_fd };

	if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, stop_fd, &stop) != 0 ||
	    epoll_ctl(fd, EPOLL_CTL_ADD, listen_fd, &come) != 0)
		return -1;
	return fd;
}

/* True when a request may be waiting; false when asked to leave, which counts first. */
static bool next_request(int watch_fd, int stop_fd)
{
	struct epoll_event events[2];
	int n;

	while ((n = epoll_wait(watch_fd, events, 2, -1)) < 0)
		continue; /* EINTR: nothing else can be wrong with these two */
	for (int i = 0; i < n; i++)
		if (events[i].data.fd == stop_fd)
			return false;
	return true;
}

static int loop(const struct worker *w, struct ctx *base)
{
	FCGX_Request fcgx;
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	int stop_fd = signalfd(-1, &stop, SFD_CLOEXEC), watch_fd = watch(stop_fd, w->listen_fd);
	FCGX_InitRequest(&fcgx, w->listen_fd, 0);
	for (int64_t done = 0; watch_fd >= 0 && done < w->options->requests;) {
		if (!next_request(watch_fd, stop_fd)) /* between two requests */
			return EXIT_SUCCESS;
		int n = serve_one(w, base, &fcgx);
		if (n < 0) {
			log_event(
			    base, LOG_ERROR, "accept_failed", LOG_TEXT("reason", strerror(errno)));
			return EXIT_FAILURE;
		}
		done += n;
	}
	return watch_fd >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

_Noreturn void worker_run(const struct worker *w)
{
	struct ctx c = { .arena = arena_create(
			     ARENA_FIXED + ARENA_PER_BODY * pool_body_max(w->pool)),
		.config = w->config,
		.req_id = "" };

	set_patience(w->options->read_s);
	if (!crypt_init())
		exit(WORKER_NOT_READY);
	c.db = db_open(w->config->database_url, w->pool->role, w->pool->set);
	if (w->options->prepare != NULL && w->pool->templates != NULL &&
	    w->options->prepare(&c, w->pool->templates) != OK) {
		log_event(&c, LOG_ERROR, "worker_not_ready", LOG_TEXT("reason", c.fault.detail));
		exit(WORKER_NOT_READY);
	}
	sandbox_enter(&c, w->config->templates);
	arena_reset(c.arena);
	log_event(&c, LOG_INFO, "worker_ready",
	    LOG_TEXT("database", db_ready(c.db) ? "connected" : "away"));
	if (sigqueue(getppid(), WORKER_READY, (union sigval){ .sival_int = 0 }) != 0)
		log_event(&c, LOG_WARN, "worker_not_heard", LOG_TEXT("reason", strerror(errno)));
	int rc = loop(w, &c);
	db_close(c.db);
	arena_destroy(c.arena);
	exit(rc);
}
