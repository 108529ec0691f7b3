#include "model/task_token.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/seal.h"
#include "core/text.h"
#include "model/audit.h"
#include "model/cursor.h"
#include "model/filter.h"
#include "model/rights.h"
#include "model/task_inside.h"

enum { NONCE_BYTES = 24, HEX_DIGITS = 64, LIST_MAX = 500 };

struct row {
	struct task_token token;
	const char *hash;
	int64_t seq;
};

/* clang-format off */
#define COLUMN(type, member) { #member, type, offsetof(struct row, token.member) }
static const struct db_field found_fields[] = {
	COLUMN(DB_TEXT_, task_id),
	COLUMN(DB_TEXT_, type),
	COLUMN(DB_TEXT_, title),
	COLUMN(DB_INT64_, created_us),
	COLUMN(DB_INT64_, expires_us),
	COLUMN(DB_BOOL_, expired),
	COLUMN(DB_MAYBE_INT_, requester_id),
	DB_FIELD(struct row, hash),
	DB_END,
};
static const struct db_field listed_fields[] = {
	COLUMN(DB_TEXT_, task_id),
	COLUMN(DB_TEXT_, type),
	COLUMN(DB_TEXT_, title),
	COLUMN(DB_INT64_, created_us),
	COLUMN(DB_INT64_, expires_us),
	COLUMN(DB_BOOL_, expired),
	DB_FIELD(struct row, seq),
	DB_END,
};
/* clang-format on */

struct nonce {
	const char *nonce;
};

static const struct db_field nonce_fields[] = { DB_FIELD(struct nonce, nonce), DB_END };

static enum err unknown(struct ctx *c)
{
	return fail(c, ERR_NOT_FOUND, NULL, "This token does not exist or has expired.");
}

/* Digits and letters alone: a program that looks for links in a mail finds the end of it. */
static enum err derive(struct ctx *c, const char *task_id, const char *nonce, const char **token)
{
	struct arena *a = c->arena;
	const char *key = c->config == NULL ? "" : c->config->secret_key;

	if (*key == '\0')
		return fail(c, ERR_UNAVAILABLE, NULL,
		    "Tokens cannot be made here: SIGNALBOX_SECRET_KEY is not set.");
	const char *mac = crypt_derive(
	    a, key, arena_printf(a, "signalbox task token, 1: %s %s", task_id, nonce));
	*token = crypt_sha256(a, mac, strlen(mac));
	return OK;
}

enum err task_token_put(struct ctx *c, const char *task_id, int64_t live_s, const char **hash)
{
	const char *nonce = seal_random(c->arena, NONCE_BYTES), *token;

	TRY(derive(c, task_id, nonce, &token));
	*hash = crypt_hash(c->arena, token);
	return db_exec(c, SQL_TASK_TOKEN_PUT,
	    DB_ARGS(db_text(task_id), db_text(*hash), db_text(nonce), db_int(live_s)), NULL);
}

static bool is_sound(const char *token)
{
	return strlen(token) == HEX_DIGITS && strspn(token, "0123456789abcdef") == HEX_DIGITS;
}

enum err task_token_find(
    struct ctx *c, const char *token, struct task_token *out, const char **hash)
{
	struct row row = { .hash = crypt_hash(c->arena, token) };
	enum err e = ERR_NOT_FOUND;

	*hash = row.hash;
	if (is_sound(token))
		e = db_one(c, SQL_TASK_TOKEN_FIND, DB_ARGS(db_text(*hash), db_text(NULL)),
		    found_fields, &row);
	if (e == ERR_NOT_FOUND)
		return unknown(c);
	TRY(e);
	if (row.token.expired) {
		TRY(db_exec(c, SQL_TASK_TOKEN_EXPIRED, DB_ARGS(db_text(*hash)), NULL));
		return unknown(c);
	}
	*out = row.token;
	return OK;
}

enum err task_token_of(
    struct ctx *c, const char *task_id, struct task_token *out, const char **hash)
{
	struct row row;
	enum err e = db_one(
	    c, SQL_TASK_TOKEN_FIND, DB_ARGS(db_text(NULL), db_text(task_id)), found_fields, &row);

	if (e == ERR_NOT_FOUND || (e == OK && row.token.expired))
		return unknown(c);
	TRY(e);
	*out = row.token;
	*hash = row.hash;
	return OK;
}

