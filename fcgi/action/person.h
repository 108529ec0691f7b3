#ifndef ACTION_PERSON_H
#define ACTION_PERSON_H

/*
 * person: whom a task is about, by name or e-mail address, and how the person stands to what is
 * asked. What cannot be is refused in `call`, with the reason as its note; then *ok is false.
 */

#include "action/action.h"
#include "model/account.h"
#include "model/team.h"

enum person_state {
	PERSON_NEW,      /* no such account yet: a token sets its first password */
	PERSON_DISABLED, /* a token sets a new password, and with it the account is enabled */
	PERSON_EXISTING, /* confirms by token */
	PERSON_COMPLETE, /* has all that is asked for */
};

/* What is told instead of a refusal that would say whether an address has an account. */
#define PERSON_HUSHED "It cannot be done; admins see why."

struct person {
	enum person_state state;
	struct account account; /* PERSON_NEW: only its name and email */
};

/* `name` "": the only account with this address, or a new one named after it (kept in call->cache).
 * An account of this name with another address is refused. Never PERSON_COMPLETE. */
MUST_USE enum err person_find(struct ctx *c, struct call *call, const char *name, const char *email,
    struct person *out, bool *ok);

/* Whether an account can be called that, or `name` is "". Else refused. */
bool person_name_is_one(struct ctx *c, struct call *call, const char *name);

/* The token's fields that this state needs; its name stays in the cache. Who has the address is
 * told admins alone. */
void person_want(struct ctx *c, struct call *call, const struct person *p);

/* What the token's holder gave. NULL: no password, or not confirmed. */
const char *person_password_hash(const struct call *call);
bool person_confirmed(const struct call *call);

/* The account as it must be for its new role: made, or enabled, with the password of the token.
 * Refused: the token did not give what the account needs now. */
MUST_USE enum err person_settle(struct ctx *c, struct call *call, struct person *p, bool *ok);

/* An enabled or disabled account by its name; refused: there is none. */
MUST_USE enum err person_named(
    struct ctx *c, struct call *call, const char *name, struct account *out, bool *ok);
/* A team that the actor may see, and from the first step on the same one, whatever it is called by
 * then; refused: there is none, or it is gone. */
MUST_USE enum err person_team(
    struct ctx *c, struct call *call, const char *name, struct team *out, bool *ok);
/* What an account is in a team: enum role. As the system. */
MUST_USE enum err person_role(
    struct ctx *c, const struct account *account, const struct team *team, int64_t *role);
/* Whether the actor may give that role there at all. Else refused. */
bool person_role_is_mine(struct ctx *c, struct call *call, const struct team *team, int64_t role);
/* Whether the actor may make somebody who holds `was` there a `role`: the table of model/rights.h,
 * of what the person holds as well as of what the person is to get. Else refused. */
bool person_grantable(struct ctx *c, struct call *call, const struct team *team,
    const struct account *account, int64_t was, int64_t role);

/* From here on the system acts, within what the approved task allows; `before` is put back by the
 * caller: c->actor = before. */
struct actor person_as_system(struct ctx *c);

#endif
