#ifndef DB_DB_H
#define DB_DB_H

/*
 * db: the only place that knows libpq.
 *
 * Statements live in sql/queries, are prepared when the connection opens (but for
 * db_open_briefly), and are named here as SQL_<NAME>. Values go in as arguments, never as text in
 * the statement. Results land in structs through a table of fields.
 *
 * One connection per process. When it is lost, the call answers ERR_UNAVAILABLE
 * and the next one opens it anew (with a pause, so that a dead server is not
 * hammered); nobody has to restart anything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/json.h"
#include "sql_statements.h"

enum db_kind { DB_ONE, DB_MANY, DB_EXEC };

/* Which statements a process prepares: the product's, the embedded engine's own
 * (sql/queries/engine*.sql), those of `signalbox migrate` (sql/queries/migrate*.sql), or none: for
 * a database without a schema yet. */
enum db_set { DB_PANEL, DB_ENGINE, DB_MIGRATE, DB_NOTHING };

/* clang-format off */
enum sql {
#define X(id, name, kind, params, set, text) SQL_##id,
	SQL_STATEMENTS(X)
#undef X
	SQL__COUNT
};
/* clang-format on */

struct db_arg {
	const char *text; /* borrowed until the call returns; NULL is SQL NULL */
	size_t len;       /* of bytes; 0 with text is a C string */
	bool binary;      /* bytea */
	char digits[24];
};

/* All that a statement takes: DB_ARGS(db_int(id), db_text(name)), or DB_NO_ARGS. */
struct db_args {
	const struct db_arg *list;
	size_t n;
};

struct db_arg db_int(int64_t n);
struct db_arg db_bool(bool b);
struct db_arg db_text(const char *s);                  /* NULL is SQL NULL */
struct db_arg db_bytes(const char *bytes, size_t len); /* a bytea, NUL allowed; NULL is SQL NULL */
struct db_arg db_maybe_int(int64_t n);                 /* 0 is SQL NULL */
/* Times are int64 microseconds everywhere: pass with db_int(); SQL turns them with at($1) and
 * us(column). */

/* clang-format off */
#define DB_ARGS(...) ((struct db_args){ (struct db_arg[]){ __VA_ARGS__ }, \
	sizeof((struct db_arg[]){ __VA_ARGS__ }) / sizeof(struct db_arg) })
#define DB_NO_ARGS ((struct db_args){ NULL, 0 })
/* clang-format on */

/* A text that may be NULL has its own type, so that nobody forgets it. */
struct db_maybe {
	const char *text; /* NULL when SQL NULL */
};
/* An integer that may be NULL (then 0). */
struct db_maybe_int64 {
	int64_t value;
	bool set;
};
struct json *db_maybe_json(struct arena *a, struct db_maybe_int64 n);
/* A bytea. */
struct db_blob {
	const char *bytes; /* NUL-terminated behind the end as a kindness */
	size_t len;
};

enum db_type { DB_END_, DB_INT64_, DB_BOOL_, DB_TEXT_, DB_MAYBE_TEXT_, DB_MAYBE_INT_, DB_BLOB_ };

struct db_field {
	const char *column;
	enum db_type type;
	size_t offset;
};

/* One member filled from the column of the same name; the compiler picks the conversion. */
/* clang-format off */
#define DB_FIELD(type, member) { #member, \
	_Generic(((type *)0)->member, int64_t: DB_INT64_, bool: DB_BOOL_, const char *: DB_TEXT_, \
	    struct db_maybe: DB_MAYBE_TEXT_, struct db_maybe_int64: DB_MAYBE_INT_, struct db_blob: DB_BLOB_), \
	offsetof(type, member) }
#define DB_END { NULL, DB_END_, 0 }
/* clang-format on */

/*
 * Makes a connection object and tries to connect as `role` (NULL: as the address says). Never NULL;
 * a server that is away is tried again by the next call. Statements of `set` are prepared on each
 * connect; one that Postgres refuses is logged and makes every call ERR_UNAVAILABLE until a connect
 * succeeds.
 */
struct db *db_open(const char *address, const char *role, enum db_set set);
/* The same for a process that asks a few things and ends: nothing is prepared, Postgres reads each
 * statement of DB_PANEL when it is run. */
struct db *db_open_briefly(const char *address, const char *role);
void db_close(struct db *db);                /* NULL is allowed */
bool db_ready(struct db *db);                /* connected and prepared now; does not try */
MUST_USE enum err db_connect(struct ctx *c); /* connects when not connected; ERR_UNAVAILABLE */

/*
 * Runs a :one statement into *out. Text members are owned by c->arena.
 * ERR_NOT_FOUND when there is no row, ERR_INTERNAL when there are two; a broken constraint gives
 * ERR_CONFLICT or ERR_INVALID; a lost server or a serialization failure, ERR_UNAVAILABLE.
 */
MUST_USE enum err db_one(struct ctx *c, enum sql statement, struct db_args args,
    const struct db_field *fields, void *out);

/*
 * Runs a :many statement: *rows becomes an arena-owned array of *count structs of `size` bytes.
 *
 *     struct job *jobs;
 *     size_t n;
 *     TRY(db_many(c, SQL_JOB_LIST, DB_ARGS(db_int(team)), job_fields, sizeof(*jobs), &jobs, &n));
 */
#define db_many(c, statement, args, fields, size, rows, count) \
	db_many_into(                                          \
	    (c), (statement), (args), &(struct db_into){ (fields), (size), (rows), (count) })

struct db_into {
	const struct db_field *fields;
	size_t size;
	void *rows; /* the address of a pointer to structs */
	size_t *count;
};
MUST_USE enum err db_many_into(
    struct ctx *c, enum sql statement, struct db_args args, const struct db_into *into);

/* Runs an :exec statement (or one whose rows do not matter); *affected may be NULL. */
MUST_USE enum err db_exec(
    struct ctx *c, enum sql statement, struct db_args args, int64_t *affected);

/*
 * Runs work(c, arg) in a transaction, or in a savepoint when one is open, and
 * commits only if it returns OK. The outermost call runs it again, up to three
 * times, when Postgres asks for that; so work() must have no other effect.
 */
MUST_USE enum err db_atomically(
    struct ctx *c, enum err (*work)(struct ctx *c, void *arg), void *arg);

/*
 * Waits up to timeout_ms for a notification on `channel`, a constant, or for fd (-1: none) to
 * become readable. True when something came, and at once when listening has only just begun (also
 * after a reconnect), because what was sent before is lost; false after the time, a signal or a
 * broken connection.
 */
bool db_wait(struct db *db, const char *channel, int fd, int timeout_ms);

/* For who waits for both: true once after a notification, whatever *fd had to say. */
bool db_told(struct db *db);

/* Migrations only: runs a file's text as it is, several statements at once, without
 * statement_timeout. */
MUST_USE enum err db_script(struct ctx *c, const char *sql);

/* The password in an address, arena-owned; NULL when it holds none. */
const char *db_address_password(struct arena *a, const char *address);

#endif
