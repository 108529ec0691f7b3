#ifndef MODEL_APPROVER_H
#define MODEL_APPROVER_H

/*
 * approver: named groups of people who may approve, whatever team they are in. Everybody with an
 * account sees who is in them, because he may have to ask them; admins change them.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { APPROVER_MEMBERS_MAX = 200, APPROVER_DESCRIPTION_MAX = 500 };

struct approver_group {
	int64_t id, version; /* grows by one with every change */
	const char *name, *description;
	const char *names;      /* of its members, a space between */
	int64_t members, teams; /* teams whose changes it approves */
};

MUST_USE enum err approver_groups(struct ctx *c, struct approver_group **out, size_t *n);
MUST_USE enum err approver_group_get(
    struct ctx *c, const char *name, struct approver_group *out); /* ERR_NOT_FOUND */
/* A group as it shall be. */
struct approver_wish {
	const char *name, *description;
	const struct json *names; /* a list of texts */
	int64_t version; /* that was seen; 0: whatever is there, if any; APPROVER_NEW: none is */
};
enum { APPROVER_NEW = -1 };
/* Makes it, or makes it so. ERR_INVALID names name, description or members; ERR_STALE: it is
 * another by now; ERR_CONFLICT: there is one already. */
MUST_USE enum err approver_group_put(
    struct ctx *c, const struct approver_wish *wish, struct approver_group *out);
/* ERR_CONFLICT: a team, or a task, needs it. */
MUST_USE enum err approver_group_delete(struct ctx *c, const char *name);

struct json *approver_group_json(struct ctx *c, const struct approver_group *g);

#endif
