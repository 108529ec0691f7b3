#ifndef MODEL_TEAM_APPROVAL_H
#define MODEL_TEAM_APPROVAL_H

/* team_approval: what a team demands before its jobs are changed or run, as its people set it. */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct team_approval {
	int64_t required;      /* 0: nobody is asked */
	const char *kinds;     /* "create edit enable delete run", in this order */
	int64_t role;          /* enum role from which on somebody may approve */
	struct db_maybe group; /* instead of the role, by name; NULL: none */
	bool mails;            /* who may approve is told by mail that something waits */
};

/* All kinds, ended by NULL. */
extern const char *const approval_kinds[];

MUST_USE enum err team_approval_get(struct ctx *c, int64_t team_id, struct team_approval *out);
/* Managers may demand more; to demand less, or to say who else decides, is for admins, unless
 * neither the team nor a job of it demanded anything so far. ERR_INVALID names approvals,
 * approvals_for, approver_role or approver_group. What is so already is OK for everybody and
 * changes nothing. */
MUST_USE enum err team_approval_set(
    struct ctx *c, const char *team, const struct team_approval *wanted);

#endif
