#ifndef WEB_API_APPROVALS_H
#define WEB_API_APPROVALS_H

/* approvals: what a team demands before its jobs change, as members of the team's JSON. */

#include "http/http.h"
#include "model/approval.h"
#include "model/team.h"
#include "model/team_approval.h"

MUST_USE enum err approvals_add(struct ctx *c, int64_t team_id, struct json *v);
/* What the body says of it; what it leaves out stays. */
MUST_USE enum err approvals_change(struct req *r, const struct team *team);

#endif
