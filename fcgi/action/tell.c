/* Mails of a task's stages, to whom it is about. */

#include <string.h>

#include "action/defaults.h"
#include "action/inside.h"
#include "action/recipient.h"
#include "action/told.h"
#include "core/time.h"
#include "model/task_token.h"

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

/* What was asked for, an action a line. */
static struct json *asked_for(struct ctx *c, const struct task_type *type)
{
	struct json *list = json_array(c->arena);

	for (const struct type_step *s = type->steps; s->action != NULL; s++) {
		struct json *one = json_object(c->arena);
		told_set(c, one, "TEXT", action_named(s->action)->help);
		json_push(list, one);
	}
	return list;
}

/* Of a mail whose text the type says itself. */
static struct json *text_values(struct ctx *c, const struct task *t, const char *text)
{
	struct json *v = json_object(c->arena);

	json_set(v, "LINE", told_lines(c, text));
	told_set(c, v, "TITLE", t->title);
	told_maybe(c, v, "TASK", t->requester_id.set ? told_task_url(c, t) : NULL);
	return v;
}

/* "rejected: too dear" */
static enum err set_ending(struct ctx *c, const struct task *t, struct json *values)
{
	struct task_ending end;

	TRY(task_ending(c, t->id, &end));
	const char *why = strstr(end.text, ": ");
	told_set(c, values, "ENDED", t->state);
	if (strcmp(t->state, "expired") != 0)
		told_maybe(c, values, "BY", end.actor);
	told_maybe(c, values, "COMMENT", why != NULL ? why + 2 : NULL);
	return OK;
}

static const char *subject_of(struct ctx *c, const struct letter *l, const struct told *m)
{
	const char *begins = stage_mails[l->stage].subject, *said = l->mail.subject;

	if (said != NULL)
		return filled_text(c, said, m->words.plain);
	if (begins == NULL)
		begins = strcmp(l->task->state, "rejected") == 0  ? "Rejected"
			 : strcmp(l->task->state, "expired") == 0 ? "Expired"
								  : "Cancelled";
	return arena_printf(c->arena, "%s: %s", begins, l->task->title);
}

/* The token is put in when the mail leaves. */
static enum err set_token(struct ctx *c, const struct letter *l, struct told *m)
{
	struct json *values = (struct json *)m->mail.values;
	struct task_token token;

	m->mail.token_task = l->task->id;
	TRY(task_token_of(c, l->task->id, &token, &m->mail.token_hash));
	const char *until = time_moment(c->arena, token.expires_us);
	if (l->mail.text != NULL)
		told_maybe(c, values, "CONFIRM", until);
	else
		told_set(c, values, "UNTIL", until);
	m->message.patience_s = (token.expires_us - c->now_us) / US_PER_S + 1;
	return OK;
}

/* What a template of a file has; one whose text the type says has nothing else. */
static enum err set_values(struct ctx *c, const struct letter *l, struct told *m)
{
	struct json *values = (struct json *)m->mail.values;

	if (l->mail.text != NULL) {
		m->mail.values = text_values(
		    c, l->task, filled_text(c, l->mail.text, m->words.plain));
		return OK;
	}
	json_set(values, "ACTION", asked_for(c, l->type));
	return l->stage == MAIL_ENDED ? set_ending(c, l->task, values) : OK;
}

static enum err send_letter(struct ctx *c, const struct letter *l)
{
	const struct type_mail *mail = &l->mail;
	const struct stage_mail *stage = &stage_mails[l->stage];
	const char *standard = mail->text != NULL ? "task-text" : stage->template;
	struct told m;

	TRY(told_open(c, l->task, &(struct words_way){ l->to, mail->from, mail->reply_to }, &m));
	TRY(set_values(c, l, &m));
	if (l->stage == MAIL_TOKEN)
		TRY(set_token(c, l, &m));
	m.mail.template = mail->template != NULL ? mail->template : standard;
	m.mail.subject = arena_printf(c->arena, "[Signalbox] %s", subject_of(c, l, &m));
	m.message.event = stage->event;
	return told_send(c, &m);
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
	struct letter l = { .type = type, .task = t, .stage = stage };
	struct task_type all;
	const char *what = stage == MAIL_TOKEN ? "token" : "update";
	struct sending s = { .sent = 0 };

	TRY(defaults_read(c, &all));
	const struct type_mail mail = defaults_mail(&all.mails[stage], &type->mails[stage]);
	l.mail = mail;
	if (mail.off)
		return OK;
	if (mail.nemails == 0)
		TRY(tell_one(c, &l, &s));
	for (size_t i = 0; i < mail.nemails; i++) {
		l.mail = recipient_mail(&mail, &mail.emails[i]);
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
