/* change_email: an account gets another address, once whoever reads mail there says so. */

#include <strings.h>

#include "action/person.h"
#include "model/account_email.h"
#include "model/message.h"
#include "model/rights.h"

static const struct input fields[] = {
	{ "new_email", "New address", "a mail goes there first", INPUT_EMAIL, true, 0, 254, NULL,
	    NULL },
	{ 0 },
};

/* *taken: by another account. Whoever has the address may know, when he answers the mail. */
static enum err look(struct ctx *c, struct call *call, struct account *me, bool *ok, bool *taken)
{
	const char *email = call_text(call, "new_email");
	struct account *all;
	size_t n;

	*ok = *taken = false;
	TRY(account_get(c, c->actor.account_id, me));
	if (strcasecmp(me->email, email) == 0) {
		action_refuse(c, call, "This is the address of %s already.", me->name);
		return OK;
	}
	TRY(account_with_email(c, email, &all, &n));
	*ok = true;
	*taken = n > 0;
	if (n > 0)
		action_aside(c, call, "Another account has this address: %s.", all[0].name);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account me;
	bool ok, taken;

	TRY(look(c, call, &me, &ok, &taken));
	if (!ok)
		return OK;
	action_auto(call, true);
	action_want(call, "confirm");
	/* Whoever reads the account's mail gets its password: a token that may do less only asks.
	 */
	if (!rights_over_account(c, c->actor.account_id))
		action_want_asker(c, call);
	action_email(c, call, call_text(call, "new_email"));
	action_email_too(c, call, me.email);
	action_note(
	    c, call, "The address of %s is to be %s.", me.name, call_text(call, "new_email"));
	return OK;
}

/* The old address hears of it before anything changes: it may not be the owner who asks. */
static enum err warn(struct ctx *c, const struct account *me, const char *new_email)
{
	struct json *values = json_object(c->arena);

	if (!email_is_valid(me->email))
		return OK;
	json_set(values, "ACCOUNT", json_string(c->arena, me->name));
	json_set(values, "NEW_EMAIL", json_string(c->arena, new_email));
	json_set(values, "URL", json_string(c->arena, message_url(c, "/account")));
	const struct message_mail mail = { .template = "change-email",
		.subject = "Your address here is about to change",
		.values = values };
	return message_add(c, &(struct message_new){ .kind = MESSAGE_MAIL,
				  .event = "task",
				  .about = arena_printf(c->arena, "account:%s", me->name),
				  .target = me->email,
				  .payload = message_mail(c, &mail) });
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct account me;
	bool ok, taken;

	TRY(look(c, call, &me, &ok, &taken));
	return ok ? warn(c, &me, call_text(call, "new_email")) : OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	const char *email = call_text(call, "new_email");
	struct account me;
	bool ok, taken;

	TRY(look(c, call, &me, &ok, &taken));
	if (ok && !person_confirmed(call))
		action_refuse(c, call, "It was not confirmed.");
	else if (taken)
		action_refuse(c, call, PERSON_HUSHED);
	if (!ok || !call->self->valid)
		return OK;
	struct actor before = person_as_system(c);
	enum err e = account_edit(c, me.name, &(struct account_change){ .email = email }, &me);
	c->actor = before;
	TRY(e);
	action_note(c, call, "The address of %s is %s.", me.name, email);
	return OK;
}

const struct action action_change_email = {
	.name = "change_email",
	.title = "Change an e-mail address",
	.help = "gives the account of who asks another e-mail address",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
};
