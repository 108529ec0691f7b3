#ifndef TESTS_ENGINE_LISTENER_H
#define TESTS_ENGINE_LISTENER_H

/* listener: a small HTTP server inside the test, on a port of its own of the loopback. */

#include <stdbool.h>
#include <stddef.h>

struct listener {
	int fd, port;
};

struct listener listener_open(void);

/* Takes one request and answers with the request line, the headers and the body, under the status
 * that the path begins with ("/404/x"). */
void listener_echo(const struct listener *l);

/* Waits up to `ms` for a request, keeps its body in `to` and answers 204. False: none came. */
bool listener_hear(const struct listener *l, int ms, char *to, size_t room);

#endif
