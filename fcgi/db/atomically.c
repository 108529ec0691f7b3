/* Transactions, and scripts that bring their own. */

#include <string.h>

#include "core/log.h"
#include "db/inside.h"

enum { TRIES = 3 };

static enum err begin(struct ctx *c, bool outer)
{
	PGresult *r;

	TRY(db_command(c, outer ? "BEGIN" : "SAVEPOINT nested", &r));
	c->db->depth++;
	return OK;
}

/* A COMMIT that Postgres answers with ROLLBACK: a statement failed and somebody went on regardless.
 */
static enum err commit(struct ctx *c, bool outer)
{
	PGresult *r;

	TRY(db_command(c, outer ? "COMMIT" : "RELEASE nested", &r));
	if (strcmp(PQcmdStatus(r), "ROLLBACK") == 0)
		return fail(c, ERR_INTERNAL, NULL, "work went on after a statement had failed");
	return OK;
}

/* Why the work failed is what the caller is told, whatever becomes of the rollback. */
static void roll_back(struct ctx *c, bool outer)
{
	struct fault why = c->fault;
	PGresult *r;

	if (db_command(c, outer ? "ROLLBACK" : "ROLLBACK TO nested; RELEASE nested", &r) != OK)
		db_drop(c->db); /* Postgres rolls back what loses its connection */
	c->fault = why;
}

static enum err once(struct ctx *c, bool outer, enum err (*work)(struct ctx *, void *), void *arg)
{
	TRY(begin(c, outer));
	enum err e = work(c, arg);
	if (e == OK) {
		e = commit(c, outer);
		if (e != OK && !outer)
			roll_back(c, outer);
	} else {
		roll_back(c, outer);
	}
	c->db->depth--;
	return e;
}

enum err db_atomically(struct ctx *c, enum err (*work)(struct ctx *, void *), void *arg)
{
	bool outer = c->db->depth == 0;
	enum err e = OK;

	if (!outer)
		return once(c, false, work, arg);
	for (int tries = 0; tries < TRIES; tries++) {
		c->db->again = false;
		e = once(c, true, work, arg);
		if (e == OK || !c->db->again)
			break;
	}
	return e;
}

/* A script that fails behind a BEGIN of its own, or forgets its COMMIT, leaves nothing behind. */
static enum err close_transaction(struct ctx *c, enum err e)
{
	if (c->db->conn == NULL || c->db->depth > 0 ||
	    PQtransactionStatus(c->db->conn) == PQTRANS_IDLE)
		return e;
	roll_back(c, true);
	return e != OK ? e : fail(c, ERR_INTERNAL, NULL, "a script left its transaction open");
}

/* A migration may take longer than any request. In a transaction that was aborted the way back is
 * refused, and not needed: its end undoes the first SET, too. */
enum err db_script(struct ctx *c, const char *sql)
{
	PGresult *r;

	TRY(db_command(c, "SET statement_timeout = 0", &r));
	c->db->patient = true;
	enum err e = close_transaction(c, db_command(c, sql, &r));
	c->db->patient = false;
	if (c->db->conn != NULL && PQtransactionStatus(c->db->conn) != PQTRANS_INERROR) {
		struct fault why = c->fault;
		TRY(db_command(c, "SET statement_timeout = '10s'", &r));
		c->fault = why;
	}
	return e;
}
