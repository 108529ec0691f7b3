#include "model/message.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/net.h"
#include "core/seal.h"
#include "core/text.h"
#include "model/audit.h"
#include "model/channel.h"
#include "model/rights.h"

enum { KEY_BYTES = 18, PATIENCE_S = 3 * 86400, SUBJECT_MAX = 300 };

static const char *const kinds[] = {
	[MESSAGE_MAIL] = "mail",
	[MESSAGE_WEBHOOK] = "webhook",
	[MESSAGE_SENTRY] = "sentry",
};

static const struct db_field id_fields[] = { DB_FIELD(struct message, id), DB_END };

static const struct db_field fields[] = {
	DB_FIELD(struct message, id),
	DB_FIELD(struct message, key),
	DB_FIELD(struct message, kind),
	DB_FIELD(struct message, event),
	DB_FIELD(struct message, about),
	DB_FIELD(struct message, target),
	DB_FIELD(struct message, state),
	DB_FIELD(struct message, reason),
	DB_FIELD(struct message, attempts),
	DB_FIELD(struct message, made_us),
	DB_FIELD(struct message, try_us),
	DB_FIELD(struct message, done_us),
	DB_FIELD(struct message, run_id),
	DB_FIELD(struct message, channel_id),
	DB_FIELD(struct message, leaving),
	DB_END,
};

static enum err check(struct ctx *c, const struct message_new *m)
{
	struct net_url url;

	if (m->kind == MESSAGE_MAIL && !email_is_valid(m->target))
		return fail(c, ERR_INVALID, "target", "must be a mail address");
	if (m->kind == MESSAGE_WEBHOOK && !net_url_parse(c->arena, m->target, &url))
		return fail(c, ERR_INVALID, "target", "must be an address of the web");
	return OK;
}

enum err message_add(struct ctx *c, const struct message_new *m)
{
	struct message made;
	const char *key = arena_printf(c->arena, "msg_%s", seal_random(c->arena, KEY_BYTES));

	TRY(check(c, m));
	TRY(db_one(c, SQL_MESSAGE_ADD,
	    DB_ARGS(db_text(key), db_text(kinds[m->kind]), db_text(m->event),
		db_text(m->about == NULL ? "" : m->about), db_maybe_int(m->team_id),
		db_maybe_int(m->channel_id), db_maybe_int(m->job_id), db_maybe_int(m->run_id),
		db_text(m->line), db_text(m->target), db_text(m->payload),
		db_int(m->patience_s > 0 ? m->patience_s : PATIENCE_S), db_text(m->task_id),
		db_maybe_int(m->notification_id), db_text(m->signed_by)),
	    id_fields, &made));
	return db_exec(c, SQL_MESSAGE_WAKE, DB_NO_ARGS, NULL);
}

/* A subject is one line, and no longer than people read. */
static const char *one_line(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text), *to = copy;
	size_t n = 0;

	for (size_t len; *text != '\0' && n < SUBJECT_MAX; text += len, n++) {
		len = text_sequence(text, strlen(text));
		if (len == 0 || text_is_control(text, len) || text_is_break(text, len)) {
			len = len == 0 ? 1 : len;
			*to++ = ' ';
			continue;
		}
		memcpy(to, text, len);
		to += len;
	}
	*to = '\0';
	return copy;
}

const char *message_mail(struct ctx *c, const struct message_mail *mail)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "template", json_string(a, mail->template));
	json_set(v, "subject", json_string(a, one_line(a, mail->subject)));
	json_set(v, "reply_to", json_string(a, mail->reply_to));
	json_set(v, "bounces", json_string(a, mail->bounces));
	json_set(v, "values", (struct json *)mail->values);
	json_set(v, "words", (struct json *)mail->words);
	json_set(v, "headers", (struct json *)mail->headers);
	if (mail->token_task != NULL) {
		struct json *token = json_object(a);
		json_set(token, "task", json_string(a, mail->token_task));
		json_set(token, "hash", json_string(a, mail->token_hash));
		json_set(v, "token", token);
	}
	return json_write(a, v);
}

const char *message_url(struct ctx *c, const char *path)
{
	const char *url = c->config == NULL ? "" : c->config->url;
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		len--;
	return arena_printf(c->arena, "%.*s%s", (int)len, url, path);
}

const char *message_host(struct ctx *c)
{
	struct net_url url;
	bool good = c->config != NULL && net_url_parse(c->arena, c->config->url, &url);

	return good ? url.host : "localhost";
}

