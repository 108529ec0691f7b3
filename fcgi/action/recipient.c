#include "action/recipient.h"

#include <string.h>
#include <strings.h>

#include "model/account.h"

/* How many of its actions say whom it is about: of a type that ships, its own. */
static size_t first_of(const struct task_type *t, size_t n)
{
	size_t own = 0;

	while (t->steps[own].action != NULL && t->steps[own].with == NULL)
		own++;
	return t->own || own == 0 || own > n ? n : own;
}

/* What the actions name; NULL: not all name the same. */
static enum err named_by_actions(struct ctx *c, const struct recipient *r, const char **address)
{
	struct task_action *all;
	size_t n;

	*address = "";
	TRY(task_actions(c, r->task, &all, &n));
	n = first_of(r->type, n);
	for (size_t i = 0; i < n && *address != NULL; i++) {
		const char *said = json_text(json_get(json_stored(c, all[i].cache_text), "email"));
		if (*said != '\0')
			*address = **address == '\0' || strcasecmp(said, *address) == 0 ? said
											: NULL;
	}
	return OK;
}

enum err recipient_asker(struct ctx *c, const struct task *t, const char **address)
{
	struct account account;

	*address = "";
	if (!t->requester_id.set)
		return OK;
	TRY(account_get(c, t->requester_id.value, &account));
	*address = account.email;
	return OK;
}

enum err recipient_find(struct ctx *c, const struct recipient *r, const char **address)
{
	const struct type_mail *mail = r->mail;
	const struct task *t = r->task;
	/* That it came to nothing is for who asked: whom it was about may not know of it. */
	bool ended = r->stage == MAIL_ENDED && mail->current_user == UNSAID && t->requester_id.set;

	*address = mail->to != NULL ? mail->to : "";
	if (mail->to != NULL)
		return OK;
	if (ended || mail->current_user == SAID_YES)
		TRY(recipient_asker(c, t, address));
	if (ended || **address != '\0')
		return OK;
	TRY(named_by_actions(c, r, address));
	return *address == NULL || **address != '\0' ? OK : recipient_asker(c, t, address);
}

struct type_mail recipient_mail(const struct type_mail *stage, const struct type_mail *one)
{
	struct type_mail m = *stage;

	if (one->template != NULL || one->text != NULL) {
		m.template = one->template;
		m.text = one->text;
	}
	if (one->to != NULL || one->current_user == SAID_YES)
		m.to = one->to;
	if (one->to != NULL || one->current_user != UNSAID)
		m.current_user = one->current_user;
	if (one->subject != NULL)
		m.subject = one->subject;
	if (one->reply_to != NULL)
		m.reply_to = one->reply_to;
	if (one->from != NULL)
		m.from = one->from;
	return m;
}

const char *recipient_bounces(struct ctx *c, const char *from, const char *task_id)
{
	static const char mark[] = "{{task_uuid}}";
	const char *at = strstr(from, mark);

	return at == NULL ? from
			  : arena_printf(c->arena, "%.*s%s%s", (int)(at - from), from, task_id,
				at + sizeof(mark) - 1);
}
