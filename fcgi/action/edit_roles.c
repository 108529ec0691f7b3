/* edit_roles: what an account is in a team, changed by who may give that role and may touch who
 * holds the present one. */

#include <string.h>

#include "action/person.h"

static const struct input fields[] = {
	{ "team", "Team", "where", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "account", "Account", "whose role", INPUT_ACCOUNT, true, 1, 63, NULL, NULL },
	{ "role", "Role", "none takes it away", INPUT_CHOICE, true, 0, 0,
	    "none|viewer|operator|editor|manager", NULL },
	{ 0 },
};

struct edited {
	struct team team;
	struct account account;
	int64_t was, role;
};

static enum err look(struct ctx *c, struct call *call, struct edited *e, bool *ok)
{
	e->role = role_named(call_text(call, "role"));
	TRY(person_team(c, call, call_text(call, "team"), &e->team, ok));
	if (*ok)
		TRY(person_named(c, call, call_text(call, "account"), &e->account, ok));
	if (!*ok)
		return OK;
	TRY(person_role(c, &e->account, &e->team, &e->was));
	*ok = person_grantable(c, call, &e->team, &e->account, e->was, e->role);
	if (*ok && e->account.id == c->actor.account_id && !c->actor.admin && e->role < e->was) {
		action_refuse(c, call,
		    "Another manager of %s, or an admin, can take your role away.", e->team.name);
		*ok = false;
	}
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct edited e;
	bool ok;

	TRY(look(c, call, &e, &ok));
	if (!ok)
		return OK;
	const char *was = role_name((enum role)e.was);
	action_auto(call, true);
	action_email(c, call, e.account.email);
	if (e.was == e.role)
		action_note(c, call, "%s is that already: there is nothing to do.", e.account.name);
	else
		action_note(c, call, "%s in %s: %s becomes %s.", e.account.name, e.team.name,
		    was != NULL ? was : "none", call_text(call, "role"));
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct edited e;
	bool ok;

	return look(c, call, &e, &ok);
}

static enum err submit(struct ctx *c, struct call *call)
{
	struct edited e;
	bool ok;

	TRY(look(c, call, &e, &ok));
	if (!ok || e.was == e.role)
		return OK;
	TRY(team_member(c, e.team.name, e.account.name, (enum role)e.role));
	action_note(c, call, "Done.");
	return OK;
}

const struct action action_edit_roles = {
	.name = "edit_roles",
	.title = "Change roles in a team",
	.help = "changes what an account is in a team",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
};
