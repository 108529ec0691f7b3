/* An answer, or the end of patience: a server that is frozen or cut off says nothing for ever. */

#include <poll.h>

#include "core/time.h"
#include "db/inside.h"

/* A little more than the server itself allows a statement. */
enum { PATIENCE_US = 10200000, PAUSE_US = 1000000, TURN_MS = 60000 };

static bool ready_by(PGconn *conn, short events, int64_t end_us)
{
	struct pollfd p = { .fd = PQsocket(conn), .events = events };
	int64_t left_us;

	while ((left_us = end_us - time_monotonic_us()) > 0) {
		int64_t ms = left_us / 1000 + 1;
		if (poll(&p, 1, ms < TURN_MS ? (int)ms : TURN_MS) > 0)
			return true;
	}
	return false;
}

/* Hands over what is still to be sent; the server may want to be heard meanwhile. */
static bool sent_by(PGconn *conn, int64_t end_us)
{
	int left;

	while ((left = PQflush(conn)) > 0)
		if (!ready_by(conn, POLLIN | POLLOUT, end_us) || !PQconsumeInput(conn))
			return false;
	return left == 0;
}

int64_t db_patience(void)
{
	return time_monotonic_us() + PATIENCE_US;
}

bool db_next_result(PGconn *conn, int64_t end_us, PGresult **r)
{
	*r = NULL;
	if (!sent_by(conn, end_us))
		return false;
	while (PQisBusy(conn))
		if (!ready_by(conn, POLLIN, end_us) || !PQconsumeInput(conn))
			return false;
	*r = PQgetResult(conn);
	return true;
}

PGresult *db_await(struct db *db)
{
	PGconn *conn = db->conn;
	int64_t end_us = db->patient ? INT64_MAX : db_patience();
	PGresult *last = NULL, *r;
	bool more = true;

	while ((more = db_next_result(conn, end_us, &r)) && r != NULL) {
		/* What failed is what counts, as with PQexec. */
		if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR) {
			PQclear(r);
			continue;
		}
		PQclear(last);
		last = r;
	}
	if (more)
		return last;
	/* Who is frozen now is still frozen when the same request asks next; who hung up may be
	 * back. */
	if (time_monotonic_us() >= end_us)
		db->retry_at_us = time_monotonic_us() + PAUSE_US;
	PQclear(last);
	return NULL;
}
