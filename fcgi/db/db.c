/* Arguments in, rows out. */

#include "db/db.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "db/inside.h"

enum { ARGS_MAX = 32, FIELDS_MAX = 48 };

struct db_arg db_text(const char *s)
{
	return (struct db_arg){ .text = s };
}

struct db_arg db_bytes(const char *bytes, size_t len)
{
	return (struct db_arg){ .text = bytes, .len = len, .binary = true };
}

struct json *db_maybe_json(struct arena *a, struct db_maybe_int64 n)
{
	return n.set ? json_number(a, n.value) : NULL;
}

struct db_arg db_int(int64_t n)
{
	struct db_arg a = { .text = NULL };

	snprintf(a.digits, sizeof(a.digits), "%" PRId64, n);
	return a;
}

struct db_arg db_maybe_int(int64_t n)
{
	return n == 0 ? db_text(NULL) : db_int(n);
}

struct db_arg db_bool(bool b)
{
	return db_text(b ? "t" : "f");
}

static void clear(void *result)
{
	PQclear(result);
}

/* A script may hold nothing but comments. */
static bool is_good(ExecStatusType status)
{
	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
	       status == PGRES_EMPTY_QUERY;
}

static enum err settle(struct ctx *c, PGresult *r, const char *what, PGresult **out)
{
	arena_defer(c->arena, clear, r);
	if (!is_good(PQresultStatus(r)))
		return db_meaning(c, r, what);
	*out = r;
	return OK;
}

static enum err run(struct ctx *c, const struct statement *s, struct db_args args, PGresult **out)
{
	const char *values[ARGS_MAX];
	int lengths[ARGS_MAX], formats[ARGS_MAX];

	if (args.n > ARGS_MAX || args.n != (size_t)s->params || s->set != c->db->set)
		return fail(c, ERR_INTERNAL, NULL, "%s takes %d arguments, not %zu, in its own set",
		    s->name, s->params, args.n);
	for (size_t i = 0; i < args.n; i++) {
		const struct db_arg *a = &args.list[i];
		bool part = a->text != NULL && a->len > 0 && !a->binary; /* without a NUL */
		values[i] = part              ? arena_strndup(c->arena, a->text, a->len)
			    : a->text != NULL ? a->text
			    : a->digits[0]    ? a->digits
					      : NULL;
		lengths[i] = (int)a->len;
		formats[i] = a->binary;
	}
	if (!db_usable(c->db))
		return db_away(c);
	PGconn *conn = c->db->conn;
	int n = (int)args.n;
	bool sent = c->db->brief
			? PQsendQueryParams(conn, s->text, n, NULL, values, lengths, formats, 0)
			: PQsendQueryPrepared(conn, s->name, n, values, lengths, formats, 0);
	return settle(c, sent ? db_await(c->db) : NULL, s->name, out);
}

enum err db_command(struct ctx *c, const char *text, PGresult **r)
{
	if (!db_usable(c->db))
		return db_away(c);
	return settle(c, PQsendQuery(c->db->conn, text) ? db_await(c->db) : NULL, text, r);
}

static enum err wrong(struct ctx *c, const char *column, const char *why)
{
	return fail(c, ERR_INTERNAL, NULL, "column %s: %s", column, why);
}

/* Postgres gives a bytea as \x and two digits a byte. */
static enum err blob(
    struct ctx *c, const char *column, const char *hex, size_t len, struct db_blob *out)
{
	if (len < 2 || memcmp(hex, "\\x", 2) != 0)
		return wrong(c, column, "not a bytea");
	size_t n = (len - 2) / 2;
	char *bytes = arena_alloc(c->arena, n + 1, 1);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(text_hex_digit(hex[2 + 2 * i]) << 4 |
				  text_hex_digit(hex[3 + 2 * i]));
	*out = (struct db_blob){ bytes, n };
	return OK;
}

struct cell {
	const PGresult *r;
	int row, column;
};

static enum err convert(
    struct ctx *c, const struct cell *at, const struct db_field *f, void *member)
{
	bool null = PQgetisnull(at->r, at->row, at->column);
	const char *value = PQgetvalue(at->r, at->row, at->column);
	struct db_maybe_int64 *maybe = member;

	if (null && f->type != DB_MAYBE_TEXT_ && f->type != DB_MAYBE_INT_)
		return wrong(c, f->column, "is NULL");
	switch (f->type) {
	case DB_TEXT_:
	case DB_MAYBE_TEXT_: /* struct db_maybe begins with its pointer */
		*(const char **)member = null ? NULL : value; /* the arena owns the result */
		return OK;
	case DB_BOOL_:
		*(bool *)member = *value == 't';
		return *value == 't' || *value == 'f' ? OK : wrong(c, f->column, "not a boolean");
	case DB_MAYBE_INT_:
		*maybe = (struct db_maybe_int64){ .set = !null };
		if (null || text_int64(value, INT64_MIN, INT64_MAX, &maybe->value))
			return OK;
		return wrong(c, f->column, "not an integer");
	case DB_INT64_:
		if (text_int64(value, INT64_MIN, INT64_MAX, member))
			return OK;
		return wrong(c, f->column, "not an integer");
	case DB_BLOB_:
		return blob(
		    c, f->column, value, (size_t)PQgetlength(at->r, at->row, at->column), member);
	case DB_END_:
		break;
	}
	return wrong(c, f->column, "no such type");
}

/* Looks each column up once, then fills `rows` row by row. */
static enum err map(
    struct ctx *c, const PGresult *r, const struct db_field *fields, size_t size, char *rows)
{
	int columns[FIELDS_MAX], count = PQntuples(r);
	size_t n = 0;

	for (; fields != NULL && fields[n].column != NULL; n++) {
		if (n == FIELDS_MAX || (columns[n] = PQfnumber(r, fields[n].column)) < 0)
			return wrong(c, fields[n].column, "not in the result");
	}
	for (int row = 0; row < count; row++, rows += size)
		for (size_t i = 0; i < n; i++)
			TRY(convert(c, &(struct cell){ r, row, columns[i] }, &fields[i],
			    rows + fields[i].offset));
	return OK;
}

enum err db_one(
    struct ctx *c, enum sql s, struct db_args args, const struct db_field *fields, void *out)
{
	const struct statement *statement = &db_statements[s];
	PGresult *r = NULL;

	TRY(run(c, statement, args, &r));
	if (PQntuples(r) == 0)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no such thing.");
	if (PQntuples(r) > 1 || statement->kind != DB_ONE)
		return fail(
		    c, ERR_INTERNAL, NULL, "%s gave %d rows", statement->name, PQntuples(r));
	return map(c, r, fields, 0, out);
}

enum err db_many_into(struct ctx *c, enum sql s, struct db_args args, const struct db_into *into)
{
	PGresult *r = NULL;

	*into->count = 0;
	TRY(run(c, &db_statements[s], args, &r));
	size_t found = (size_t)PQntuples(r);
	char *all = arena_alloc(c->arena, found, into->size);
	TRY(map(c, r, into->fields, into->size, all));
	*(void **)into->rows = all;
	*into->count = found;
	return OK;
}

enum err db_exec(struct ctx *c, enum sql s, struct db_args args, int64_t *affected)
{
	PGresult *r = NULL;
	int64_t rows = 0;

	TRY(run(c, &db_statements[s], args, &r));
	(void)text_int64(PQcmdTuples(r), 0, INT64_MAX, &rows); /* "" where rows do not count */
	if (affected != NULL)
		*affected = rows;
	return OK;
}
