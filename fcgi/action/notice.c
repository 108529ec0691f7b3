/* Notifications of a task, to who runs this, and that it waits, to who may approve it. */

#include <inttypes.h>
#include <string.h>

#include "action/defaults.h"
#include "action/inside.h"
#include "action/notice.h"
#include "action/told.h"
#include "model/array.h"
#include "model/notification.h"

struct notice {
	struct type_tell to;
	const struct task *task;
	bool error;
	const char *text;
	int64_t id;
};

static const char *notice_url(struct ctx *c, const struct notice *n)
{
	return message_url(c, arena_printf(c->arena, "/notifications/%" PRId64, n->id));
}

static void set_links(struct ctx *c, const struct notice *n, struct told *m)
{
	struct json *values = (struct json *)m->mail.values;

	told_set(c, values, "TEXT", n->text);
	told_set(c, values, "TASK_URL", told_task_url(c, n->task));
	told_set(c, values, "NOTIFICATION_URL", notice_url(c, n));
	told_set(c, m->words.upper, "ERROR", n->error ? "error" : "");
	json_remove(values, "TASK");
}

static enum err send_mail(struct ctx *c, const struct notice *n, const char *to)
{
	const struct type_tell *how = &n->to;
	struct told m;

	TRY(told_open(c, n->task, &(struct words_way){ to, how->from, how->reply_to }, &m));
	set_links(c, n, &m);
	m.mail.template = how->template != NULL ? how->template : "task-notification";
	m.mail.subject = arena_printf(
	    c->arena, "[Signalbox] %s%s notification", n->error ? "Error - " : "", n->task->type);
	m.message.event = n->error ? "task_error" : "task_notification";
	m.message.notification_id = n->id;
	return told_send(c, &m);
}

static const char *notice_body(struct ctx *c, const struct notice *n)
{
	struct json *v = json_object(c->arena), *data = json_object(c->arena);

	json_set(data, "notification", json_number(c->arena, n->id));
	told_set(c, data, "text", n->text);
	told_set(c, data, "url", told_task_url(c, n->task));
	told_set(c, data, "notification_url", notice_url(c, n));
	json_set(data, "task", task_json(c, n->task));
	told_set(c, v, "type", n->error ? "task.error" : "task.notification");
	json_set(v, "timestamp", json_time(c->arena, c->now_us));
	json_set(v, "data", data);
	return json_write(c->arena, v);
}

static enum err send_notice(struct ctx *c, const struct notice *n)
{
	struct message_new m = { .kind = MESSAGE_WEBHOOK,
		.event = n->error ? "task_error" : "task_notification",
		.notification_id = n->id,
		.signed_by = n->to.signed_by };

	for (size_t i = 0; i < TYPE_MAILS && n->to.mails[i] != NULL; i++)
		TRY(send_mail(c, n, n->to.mails[i]));
	if (n->to.webhook == NULL)
		return OK;
	m.payload = notice_body(c, n);
	return told_add(c, n->task, n->to.webhook, &m);
}

static enum err notify(struct ctx *c, struct notice *n)
{
	TRY(notification_add(c, n->task->id, n->error, n->text, &n->id));
	return send_notice(c, n);
}

static enum err tell_approver(struct ctx *c, const struct task *t, const char *to)
{
	struct json *values;
	struct told m;

	TRY(told_open(c, t, &(struct words_way){ .to = to }, &m));
	values = (struct json *)m.mail.values;
	told_set(c, values, "TASK_URL", told_task_url(c, t));
	json_remove(values, "TASK");
	m.mail.template = "task-waits";
	m.mail.subject = arena_printf(c->arena, "[Signalbox] Waits for you: %s", t->title);
	m.message.event = "task_waits";
	return told_send(c, &m);
}

/* Each of those who may say yes, once; who gets the notification knows by that. */
static enum err tell_approvers(struct ctx *c, const struct type_tell *knows, const struct task *t)
{
	size_t known = 0, n;
	struct task_told *all;

	while (knows->mails[known] != NULL)
		known++;
	TRY(task_told(c, t->id, array_of_texts(c->arena, knows->mails, known), &all, &n));
	for (size_t i = 0; i < n; i++)
		TRY(tell_approver(c, t, all[i].email));
	return OK;
}

enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t)
{
	struct notice n = { .task = t,
		.text = arena_printf(c->arena, "'%s' task needs approval.", t->type) };
	struct task_type all;

	TRY(defaults_read(c, &all));
	n.to = defaults_tell(&all.standard, &type->standard);
	TRY(notify(c, &n));
	return type->quiet ? OK : tell_approvers(c, &n.to, t);
}

enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why)
{
	struct notice n = { .task = t, .error = true, .text = why };
	struct task_type all;

	TRY(defaults_read(c, &all));
	n.to = defaults_tell(&all.errors, &type->errors);
	return notify(c, &n);
}

/* Of a type that is gone, what holds for all of them. */
static enum err type_then(struct ctx *c, const char *name, struct task_type *out)
{
	enum err e = type_get(c, name, out);

	if (e == ERR_NOT_FOUND || e == ERR_CONFLICT) {
		*out = (struct task_type){ .name = name };
		e = OK;
	}
	return e;
}

enum err notice_unsent(struct ctx *c, const struct message_unsent *unsent)
{
	struct notice n = { .error = true, .text = unsent->text, .id = unsent->notification_id };
	struct task_type type, all;
	struct task t;

	TRY(task_get(c, unsent->task_id, &t));
	TRY(type_then(c, t.type, &type));
	TRY(defaults_read(c, &all));
	n.task = &t;
	n.to = defaults_tell(&all.errors, &type.errors);
	return send_notice(c, &n);
}
