#include "model/invite.h"

#include "model/rights.h"

static const struct db_field invite_fields[] = {
	DB_FIELD(struct invite, task),
	DB_FIELD(struct invite, email),
	DB_FIELD(struct invite, role),
	DB_FIELD(struct invite, requester),
	DB_FIELD(struct invite, status),
	DB_FIELD(struct invite, asked_us),
	DB_FIELD(struct invite, token_us),
	DB_END,
};

enum err team_invites(struct ctx *c, const struct team *team, struct invite **out, size_t *n)
{
	if (!rights_may_grant(team->role, ROLE_VIEWER))
		return fail(c, ERR_FORBIDDEN, NULL, "Invitations to %s are shown to its managers.",
		    team->name);
	return db_many(c, SQL_TEAM_INVITES, DB_ARGS(db_int(team->id), db_int(INVITES_MAX)),
	    invite_fields, sizeof(**out), out, n);
}
