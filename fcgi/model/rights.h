#ifndef MODEL_RIGHTS_H
#define MODEL_RIGHTS_H

/* rights: questions about c->actor that several nouns ask, and checks of what outsiders typed for
 * them. */

#include "core/ctx.h"

/* An admin stands above all teams; through a token only one of scope admin does, where that is
 * asked. */
MUST_USE enum err rights_admin(
    struct ctx *c, const char *doing); /* "adding accounts": ERR_FORBIDDEN */
/* True for account `id` itself, with a browser session or a token of scope admin, and for admins.
 */
bool rights_over_account(const struct ctx *c, int64_t id);

/* Names of accounts and teams: a-z 0-9 first, then also - _ and `extra`, at most 63. */
bool name_is_plain(const char *s, const char *extra);

/* local@domain, as it can stand in a mail header and an SMTP command without a second look. */
bool email_is_valid(const char *s);

#endif
