#ifndef WEB_API_PEOPLE_H
#define WEB_API_PEOPLE_H

/* people: the shapes of accounts, teams, members, invitations and tokens, and what their routes
 * share. */

#include "http/http.h"
#include "model/account.h"
#include "model/invite.h"
#include "model/quota.h"
#include "model/team.h"
#include "model/token.h"

/* `teams`: [{"name","role"}], as people_teams() makes it. */
struct json *account_json(struct ctx *c, const struct account *account, struct json *teams);
struct json *team_json(struct ctx *c, const struct team *team, const struct quota *quota);
struct json *invite_json(struct ctx *c, const struct invite *invite);
struct json *member_json(struct ctx *c, const struct member *member);
struct json *token_json(struct ctx *c, const struct token *token);

/* The teams of one account. */
MUST_USE enum err people_teams(struct ctx *c, int64_t account_id, struct json **out);

#endif
