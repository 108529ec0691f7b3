/* new_team: a team and its first manager, who need not have an account yet. */

#include "action/person.h"
#include "model/account_email.h"
#include "model/quota.h"
#include "model/rights.h"

static const struct input fields[] = {
	{ "team", "Team", "its name: a-z, 0-9, - and _", INPUT_LINE, true, 1, 63, NULL,
	    "[a-z0-9][a-z0-9_-]*" },
	{ "description", "What it is for", "one line", INPUT_LINE, false, 0, TEAM_DESCRIPTION_MAX,
	    NULL, NULL },
	{ "email", "E-mail", "where you can be reached", INPUT_EMAIL, true, 0, 254, NULL, NULL },
	{ "account", "Account",
	    "your name here; empty: whoever has this address, or a new one named after it",
	    INPUT_ACCOUNT, false, 0, 63, NULL, NULL },
	{ 0 },
};

static enum err look(struct ctx *c, struct call *call, struct person *p, bool *ok)
{
	const char *name = call_text(call, "team");
	struct team team;
	enum err e = team_named(c, name, &team);

	*ok = e == ERR_NOT_FOUND && name_is_plain(name, "");
	if (e == OK)
		action_refuse(c, call, "There is a team %s already.", name);
	if (e != ERR_NOT_FOUND)
		return e;
	return person_find(c, call, call_text(call, "account"), call_text(call, "email"), p, ok);
}

/* Who has an account that is enabled needs no token: nothing of the account changes. */
static void want(struct ctx *c, struct call *call, const struct person *p)
{
	person_want(c, call, p);
	if (p->state != PERSON_EXISTING)
		return;
	call->self->need_token = false;
	call->self->token_fields = "";
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct person p;
	bool ok;

	TRY(look(c, call, &p, &ok));
	if (!ok)
		return OK;
	want(c, call, &p);
	json_set(call->shared, "new_team", json_string(c->arena, call_text(call, "team")));
	action_email(c, call, p.account.email);
	return OK;
}

static enum err make_team(struct ctx *c, struct call *call)
{
	const char *name = call_text(call, "team"), *description = call_text(call, "description");
	struct quota small = quota_of_size("small");
	struct team team;

	TRY(team_make(c, name, &(struct team_change){ .description = description }, &team));
	TRY(quota_set(c, name, &small));
	action_note(c, call, "There is a team %s.", name);
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct person p;
	bool ok;

	TRY(look(c, call, &p, &ok));
	if (!ok)
		return OK;
	want(c, call, &p);
	TRY(make_team(c, call));
	const struct account_new new = { .name = p.account.name, .email = p.account.email };
	if (p.state == PERSON_NEW)
		TRY(account_make(c, &new, &p.account));
	TRY(team_member(c, call_text(call, "team"), p.account.name, ROLE_MANAGER));
	json_set(call->cache, "account_id", json_number(c->arena, p.account.id));
	action_note(c, call, "%s is its manager.", p.account.name);
	return OK;
}

/* Only for an account that cannot sign in so far: made at approval, or disabled. */
static enum err submit(struct ctx *c, struct call *call)
{
	int64_t id = json_int(json_get(call->cache, "account_id"));
	const char *hash = person_password_hash(call);
	bool no = false;
	struct account account;

	if (!call->self->need_token)
		return OK;
	if (hash == NULL) {
		action_refuse(c, call, "There is no password.");
		return OK;
	}
	TRY(account_get(c, id, &account));
	if (account.disabled)
		TRY(account_edit(
		    c, account.name, &(struct account_change){ .disabled = &no }, &account));
	TRY(account_set_hash(c, id, hash));
	action_note(c, call, "%s can sign in.", account.name);
	return OK;
}

const struct action action_new_team = {
	.name = "new_team",
	.title = "Make a team",
	.help = "makes a team and its first manager",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.system = true,
};
