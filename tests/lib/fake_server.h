#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

/*
 * fake_server: an HTTP server on loopback that answers from a table, a process for each connection,
 * and remembers what it was asked. It ends with the test program at the latest.
 */

#include <stddef.h>
#include <sys/types.h>

struct fake_rule {
	const char
	    *asked; /* beginning of "GET /path"; the first rule that fits answers, none: 404 */
	int status; /* 0: the connection is closed without an answer; below 0: it is closed in the
		       middle of one */
	const char *body; /* NULL: empty */
	int delay_ms;
	size_t pad; /* that many more bytes of "x" behind the body */
};

struct fake_server {
	int port;
	pid_t pid;
	char *asked; /* "GET /path\n", "POST /path body\n", "POST /path body webhook-id: x\n", ...
			in the order of arrival */
};

void fake_start(struct fake_server *f, const struct fake_rule *rules, size_t n);
void fake_stop(struct fake_server *f);

#endif
