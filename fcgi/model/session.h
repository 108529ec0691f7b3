#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

/*
 * session: a browser that is signed in. The cookie holds a random token; only its hash is stored.
 * Limits (idle, absolute) come from the configuration and are checked on every request.
 */

#include "core/ctx.h"
#include "db/db.h"

struct session {
	int64_t id;
	const char *address, *agent;
	int64_t created_us, seen_us;
};

/*
 * Rate limit first (per account name and per address; ERR_TOO_MANY with retry_s), then the
 * password. ERR_UNAUTHENTICATED with one and the same sentence and time for an unknown account, a
 * disabled one and a wrong password. *token goes into the cookie.
 */
MUST_USE enum err session_sign_in(struct ctx *c, const char *account, const char *password,
    const char *agent, const char **token);

/* Fills c->actor from a cookie's token; one round trip. ERR_UNAUTHENTICATED: unknown, ended,
 * revoked, idle too long, or the account is disabled. */
MUST_USE enum err session_actor(struct ctx *c, const char *token);

MUST_USE enum err session_sign_out(struct ctx *c);

/* One's own, or anybody's for an admin: ERR_FORBIDDEN. Newest first. */
MUST_USE enum err session_list(struct ctx *c, int64_t account_id, struct session **out, size_t *n);
MUST_USE enum err session_revoke(struct ctx *c, int64_t account_id, int64_t id); /* ERR_NOT_FOUND */
/* All but the one that asks. */
MUST_USE enum err session_revoke_others(struct ctx *c, int64_t account_id);

#endif
