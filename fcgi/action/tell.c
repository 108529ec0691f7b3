/* Whom a task tells of what, and how: mails of its stages to whom it is about, notifications to who
 * runs this. */

#include <inttypes.h>
#include <string.h>

#include "action/inside.h"
#include "action/recipient.h"
#include "core/time.h"
#include "model/array.h"
#include "model/message.h"
#include "model/notification.h"
#include "model/task_token.h"

/* ---- mails of the stages */

static const struct stage_mail {
	const char *event, *template, *subject; /* what stands before the title */
} stage_mails[MAIL_STAGES] = {
	[MAIL_INITIAL] = { "task_initial", "task-initial", "Request received" },
	[MAIL_TOKEN] = { "task_token", "task-token", "Please confirm" },
	[MAIL_COMPLETED] = { "task_completed", "task-completed", "Done" },
	[MAIL_ENDED] = { "task_ended", "task-ended", NULL }, /* as it ended */
};

struct letter {
	const struct task_type *type;
	const struct task *task;
	enum mail_stage stage;
	struct type_mail mail; /* one of those of the stage */
	const char *to;
};

static void set_text(struct ctx *c, struct json *values, const char *name, const char *value)
{
	json_set(values, name, json_string(c->arena, value));
}

/* A section that is there when the text is. */
static void set_maybe(struct ctx *c, struct json *values, const char *section, const char *value)
{
	struct json *list, *one;

	if (value == NULL || *value == '\0')
		return;
	list = json_array(c->arena);
	one = json_object(c->arena);
	set_text(c, one, "TEXT", value);
	json_push(list, one);
	json_set(values, section, list);
}

static const char *task_url(struct ctx *c, const struct task *t)
{
	return message_url(c, arena_printf(c->arena, "/tasks/%s", t->id));
}

static struct json *values_of(struct ctx *c, const struct task *t)
{
	struct json *v = json_object(c->arena);

	set_text(c, v, "TITLE", t->title);
	set_maybe(c, v, "TEAM", t->team.text);
	set_maybe(c, v, "REASON", t->reason);
	set_maybe(c, v, "REQUESTER", t->requester);
	/* A stranger has nothing to see there. */
	set_maybe(c, v, "TASK", t->requester_id.set ? task_url(c, t) : NULL);
	return v;
}

struct json *tell_lines(struct ctx *c, const char *text)
{
	struct json *lines = json_array(c->arena);

	for (const char *s = text;; s++) {
		struct json *line = json_object(c->arena);
		size_t len = strcspn(s, "\n");
		json_set(line, "TEXT", json_string_n(c->arena, s, len));
		json_push(lines, line);
		s += len;
		if (*s == '\0')
			return lines;
	}
}

/* What was asked for, an action a line. */
static struct json *asked_for(struct ctx *c, const struct task_type *type)
{
	struct json *list = json_array(c->arena);

	for (const struct type_step *s = type->steps; s->action != NULL; s++) {
		struct json *one = json_object(c->arena);
		set_text(c, one, "TEXT", action_named(s->action)->help);
		json_push(list, one);
	}
	return list;
}

/* Of a mail whose text the type says itself. */
static struct json *text_values(struct ctx *c, const struct task *t, const char *text)
{
	struct json *v = json_object(c->arena);

	json_set(v, "LINE", tell_lines(c, filled_text(c, text, json_stored(c, t->data_text))));
	set_text(c, v, "TITLE", t->title);
	set_maybe(c, v, "TASK", t->requester_id.set ? task_url(c, t) : NULL);
	return v;
}

static struct json *headers_of(struct ctx *c, const struct task *t)
{
	struct json *v = json_object(c->arena);

	set_text(c, v, "X-Signalbox-Task", t->id);
	return v;
}

/* Messages of a task to one address leave in their order. */
static enum err send(struct ctx *c, const struct task *t, const char *target, struct message_new *m)
{
	m->target = target;
	m->task_id = t->id;
	m->about = arena_printf(c->arena, "task:%s", t->id);
	m->line = arena_printf(c->arena, "task:%s %s", t->id, target);
	return message_add(c, m);
}

