/* Opening the one connection of a process, and opening it again. */

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "db/inside.h"

enum { PAUSE_FIRST_US = 50 * 1000, PAUSE_MAX_US = 1000 * 1000 };

const struct statement db_statements[SQL__COUNT] = {
#define X(id, name, kind, params, set, text) [SQL_##id] = { name, kind, params, set, text },
	SQL_STATEMENTS(X)
#undef X
};

/* Limits that no request of ours should meet, and what a page at random costs: what a request asks
 * for lies in memory, and with the price of spinning disks the planner reads every account to join
 * one. In the session, so that an address may have its own options. */
static const char limits[] = "SELECT set_config('statement_timeout', '10s', false),"
			     " set_config('lock_timeout', '5s', false),"
			     " set_config('random_page_cost', '1.1', false),"
			     " set_config('idle_in_transaction_session_timeout', '30s', false)";

static void notice(void *arg, const PGresult *r)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	log_event(NULL, LOG_DEBUG, "db_notice", LOG_TEXT("detail", text));
}

/* Libpq takes the last of two words of one name: what stands before dbname is a default that the
 * address may change, what stands behind is not. */
static PGconn *dial(const struct db *db)
{
	const char *words[] = { "connect_timeout", "keepalives", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "tcp_user_timeout", "application_name",
		"gssencmode", "dbname", "client_encoding", db->role ? "user" : NULL, NULL };
	const char *values[] = { "3", "1", "30", "10", "3", "10000", "signalbox", "disable",
		db->address, "UTF8", db->role, NULL };

	return PQconnectdbParams(words, values, 1);
}

static bool results_are_good(struct db *db, const char *const *names, size_t n)
{
	PGconn *conn = db->conn;
	int64_t end_us = db_patience();
	bool good = true;
	PGresult *r;

	for (size_t i = 0; i < n; i++) {
		if (!db_next_result(conn, end_us, &r))
			return false;
		ExecStatusType status = PQresultStatus(r);
		if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && good) {
			const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
			good = false; /* the first failure is the cause of all behind it */
			db_remember(db, text != NULL ? text : PQerrorMessage(conn));
			log_event(NULL, LOG_ERROR, "db_prepare", LOG_TEXT("statement", names[i]),
			    LOG_TEXT("detail", text));
		}
		PQclear(r);
		if (r != NULL)
			PQclear(PQgetResult(conn)); /* the NULL that ends each one's results */
	}
	bool whole = db_next_result(conn, end_us, &r); /* the sync */
	PQclear(r);
	return good && whole;
}

/* Everything at once in a pipeline: one round trip instead of one for each statement. */
static bool prepare(struct db *db)
{
	PGconn *conn = db->conn;
	const char *names[SQL__COUNT + 1] = { "limits" };
	size_t n = 1;

	if (!PQenterPipelineMode(conn) ||
	    !PQsendQueryParams(conn, limits, 0, NULL, NULL, NULL, NULL, 0))
		return false;
	for (size_t i = 0; i < SQL__COUNT; i++) {
		const struct statement *s = &db_statements[i];
		if (s->set != db->set || db->brief)
			continue;
		if (!PQsendPrepare(conn, s->name, s->text, 0, NULL))
			return false;
		names[n++] = s->name;
	}
	if (!PQpipelineSync(conn))
		return false;
	return results_are_good(db, names, n) && PQexitPipelineMode(conn);
}

void db_drop(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	memset(db->channels, 0, sizeof(db->channels));
}

static void wait_longer(struct db *db)
{
	db_drop(db);
	db->pause_us = db->pause_us == 0 ? PAUSE_FIRST_US : db->pause_us * 2;
	if (db->pause_us > PAUSE_MAX_US)
		db->pause_us = PAUSE_MAX_US;
	db->retry_at_us = time_monotonic_us() + db->pause_us;
}

static const char *why_not(const struct db *db)
{
	const char *said = PQerrorMessage(db->conn);

	if (PQdb(db->conn) == NULL)
		return "the address of the database cannot be read";
	return db_address_shows(db->address, said)
		   ? "the address of the database is wrong in a way that would show its password"
		   : said;
}

static bool try(struct db *db)
{
	if (time_monotonic_us() < db->retry_at_us)
		return false;
	db->conn = dial(db);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		log_event(NULL, LOG_ERROR, "db_connect", LOG_TEXT("role", db->role),
		    LOG_TEXT("detail", why_not(db)));
		db_remember(db, why_not(db));
		wait_longer(db);
		return false;
	}
	PQsetNoticeReceiver(db->conn, notice, NULL);
	db_remember(db, NULL);
	if (!prepare(db)) {
		wait_longer(db);
		return false;
	}
	log_event(NULL, LOG_DEBUG, "db_connected", LOG_TEXT("role", db->role));
	db->pause_us = db->retry_at_us = 0;
	return true;
}

/* A server that went away while we were idle has left an end of file: found here, it costs nobody's
 * request. */
static bool alive(struct db *db)
{
	struct pollfd p = { .fd = PQsocket(db->conn), .events = POLLIN };

	while (PQstatus(db->conn) == CONNECTION_OK && poll(&p, 1, 0) > 0)
		if (!PQconsumeInput(db->conn))
			return false;
	return PQstatus(db->conn) == CONNECTION_OK;
}

bool db_usable(struct db *db)
{
	if (db->depth > 0)
		return db->conn != NULL;
	if (db->conn != NULL && alive(db))
		return true;
	db_drop(db);
	return try(db);
}

static char *copy(const char *s)
{
	char *text = s == NULL ? NULL : strdup(s);

	if (s != NULL && text == NULL)
		abort();
	return text;
}

static struct db *opened(const char *address, const char *role, enum db_set set, bool brief)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		abort();
	db->address = copy(address);
	db->role = copy(role);
	db->set = set;
	db->brief = brief;
	(void)try(db);
	return db;
}

struct db *db_open(const char *address, const char *role, enum db_set set)
{
	return opened(address, role, set, false);
}

struct db *db_open_briefly(const char *address, const char *role)
{
	return opened(address, role, DB_PANEL, true);
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_drop(db);
	free(db->address);
	free(db->role);
	free(db);
}

bool db_ready(struct db *db)
{
	return db->conn != NULL && alive(db);
}

enum err db_connect(struct ctx *c)
{
	return db_usable(c->db) ? OK : db_away(c);
}
