#ifndef MODEL_TEAM_H
#define MODEL_TEAM_H

/* team: what owns jobs. An account has at most one role in a team; an admin stands above all roles.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { TEAM_DAYS_MAX = 36500, TEAM_RUNS_MAX = 1000000, TEAM_DESCRIPTION_MAX = 500 };

struct team {
	int64_t id;
	const char *name;
	int64_t role; /* enum role of the asking actor; ROLE_MANAGER for an admin */
	const char *description;
	struct db_maybe_int64 keep_days, keep_runs; /* not set: the configuration's default */
	struct db_maybe drift;                      /* "show", "revert", "adopt"; NULL: likewise */
	int64_t members, jobs;                      /* of team_counted() and team_search() only */
};

MUST_USE enum err team_add(struct ctx *c, const char *name, struct team *out); /* admins */
MUST_USE enum err team_list(
    struct ctx *c, struct team **out, size_t *n); /* those the actor may see */
MUST_USE enum err team_named(
    struct ctx *c, const char *name, struct team *out); /* ERR_NOT_FOUND, also when not visible */
MUST_USE enum err team_get(struct ctx *c, int64_t id, struct team *out);           /* likewise */
MUST_USE enum err team_counted(struct ctx *c, const char *name, struct team *out); /* likewise */
/* For lists: ERR_INVALID "team" when the actor can see no team of this name; NULL is any team, and
 * fine. */
MUST_USE enum err team_check_filter(struct ctx *c, const char *name);

/* One page of the teams that the actor may see, by name. ERR_INVALID names q, after or limit. */
struct team_query {
	const char *q, *after; /* NULL: any; the first page */
	int64_t limit;
};
MUST_USE enum err team_search(
    struct ctx *c, const struct team_query *query, struct team **out, size_t *n, const char **next);

/* What is NULL stays as it is. Managers change what their team says and how its jobs are kept; its
 * name is changed by admins. team_make() is for admins. ERR_INVALID names the field, ERR_CONFLICT:
 * the name is taken. */
struct team_change {
	const char *name, *description;
	const struct db_maybe_int64 *keep_days, *keep_runs;
	const struct db_maybe *drift;
};
MUST_USE enum err team_make(
    struct ctx *c, const char *name, const struct team_change *settings, struct team *out);
MUST_USE enum err team_edit(
    struct ctx *c, const char *name, const struct team_change *change, struct team *out);
/* Admins, and only a team without jobs: ERR_CONFLICT. Its runs stay, for admins to see. */
MUST_USE enum err team_delete(struct ctx *c, const char *name);

struct member {
	const char *account;
	int64_t role;
	bool admin, disabled;
};
/* Whoever is in the team sees who else is. `limit` rows behind the account `after` (NULL: from the
 * first on); *next NULL: that was all. */
MUST_USE enum err team_members(struct ctx *c, const struct team *team,
    const struct team_query *query, struct member **out, size_t *n, const char **next);

/* ROLE_NONE takes the membership away. Who may give what: rights_may_grant(); nobody but an admin
 * takes the role manager from himself (ERR_CONFLICT). */
MUST_USE enum err team_member(struct ctx *c, const char *team, const char *account, enum role role);

/* The team that a job goes to when none is named: the only one in which the actor is an editor; an
 * admin's is the only team there is, or the first made. ERR_INVALID "team". */
MUST_USE enum err team_default(struct ctx *c, struct team *out);

enum role role_named(const char *name); /* ROLE_NONE when unknown */
const char *role_name(enum role role);

#endif
