#include "action/token.h"

#include <string.h>

#include "action/inside.h"
#include "core/crypt.h"
#include "core/text.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/knock.h"
#include "model/rights.h"
#include "model/task_inside.h"
#include "model/task_token.h"

enum { KNOCKS = 600, REISSUES = 10, VALUE_MAX = 300 };

enum err token_make(struct ctx *c, const struct task *t, int64_t live_s)
{
	const char *hash;

	return task_token_put(c, t->id, live_s, &hash);
}

/* ---- what it needs */

static bool has(const struct json *list, const char *name)
{
	for (size_t i = 0; i < json_length(list); i++)
		if (strcmp(json_text(json_at(list, i)), name) == 0)
			return true;
	return false;
}

static void add_fields(struct ctx *c, struct json *list, const char *names)
{
	while (*(names += strspn(names, " ")) != '\0') {
		size_t len = strcspn(names, " ");
		const char *name = arena_strndup(c->arena, names, len);
		if (!has(list, name))
			json_push(list, json_string(c->arena, name));
		names += len;
	}
}

/* Of the task, whoever asks: the token is what lets him. */
static enum err read_actions(struct ctx *c, int64_t asker_id, struct token_need *out)
{
	struct json *names = json_array(c->arena), *fields = json_array(c->arena);
	struct task_action *all;
	size_t n;

	TRY(task_actions(c, &(struct task){ .id = out->task_id }, &all, &n));
	for (size_t i = 0; i < n; i++) {
		json_push(names, json_string(c->arena, all[i].name));
		if (!all[i].need_token)
			continue;
		add_fields(c, fields, all[i].token_fields);
		if (json_bool(json_get(stage_json(c, all[i].cache_text), "asker")))
			out->asker_id = asker_id;
	}
	out->sign_in = out->sign_in || out->asker_id != 0;
	out->actions = names;
	out->fields = fields;
	return OK;
}

enum err token_find(struct ctx *c, const char *token, struct token_need *out)
{
	struct task_token t;
	struct task_type type;

	TRY(knock_here(c, "token", KNOCKS));
	TRY(task_token_find(c, token, &t, &out->hash));
	TRY(type_get(c, t.type, &type));
	out->task_id = t.task_id;
	out->type = t.type;
	out->title = t.title;
	out->expires_us = t.expires_us;
	out->sign_in = type.token_sign_in;
	out->asker_id = 0;
	return read_actions(c, t.requester_id.value, out);
}

enum err token_check_holder(struct ctx *c, const struct token_need *need)
{
	if (need->sign_in && c->actor.account_id == 0)
		return fail(
		    c, ERR_UNAUTHENTICATED, NULL, "This token requires authentication to submit.");
	if (need->asker_id == 0)
		return OK;
	if (c->actor.account_id != need->asker_id)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "Only who asked for this may confirm it, signed in.");
	if (!rights_over_account(c, need->asker_id))
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope admin.");
	return OK;
}

/* ---- submitting */

static enum err take_password(struct ctx *c, const struct json *value, struct json *data)
{
	const char *hash;

	TRY(account_check_password(c, json_text(value)));
	TRY(crypt_password_hash(c, json_text(value), &hash));
	json_set(data, "password_hash", json_string(c->arena, hash));
	return OK;
}

static enum err take_field(
    struct ctx *c, const char *name, const struct json *value, struct json *data)
{
	bool text = json_type(value) == JSON_STRING;

	if (json_type(value) == JSON_NULL)
		return fail(c, ERR_INVALID, name, "is needed");
	if (strcmp(name, "confirm") == 0) {
		if (json_type(value) != JSON_BOOL || !json_bool(value))
			return fail(c, ERR_INVALID, name, "must be true");
		json_set(data, name, json_boolean(c->arena, true));
		return OK;
	}
	if (!text)
		return fail(c, ERR_INVALID, name, "must be text");
	if (strcmp(name, "password") == 0)
		return take_password(c, value, data);
	if (!text_is_line(json_text(value), 1, VALUE_MAX))
		return fail(
		    c, ERR_INVALID, name, "must be one line of 1 to %d characters", VALUE_MAX);
	json_set(data, name, json_string(c->arena, json_text(value)));
	return OK;
}

static enum err check_known(struct ctx *c, const struct token_need *need, const struct json *given)
{
	struct json *value;
	const char *name;

	if (json_type(given) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "must be an object");
	for (size_t i = 0; json_member(given, i, &name, &value); i++)
		if (!has(need->fields, name))
			return fail(c, ERR_INVALID, name, "is not asked for");
	return OK;
}

/* All that is asked for is there before a password costs anything. */
static enum err take_fields(
    struct ctx *c, const struct token_need *need, const struct json *given, struct json *data)
{
	TRY(check_known(c, need, given));
	for (size_t i = 0; i < json_length(need->fields); i++) {
		const char *name = json_text(json_at(need->fields, i));
		if (json_type(json_get(given, name)) == JSON_NULL)
			return fail(c, ERR_INVALID, name, "is needed");
	}
	for (size_t i = 0; i < json_length(need->fields); i++) {
		const char *name = json_text(json_at(need->fields, i));
		TRY(take_field(c, name, json_get(given, name), data));
	}
	return OK;
}

struct submission {
	const struct token_need *need;
	const struct json *data;
};

/* Task before token, as everywhere: of a hundred at once the first finds the token. */
static enum err submit(struct ctx *c, void *arg)
{
	const struct submission *s = arg;

	TRY(task_lock(c, s->need->task_id));
	return task_token_use(c, s->need->task_id, s->need->hash, s->data);
}

enum err token_submit(struct ctx *c, const char *token, const struct json *given)
{
	struct json *data = json_object(c->arena);
	struct token_need need;

	TRY(token_find(c, token, &need));
	TRY(token_check_holder(c, &need));
	TRY(take_fields(c, &need, given, data));
	return db_atomically(c, submit, &(struct submission){ &need, data });
}

/* ---- reissuing */

static enum err reissue(struct ctx *c, void *arg)
{
	const char *id = arg;
	struct task_type type;
	struct task t;

	TRY(task_get_locked(c, id, &t));
	TRY(task_check_party(c, &t, "have its token sent again"));
	TRY(task_check_open(c, &t, false));
	if (!t.approved)
		return fail(c, ERR_CONFLICT, NULL, "This task has not been approved.");
	if (strcmp(t.stage, "token") != 0)
		return fail(c, ERR_CONFLICT, NULL, "This task waits for no token.");
	TRY(type_get(c, t.type, &type));
	TRY(token_make(c, &t, type.token_s));
	TRY(task_say(c, id, -1, "step", "token reissued"));
	TRY(audit_add(c, "token_reissue", arena_printf(c->arena, "task:%s", id), NULL, NULL));
	return tell_stage(c, &type, &t, MAIL_TOKEN);
}

enum err token_reissue(struct ctx *c, const char *task_id)
{
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	TRY(knock_here(c, arena_printf(c->arena, "reissue %s", task_id), REISSUES));
	return db_atomically(c, reissue, (void *)task_id);
}
