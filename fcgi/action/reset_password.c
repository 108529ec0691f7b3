/* reset_password: who reads the mail of an account chooses a new password for it. Never for an
 * admin: whoever gets at one mailbox would get everything. */

#include <strings.h>

#include "action/person.h"
#include "model/account_email.h"

static const struct input fields[] = {
	{ "email", "E-mail", "the address of your account", INPUT_EMAIL, true, 0, 254, NULL, NULL },
	{ "account", "Account", "its name, when several have this address", INPUT_ACCOUNT, false, 0,
	    63, NULL, NULL },
	{ 0 },
};

/* Whoever asked hears the same each time. */
static enum err find(struct ctx *c, struct call *call, struct account *out, bool *ok)
{
	const char *name = call_text(call, "account"), *email = call_text(call, "email");
	struct account *all;
	size_t n;

	if (*name != '\0') {
		TRY(person_named(c, call, name, out, ok));
		if (*ok && strcasecmp(out->email, email) != 0) {
			action_refuse(c, call, "The account %s has another address.", name);
			*ok = false;
		}
		return OK;
	}
	TRY(account_with_email(c, email, &all, &n));
	*ok = n == 1;
	if (n != 1)
		action_refuse(
		    c, call, "%s account has this address.", n == 0 ? "No" : "More than one");
	else
		*out = all[0];
	return OK;
}

static enum err look_at(struct ctx *c, struct call *call, struct account *out, bool *ok)
{
	TRY(find(c, call, out, ok));
	if (!*ok)
		return OK;
	*ok = !out->admin && !out->disabled;
	if (out->admin)
		action_refuse(c, call, "%s is an admin.", out->name);
	else if (out->disabled)
		action_refuse(c, call, "The account %s is disabled.", out->name);
	return OK;
}

/* Why not is for admins alone, whoever else is named to approve. */
static enum err look(struct ctx *c, struct call *call, struct account *out, bool *ok)
{
	size_t said = json_length(call->notes);

	TRY(look_at(c, call, out, ok));
	if (*ok)
		return OK;
	action_hush(c, call, said);
	action_refuse(c, call, PERSON_HUSHED);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account account;
	bool ok;

	action_auto(call, true);
	TRY(look(c, call, &account, &ok));
	if (!ok)
		return OK;
	action_aside(c, call, "The account %s has this address.", account.name);
	action_want(call, "password");
	action_email(c, call, account.email);
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct account account;
	bool ok;

	return look(c, call, &account, &ok);
}

static enum err submit(struct ctx *c, struct call *call)
{
	const char *hash = person_password_hash(call);
	struct account account;
	bool ok;

	TRY(look(c, call, &account, &ok));
	if (ok && hash == NULL) {
		action_refuse(c, call, "There is no new password.");
		return OK;
	}
	if (!ok)
		return OK;
	TRY(account_set_hash(c, account.id, hash));
	action_note(c, call, "%s has a new password; every session of it has ended.", account.name);
	return OK;
}

const struct action action_reset_password = {
	.name = "reset_password",
	.title = "Reset a password",
	.help = "sets the password that the owner of the account's address chooses",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.system = true,
};
