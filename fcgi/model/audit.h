#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

/*
 * audit: who changed what, when, from where, before and after. Rows are added in the transaction of
 * the change itself, and nobody can change or delete one. Reading is for administrators.
 */

#include "core/buf.h"
#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

/* Object is "job:hello", "account:marta", "session:7", "run:142". Before and after may be NULL;
 * never a secret. */
MUST_USE enum err audit_add(struct ctx *c, const char *verb, const char *object,
    const struct json *before, const struct json *after);

struct audit_row {
	int64_t id, at_us;
	struct db_maybe_int64 account_id; /* not set: somebody who has no account */
	const char *actor, *verb, *object;
	struct db_maybe before, after; /* JSON */
	const char *req_id, *address;
};

struct audit_query {
	const char *actor, *verb, *address; /* NULL = any */
	const char *object;                 /* "job:hello", or "job:": every job */
	const char *q;                      /* words, anywhere in a row */
	int64_t since_us, until_us;         /* 0 = open */
	bool oldest_first;
	int64_t limit;
	const char *after; /* cursor of the page before, or NULL */
};

enum { AUDIT_LIST_MAX = 1000 };

/* Newest first unless it says otherwise; a page of very large rows is shorter than `limit`.
 * ERR_INVALID names the parameter; ERR_FORBIDDEN: no
 * administrator. */
MUST_USE enum err audit_list(struct ctx *c, const struct audit_query *query, struct audit_row **out,
    size_t *n, const char **next);

/* The verbs and the actors that there are: kind "verb" or "actor". */
struct audit_word {
	const char *kind, *word;
};
MUST_USE enum err audit_words(struct ctx *c, struct audit_word **out, size_t *n);

/* A row as the API and the export show it. */
struct json *audit_json(struct ctx *c, const struct audit_row *row);

/* Rows as JSON lines behind what stands in `out`, which needs AUDIT_LINES_ROOM bytes more than
 * `enough_bytes`, until that many are there; *next is where to go on, or NULL. Takes no more memory
 * than that, however many rows there are. */
enum { AUDIT_LINES_ROOM = 16 * 1024 * 1024 };
MUST_USE enum err audit_lines(struct ctx *c, const struct audit_query *query, size_t enough_bytes,
    struct buf *out, const char **next);

/* One field of before and after, as people read it; NULL: it is not there. Objects in them are
 * opened: "executor_config.command". */
struct audit_change {
	const char *field, *before, *after;
};
/* All of them, also those that are equal on both sides; *out owned by the arena. */
size_t audit_changes(struct ctx *c, const struct audit_row *row, struct audit_change **out);

#endif
