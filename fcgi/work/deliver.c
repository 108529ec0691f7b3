#include "work/deliver.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/notice.h"
#include "action/type_own.h"
#include "core/log.h"
#include "core/net.h"
#include "core/seal.h"
#include "core/text.h"
#include "core/time.h"
#include "model/channel.h"
#include "model/checkin.h"
#include "remote/smtp.h"
#include "work/letter.h"

enum {
	ARENA_MAX = 8 * 1024 * 1024,
	TIMEOUT_MS = 20000,
	CONNECT_MS = 10000,
	ANSWER_MAX = 16 * 1024,
	RETRY_AFTER_MAX_S = 86400,
};

/* Lives until its answer, over many turns. */
struct delivery {
	struct arena *arena;
	struct message_item item;
};

static bool is(const struct message_item *item, const char *kind)
{
	return strcmp(item->kind, kind) == 0;
}

int64_t deliver_back_off_ms(int64_t attempts)
{
	static const int64_t waits_s[] = { 5, 30, 120, 300, 900, 3600, 7200, 14400, 28800, 43200 };
	int64_t last = (int64_t)LENGTH(waits_s) - 1, at = attempts - 1;
	int64_t ms = 1000 * waits_s[at < 0 ? 0 : at < last ? at : last];

	return ms - ms / 5 + random() % (2 * ms / 5 + 1);
}

/* ---- ends */

static void sent(struct worker *w, const struct message_item *item, int64_t took_us)
{
	bool told = !is(item, "mail") || *w->config->smtp_url != '\0';

	if (worker_ok(w, "message_sent", message_sent(&w->c, item->id, told)))
		log_event(&w->c, LOG_INFO, "message_sent", LOG_INT("message", item->id),
		    LOG_TEXT("kind", item->kind), LOG_TEXT("event", item->event),
		    LOG_INT("attempts", item->attempts), LOG_INT("took_us", took_us));
}

struct failing {
	int64_t id;
	const char *why;
};

static enum err tell_unsent(struct ctx *c, void *unsent)
{
	return notice_unsent(c, unsent);
}

/* It stays noted as failed, whether or not that can be told. */
static enum err note_failure(struct ctx *c, void *arg)
{
	const struct failing *f = arg;
	struct message_unsent *unsent;
	size_t n;

	TRY(message_failed(c, f->id, f->why, &unsent, &n));
	enum err e = n > 0 ? db_atomically(c, tell_unsent, unsent) : OK;
	if (e == OK || e == ERR_UNAVAILABLE)
		return e;
	log_event(c, LOG_ERROR, "message_failure_not_told", LOG_INT("message", f->id),
	    LOG_TEXT("detail", c->fault.detail));
	return OK;
}

static void failed_for_good(struct worker *w, const struct message_item *item, const char *why)
{
	struct failing f = { item->id, why };

	if (worker_ok(w, "message_failed", db_atomically(&w->c, note_failure, &f)))
		log_event(&w->c, LOG_WARN, "message_failed", LOG_INT("message", item->id),
		    LOG_TEXT("kind", item->kind), LOG_TEXT("event", item->event),
		    LOG_INT("attempts", item->attempts), LOG_TEXT("reason", why));
}

static void dropped(struct worker *w, const struct message_item *item, const char *why)
{
	if (worker_ok(w, "message_drop", message_drop(&w->c, item->id, why)))
		log_event(&w->c, LOG_INFO, "message_dropped", LOG_INT("message", item->id),
		    LOG_TEXT("event", item->event), LOG_TEXT("reason", why));
}

/* `again_s` 0: as our own patience says. */
static void failed(
    struct worker *w, const struct message_item *item, const char *why, int64_t again_s)
{
	int64_t again_ms = deliver_back_off_ms(item->attempts), now_us = time_now_us();

	if (again_s > RETRY_AFTER_MAX_S)
		again_s = RETRY_AFTER_MAX_S;
	if (again_s * 1000 > again_ms)
		again_ms = again_s * 1000;
	if (now_us + again_ms * 1000 > item->give_up_us) {
		failed_for_good(w, item,
		    arena_printf(w->c.arena, "given up after %" PRId64 " attempts: %s",
			item->attempts, why));
		return;
	}
	if (worker_ok(w, "message_retry", message_retry(&w->c, item->id, why, again_ms)))
		log_event(&w->c, LOG_WARN, "message_not_sent", LOG_INT("message", item->id),
		    LOG_TEXT("kind", item->kind), LOG_INT("attempts", item->attempts),
		    LOG_TEXT("reason", why), LOG_INT("again_ms", again_ms));
}

/* ---- beginnings */

static struct delivery *take_off(const struct message_item *item)
{
	struct arena *a = arena_create((size_t)ARENA_MAX);
	struct delivery *d = arena_new(a, struct delivery);

	*d = (struct delivery){ .arena = a, .item = *item };
	d->item.key = arena_strdup(a, item->key);
	d->item.kind = arena_strdup(a, item->kind);
	d->item.event = arena_strdup(a, item->event);
	return d;
}

static void post(struct worker *w, const struct message_item *item, const struct remote_ask *how)
{
	struct remote_ask ask = *how;

	ask.method = "POST";
	ask.body = item->payload;
	ask.body_len = strlen(item->payload);
	ask.timeout_ms = TIMEOUT_MS;
	ask.connect_timeout_ms = CONNECT_MS;
	ask.max = ANSWER_MAX;
	ask.once = true;
	remote_set_add(w->set, &ask, take_off(item));
}

/* Of the channel, or of the task type whose notification it is. */
static enum err open_secret(struct worker *w, const struct message_item *item, const char **secret)
{
	struct sealed sealed = { item->secret.bytes, item->secret.len };

