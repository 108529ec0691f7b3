/* invite: somebody gets a role in a team, once the mail that says so was answered. Who has no
 * account yet chooses a password with it. */

#include "action/person.h"

static const struct input fields[] = {
	{ "team", "Team", "the team to join", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "email", "E-mail", "where the invitation goes", INPUT_EMAIL, true, 0, 254, NULL, NULL },
	{ "account", "Account",
	    "its name; empty: whoever has this address, or a new account named after it",
	    INPUT_ACCOUNT, false, 0, 63, NULL, NULL },
	{ "role", "Role", "what for", INPUT_ROLE, true, 0, 0, NULL, NULL },
	{ 0 },
};

struct invited {
	struct person person;
	struct team team;
	int64_t role;
	bool hushed; /* it cannot be, for a reason that the address's owner alone may know */
};

/* Of whom nothing is told: whether there is such an account, and what it is. */
static enum err look_at_person(struct ctx *c, struct call *call, struct invited *i, bool *ok)
{
	const char *name = call_text(call, "account"), *email = call_text(call, "email");
	int64_t was = ROLE_NONE;

	TRY(person_find(c, call, name, email, &i->person, ok));
	if (!*ok)
		return OK;
	if (i->person.state != PERSON_NEW)
		TRY(person_role(c, &i->person.account, &i->team, &was));
	*ok = person_grantable(c, call, &i->team, &i->person.account, was, i->role);
	if (was >= i->role && i->person.state == PERSON_EXISTING)
		i->person.state = PERSON_COMPLETE;
	return OK;
}

/* Until the mail was answered it goes on as with any other address. */
static void put_off(struct ctx *c, struct call *call, struct invited *i, size_t said)
{
	action_hush(c, call, said);
	call->self->valid = true;
	i->hushed = true;
	i->person = (struct person){ .state = PERSON_EXISTING,
		.account = { .email = call_text(call, "email") } };
}

/* As whoever invites, with what that account may do now. */
static enum err look(struct ctx *c, struct call *call, struct invited *i, bool *ok)
{
	*i = (struct invited){ .role = role_named(call_text(call, "role")) };
	TRY(person_team(c, call, call_text(call, "team"), &i->team, ok));
	*ok = *ok && person_role_is_mine(c, call, &i->team, i->role) &&
	      person_name_is_one(c, call, call_text(call, "account"));
	if (!*ok)
		return OK;
	size_t said = json_length(call->notes);
	TRY(look_at_person(c, call, i, ok));
	if (!*ok)
		put_off(c, call, i, said);
	*ok = true;
	return OK;
}

static void want(struct ctx *c, struct call *call, const struct invited *i)
{
	if (i->hushed)
		action_want(call, "confirm");
	else
		person_want(c, call, &i->person);
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct invited i;
	bool ok;

	TRY(look(c, call, &i, &ok));
	if (!ok)
		return OK;
	want(c, call, &i);
	action_email(c, call, i.person.account.email); /* as the account writes it */
	action_auto(call, true);
	if (i.person.state != PERSON_COMPLETE)
		action_note(c, call, "A mail goes to %s.", call_text(call, "email"));
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct invited i;
	bool ok;

	TRY(look(c, call, &i, &ok));
	if (ok)
		want(c, call, &i);
	return OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	struct invited i;
	bool ok;

	TRY(look(c, call, &i, &ok));
	if (ok && i.hushed)
		action_refuse(c, call, PERSON_HUSHED);
	if (ok && !i.hushed)
		TRY(person_settle(c, call, &i.person, &ok));
	if (!ok || i.hushed || i.person.state == PERSON_COMPLETE)
		return OK;
	TRY(team_member(c, i.team.name, i.person.account.name, (enum role)i.role));
	action_note(c, call, "%s has the role %s in %s.", i.person.account.name,
	    call_text(call, "role"), i.team.name);
	return OK;
}

const struct action action_invite = {
	.name = "invite",
	.title = "Invite somebody",
	.help = "invites somebody into a team, with an account or without",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
};
