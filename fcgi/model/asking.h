#ifndef MODEL_ASKING_H
#define MODEL_ASKING_H

/* asking: whom a credential stands for: the one way from a session, a token or a JWT to c->actor.
 */

#include "core/ctx.h"
#include "db/db.h"

struct asking {
	int64_t id; /* of the session or token */
	int64_t scope, account_id;
	const char *name;
	bool admin, dashboard, unseen; /* unseen: not noted as used within the last minute */
};

/* ERR_NOT_FOUND, without a word: there is no such credential, or it does not count. */
MUST_USE enum err asking_find(
    struct ctx *c, enum sql find, struct db_args args, struct asking *out);

/* c->actor becomes it, and the account was here now. The caller adds session_id or token_id. */
MUST_USE enum err asking_be(struct ctx *c, const struct asking *who);

#endif
