#ifndef DB_INSIDE_H
#define DB_INSIDE_H

/* inside: what the files of db share about one connection; for them alone. */

#include <libpq-fe.h>

#include "db/db.h"

enum { DB_CHANNELS = 4, DB_CAUSE_BYTES = 512 };

struct db {
	PGconn *conn; /* NULL: none now */
	char *address, *role;
	enum db_set set;
	bool brief;                    /* nothing is prepared */
	int depth;                     /* open transaction and savepoints */
	bool patient;                  /* a script runs: it may take as long as it likes */
	bool again;                    /* Postgres asked for the transaction to be run once more */
	int64_t pause_us, retry_at_us; /* back-off; on the monotonic clock */
	const char *channels[DB_CHANNELS]; /* that this connection LISTENs to */
	bool told;                         /* a notification came since db_told() was asked */
	char cause[DB_CAUSE_BYTES];        /* what was said last when something failed */
};

struct statement {
	const char *name;
	enum db_kind kind;
	int params;
	enum db_set set;
	const char *text;
};
extern const struct statement db_statements[SQL__COUNT];

/* True when the connection can be used; makes one when there is none, at most one try a pause.
 * Never in the middle of a transaction: what was done in it is gone. */
bool db_usable(struct db *db);
void db_drop(struct db *db); /* the connection is of no use any more */

/* What libpq waits for without end, with an end: the next result (*r NULL: there are no more), and
 * the last one of a command. False and NULL: none came in time, or the connection broke. */
int64_t db_patience(void); /* until when, from now */
bool db_next_result(PGconn *conn, int64_t end_us, PGresult **r);
PGresult *db_await(struct db *db);

/* Whether a text quotes a part of the address that may belong to its password, however wrong the
 * address is. */
bool db_address_shows(const char *address, const char *said);

/* Keeps what was said, for the causes of faults until something else fails; NULL: nothing was. */
void db_remember(struct db *db, const char *said);
/* Logs what Postgres said and gives it a meaning for callers. */
enum err db_meaning(struct ctx *c, const PGresult *r, const char *what);
enum err db_away(struct ctx *c);

/* Runs a command text that is a constant of ours. *r is owned by the arena. */
MUST_USE enum err db_command(struct ctx *c, const char *text, PGresult **r);

#endif