/* "rejected: too dear" */
static enum err set_ending(struct ctx *c, const struct task *t, struct json *values)
{
	struct task_ending end;

	TRY(task_ending(c, t->id, &end));
	const char *why = strstr(end.text, ": ");
	set_text(c, values, "ENDED", t->state);
	if (strcmp(t->state, "expired") != 0)
		set_maybe(c, values, "BY", end.actor);
	set_maybe(c, values, "COMMENT", why != NULL ? why + 2 : NULL);
	return OK;
}

static const char *subject_of(struct ctx *c, const struct letter *l)
{
	const char *begins = stage_mails[l->stage].subject, *said = l->mail.subject;

	if (said != NULL)
		return filled_text(c, said, json_stored(c, l->task->data_text));
	if (begins == NULL)
		begins = strcmp(l->task->state, "rejected") == 0  ? "Rejected"
			 : strcmp(l->task->state, "expired") == 0 ? "Expired"
								  : "Cancelled";
	return arena_printf(c->arena, "%s: %s", begins, l->task->title);
}

static enum err send_letter(struct ctx *c, const struct letter *l)
{
	const struct type_mail *mail = &l->mail;
	const struct stage_mail *stage = &stage_mails[l->stage];
	struct json *values = mail->text != NULL ? text_values(c, l->task, mail->text)
						 : values_of(c, l->task);
	const char *standard = mail->text != NULL ? "task-text" : stage->template;
	struct message_mail letter = {
		.template = mail->template != NULL ? mail->template : standard,
		.subject = arena_printf(c->arena, "[Signalbox] %s", subject_of(c, l)),
		.reply_to = mail->reply_to,
		.bounces = mail->from != NULL ? recipient_bounces(c, mail->from, l->task->id)
					      : NULL,
		.values = values,
		.headers = headers_of(c, l->task),
	};
	struct message_new m = { .kind = MESSAGE_MAIL, .event = stage->event };

	if (mail->text == NULL)
		json_set(values, "ACTION", asked_for(c, l->type));
	if (l->stage == MAIL_ENDED && mail->text == NULL)
		TRY(set_ending(c, l->task, values));
	if (l->stage == MAIL_TOKEN) {
		struct task_token token;
		letter.token_task = l->task->id;
		TRY(task_token_of(c, l->task->id, &token, &letter.token_hash));
		const char *until = time_moment(c->arena, token.expires_us);
		if (mail->text != NULL)
			set_maybe(c, values, "CONFIRM", until);
		else
			set_text(c, values, "UNTIL", until);
		m.patience_s = (token.expires_us - c->now_us) / US_PER_S + 1;
	}
	m.payload = message_mail(c, &letter);
	return send(c, l->task, l->to, &m);
}

struct sending {
	size_t sent;
	bool many; /* one of them could be for two */
};

static enum err tell_one(struct ctx *c, struct letter *l, struct sending *s)
{
	TRY(recipient_find(c, &(struct recipient){ l->type, l->task, &l->mail, l->stage }, &l->to));
	s->many = s->many || l->to == NULL;
	if (l->to == NULL || *l->to == '\0')
		return OK;
	s->sent++;
	return send_letter(c, l);
}

enum err tell_stage(
    struct ctx *c, const struct task_type *type, const struct task *t, enum mail_stage stage)
{
	const struct type_mail *mail = &type->mails[stage];
	struct letter l = { .type = type, .task = t, .stage = stage, .mail = *mail };
	const char *what = stage == MAIL_TOKEN ? "token" : "update";
	struct sending s = { .sent = 0 };

