#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

/*
 * message: something that is to reach somebody outside: a mail, a webhook, a check-in. The outbox
 * of everything that the product has to say; alerts are its first users.
 *
 * message_add() puts one in, in the transaction of what it tells, so it is told if and only if that
 * is committed. work/notify sends it at least once, with the same key each time; who receives it
 * twice can tell by that key. Never a secret in `target`, which pages show.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum message_kind { MESSAGE_MAIL = 1, MESSAGE_WEBHOOK, MESSAGE_SENTRY };

struct message_new {
	enum message_kind kind;
	const char *event;  /* "failure", "test", ... */
	const char *about;  /* "job:hello", as in the audit; NULL: nothing */
	const char *line;   /* messages of one line leave in order; NULL: no order */
	const char *target; /* a mail address, a URL, the name of a monitor */
	int64_t team_id, channel_id, job_id, run_id; /* 0: none */
	const char *task_id;   /* its failure becomes an error notification; NULL: none */
	const char *signed_by; /* of a webhook of a task: the type with the secret; NULL: its own */
	int64_t notification_id; /* is acknowledged when this was sent; 0: none */
	int64_t patience_s;      /* when it is given up; 0: after three days */
	/* MAIL: message_mail(); else the body as it is sent. */
	const char *payload;
};

/* ERR_INVALID: the target is no address, or a text has a control character. Wakes the worker. */
MUST_USE enum err message_add(struct ctx *c, const struct message_new *m);

/*
 * The payload of a mail: the subject, and what the templates mail/<name>.txt and mail/<name>.html
 * are filled with when it leaves. A text or number is a marker, true shows a section, a list of
 * objects repeats one; names are upper case. `words` are for templates that others write: each one
 * is a marker, and a section that shows when it is not empty. `headers`, `words`, `reply_to` and
 * `bounces` may be NULL.
 */
struct message_mail {
	const char *template, *subject;
	const char *reply_to;       /* whom it is from, too; NULL: SIGNALBOX_MAIL_FROM */
	const char *bounces;        /* the envelope's sender; NULL: SIGNALBOX_MAIL_FROM */
	const struct json *values;  /* an object */
	const struct json *words;   /* an object of texts and of lists of such objects */
	const struct json *headers; /* {"X-Name": "value"} */
	/* Whose token TOKEN_URL is made of when the mail leaves; NULL task: none. */
	const char *token_task, *token_hash;
};
const char *message_mail(struct ctx *c, const struct message_mail *mail);

/* Our public address and a path, for what leaves the house. */
const char *message_url(struct ctx *c, const char *path);
/* Whom mails are from: SIGNALBOX_MAIL_FROM, else signalbox at our public host; and that host. */
const char *message_from(struct ctx *c);
const char *message_host(struct ctx *c);

struct message {
	int64_t id;
	const char *key, *kind, *event, *about, *target, *state;
	struct db_maybe reason;
	int64_t attempts, made_us, try_us;
	struct db_maybe_int64 done_us, run_id, channel_id;
	bool leaving; /* somebody is sending it right now */
};

struct message_query {
	int64_t team_id, job_id, after, limit; /* job_id and after 0: all, from the newest */
	const char *state;                     /* NULL: any */
	bool whole;                            /* for managers: URLs with their paths */
};

/* The caller has checked that the actor may see the team. Newest first; check-ins are left out. */
MUST_USE enum err message_list(
    struct ctx *c, const struct message_query *query, struct message **out, size_t *n);

/* What told of a run of this job, oldest first. The caller has checked that the actor may see it.
 */
MUST_USE enum err message_of_run(
    struct ctx *c, int64_t job_id, int64_t run_id, struct message **out, size_t *n);
/* The bad run before this one of which people were told last, and of no recovery since; 0: none. */
MUST_USE enum err message_told_before(struct ctx *c, int64_t job_id, int64_t run_id, int64_t *out);

/* What told of a task, oldest first; of notifications to others only for admins. The caller has
 * checked that the actor may see the task. */
MUST_USE enum err message_of_task(
    struct ctx *c, const char *task_id, struct message **out, size_t *n);

/* What carried a notification of a task to somebody, oldest first. The caller is an admin. */
MUST_USE enum err message_of_notification(
    struct ctx *c, const char *task_id, int64_t notification_id, struct message **out, size_t *n);

/* Sends one that has ended once more, with the same key. Needs a manager of the team.
 * ERR_CONFLICT: it is on its way, or there is nowhere to send it to. */
MUST_USE enum err message_again(struct ctx *c, const char *team, int64_t id, struct message *out);

struct json *message_json(struct ctx *c, const struct message *m);

#endif
