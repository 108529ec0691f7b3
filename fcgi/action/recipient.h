#ifndef ACTION_RECIPIENT_H
#define ACTION_RECIPIENT_H

/* recipient: to whom a mail of a stage goes. */

#include "action/type.h"

/* One of several mails of a stage, with what the stage says of all of them. */
struct type_mail recipient_mail(const struct type_mail *stage, const struct type_mail *one);

/* The envelope's sender: {{task_uuid}} becomes the task. What is no address is told by
 * email_is_valid(). */
const char *recipient_bounces(struct ctx *c, const char *from, const char *task_id);

struct recipient {
	const struct task_type *type;
	const struct task *task;
	const struct type_mail *mail;
	enum mail_stage stage;
};
/* *address "": nobody; NULL: the actions name more than one. Whom an additional action of a type
 * that ships names is not whom the task is about. */
MUST_USE enum err recipient_find(struct ctx *c, const struct recipient *r, const char **address);

/* The address of who asked; "" of a stranger and of who has none. */
MUST_USE enum err recipient_asker(struct ctx *c, const struct task *t, const char **address);

#endif
