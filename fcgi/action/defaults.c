#include "action/defaults.h"

#include <string.h>

#include "action/own_inside.h"
#include "action/recipient.h"
#include "core/log.h"

enum err defaults_read(struct ctx *c, struct task_type *out)
{
	struct type_row row;
	enum err e = type_row_get(c, TYPE_DEFAULTS, &row);

	*out = type_defaults;
	if (e == OK)
		e = type_row_read(c, &row, out);
	if (e == ERR_CONFLICT) {
		log_event(
		    c, LOG_ERROR, "task_defaults_broken", LOG_TEXT("reason", c->fault.detail));
		*out = type_defaults;
		return OK;
	}
	return e == ERR_NOT_FOUND ? OK : e;
}

static bool is_unsaid(const struct type_mail *m)
{
	return m->subject == NULL && m->template == NULL && m->text == NULL && m->to == NULL &&
	       m->current_user == UNSAID && m->reply_to == NULL && m->from == NULL &&
	       m->nemails == 0;
}

struct type_mail defaults_mail(const struct type_mail *all, const struct type_mail *own)
{
	struct type_mail m = recipient_mail(all, own);

	m.off = own->off || (all->off && is_unsaid(own));
	m.emails = own->emails;
	m.nemails = own->nemails;
	return m;
}

struct type_tell defaults_tell(const struct type_tell *all, const struct type_tell *own)
{
	struct type_tell t = *own;

	if (own->silent)
		return (struct type_tell){ .silent = true };
	if (own->mails[0] == NULL)
		memcpy(t.mails, all->mails, sizeof(t.mails));
	if (own->template == NULL)
		t.template = all->template;
	if (own->reply_to == NULL)
		t.reply_to = all->reply_to;
	if (own->from == NULL)
		t.from = all->from;
	if (own->webhook == NULL && all->webhook != NULL) {
		t.webhook = all->webhook;
		t.signed_by = TYPE_DEFAULTS;
	}
	return t;
}
