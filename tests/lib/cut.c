#include "lib/cut.h"

#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static enum cut how;
static int left;

void cut_at(enum cut which, int n)
{
	how = which;
	left = n;
}

/* What was sent is done, and nobody reads what came of it: a socket whose other end is shut takes
 * the place of the connection. */
static void lose(int fd)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return;
	close(pair[1]);
	dup2(pair[0], fd);
	close(pair[0]);
}

static int sent(PGconn *conn, int ok)
{
	struct pollfd p = { .fd = PQsocket(conn), .events = POLLIN };

	if (how == CUT_NOT || --left > 0)
		return ok;
	while (PQflush(conn) > 0)
		;
	(void)poll(&p, 1, 10000);
	if (how == CUT_DIE)
		kill(getpid(), SIGKILL);
	lose(p.fd);
	how = CUT_NOT;
	return ok;
}

/* The linker puts these in the place of libpq's (Makefile: --wrap). */
int __real_PQsendQuery(PGconn *conn, const char *text);
int __real_PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
    const int *lengths, const int *formats, int format);
int __real_PQsendQueryParams(PGconn *conn, const char *text, int n, const Oid *types,
    const char *const *values, const int *lengths, const int *formats, int format);
int __wrap_PQsendQuery(PGconn *conn, const char *text);
int __wrap_PQsendQueryParams(PGconn *conn, const char *text, int n, const Oid *types,
    const char *const *values, const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
    const int *lengths, const int *formats, int format);

int __wrap_PQsendQuery(PGconn *conn, const char *text)
{
	return sent(conn, __real_PQsendQuery(conn, text));
}

int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
    const int *lengths, const int *formats, int format)
{
	return sent(
	    conn, __real_PQsendQueryPrepared(conn, name, n, values, lengths, formats, format));
}

int __wrap_PQsendQueryParams(PGconn *conn, const char *text, int n, const Oid *types,
    const char *const *values, const int *lengths, const int *formats, int format)
{
	return sent(
	    conn, __real_PQsendQueryParams(conn, text, n, types, values, lengths, formats, format));
}
