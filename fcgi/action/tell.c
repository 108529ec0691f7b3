/* Whom a task tells of what, and how: mails of its stages to whom it is about, notifications to who
 * runs this. */

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "action/inside.h"
#include "core/time.h"
#include "model/account.h"
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
};

/* What the actions name; *many: not all name the same. */
static enum err named_by_actions(
    struct ctx *c, const struct task *t, const char **address, bool *many)
{
	struct task_action *all;
	size_t n;

	TRY(task_actions(c, t, &all, &n));
	for (size_t i = 0; i < n; i++) {
		const char *said = json_text(json_get(json_stored(c, all[i].cache_text), "email"));
		if (*said == '\0')
			continue;
		*many = *many || (**address != '\0' && strcasecmp(said, *address) != 0);
		*address = said;
	}
	return OK;
}

static enum err find_recipient(struct ctx *c, const struct type_mail *mail, const struct task *t,
    const char **address, bool *many)
{
	struct account account;

	*address = mail->to != NULL ? mail->to : "";
	if (mail->to != NULL)
		return OK;
	TRY(named_by_actions(c, t, address, many));
	if (**address != '\0' || !t->requester_id.set)
		return OK;
	TRY(account_get(c, t->requester_id.value, &account));
	*address = account.email;
	return OK;
}

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

struct letter {
	const struct task_type *type;
	const struct task *task;
	enum mail_stage stage;
	const char *to;
};

static enum err send_letter(struct ctx *c, const struct letter *l)
{
	const struct type_mail *mail = &l->type->mails[l->stage];
	const struct stage_mail *stage = &stage_mails[l->stage];
	struct json *values = mail->text != NULL ? text_values(c, l->task, mail->text)
						 : values_of(c, l->task);
	const char *standard = mail->text != NULL ? "task-text" : stage->template;
	const char *subject = mail->subject != NULL ? filled_text(c, mail->subject,
							  json_stored(c, l->task->data_text))
						    : arena_printf(c->arena, "%s: %s",
							  stage->subject, l->task->title);
	struct message_mail letter = {
		.template = mail->template != NULL ? mail->template : standard,
		.subject = arena_printf(c->arena, "[Signalbox] %s", subject),
		.reply_to = mail->reply_to,
		.values = values,
		.headers = headers_of(c, l->task),
	};
	struct message_new m = { .kind = MESSAGE_MAIL, .event = stage->event };

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

enum err tell_stage(
    struct ctx *c, const struct task_type *type, const struct task *t, enum mail_stage stage)
{
	struct letter l = { .type = type, .task = t, .stage = stage };
	const char *what = stage == MAIL_TOKEN ? "token" : "update";
	bool many = false;

	if (type->mails[stage].off)
		return OK;
	TRY(find_recipient(c, &type->mails[stage], t, &l.to, &many));
	if (many)
		return tell_error(c, type, t,
		    arena_printf(c->arena,
			"Error: Unable to send %s, more than one email for task: %s", what, t->id));
	if (*l.to != '\0')
		return send_letter(c, &l);
	if (stage != MAIL_TOKEN)
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

enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t)
{
	return notify(
	    c, &(struct notice){ .type = type,
		   .to = &type->standard,
		   .task = t,
		   .text = arena_printf(c->arena, "'%s' task needs approval.", t->type) });
}

enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why)
{
	return notify(
	    c, &(struct notice){
		   .type = type, .to = &type->errors, .task = t, .error = true, .text = why });
}
