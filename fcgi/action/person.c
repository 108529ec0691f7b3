#include "action/person.h"

#include <string.h>
#include <strings.h>

#include "model/account_email.h"
#include "model/rights.h"

enum { NAME_MAX = 60, NAMES_TRIED = 20 };

static const char *const states[] = {
	[PERSON_NEW] = "default",
	[PERSON_DISABLED] = "disabled",
	[PERSON_EXISTING] = "existing",
	[PERSON_COMPLETE] = "complete",
};

struct actor person_as_system(struct ctx *c)
{
	struct actor before = c->actor;

	c->actor = (struct actor){ .account = "signalbox",
		.admin = true,
		.scope = SCOPE_ADMIN,
		.approved_task = before.approved_task };
	return before;
}

/* ---- looking */

static enum err seen(struct ctx *c, struct call *call, enum err e, bool *ok)
{
	*ok = e == OK;
	if (e == ERR_NOT_FOUND) {
		action_refuse(c, call, "%s", c->fault.detail);
		return OK;
	}
	return e;
}

enum err person_named(
    struct ctx *c, struct call *call, const char *name, struct account *out, bool *ok)
{
	return seen(c, call, account_named(c, name, out), ok);
}

enum err person_team(struct ctx *c, struct call *call, const char *name, struct team *out, bool *ok)
{
	int64_t id = json_int(json_get(call->cache, "team_id"));

	if (id == 0) {
		TRY(seen(c, call, team_named(c, name, out), ok));
		if (*ok)
			json_set(call->cache, "team_id", json_number(c->arena, out->id));
		return OK;
	}
	enum err e = team_get(c, id, out);
	*ok = e == OK;
	if (e != ERR_NOT_FOUND)
		return e;
	action_refuse(c, call, "The team %s of this request is gone.", name);
	return OK;
}

enum err person_role(
    struct ctx *c, const struct account *account, const struct team *team, int64_t *role)
{
	struct actor before = person_as_system(c);
	struct account_team *teams = NULL;
	size_t n = 0;
	enum err e = account_teams(c, account->id, &teams, &n);

	c->actor = before;
	*role = ROLE_NONE;
	for (size_t i = 0; e == OK && i < n; i++)
		if (strcmp(teams[i].team, team->name) == 0)
			*role = teams[i].role;
	return e;
}

bool person_role_is_mine(struct ctx *c, struct call *call, const struct team *team, int64_t role)
{
	const char *word = role_name((enum role)role);

	if (rights_may_grant(c->actor.admin ? STANDING_ADMIN : team->role, role))
		return true;
	action_refuse(c, call, "%s may not give the role %s in %s.", c->actor.account,
	    word != NULL ? word : "none", team->name);
	return false;
}

bool person_grantable(struct ctx *c, struct call *call, const struct team *team,
    const struct account *account, int64_t was, int64_t role)
{
	int64_t me = c->actor.admin ? STANDING_ADMIN : team->role;
	int64_t whose = account->admin ? STANDING_ADMIN : was;

	if (!person_role_is_mine(c, call, team, role))
		return false;
	if (!rights_may_grant(me, whose)) {
		action_refuse(c, call, "%s may not change what %s is in %s.", c->actor.account,
		    account->name, team->name);
		return false;
	}
	return true;
}

/* ---- by address */

/* "Mara.Lane+x@example.org": mara.lane-x. */
static const char *name_after(struct ctx *c, const char *email)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strcspn(email, "@"), n = 0;
	char *out = arena_alloc(c->arena, NAME_MAX + 1, 1);

	for (size_t i = 0; i < len && n < NAME_MAX; i++) {
		char ch = email[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		bool letter = ch != '\0' && strchr(fine, ch) != NULL;
		if (n == 0 && (!letter || strchr("._-", ch) != NULL))
			continue;
		out[n] = '-';
		if (letter)
			out[n] = ch;
		n++;
	}
	out[n] = '\0';
	return n > 0 ? out : "member";
}

static enum err free_name(struct ctx *c, struct call *call, const char *email, const char **out)
{
	const char *base = name_after(c, email);
	struct account taken;

	*out = base;
	for (int i = 2; i < NAMES_TRIED; i++) {
		enum err e = account_named(c, *out, &taken);
		if (e == ERR_NOT_FOUND)
			return OK;
		TRY(e);
		*out = arena_printf(c->arena, "%s%d", base, i);
	}
	action_refuse(c, call, "Say which name the new account is to have.");
	return OK;
}

static bool found(struct person *p, const struct account *account)
{
	p->account = *account;
	p->state = account->disabled ? PERSON_DISABLED : PERSON_EXISTING;
	return true;
}

static enum err by_address(
    struct ctx *c, struct call *call, const char *email, struct person *p, bool *ok)
{
	struct account *all;
	size_t n;

