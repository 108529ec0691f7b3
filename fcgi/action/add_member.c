/* add_member: an account gets a role in a team. */

#include "action/person.h"

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

static enum err look(
    struct ctx *c, struct call *call, struct account *account, struct team *team, bool *ok)
{
	TRY(person_team(c, call, call_text(call, "team"), team, ok));
	if (*ok)
		TRY(person_named(c, call, who(call), account, ok));
	if (*ok && account->disabled) {
		action_refuse(c, call, "The account %s is disabled.", account->name);
		*ok = false;
	}
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account account;
	struct team team;
	bool ok;

	TRY(look(c, call, &account, &team, &ok));
	if (!ok)
		return OK;
	action_email(c, call, account.email);
	action_note(
	    c, call, "%s joins %s as %s.", account.name, team.name, call_text(call, "role"));
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct account account;
	struct team team;
	bool ok;

	TRY(look(c, call, &account, &team, &ok));
	if (!ok)
		return OK;
	TRY(team_member(c, team.name, account.name, role_named(call_text(call, "role"))));
	action_note(
	    c, call, "%s has the role %s in %s.", account.name, call_text(call, "role"), team.name);
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
