/* http_call: another system is told, and asked, by a request that is signed as Standard Webhooks
 * describes. The same step always carries the same webhook-id. */

#include <inttypes.h>
#include <string.h>

#include "action/inside.h"
#include "action/type_own.h"
#include "core/config.h"
#include "core/crypt.h"
#include "core/net.h"
#include "core/seal.h"
#include "core/text.h"
#include "core/time.h"
#include "model/channel.h"
#include "remote/http.h"

enum {
	TIMEOUT_S = 20,
	TIMEOUT_MAX_S = 40, /* the engine lets nobody else take the step for a minute */
	CONNECT_MS = 5000,
	ANSWER_BYTES = 64 * 1024,
	NOTES_MAX = 20,
	NOTE_MAX = 500,
	FIELDS_MAX = 40,
	VALUE_MAX = 2000,
	SHOWN_MAX = 120,
	ID_DIGITS = 12,
	HEADERS = 6, /* NULL behind them counts, too */
	AGAIN_MAX_S = 86400,
};

static const struct input fields[] = {
	{ "prepare_url", "To check", "asked whether it can be done", INPUT_LINE, false, 0,
	    NET_URL_MAX, NULL, NULL },
	{ "approve_url", "To do", "told once it is approved", INPUT_LINE, false, 0, NET_URL_MAX,
	    NULL, NULL },
	{ "submit_url", "To finish", "told once the token was given, too, or none was needed",
	    INPUT_LINE, false, 0, NET_URL_MAX, NULL, NULL },
	{ "timeout_s", "Patience", "seconds until an answer must be there; 20 unless told",
	    INPUT_NUMBER, false, 1, TIMEOUT_MAX_S, NULL, NULL },
	{ 0 },
};

/* Where it goes is the admin's to say: what was typed goes into the body. */
static enum err check(struct ctx *c, const struct json *with)
{
	static const char *const urls[] = { "prepare_url", "approve_url", "submit_url" };
	size_t n = 0;

	for (size_t i = 0; i < LENGTH(urls); i++) {
		const char *url = json_text(json_get(with, urls[i]));
		if (*url == '\0')
			continue;
		const char *wrong = strstr(url, "{{") != NULL
					? "must hold no {{field}}: all fields are in the body"
					: channel_url_wrong(c, url);
		if (wrong != NULL)
			return fail(c, ERR_INVALID, urls[i], "%s", wrong);
		n++;
	}
	return n > 0 ? OK : fail(c, ERR_INVALID, NULL, "needs an address for one stage at least");
}

/* ---- the request */

struct asking {
	const char *stage, *url, *body, *id;
	const char **headers;
};

static enum err approvals_json(struct ctx *c, const struct call *call, struct json **out)
{
	struct task_approval *all;
	size_t n;

	TRY(task_approvals(c, call->task, &all, &n));
	*out = json_array(c->arena);
	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object(c->arena);
		json_set(o, "account", json_string(c->arena, all[i].account));
		json_set(o, "at", json_time(c->arena, all[i].at_us));
		json_set(o, "comment", json_string(c->arena, all[i].comment));
		json_push(*out, o);
	}
	return OK;
}

static enum err write_body(struct ctx *c, const struct call *call, struct asking *a)
{
	const struct task *t = call->task;
	struct json *o = json_object(c->arena), *approvals;

	TRY(approvals_json(c, call, &approvals));
	json_set(o, "task", json_string(c->arena, t->id));
	json_set(o, "type", json_string(c->arena, t->type));
	json_set(o, "stage", json_string(c->arena, a->stage));
	json_set(o, "title", json_string(c->arena, t->title));
	json_set(
	    o, "requester", json_string(c->arena, *t->requester != '\0' ? t->requester : NULL));
	json_set(o, "team", json_string(c->arena, t->team.text));
	json_set(o, "fields", stage_json(c, t->data_text));
	json_set(o, "approvals", approvals);
	json_set(o, "reason", json_string(c->arena, t->reason));
	a->body = json_write(c->arena, o);
	return OK;
}

/* Of a request that was changed before its approval, prepare is another message than before. */
static void name_it(struct ctx *c, const struct call *call, struct asking *a)
{
	const char *what = arena_printf(
	    c->arena, "%s %s", call->task->data_text, call->self->data_text);

	a->id = arena_printf(
	    c->arena, "%s-%.*s", call->key, ID_DIGITS, crypt_sha256(c->arena, what, strlen(what)));
}

