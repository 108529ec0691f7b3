#ifndef MODEL_RIGHTS_H
#define MODEL_RIGHTS_H

/* rights: questions about c->actor that several nouns ask, and checks of what outsiders typed for
 * them. */

#include "core/ctx.h"

/* An admin stands above all teams; through a token only one of scope admin does, where that is
 * asked. */
MUST_USE enum err rights_admin(
    struct ctx *c, const char *doing); /* "adding accounts": ERR_FORBIDDEN */
/* For what only managers of `team`, where the actor has the role `has`, may do: ERR_FORBIDDEN.
 * `doing` stands before the team's name: "Changing". */
MUST_USE enum err rights_manager(struct ctx *c, const char *team, int64_t has, const char *doing);
/* True for account `id` itself, with a browser session or a token of scope admin, and for admins.
 */
bool rights_over_account(const struct ctx *c, int64_t id);

/*
 * Who may give which role, take it away, or touch somebody who holds it: one table, for pages, API
 * and command line. STANDING_ADMIN is above every role of a team. `dashboard` is no role: only
 * admins give it.
 */
enum { STANDING_ADMIN = ROLE_MANAGER + 1, STANDINGS };
bool rights_may_grant(int64_t who, int64_t whose); /* numbers of enum role, or STANDING_ADMIN */

/* Names of accounts and teams: a-z 0-9 first, then also - _ and `extra`, at most 63. */
bool name_is_plain(const char *s, const char *extra);

/* local@domain, as it can stand in a mail header and an SMTP command without a second look. */
bool email_is_valid(const char *s);

#endif
