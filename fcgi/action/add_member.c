/* add_member: an account gets a role in a team. */

#include <string.h>

#include "action/person.h"

static const struct input fields[] = {
	{ "team", "Team", "the team to join", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "account", "Account", "who joins; nobody: whom an action before it is about, or who asks",
	    INPUT_ACCOUNT, false, 0, 0, NULL, NULL },
	{ "role", "Role", "what for", INPUT_ROLE, true, 0, 0, NULL, NULL },
	{ "at", "When",
	    "after the approval, or once the token was given, too, when who is invited has an "
	    "account; approve unless told",
	    INPUT_CHOICE, false, 0, 0, "approve|submit", NULL },
	{ 0 },
};

static const char *who(const struct call *call)
{
	const char *account = call_text(call, "account"),
		   *about = json_text(json_get(call->shared, "account"));

	return *account != '\0' ? account : *about != '\0' ? about : call->task->requester;
}

/* An action before it is to make the team, or the account. */
static bool is_to_be(const struct call *call)
{
	const char *team = json_text(json_get(call->shared, "new_team")),
		   *account = json_text(json_get(call->shared, "new_account"));

	return (*team != '\0' && strcmp(team, call_text(call, "team")) == 0) ||
	       (*account != '\0' && strcmp(account, who(call)) == 0);
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

/* Of whom it is about, no more than that. */
static void note_joins(struct ctx *c, struct call *call)
{
	bool named = *call_text(call, "account") != '\0' ||
		     json_get(call->shared, "account") == NULL;

	action_note(c, call, "%s joins %s as %s.", named ? who(call) : "Whom this is about",
	    call_text(call, "team"), call_text(call, "role"));
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account account;
	struct team team;
	bool ok;

	if (is_to_be(call)) {
		note_joins(c, call);
		return OK;
	}
	TRY(look(c, call, &account, &team, &ok));
	if (!ok)
		return OK;
	action_email(c, call, account.email);
	note_joins(c, call);
	return OK;
}

static enum err add(struct ctx *c, struct call *call)
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

static enum err approve(struct ctx *c, struct call *call)
{
	return call_is_at(call, "approve") ? add(c, call) : OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	return call_is_at(call, "submit") ? add(c, call) : OK;
}

const struct action action_add_member = {
	.name = "add_member",
	.title = "Add somebody to a team",
	.help = "gives an account a role in a team",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.system = true,
	.generic = true,
};
