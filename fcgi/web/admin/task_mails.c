/* Who was mailed about a task, and a new token for one that waits for it. */

#include <string.h>

#include "action/token.h"
#include "core/config.h"
#include "web/admin/pages.h"
#include "web/admin/task_page.h"

static const struct mail_state {
	const char *state, *css, *word;
} states[] = {
	{ "waiting", "queued", "On its way" },
	{ "sent", "succeeded", "Sent" },
	{ "failed", "failed", "Failed" },
	{ "dropped", "disabled", "Not sent" },
};

static const struct {
	const char *event, *words;
} events[] = {
	{ "task_initial", "that it was asked for" },
	{ "task_token", "with the token" },
	{ "task_completed", "that it is done" },
	{ "task_ended", "that it came to nothing" },
	{ "task_waits", "that it waits, to who may approve" },
	{ "task_notification", "that it waits" },
	{ "task_error", "that something went wrong" },
};

static const char *words_of(const char *event)
{
	for (size_t i = 0; i < LENGTH(events); i++)
		if (strcmp(events[i].event, event) == 0)
			return events[i].words;
	return "";
}

static void show_state(const struct page *p, struct view *row, const struct message *m)
{
	bool file = strcmp(m->kind, "mail") == 0 && p->c->config->smtp_url[0] == '\0';

	for (size_t i = 0; i < LENGTH(states); i++) {
		if (strcmp(states[i].state, m->state) != 0)
			continue;
		view_text(row, "CSS", states[i].css);
		view_text(row, "WORD",
		    file && strcmp(m->state, "sent") == 0 ? "Written to a file" : states[i].word);
	}
	if (m->reason.text != NULL)
		view_text(view_section(row, "REASON"), "TEXT", m->reason.text);
}

void task_mail_row(const struct page *p, struct view *row, const struct message *m)
{
	view_text(row, "TO", m->target);
	show_state(p, row, m);
	page_time(p, row, "TIME", m->done_us.set ? m->done_us.value : m->made_us, TIME_SHORT);
}

/* Without a mail server nobody gets anything, and whoever waits for a mail should know. */
static void show_lack(const struct page *p, struct view *v)
{
	const struct config *config = p->c->config;

	if (config->smtp_url[0] != '\0')
		return;
	struct view *lack = view_section(v, "NO_SERVER");
	if (config->mail_dir[0] == '\0')
		view_show(lack, "NOWHERE");
	else
		view_text(view_section(lack, "KEPT"), "WHERE",
		    p->c->actor.admin ? config->mail_dir : "a folder of the server");
}

static void show_button(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;

	if (strcmp(t->stage, "token") != 0 || !(t->mine || t->manages))
		return;
	view_text(view_section(v, "REISSUE"), "HREF",
	    arena_printf(s->p.c->arena, "/tasks/%s/token", t->id));
}

enum err task_mails(const struct task_shown *s, struct view *v)
{
	struct message *list;
	size_t n;

	TRY(message_of_task(s->p.c, s->task.id, &list, &n));
	if (n == 0 && strcmp(s->task.stage, "token") != 0)
		return OK;
	struct view *mails = view_section(v, "MAILS");
	for (size_t i = 0; i < n; i++) {
		struct view *row = view_section(mails, "MAIL");
		view_text(row, "WHAT", words_of(list[i].event));
		task_mail_row(&s->p, row, &list[i]);
	}
	show_lack(&s->p, mails);
	show_button(s, mails);
	return OK;
}

enum err admin_task_token(struct req *r, struct resp *w)
{
	const char *id = req_var(r, "id");

	TRY(token_reissue(r->ctx, id));
	return see_other(r, w, "/tasks/%s?done=reissued", id);
}