const char *message_from(struct ctx *c)
{
	const char *from = c->config == NULL ? "" : c->config->mail_from;

	return *from != '\0' ? from : arena_printf(c->arena, "signalbox@%s", message_host(c));
}

enum err message_list(
    struct ctx *c, const struct message_query *query, struct message **out, size_t *n)
{
	TRY(db_many(c, SQL_MESSAGE_LIST,
	    DB_ARGS(db_int(query->team_id), db_int(query->job_id), db_int(query->after),
		db_text(query->state), db_int(query->limit)),
	    fields, sizeof(**out), out, n));
	for (size_t i = 0; i < *n && !query->whole; i++)
		(*out)[i].target = channel_host_only(c->arena, (*out)[i].kind, (*out)[i].target);
	return OK;
}

enum err message_of_run(
    struct ctx *c, int64_t job_id, int64_t run_id, struct message **out, size_t *n)
{
	TRY(db_many(c, SQL_MESSAGE_OF_RUN, DB_ARGS(db_int(job_id), db_int(run_id)), fields,
	    sizeof(**out), out, n));
	for (size_t i = 0; i < *n; i++)
		(*out)[i].target = channel_host_only(c->arena, (*out)[i].kind, (*out)[i].target);
	return OK;
}

enum err message_told_before(struct ctx *c, int64_t job_id, int64_t run_id, int64_t *out)
{
	struct told {
		int64_t run_id;
	} told = { 0 };
	static const struct db_field run_fields[] = { DB_FIELD(struct told, run_id), DB_END };
	enum err e = db_one(
	    c, SQL_MESSAGE_TOLD_BEFORE, DB_ARGS(db_int(job_id), db_int(run_id)), run_fields, &told);

	*out = told.run_id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static void hide_paths(struct ctx *c, struct message *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		list[i].target = channel_host_only(c->arena, list[i].kind, list[i].target);
}

enum err message_of_task(struct ctx *c, const char *task_id, struct message **out, size_t *n)
{
	TRY(db_many(c, SQL_MESSAGE_OF_TASK, DB_ARGS(db_text(task_id), db_bool(c->actor.admin)),
	    fields, sizeof(**out), out, n));
	hide_paths(c, *out, *n);
	return OK;
}

enum err message_of_notification(
    struct ctx *c, const char *task_id, int64_t notification_id, struct message **out, size_t *n)
{
	TRY(db_many(c, SQL_MESSAGE_OF_NOTIFICATION,
	    DB_ARGS(db_text(task_id), db_int(notification_id)), fields, sizeof(**out), out, n));
	hide_paths(c, *out, *n);
	return OK;
}

struct again {
	int64_t team_id, id;
	struct message *out;
};

static enum err send_again(struct ctx *c, void *arg)
{
	struct again *g = arg;
	enum err e = db_one(c, SQL_MESSAGE_AGAIN,
	    DB_ARGS(db_int(g->team_id), db_int(g->id), db_int(PATIENCE_S)), fields, g->out);

	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL,
		    "This message is on its way already, or where it went is deleted or off.");
	TRY(e);
	TRY(audit_add(
	    c, "message_again", arena_printf(c->arena, "message:%" PRId64, g->id), NULL, NULL));
	return db_exec(c, SQL_MESSAGE_WAKE, DB_NO_ARGS, NULL);
}

enum err message_again(struct ctx *c, const char *team, int64_t id, struct message *out)
{
	struct again g = { .id = id, .out = out };

	TRY(channel_manage(c, team, &g.team_id));
	return db_atomically(c, send_again, &g);
}

struct json *message_json(struct ctx *c, const struct message *m)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "id", json_number(a, m->id));
	json_set(v, "key", json_string(a, m->key));
	json_set(v, "kind", json_string(a, m->kind));
	json_set(v, "event", json_string(a, m->event));
	json_set(v, "about", json_string(a, *m->about == '\0' ? NULL : m->about));
	json_set(v, "target", json_string(a, m->target));
	json_set(v, "state", json_string(a, m->state));
	json_set(v, "reason", json_string(a, m->reason.text));
	json_set(v, "attempts", json_number(a, m->attempts));
	json_set(v, "channel", db_maybe_json(a, m->channel_id));
	json_set(v, "run", db_maybe_json(a, m->run_id));
	json_set(v, "created_at", json_time(a, m->made_us));
	json_set(v, "try_at", json_time(a, strcmp(m->state, "waiting") == 0 ? m->try_us : 0));
	json_set(v, "finished_at", json_time(a, m->done_us.set ? m->done_us.value : 0));
	return v;
}
