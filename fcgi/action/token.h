#ifndef ACTION_TOKEN_H
#define ACTION_TOKEN_H

/*
 * token: who holds one confirms a task: 256 bits, single use, only their hash is stored. A token is
 * derived from a nonce and SIGNALBOX_SECRET_KEY, so that the mail that carries it can be sent again
 * although nobody keeps it. An expired one, an unknown one and a used one look the same:
 * ERR_NOT_FOUND with one sentence. Lists and purging: model/task_token.h.
 */

#include "action/type.h"

/* A new one; the task's former one is dead. ERR_UNAVAILABLE: no key is set. */
MUST_USE enum err token_make(struct ctx *c, const struct task *t, int64_t live_s);

/* What its holder sees before he gives it away. */
struct token_need {
	const char *task_id, *type, *title;
	struct json *actions, *fields; /* names: ["invite"], ["password"] or ["confirm"] */
	bool sign_in;                  /* whoever submits it must be signed in */
	int64_t asker_id;              /* who alone may submit it; 0: whoever holds it */
	int64_t expires_us;
	const char *hash;
};
/* Changes nothing (but an expired one goes). Anybody may; ERR_TOO_MANY: this address has knocked
 * too often. */
MUST_USE enum err token_find(struct ctx *c, const char *token, struct token_need *out);

/* Whether the actor may submit it: ERR_UNAUTHENTICATED when signing in would help, else
 * ERR_FORBIDDEN. */
MUST_USE enum err token_check_holder(struct ctx *c, const struct token_need *need);

/* Consumes it and hands the task to work. ERR_INVALID names the field that is missing or wrong, and
 * the token stays; or as token_check_holder(). */
MUST_USE enum err token_submit(struct ctx *c, const char *token, const struct json *given);

/* A new token in a new mail, the former one is dead. For who asked, managers of its
 * team, and admins.
 * ERR_CONFLICT with the sentence of the guard. */
MUST_USE enum err token_reissue(struct ctx *c, const char *task_id);

#endif
