/* What mails of a task have in common. */

#include "action/told.h"

#include <string.h>

#include "action/recipient.h"

void told_set(struct ctx *c, struct json *values, const char *name, const char *value)
{
	json_set(values, name, json_string(c->arena, value));
}

void told_maybe(struct ctx *c, struct json *values, const char *section, const char *value)
{
	struct json *list, *one;

	if (value == NULL || *value == '\0')
		return;
	list = json_array(c->arena);
	one = json_object(c->arena);
	told_set(c, one, "TEXT", value);
	json_push(list, one);
	json_set(values, section, list);
}

const char *told_task_url(struct ctx *c, const struct task *t)
{
	return message_url(c, arena_printf(c->arena, "/tasks/%s", t->id));
}

struct json *told_values(struct ctx *c, const struct task *t)
{
	struct json *v = json_object(c->arena);

	told_set(c, v, "TITLE", t->title);
	told_maybe(c, v, "TEAM", t->team.text);
	told_maybe(c, v, "REASON", t->reason);
	told_maybe(c, v, "REQUESTER", t->requester);
	/* A stranger has nothing to see there. */
	told_maybe(c, v, "TASK", t->requester_id.set ? told_task_url(c, t) : NULL);
	return v;
}

struct json *told_lines(struct ctx *c, const char *text)
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

struct json *told_headers(struct ctx *c, const struct task *t)
{
	struct json *v = json_object(c->arena);

	told_set(c, v, "X-Signalbox-Task-UUID", t->id);
	return v;
}

enum err told_add(struct ctx *c, const struct task *t, const char *target, struct message_new *m)
{
	m->target = target;
	m->task_id = t->id;
	m->about = arena_printf(c->arena, "task:%s", t->id);
	m->line = arena_printf(c->arena, "task:%s %s", t->id, target);
	return message_add(c, m);
}

enum err told_open(
    struct ctx *c, const struct task *t, const struct words_way *way, struct told *out)
{
	*out = (struct told){ .task = t, .way = *way };
	out->mail.values = told_values(c, t);
	return words_of(c, t, way, &out->words);
}

enum err told_send(struct ctx *c, struct told *m)
{
	const struct words_way *way = &m->way;

	m->mail.reply_to = way->reply_to;
	m->mail.bounces = way->from != NULL ? recipient_bounces(c, way->from, m->task->id) : NULL;
	m->mail.words = m->words.upper;
	m->mail.headers = told_headers(c, m->task);
	m->message.kind = MESSAGE_MAIL;
	m->message.payload = message_mail(c, &m->mail);
	return told_add(c, m->task, way->to, &m->message);
}