	if (mail->off)
		return OK;
	if (mail->nemails == 0)
		TRY(tell_one(c, &l, &s));
	for (size_t i = 0; i < mail->nemails; i++) {
		l.mail = recipient_mail(mail, &mail->emails[i]);
		TRY(tell_one(c, &l, &s));
	}
	if (s.many)
		return tell_error(c, type, t,
		    arena_printf(c->arena,
			"Error: Unable to send %s, more than one email for task: %s", what, t->id));
	if (s.sent > 0 || stage != MAIL_TOKEN)
		return OK;
	return tell_error(c, type, t,
	    arena_printf(c->arena, "Error: Unable to send token, no email for task: %s", t->id));
}

/* ---- notifications */

struct notice {
	const struct task_type *type;
	const struct type_tell *to;
	const struct task *task;
	bool error;
	const char *text;
	int64_t id;
};

static const char *notice_mail(struct ctx *c, const struct notice *n)
{
	struct json *v = values_of(c, n->task);

	set_text(c, v, "TEXT", n->text);
	set_text(c, v, "TASK_URL", task_url(c, n->task));
	json_remove(v, "TASK");
	return message_mail(
	    c, &(struct message_mail){ .template = "task-notification",
		   .subject = arena_printf(c->arena, "[Signalbox] %s%s notification",
		       n->error ? "Error - " : "", n->task->type),
		   .values = v,
		   .headers = headers_of(c, n->task) });
}

static const char *notice_body(struct ctx *c, const struct notice *n)
{
	struct json *v = json_object(c->arena), *data = json_object(c->arena);

	json_set(data, "notification", json_number(c->arena, n->id));
	set_text(c, data, "text", n->text);
	set_text(c, data, "url", task_url(c, n->task));
	json_set(data, "task", task_json(c, n->task));
	set_text(c, v, "type", n->error ? "task.error" : "task.notification");
	json_set(v, "timestamp", json_time(c->arena, c->now_us));
	json_set(v, "data", data);
	return json_write(c->arena, v);
}

static enum err send_notice(struct ctx *c, const struct notice *n)
{
	struct message_new m = { .event = n->error ? "task_error" : "task_notification",
		.notification_id = n->id };

	for (size_t i = 0; i < TYPE_MAILS && n->to->mails[i] != NULL; i++) {
		m.kind = MESSAGE_MAIL;
		m.payload = notice_mail(c, n);
		TRY(send(c, n->task, n->to->mails[i], &m));
	}
	if (n->to->webhook == NULL)
		return OK;
	m.kind = MESSAGE_WEBHOOK;
	m.payload = notice_body(c, n);
	return send(c, n->task, n->to->webhook, &m);
}

static enum err notify(struct ctx *c, struct notice *n)
{
	TRY(notification_add(c, n->task->id, n->error, n->text, &n->id));
	return send_notice(c, n);
}

/* Each of those who may say yes, once; who gets the notification knows by that. */
static enum err tell_approvers(struct ctx *c, const struct task_type *type, const struct task *t)
{
	size_t known = 0, n;
	struct task_told *all;

	while (type->standard.mails[known] != NULL)
		known++;
	TRY(task_told(c, t->id, array_of_texts(c->arena, type->standard.mails, known), &all, &n));
	struct json *values = values_of(c, t);
	set_text(c, values, "TASK_URL", task_url(c, t));
	json_remove(values, "TASK");
	struct message_mail letter = { .template = "task-waits",
		.subject = arena_printf(c->arena, "[Signalbox] Waits for you: %s", t->title),
		.values = values,
		.headers = headers_of(c, t) };
	struct message_new m = {
		.kind = MESSAGE_MAIL, .event = "task_waits", .payload = message_mail(c, &letter)
	};
	for (size_t i = 0; i < n; i++)
		TRY(send(c, t, all[i].email, &m));
	return OK;
}

enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t)
{
	TRY(notify(c, &(struct notice){ .type = type,
			  .to = &type->standard,
			  .task = t,
			  .text = arena_printf(c->arena, "'%s' task needs approval.", t->type) }));
	return type->quiet ? OK : tell_approvers(c, type, t);
}

enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why)
{
	return notify(
	    c, &(struct notice){
		   .type = type, .to = &type->errors, .task = t, .error = true, .text = why });
}
