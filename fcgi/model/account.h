#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

/* account: a person or program that may sign in. Names are lower-case and fixed once made; an
 * account is disabled, never deleted: what it did stays in its name. */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 }; /* code points */

struct account {
	int64_t id;
	const char *name, *email, *timezone, *theme;
	bool admin, dashboard, shortcuts, disabled;
	bool password_first; /* somebody else has made it: at the first start, or an admin */
	int64_t created_us;
	struct db_maybe_int64 seen_us; /* to the minute */
	const char *teams; /* of account_search() only: [{"name","role"}], role a number */
};

MUST_USE enum err account_get(struct ctx *c, int64_t id, struct account *out); /* ERR_NOT_FOUND */
MUST_USE enum err account_named(
    struct ctx *c, const char *name, struct account *out); /* ERR_NOT_FOUND names it */
MUST_USE enum err account_list(struct ctx *c, struct account **out, size_t *n); /* admins: all */

/* One page of all accounts by name, for admins. ERR_INVALID names q, state, right, team, after or
 * limit. */
struct account_query {
	const char *q;     /* in name or e-mail; what is NULL here is any */
	const char *state; /* "enabled", "disabled" */
	const char *right; /* "admin", "dashboard", "none" */
	const char *team, *after;
	int64_t limit;
};
MUST_USE enum err account_search(struct ctx *c, const struct account_query *query,
    struct account **out, size_t *n, const char **next);

struct account_counts {
	int64_t all, disabled, admins, dashboards; /* dashboards: of who is no admin */
};
MUST_USE enum err account_counts(struct ctx *c, struct account_counts *out);

/* Its teams: one's own, or anybody's for admins. */
struct account_team {
	const char *team;
	int64_t role;
};
MUST_USE enum err account_teams(struct ctx *c, int64_t id, struct account_team **out, size_t *n);

/* ERR_INVALID names name, email or password; ERR_CONFLICT: taken. `password` NULL: cannot
 * sign in yet. password_first is true until the account sets another one. */
struct account_new {
	const char *name, *email, *password; /* email NULL: none */
	bool admin, dashboard;
};
MUST_USE enum err account_make(
    struct ctx *c, const struct account_new *account, struct account *out);
MUST_USE enum err account_add(struct ctx *c, const char *name, const char *email,
    const char *password, bool admin, struct account *out); /* admin: with dashboard too */

/*
 * What an admin changes of an account; NULL stays as it is. It bites on the account's next request.
 * A disabled one is refused everywhere; its sessions and tokens stay but do nothing. ERR_CONFLICT:
 * the last enabled admin stays one, and nobody disables or strips himself. ERR_INVALID "email".
 */
struct account_change {
	const char *email;
	const bool *admin, *dashboard, *disabled;
};
MUST_USE enum err account_edit(
    struct ctx *c, const char *name, const struct account_change *change, struct account *out);
MUST_USE enum err account_disable(struct ctx *c, const char *name, bool disabled);

/* Sets the password and ends every session of the account but `keep_session` (0: all). One's own,
 * or anybody's for admins. */
MUST_USE enum err account_set_password(
    struct ctx *c, int64_t id, const char *password, int64_t keep_session);
/* For the page: the current one must be right (ERR_INVALID "current"). Rate-limited like sign-in.
 */
MUST_USE enum err account_change_password(struct ctx *c, const char *current, const char *password);
MUST_USE enum err account_check_password(struct ctx *c, const char *password);

MUST_USE enum err account_preferences(
    struct ctx *c, const char *timezone, const char *theme, bool shortcuts);

/* Whoever a JWT of the configured issuer names, with the most that such a token may do. As
 * session_actor(). */
MUST_USE enum err account_actor(struct ctx *c, const char *name, enum scope scope);

#endif
