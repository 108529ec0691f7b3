#ifndef ACTION_TOLD_H
#define ACTION_TOLD_H

/* told: one mail of a task on its way into the outbox: what all of them have in common. */

#include "action/words.h"
#include "model/message.h"

struct told {
	const struct task *task;
	struct words_way way;
	struct words words;
	struct message_mail mail;   /* template, subject, values and the token are the caller's */
	struct message_new message; /* event, patience and notification are the caller's */
};

/* One that goes that way: its words, and the values that every template has. */
MUST_USE enum err told_open(
    struct ctx *c, const struct task *t, const struct words_way *way, struct told *out);
MUST_USE enum err told_send(struct ctx *c, struct told *m);

/* Anything about a task; messages of a task to one address leave in their order. */
MUST_USE enum err told_add(
    struct ctx *c, const struct task *t, const char *target, struct message_new *m);

/* TITLE, TEAM, REASON, REQUESTER, TASK. */
struct json *told_values(struct ctx *c, const struct task *t);
/* By which a mail's reader, and a program, finds the task. */
struct json *told_headers(struct ctx *c, const struct task *t);
const char *told_task_url(struct ctx *c, const struct task *t);

void told_set(struct ctx *c, struct json *values, const char *name, const char *text);
/* A section that is there when the text is; TEXT in it. */
void told_maybe(struct ctx *c, struct json *values, const char *section, const char *text);
/* {{#LINE}}{{TEXT}}{{/LINE}} of the template task-text. */
struct json *told_lines(struct ctx *c, const char *text);

#endif