static enum err sign(struct ctx *c, const struct call *call, struct asking *a)
{
	const char *at = arena_printf(c->arena, "%" PRId64, time_now_us() / US_PER_S), *secret;

	TRY(type_secret(c, call->task->type, &secret));
	const char *signature = seal_webhook_signature(
	    c->arena, secret, arena_printf(c->arena, "%s.%s.%s", a->id, at, a->body));
	if (signature == NULL)
		return fail(c, ERR_INTERNAL, NULL, "the secret of the task type is none");
	a->headers = arena_alloc(c->arena, HEADERS, sizeof(*a->headers));
	a->headers[0] = "Content-Type: application/json";
	a->headers[1] = "User-Agent: Signalbox";
	a->headers[2] = arena_printf(c->arena, "webhook-id: %s", a->id);
	a->headers[3] = arena_printf(c->arena, "webhook-timestamp: %s", at);
	a->headers[4] = arena_printf(c->arena, "webhook-signature: %s", signature);
	return OK;
}

static void send(struct ctx *c, struct call *call, const struct asking *a)
{
	const struct json *patience = json_get(call->data, "timeout_s");
	int64_t timeout_s = json_type(patience) == JSON_INT ? json_int(patience) : TIMEOUT_S;
	struct remote_ask *ask = arena_new(c->arena, struct remote_ask);
	const char *ca = c->config->webhook_ca;

	*ask = (struct remote_ask){ .method = "POST",
		.url = a->url,
		.headers = a->headers,
		.body = a->body,
		.body_len = strlen(a->body),
		.connect_timeout_ms = CONNECT_MS,
		.timeout_ms = (int)timeout_s * 1000,
		.max = ANSWER_BYTES,
		.once = true,
		.only_public_and = c->config->webhook_allow,
		.ca_file = *ca != '\0' ? ca : NULL };
	action_ask(call, ask);
}

/* ---- the answer */

static enum err unreadable(struct ctx *c, const char *why)
{
	return fail(c, ERR_CONFLICT, NULL, "What the other side answered cannot be read: %s.", why);
}

static enum err check_notes(struct ctx *c, const struct json *notes)
{
	if (json_type(notes) == JSON_NULL)
		return OK;
	if (json_type(notes) != JSON_ARRAY || json_length(notes) > NOTES_MAX)
		return unreadable(c, "notes is no list of 20 texts at most");
	for (size_t i = 0; i < json_length(notes); i++)
		if (json_type(json_at(notes, i)) != JSON_STRING ||
		    !text_is_text(json_text(json_at(notes, i)), 1, NOTE_MAX))
			return unreadable(c, "a note is no plain text of 1 to 500 characters");
	return OK;
}

static enum err check_fields(struct ctx *c, const struct json *answered_fields)
{
	struct json *value;
	const char *name;

	if (json_type(answered_fields) == JSON_NULL)
		return OK;
	if (json_type(answered_fields) != JSON_OBJECT || json_length(answered_fields) > FIELDS_MAX)
		return unreadable(c, "fields is no object of 40 members at most");
	for (size_t i = 0; json_member(answered_fields, i, &name, &value); i++) {
		bool plain = json_type(value) == JSON_INT || json_type(value) == JSON_BOOL ||
			     (json_type(value) == JSON_STRING &&
				 text_is_text(json_text(value), 0, VALUE_MAX));
		if (!plain || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
			return unreadable(c,
			    "a field is no text, number or flag with a name of a-z, digits and _");
	}
	return OK;
}

static enum err read_answer(struct ctx *c, const struct remote_answer *answer, struct json **out)
{
	static const char *const known[] = { "valid", "notes", "fields", NULL };
	bool valid = true;

