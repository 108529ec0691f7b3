/* add_member: an account gets a role in a team. */

#include "action/action.h"
#include "model/account.h"
#include "model/team.h"

static const struct input fields[] = {
	{ "team", "Team", "the team to join", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "account", "Account", "who joins; nobody: who asks", INPUT_ACCOUNT, false, 0, 0, NULL,
	    NULL },
	{ "role", "Role", "what for", INPUT_ROLE, true, 0, 0, NULL, NULL },
	{ 0 },
};

static const char *who(const struct call *call)
{
	const char *account = call_text(call, "account");

	return *account != '\0' ? account : call->task->requester;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account account;
	struct team team;
	enum err e = team_named(c, call_text(call, "team"), &team);

	if (e == ERR_NOT_FOUND) {
		action_refuse(c, call, "There is no team %s.", call_text(call, "team"));
		return OK;
	}
	TRY(e);
	e = account_named(c, who(call), &account);
	if (e == ERR_NOT_FOUND || (e == OK && account.disabled)) {
		action_refuse(c, call, "There is no account %s.", who(call));
		return OK;
	}
	TRY(e);
	action_email(c, call, account.email);
	action_note(
	    c, call, "%s joins %s as %s.", account.name, team.name, call_text(call, "role"));
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	TRY(team_member(
	    c, call_text(call, "team"), who(call), role_named(call_text(call, "role"))));
	action_note(c, call, "%s has the role %s in %s.", who(call), call_text(call, "role"),
	    call_text(call, "team"));
	return OK;
}

const struct action action_add_member = {
	.name = "add_member",
	.help = "gives an account a role in a team",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.system = true,
	.generic = true,
};
