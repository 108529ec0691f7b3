/* What Postgres says, in terms of enum err. */

#include <string.h>

#include "core/log.h"
#include "db/inside.h"

/* No table, no column, no function of a name: the other side of a migration. */
#define UNKNOWN "The database is not as this program knows it: is it migrated?"

/* clang-format off */
/* A longer prefix stands before a shorter one; all that is not here is ERR_INTERNAL. */
static const struct {
	const char *state, *detail;
	enum err err;
	bool drop; /* the connection is no longer what we prepared it to be */
} meanings[] = {
	{ "23505", "That exists already.",                           ERR_CONFLICT,    false },
	{ "23503", "Something else refers to it, or it refers to something gone.", ERR_CONFLICT, false },
	{ "23",    "The change was refused.",                        ERR_INVALID,     false },
	{ "22",    "A value was refused.",                           ERR_INVALID,     false },
	{ "54",    "A value is too large.",                          ERR_TOO_LARGE,   false },
	{ "P0002", "There is no such thing.",                        ERR_NOT_FOUND,   false },
	{ "40",    "Somebody else changed it at the same moment.",   ERR_UNAVAILABLE, false },
	{ "55P03", "Somebody else is changing it.",                  ERR_UNAVAILABLE, false },
	{ "08",    "The database is away.",                          ERR_UNAVAILABLE, false },
	{ "53",    "The database is overloaded.",                    ERR_UNAVAILABLE, false },
	{ "57014", "The database took too long.",                    ERR_UNAVAILABLE, false },
	{ "57",    "The database is away.",                          ERR_UNAVAILABLE, false },
	{ "58",    "The database is away.",                          ERR_UNAVAILABLE, false },
	{ "25P03", "The database is away.",                          ERR_UNAVAILABLE, false },
	{ "25006", "The database is read-only.",                     ERR_UNAVAILABLE, true },
	{ "42P01", UNKNOWN,                                          ERR_UNAVAILABLE, false },
	{ "42703", UNKNOWN,                                          ERR_UNAVAILABLE, false },
	{ "42883", UNKNOWN,                                          ERR_UNAVAILABLE, false },
	{ "26000", "The database is away.",                          ERR_UNAVAILABLE, true }, /* statements gone */
	{ "0A000", "The database is away.",                          ERR_UNAVAILABLE, true }, /* a result changed */
};
/* clang-format on */

enum { RETRY_S = 2 };

void db_remember(struct db *db, const char *said)
{
	size_t n = said == NULL ? 0 : strlen(said);

	while (n > 0 && said[n - 1] == '\n')
		n--;
	snprintf(db->cause, sizeof(db->cause), "%.*s", (int)n, n > 0 ? said : "");
}

static enum err with_cause(struct ctx *c, enum err e)
{
	c->fault.retry_s = e == ERR_UNAVAILABLE ? RETRY_S : 0;
	c->fault.cause = *c->db->cause ? arena_strdup(c->arena, c->db->cause) : NULL;
	return e;
}

enum err db_away(struct ctx *c)
{
	fault_set(c, NULL, "The database is away.");
	return with_cause(c, ERR_UNAVAILABLE);
}

/* The primary message and the names only: DETAIL would quote values. */
static void tell(struct ctx *c, const PGresult *r, enum err e, const char *what, const char *state)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	bool expected = e == ERR_CONFLICT || e == ERR_INVALID || e == ERR_NOT_FOUND;

	if (text == NULL)
		text = PQerrorMessage(c->db->conn);
	if (*text == '\0')
		text = "no answer in time";
	db_remember(c->db, text);
	log_event(c, expected ? LOG_INFO : LOG_WARN, "db_error", LOG_TEXT("statement", what),
	    LOG_TEXT("state", state),
	    LOG_TEXT("constraint", PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME)),
	    LOG_TEXT("detail", text));
}

enum err db_meaning(struct ctx *c, const PGresult *r, const char *what)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	size_t i = 0;

	if (state == NULL || PQstatus(c->db->conn) == CONNECTION_BAD) {
		tell(c, r, ERR_UNAVAILABLE, what, state);
		db_drop(c->db);
		return db_away(c);
	}
	while (i < LENGTH(meanings) &&
	       strncmp(state, meanings[i].state, strlen(meanings[i].state)) != 0)
		i++;
	if (i == LENGTH(meanings)) {
		tell(c, r, ERR_INTERNAL, what, state);
		fault_set(c, NULL, "%s: SQLSTATE %s", what, state);
		return with_cause(c, ERR_INTERNAL);
	}
	tell(c, r, meanings[i].err, what, state);
	c->db->again |= strncmp(state, "40", 2) == 0;
	if (meanings[i].drop)
		db_drop(c->db);
	fault_set(c, NULL, "%s", meanings[i].detail);
	return with_cause(c, meanings[i].err);
}
