#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

/* token: what a program shows instead of a password. Scoped, expiring, stored as a hash, shown
 * once. */

#include "core/ctx.h"
#include "db/db.h"

struct token {
	int64_t id;
	const char *name;
	const char *account;
	int64_t scope; /* enum scope */
	int64_t created_us, expires_us;
	struct db_maybe_int64 used_us;
};

/* ERR_INVALID names name, scope or days (1..365). The scope admin is for admins and managers, and
 * no token makes a token of it. *text is "sb_...". */
MUST_USE enum err token_add(struct ctx *c, int64_t account_id, const char *name, enum scope scope,
    int64_t days, const char **text);
MUST_USE enum err token_actor(struct ctx *c, const char *text); /* as session_actor() */
/* One's own; 0 or another account: for admins. */
MUST_USE enum err token_list(struct ctx *c, int64_t account_id, struct token **out, size_t *n);
/* Account 0: anybody's. A token may revoke itself, whatever its scope. */
MUST_USE enum err token_revoke(struct ctx *c, int64_t account_id, int64_t id);

/* "read", "run", "write", "admin"; SCOPE_NONE / NULL when it is none of them. */
enum scope scope_named(const char *name);
const char *scope_name(enum scope scope);

#endif
