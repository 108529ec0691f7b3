#ifndef MODEL_INVITE_H
#define MODEL_INVITE_H

/* invite: who was asked into a team and has not answered yet. */

#include "core/ctx.h"
#include "db/db.h"
#include "model/team.h"

enum { INVITES_MAX = 200 };

struct invite {
	const char *task, *email, *role, *requester;
	/* "invited"; "expired": its token has; "failed": something went wrong on the way;
	 * "invalid": it cannot be as things are. */
	const char *status;
	int64_t asked_us;
	struct db_maybe_int64 token_us; /* until when its token holds; not set: there is none */
};

/* Newest first. For managers of the team: ERR_FORBIDDEN to others. */
MUST_USE enum err team_invites(
    struct ctx *c, const struct team *team, struct invite **out, size_t *n);

#endif
