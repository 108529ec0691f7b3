#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

/*
 * wire: the built program (TEST_SIGNALBOX) behind a socket of its own, and a FastCGI client that
 * can also misbehave. One server at a time; one that a failed test left is killed by the next.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/arena.h"
#include "http/http.h"

struct wire {
	struct arena *arena;
	const char *folder, *socket, *log; /* paths; log is the server's stderr */
	pid_t pid;                         /* of the parent process */
};

struct wire_answer {
	bool complete; /* the record that ends a request came, and the connection was closed behind
			  it */
	int status;
	const char *head, *body;
	size_t len; /* of the body */
};

/* Starts `signalbox serve` with these words, the pool first, and waits until it listens. */
struct wire *wire_start(const char *pool, ...) __attribute__((sentinel));
/* The same as a child that somebody else is to listen for: `fd` becomes its descriptor 0. */
struct wire *wire_start_on(int fd, const char *pool);
/* Another process in the place of one that the test has killed and waited for. */
void wire_start_again(struct wire *w, const char *pool);
int wire_stop(struct wire *w); /* TERM, and waits: the exit code, or minus the signal */
int wire_wait(struct wire *w); /* only waits */

const char *wire_log(struct wire *w); /* what it has logged up to now */
/* Waits some seconds until it has logged that, so many times. */
bool wire_until_log(struct wire *w, const char *part, int times);
/* Process ids of the workers that are there now. */
size_t wire_workers(const struct wire *w, pid_t *pids, size_t max);
/* Waits until that many workers are there, or some seconds. */
bool wire_until_workers(const struct wire *w, size_t n);

int wire_connect(const struct wire *w); /* -1: refused */
/* One record; `type` 1 begins, 4 is a parameter, 5 the body. */
void wire_record(int fd, int type, const void *bytes, size_t len);
void wire_param(int fd, const char *name, const char *value);
void wire_begin(
    int fd, const char *method, const char *target);   /* with its parameters, not ended */
void wire_body(int fd, const char *bytes, size_t len); /* ends parameters and body */
struct wire_answer wire_read(struct wire *w, int fd);  /* closes it; gives up after ten seconds */

/* All of that in one. */
struct wire_answer wire_ask(struct wire *w, const char *method, const char *target);

void wire_pause_ms(int ms);

#endif
