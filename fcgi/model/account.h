#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

/* account: a person or program that may sign in. Names are lower-case and fixed once made. */

#include "core/ctx.h"
#include "db/db.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 }; /* code points */

struct account {
	int64_t id;
	const char *name, *email, *timezone, *theme;
	bool admin, dashboard, shortcuts, disabled;
	bool password_first; /* still the one made at the first start */
	int64_t created_us;
};

MUST_USE enum err account_get(struct ctx *c, int64_t id, struct account *out); /* ERR_NOT_FOUND */
MUST_USE enum err account_named(
    struct ctx *c, const char *name, struct account *out); /* ERR_NOT_FOUND names it */
MUST_USE enum err account_list(struct ctx *c, struct account **out, size_t *n);

/* ERR_INVALID names name, email or password; ERR_CONFLICT: taken. `password` NULL: cannot
 * sign in yet. password_first is true until somebody sets another one. */
MUST_USE enum err account_add(struct ctx *c, const char *name, const char *email,
    const char *password, bool admin, struct account *out);

/* Sets the password and ends every session of the account but `keep_session` (0: all). */
MUST_USE enum err account_set_password(
    struct ctx *c, int64_t id, const char *password, int64_t keep_session);
/* For the page: the current one must be right (ERR_INVALID "current"). Rate-limited like sign-in.
 */
MUST_USE enum err account_change_password(struct ctx *c, const char *current, const char *password);

/* A disabled account is refused on its very next request; its sessions and tokens stay but do
 * nothing. */
MUST_USE enum err account_disable(struct ctx *c, const char *name, bool disabled);

MUST_USE enum err account_preferences(
    struct ctx *c, const char *timezone, const char *theme, bool shortcuts);

#endif