	*out = json_object(c->arena);
	if (answer->len == 0)
		return OK;
	if (json_parse(c, answer->body, answer->len, out) != OK || json_type(*out) != JSON_OBJECT)
		return unreadable(c, "it is no JSON object");
	if (json_only(c, *out, known) != OK)
		return unreadable(c, "it has more than valid, notes and fields");
	if (json_read_bool(c, *out, "valid", &valid) != OK)
		return unreadable(c, "valid is not true or false");
	TRY(check_notes(c, json_get(*out, "notes")));
	return check_fields(c, json_get(*out, "fields"));
}

/* For a note: its beginning, in whole characters. */
static const char *shown(struct ctx *c, const struct json *value)
{
	const char *s = json_type(value) == JSON_STRING ? json_text(value)
							: json_write(c->arena, value);
	size_t len = strlen(s), n = 0;

	while (n < len && n < SHOWN_MAX)
		n += text_sequence(s + n, len - n);
	return n < len ? arena_printf(c->arena, "%.*s…", (int)n, s) : s;
}

static void keep_fields(struct ctx *c, struct call *call, const struct json *given)
{
	struct json *kept = json_get(call->cache, "answer"), *value;
	const char *name;

	if (json_length(given) == 0)
		return;
	if (kept == NULL)
		json_set(call->cache, "answer", kept = json_object(c->arena));
	for (size_t i = 0; json_member(given, i, &name, &value); i++) {
		json_set(kept, name, value);
		action_note(c, call, "%s: %s", name, shown(c, value));
	}
}

/* What approvers see of the answer is part of what they approve. */
static void take(struct ctx *c, struct call *call, const char *stage, const struct json *said)
{
	const struct json *valid = json_get(said, "valid"), *notes = json_get(said, "notes");

	if (strcmp(stage, "prepare") == 0)
		json_remove(call->cache, "answer");
	keep_fields(c, call, json_get(said, "fields"));
	if (strcmp(stage, "prepare") == 0) {
		call->applies = json_object(c->arena);
		json_set(call->applies, "with", (struct json *)call->data);
		json_set(call->applies, "answer", json_get(call->cache, "answer"));
	}
	for (size_t i = 0; i < json_length(notes); i++)
		action_note(c, call, "%s", json_text(json_at(notes, i)));
	if (json_type(valid) != JSON_NULL && !json_bool(valid))
		action_refuse(c, call, "The other side says that it cannot be done.");
}

/* The note of a refusal: its first one, if it can be read. */
static const char *why_refused(struct ctx *c, const struct remote_answer *answer)
{
	struct fault before = c->fault;
	struct json *said;
	bool read = answer->end == REMOTE_ANSWERED && read_answer(c, answer, &said) == OK;

	c->fault = before;
	return read ? json_text(json_at(json_get(said, "notes"), 0)) : "";
}

static bool is_for_later(int status)
{
	return status >= 500 || status == 408 || status == 425 || status == 429;
}

static enum err for_later(struct ctx *c, struct call *call)
{
	int64_t s = call->answer->retry_after_s;

	if (s > 0)
		call->again_ms = 1000 * (s < AGAIN_MAX_S ? s : AGAIN_MAX_S);
	return fail(c, ERR_UNAVAILABLE, NULL, "The other side answered %d.", call->answer->status);
}

static enum err judge(struct ctx *c, struct call *call, const char *stage)
{
	const struct remote_answer *answer = call->answer;
	struct json *said;

	if (answer->end == REMOTE_TOO_LARGE)
		return unreadable(c, answer->why);
	if (answer->end != REMOTE_ANSWERED)
		return fail(
		    c, ERR_UNAVAILABLE, NULL, "The other side gave no answer: %s.", answer->why);
	if (is_for_later(answer->status))
		return for_later(c, call);
	if (answer->status < 200 || answer->status > 299) {
		const char *note = why_refused(c, answer);
		action_refuse(c, call, "The other side answered %d%s%s", answer->status,
		    *note != '\0' ? ": " : ".", note);
		return OK;
	}
	TRY(read_answer(c, answer, &said));
	take(c, call, stage, said);
	return OK;
}

static enum err call_at(struct ctx *c, struct call *call, const char *stage)
{
	struct asking a = { .stage = stage };

	if (call->answer != NULL)
		return judge(c, call, stage);
	a.url = call_text(call, arena_printf(c->arena, "%s_url", stage));
	if (*a.url == '\0')
		return OK;
	const char *wrong = channel_url_wrong(c, a.url); /* what is allowed may have changed */
	if (wrong != NULL) {
		action_refuse(c, call, "The address %s.", wrong);
		return OK;
	}
	name_it(c, call, &a);
	TRY(write_body(c, call, &a));
	TRY(sign(c, call, &a));
	send(c, call, &a);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	return call_at(c, call, "prepare");
}

static enum err approve(struct ctx *c, struct call *call)
{
	return call_at(c, call, "approve");
}

static enum err submit(struct ctx *c, struct call *call)
{
	return call_at(c, call, "submit");
}

const struct action action_http_call = {
	.name = "http_call",
	.title = "Call another system",
	.help = "tells another system, and takes its answer",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.outside = true,
	.generic = true,
	.check = check,
};
