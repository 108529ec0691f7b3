#ifndef MODEL_TEAM_H
#define MODEL_TEAM_H

/* team: what owns jobs. An account has at most one role in a team; an admin stands above all roles.
 */

#include "core/ctx.h"

struct team {
	int64_t id;
	const char *name;
	int64_t role; /* enum role of the asking actor; ROLE_MANAGER for an admin */
};

MUST_USE enum err team_add(struct ctx *c, const char *name, struct team *out);
MUST_USE enum err team_list(
    struct ctx *c, struct team **out, size_t *n); /* those the actor may see */
MUST_USE enum err team_named(
    struct ctx *c, const char *name, struct team *out); /* ERR_NOT_FOUND, also when not visible */
/* For lists: ERR_INVALID "team" when the actor can see no team of this name; NULL is any team, and
 * fine. */
MUST_USE enum err team_check_filter(struct ctx *c, const char *name);
/* ROLE_NONE takes the membership away. */
MUST_USE enum err team_member(struct ctx *c, const char *team, const char *account, enum role role);

/* The team that a job goes to when none is named: the only one in which the actor is an editor; an
 * admin's is the only team there is, or the first made. ERR_INVALID "team". */
MUST_USE enum err team_default(struct ctx *c, struct team *out);

enum role role_named(const char *name); /* ROLE_NONE when unknown */
const char *role_name(enum role role);

#endif
