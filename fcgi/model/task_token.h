#ifndef MODEL_TASK_TOKEN_H
#define MODEL_TASK_TOKEN_H

/*
 * task_token: what a task's token is in the database: its hash, and a nonce from which the token
 * is derived with SIGNALBOX_SECRET_KEY. The token is 256 bits, written as 64 hexadecimal digits,
 * and is known only to whoever holds its mail.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct task_token {
	const char *task_id, *type, *title;
	struct db_maybe_int64 requester_id; /* not in lists */
	int64_t created_us, expires_us;
	bool expired;
};

/* A new one; the former one is dead. *hash names it in the mail that carries it
 * (task_token_text()). ERR_UNAVAILABLE: no key is set. */
MUST_USE enum err task_token_put(
    struct ctx *c, const char *task_id, int64_t live_s, const char **hash);
/* ERR_NOT_FOUND, with one sentence for all of them: unknown, used, expired (then it is gone). */
MUST_USE enum err task_token_find(
    struct ctx *c, const char *token, struct task_token *out, const char **hash);
/* ERR_NOT_FOUND: the task has none, or an expired one. */
MUST_USE enum err task_token_of(
    struct ctx *c, const char *task_id, struct task_token *out, const char **hash);
/* The token's text, when the mail leaves. ERR_NOT_FOUND: used, replaced, or expired meanwhile. */
MUST_USE enum err task_token_text(
    struct ctx *c, const char *task_id, const char *hash, const char **token);
/* In a transaction that holds the task's lock: consumes the token and hands the task to work with
 * `data`. ERR_NOT_FOUND as task_token_find(). */
MUST_USE enum err task_token_use(
    struct ctx *c, const char *task_id, const char *hash, const struct json *data);
/* ---- for admins: ERR_FORBIDDEN to others */

/* Newest first; *next NULL: there are no more. ERR_INVALID names the parameter. */
struct task_token_query {
	const char *filters; /* model/filter.h; NULL: none */
	const char *after;   /* NULL, or what *next was */
	int64_t limit;
};
MUST_USE enum err task_token_list(struct ctx *c, const struct task_token_query *query,
    struct task_token **out, size_t *n, const char **next);
MUST_USE enum err task_token_purge(struct ctx *c, int64_t *n); /* expired ones */

struct json *task_token_json(struct ctx *c, const struct task_token *t);

#endif
