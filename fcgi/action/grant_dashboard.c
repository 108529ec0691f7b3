/* grant_dashboard: the right to open Dkron's own dashboard, which shows every job of every team. */

#include "action/person.h"

static const struct input fields[] = {
	{ "account", "Account", "who; nobody: who asks", INPUT_ACCOUNT, false, 0, 63, NULL, NULL },
	{ 0 },
};

static enum err look(struct ctx *c, struct call *call, struct account *out, bool *ok)
{
	const char *name = call_text(call, "account");

	TRY(person_named(c, call, *name != '\0' ? name : call->task->requester, out, ok));
	if (!*ok)
		return OK;
	*ok = !out->disabled && !out->dashboard && !out->admin;
	if (out->disabled)
		action_refuse(c, call, "The account %s is disabled.", out->name);
	else if (!*ok)
		action_refuse(c, call, "%s may open the dashboard already.", out->name);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account account;
	bool ok;

	TRY(look(c, call, &account, &ok));
	if (!ok)
		return OK;
	action_email(c, call, account.email);
	action_note(
	    c, call, "%s may open Dkron's own dashboard, and see every job there.", account.name);
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct account account;
	bool ok, yes = true;

	TRY(look(c, call, &account, &ok));
	if (!ok)
		return OK;
	return account_edit(
	    c, account.name, &(struct account_change){ .dashboard = &yes }, &account);
}

const struct action action_grant_dashboard = {
	.name = "grant_dashboard",
	.title = "Open Dkron's dashboard",
	.help = "lets an account open Dkron's own dashboard",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.system = true,
};