	TRY(account_with_email(c, email, &all, &n));
	*ok = n <= 1;
	if (n > 1)
		action_refuse(c, call, "Several accounts have this address: say which.");
	if (n == 1)
		*ok = found(p, &all[0]);
	if (n > 0)
		return OK;
	TRY(free_name(c, call, email, &p->account.name));
	*ok = call->self->valid;
	return OK;
}

bool person_name_is_one(struct ctx *c, struct call *call, const char *name)
{
	if (*name == '\0' || name_is_plain(name, "."))
		return true;
	action_refuse(c, call,
	    "%s is no name for an account: 1 to 63 letters a-z, digits, - _ or a dot.", name);
	return false;
}

static enum err nobody_has(
    struct ctx *c, struct call *call, const char *email, const char *name, bool *ok)
{
	struct account *all;
	size_t n;

	TRY(account_with_email(c, email, &all, &n));
	if (n > 0)
		action_refuse(c, call, "This address belongs to the account %s.", all[0].name);
	*ok = n == 0 && person_name_is_one(c, call, name);
	return OK;
}

static enum err by_name(struct ctx *c, struct call *call, const char *name, const char *email,
    struct person *p, bool *ok)
{
	struct account account;
	enum err e = account_named(c, name, &account);

	if (e == ERR_NOT_FOUND)
		return nobody_has(c, call, email, name, ok);
	TRY(e);
	*ok = strcasecmp(account.email, email) == 0;
	if (!*ok) {
		action_refuse(c, call, "The account %s has another address.", name);
		return OK;
	}
	found(p, &account);
	return OK;
}

enum err person_find(struct ctx *c, struct call *call, const char *name, const char *email,
    struct person *out, bool *ok)
{
	const char *before = json_text(json_get(call->cache, "account"));

	if (*name == '\0')
		name = before;
	*out = (struct person){ .state = PERSON_NEW, .account = { .name = name, .email = email } };
	if (*name == '\0')
		TRY(by_address(c, call, email, out, ok));
	else
		TRY(by_name(c, call, name, email, out, ok));
	if (!*ok)
		return OK;
	json_set(call->cache, "account", json_string(c->arena, out->account.name));
	/* For actions behind this one. */
	json_set(call->shared, "account", json_string(c->arena, out->account.name));
	if (out->state == PERSON_NEW)
		json_set(call->shared, "new_account", json_string(c->arena, out->account.name));
	return OK;
}

/* ---- the token */

static const char *said_of(struct ctx *c, const struct person *p)
{
	const char *name = p->account.name;

	switch (p->state) {
	case PERSON_NEW:
		return arena_printf(c->arena, "There will be a new account %s.", name);
	case PERSON_DISABLED:
		return arena_printf(
		    c->arena, "The account %s is disabled, and will be enabled again.", name);
	case PERSON_EXISTING:
		return arena_printf(c->arena, "The account %s has this address.", name);
	default:
		return arena_printf(c->arena, "%s has this already.", name);
	}
}

void person_want(struct ctx *c, struct call *call, const struct person *p)
{
	bool password = p->state == PERSON_NEW || p->state == PERSON_DISABLED;

	call->self->need_token = false;
	call->self->token_fields = "";
	if (p->state != PERSON_COMPLETE)
		action_want(call, password ? "password" : "confirm");
	json_set(call->cache, "state", json_string(c->arena, states[p->state]));
	if (p->state == PERSON_COMPLETE)
		action_note(c, call, "%s", said_of(c, p));
	else
		action_aside(c, call, "%s", said_of(c, p));
}

const char *person_password_hash(const struct call *call)
{
	const char *hash = json_text(json_get(call->token, "password_hash"));

	return call->token != NULL && *hash != '\0' ? hash : NULL;
}

bool person_confirmed(const struct call *call)
{
	return call->token != NULL && json_bool(json_get(call->token, "confirm"));
}

static enum err settle(struct ctx *c, struct person *p, const char *hash)
{
	const struct account_new new = { .name = p->account.name, .email = p->account.email };
	bool disabled = false;

	if (p->state == PERSON_NEW)
		TRY(account_make(c, &new, &p->account));
	else
		TRY(account_edit(c, p->account.name,
		    &(struct account_change){ .disabled = &disabled }, &p->account));
	return account_set_hash(c, p->account.id, hash);
}

enum err person_settle(struct ctx *c, struct call *call, struct person *p, bool *ok)
{
	const char *hash = person_password_hash(call);
	bool needs_password = p->state == PERSON_NEW || p->state == PERSON_DISABLED;

	/* Who could give a password holds the mail's token as well as who confirmed; and a password
	 * is never set over one that there is. */
	*ok = p->state == PERSON_COMPLETE ||
	      (needs_password ? hash != NULL : hash != NULL || person_confirmed(call));
	if (!*ok)
		action_refuse(c, call,
		    "The account is no longer as it was when the token was made: issue the token "
		    "again.");
	if (!*ok || !needs_password)
		return OK;
	struct actor before = person_as_system(c);
	enum err e = settle(c, p, hash);
	c->actor = before;
	return e;
}
