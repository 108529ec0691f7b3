#include "model/token.h"

#include <inttypes.h>
#include <string.h>

#include "core/crypt.h"
#include "core/text.h"
#include "core/time.h"
#include "model/account.h"
#include "model/asking.h"
#include "model/audit.h"
#include "model/rights.h"

#define PREFIX "sb_"
#define DAY_US (INT64_C(86400) * US_PER_S)

enum { NAME_MAX_CHARS = 80, DAYS_MAX = 365, TEXT_BYTES = sizeof(PREFIX) - 1 + 43 };

static const char *const scopes[] = {
	[SCOPE_READ] = "read",
	[SCOPE_RUN] = "run",
	[SCOPE_WRITE] = "write",
	[SCOPE_ADMIN] = "admin",
};

static const struct db_field token_fields[] = {
	DB_FIELD(struct token, id),
	DB_FIELD(struct token, name),
	DB_FIELD(struct token, account),
	DB_FIELD(struct token, scope),
	DB_FIELD(struct token, created_us),
	DB_FIELD(struct token, expires_us),
	DB_FIELD(struct token, used_us),
	DB_END,
};

enum scope scope_named(const char *name)
{
	for (size_t i = SCOPE_READ; name != NULL && i < LENGTH(scopes); i++)
		if (strcmp(scopes[i], name) == 0)
			return (enum scope)i;
	return SCOPE_NONE;
}

const char *scope_name(enum scope scope)
{
	return scope > SCOPE_NONE && (size_t)scope < LENGTH(scopes) ? scopes[scope] : NULL;
}

struct adding {
	int64_t account_id, days;
	const char *name, *text;
	enum scope scope;
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct token, id),
	DB_END,
};

static enum err add(struct ctx *c, void *arg)
{
	struct adding *a = arg;
	struct token token;
	struct json *after = json_object(c->arena);
	int64_t expires_us = c->now_us + a->days * DAY_US;

	TRY(db_one(c, SQL_TOKEN_ADD,
	    DB_ARGS(db_int(a->account_id), db_text(a->name), db_text(crypt_hash(c->arena, a->text)),
		db_int(a->scope), db_int(c->now_us), db_int(expires_us)),
	    id_fields, &token));
	json_set(after, "account_id", json_number(c->arena, a->account_id));
	json_set(after, "name", json_string(c->arena, a->name));
	json_set(after, "scope", json_string(c->arena, scope_name(a->scope)));
	json_set(after, "expires_at", json_time(c->arena, expires_us));
	return audit_add(
	    c, "token_add", arena_printf(c->arena, "token:%" PRId64, token.id), NULL, after);
}

struct managing {
	bool manages;
};

static const struct db_field managing_fields[] = {
	DB_FIELD(struct managing, manages),
	DB_END,
};

/* The scope admin is for who looks after others: admins, and managers of a team. It never lasts
 * longer by itself: a token makes none. */
static enum err check_scope(struct ctx *c, const struct account *account, enum scope scope)
{
	struct managing m = { account->admin };

	if (scope_name(scope) == NULL)
		return fail(c, ERR_INVALID, "scope", "must be read, run, write or admin");
	if (scope != SCOPE_ADMIN)
		return OK;
	if (c->actor.token_id != 0)
		return fail(c, ERR_FORBIDDEN, "scope",
		    "can be admin only when somebody who signed in makes the token");
	if (!m.manages)
		TRY(db_one(
		    c, SQL_TOKEN_MANAGES, DB_ARGS(db_int(account->id)), managing_fields, &m));
	if (!m.manages)
		return fail(c, ERR_INVALID, "scope",
		    "can be admin only for an admin or a manager of a team");
	return OK;
}

/* A token never begets one that may do more than itself: only one of scope admin makes tokens at
 * all. */
enum err token_add(struct ctx *c, int64_t account_id, const char *name, enum scope scope,
    int64_t days, const char **text)
{
	struct account account;

	if (!rights_over_account(c, account_id))
		return fail(c, ERR_FORBIDDEN, NULL, "You can make tokens for yourself only.");
	if (!text_is_line(name, 1, NAME_MAX_CHARS))
		return fail(c, ERR_INVALID, "name", "must be one line of 1 to %d characters",
		    NAME_MAX_CHARS);
	if (days < 1 || days > DAYS_MAX)
		return fail(c, ERR_INVALID, "days", "must be from 1 to %d", DAYS_MAX);
	TRY(account_get(c, account_id, &account));
	TRY(check_scope(c, &account, scope));
	*text = crypt_token(c->arena, PREFIX);
	return db_atomically(c, add, &(struct adding){ account_id, days, name, *text, scope });
}

enum err token_actor(struct ctx *c, const char *text)
{
	struct asking who;
	enum err e = ERR_NOT_FOUND;

	if (strlen(text) == TEXT_BYTES && text_starts(text, PREFIX))
		e = asking_find(c, SQL_TOKEN_ACTOR,
		    DB_ARGS(db_text(crypt_hash(c->arena, text)), db_int(c->now_us)), &who);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_UNAUTHENTICATED, NULL,
		    "This token is unknown, revoked or expired, or its account is disabled.");
	TRY(e);
	if (who.unseen)
		TRY(db_exec(c, SQL_TOKEN_SEEN, DB_ARGS(db_int(who.id), db_int(c->now_us)), NULL));
	TRY(asking_be(c, &who));
	c->actor.token_id = who.id;
	return OK;
}

enum err token_list(struct ctx *c, int64_t account_id, struct token **out, size_t *n)
{
	bool own = account_id != 0 && account_id == c->actor.account_id;

	if (!own && !rights_over_account(c, account_id))
		return fail(c, ERR_FORBIDDEN, NULL, "You can see your own tokens only.");
	return db_many(c, SQL_TOKEN_LIST, DB_ARGS(db_int(account_id), db_int(c->now_us)),
	    token_fields, sizeof(**out), out, n);
}

struct revoking {
	int64_t account_id, id;
};

static const struct db_field revoked_fields[] = {
	DB_FIELD(struct token, id),
	DB_FIELD(struct token, name),
	DB_END,
};

static enum err revoke(struct ctx *c, void *arg)
{
	struct revoking *r = arg;
	struct token token;
	enum err e = db_one(c, SQL_TOKEN_REVOKE,
	    DB_ARGS(db_int(r->account_id), db_int(r->id), db_int(c->now_us)), revoked_fields,
	    &token);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "id", "There is no such token.");
	TRY(e);
	struct json *before = json_object(c->arena);
	json_set(before, "name", json_string(c->arena, token.name));
	return audit_add(
	    c, "token_revoke", arena_printf(c->arena, "token:%" PRId64, token.id), before, NULL);
}

enum err token_revoke(struct ctx *c, int64_t account_id, int64_t id)
{
	bool itself = id == c->actor.token_id && account_id == c->actor.account_id;

	if (!itself && !rights_over_account(c, account_id))
		return fail(c, ERR_FORBIDDEN, NULL,
		    c->actor.token_id == 0
			? "You can revoke your own tokens only."
			: "A token revokes itself; for another one it needs the scope admin.");
	return db_atomically(c, revoke, &(struct revoking){ account_id, id });
}