	if (item->channel_id == 0)
		return type_secret(&w->c, item->task_type.text, secret);
	return unseal(&w->c, channel_secret_place(w->c.arena, item->channel_id), &sealed, secret);
}

/* Signed anew with each attempt: the time is part of it, the key is not. */
static enum err sign(struct worker *w, const struct message_item *item, const char **headers)
{
	struct arena *a = w->c.arena;
	const char *at = arena_printf(a, "%" PRId64, time_now_us() / US_PER_S), *secret;

	TRY(open_secret(w, item, &secret));
	const char *signature = seal_webhook_signature(
	    a, secret, arena_printf(a, "%s.%s.%s", item->key, at, item->payload));
	if (signature == NULL)
		return fail(&w->c, ERR_INTERNAL, NULL, "its secret is none");
	headers[0] = "Content-Type: application/json";
	headers[1] = "User-Agent: Signalbox";
	headers[2] = arena_printf(a, "webhook-id: %s", item->key);
	headers[3] = arena_printf(a, "webhook-timestamp: %s", at);
	headers[4] = arena_printf(a, "webhook-signature: %s", signature);
	return OK;
}

static void begin_webhook(struct worker *w, const struct message_item *item)
{
	const char *headers[6] = { NULL }, *wrong = channel_url_wrong(&w->c, item->target),
		   *ca = w->config->webhook_ca;

	if (item->channel_id == 0 && item->task_type.text == NULL) {
		failed_for_good(w, item, "the channel was deleted");
		return;
	}
	if (wrong != NULL) {
		failed_for_good(w, item, arena_printf(w->c.arena, "its address %s", wrong));
		return;
	}
	if (sign(w, item, headers) != OK) {
		failed(w, item, w->c.fault.detail, 0);
		return;
	}
	post(w, item,
	    &(struct remote_ask){ .url = item->target,
		.headers = headers,
		.only_public_and = w->config->webhook_allow,
		.ca_file = *ca != '\0' ? ca : NULL });
}

static void begin_checkin(struct worker *w, const struct message_item *item)
{
	static const char *const headers[] = { "Content-Type: application/json",
		"User-Agent: Signalbox", NULL };

	if (*w->config->sentry_url == '\0') {
		failed_for_good(w, item, "SIGNALBOX_SENTRY_URL is not set any more");
		return;
	}
	post(w, item,
	    &(struct remote_ask){
		.url = checkin_url(w->c.arena, w->config->sentry_url, item->target),
		.headers = headers });
}

static void begin_mail(struct worker *w, const struct message_item *item)
{
	struct letter letter = { .text = NULL };
	const char *why = NULL;
	enum err e = letter_write(w, item, &letter);

	if (e == ERR_NOT_FOUND) {
		dropped(w, item, "its token was used, replaced or ended before this was sent");
	} else if (e == ERR_UNAVAILABLE) {
		failed(w, item, w->c.fault.detail, 0);
	} else if (e != OK) {
		failed_for_good(w, item, w->c.fault.detail);
	} else if (*w->config->smtp_url != '\0') {
		struct remote_mail mail = { .url = w->config->smtp_url,
			.ca_file = w->config->smtp_ca,
			.from = letter.sender,
			.to = item->target,
			.text = letter.text };
		remote_set_mail(w->set, &mail, take_off(item));
	} else if (letter_keep(w, item, letter.text, &why)) {
		sent(w, item, 0);
	} else {
		failed(w, item, why, 0);
	}
}

void deliver_begin(struct worker *w, const struct message_item *item)
{
	if (is(item, "mail"))
		begin_mail(w, item);
	else if (is(item, "webhook"))
		begin_webhook(w, item);
	else
		begin_checkin(w, item);
	remote_set_turn(w->set);
}

/* ---- answers */

/* A refusal for good, but for those that mean our own login: somebody will put that right. */
static bool is_final(const struct remote_answer *answer)
{
	bool login = answer->status >= 530 && answer->status <= 539;

	return answer->status >= 500 && answer->status < 600 && !login;
}

static void mail_answered(
    struct worker *w, const struct message_item *item, const struct remote_answer *answer)
{
	if (answer->end == REMOTE_ANSWERED)
		sent(w, item, answer->took_us);
	else if (is_final(answer))
		failed_for_good(w, item, answer->why);
	else
		failed(w, item, answer->why, 0);
}

static void gone(struct worker *w, const struct message_item *item)
{
	static const char why[] = "the other side answered 410: it wants no more";

	failed_for_good(w, item, why);
	if (item->channel_id != 0)
		(void)worker_ok(w, "channel_gone", channel_gone(&w->c, item->channel_id, why));
}

static void web_answered(
    struct worker *w, const struct message_item *item, const struct remote_answer *answer)
{
	bool said = answer->end == REMOTE_ANSWERED || answer->end == REMOTE_TOO_LARGE;

	if (said && answer->status >= 200 && answer->status < 300)
		sent(w, item, answer->took_us);
	else if (said && answer->status == 410 && is(item, "webhook"))
		gone(w, item);
	else if (said)
		failed(w, item,
		    arena_printf(w->c.arena, "the other side answered %d", answer->status),
		    answer->retry_after_s);
	else
		failed(w, item, answer->why, 0);
}

void deliver_go_on(struct worker *w)
{
	struct remote_answer answer;
	void *tag;

	while (remote_set_take(w->set, w->c.arena, &answer, &tag)) {
		struct delivery *d = tag;
		if (is(&d->item, "mail"))
			mail_answered(w, &d->item, &answer);
		else
			web_answered(w, &d->item, &answer);
		arena_destroy(d->arena);
	}
}