enum err task_token_text(struct ctx *c, const char *task_id, const char *hash, const char **token)
{
	struct nonce n;
	enum err e = ERR_NOT_FOUND;

	if (task_id_is_sound(task_id))
		e = db_one(c, SQL_TASK_TOKEN_NONCE, DB_ARGS(db_text(task_id), db_text(hash)),
		    nonce_fields, &n);
	if (e == ERR_NOT_FOUND)
		return unknown(c);
	TRY(e);
	TRY(derive(c, task_id, n.nonce, token));
	if (!crypt_equal(crypt_hash(c->arena, *token), hash))
		return fail(c, ERR_UNAVAILABLE, NULL,
		    "SIGNALBOX_SECRET_KEY is not the one this token was made with.");
	return OK;
}

enum err task_token_use(
    struct ctx *c, const char *task_id, const char *hash, const struct json *data)
{
	int64_t used = 0;

	TRY(db_exec(c, SQL_TASK_TOKEN_USE, DB_ARGS(db_text(task_id), db_text(hash)), &used));
	if (used == 0)
		return unknown(c);
	TRY(db_exec(c, SQL_TASK_TOKEN_SUBMIT,
	    DB_ARGS(db_text(task_id), db_text(json_write(c->arena, data))), NULL));
	TRY(task_say(c, task_id, -1, "step", "token submitted"));
	TRY(audit_add(c, "token_submit", arena_printf(c->arena, "task:%s", task_id), NULL, NULL));
	return task_wake(c);
}

/* ---- for admins */

static enum err check_cursor(struct ctx *c, const char *after, int64_t *seq)
{
	char *place;

	*seq = 0;
	if (after != NULL &&
	    (!cursor_read(c, after, &place) || !text_int64(place, 1, INT64_MAX, seq)))
		return cursor_refuse(c);
	return OK;
}

enum err task_token_list(struct ctx *c, const struct task_token_query *query,
    struct task_token **out, size_t *n, const char **next)
{
	struct filter_looked looked;
	const char *conditions;
	struct row *rows;
	int64_t seq, limit = query->limit;

	TRY(rights_admin(c, "looking at tokens"));
	TRY(check_cursor(c, query->after, &seq));
	TRY(filter_read(c, query->filters, filter_token_fields, true, &conditions));
	if (limit < 1 || limit > LIST_MAX)
		return fail(c, ERR_INVALID, "limit", "must be 1 to %d", LIST_MAX);
	int64_t most = conditions != NULL ? FILTER_LOOK_MAX : limit;
	TRY(filter_look(
	    c, SQL_TASK_TOKEN_IDS, DB_ARGS(db_int(seq), db_int(most + 1)), most, &looked));
	TRY(db_many(c, SQL_TASK_TOKEN_SHOW,
	    DB_ARGS(db_text(looked.ids), db_text(conditions), db_int(limit + 1)), listed_fields,
	    sizeof(*rows), &rows, n));
	if (*n > (size_t)limit) {
		*n -= 1;
		looked.next = rows[*n - 1].seq;
	}
	*next = looked.next != 0 ? cursor_write(c, arena_printf(c->arena, "%" PRId64, looked.next))
				 : NULL;
	*out = arena_alloc(c->arena, *n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = rows[i].token;
	return OK;
}

static enum err purge(struct ctx *c, void *arg)
{
	struct json *after = json_object(c->arena);
	int64_t *n = arg;

	TRY(db_exec(c, SQL_TASK_TOKEN_PURGE, DB_NO_ARGS, n));
	json_set(after, "purged", json_number(c->arena, *n));
	return audit_add(c, "token_purge", "tokens", NULL, after);
}

enum err task_token_purge(struct ctx *c, int64_t *n)
{
	TRY(rights_admin(c, "purging tokens"));
	return db_atomically(c, purge, n);
}

struct json *task_token_json(struct ctx *c, const struct task_token *t)
{
	struct json *o = json_object(c->arena);

	json_set(o, "task", json_string(c->arena, t->task_id));
	json_set(o, "task_type", json_string(c->arena, t->type));
	json_set(o, "title", json_string(c->arena, t->title));
	json_set(o, "created_at", json_time(c->arena, t->created_us));
	json_set(o, "expires_at", json_time(c->arena, t->expires_us));
	json_set(o, "expired", json_boolean(c->arena, t->expired));
	return o;
}
