#include "action/words.h"

#include <string.h>

#include "action/inside.h"
#include "action/recipient.h"
#include "core/text.h"
#include "model/message.h"

enum {
	W_TASK_UUID,
	W_TASK_TYPE,
	W_TASK_URL,
	W_TITLE,
	W_TEAM,
	W_REASON,
	W_REQUESTER,
	W_FROM_ADDRESS,
	W_REPLY_ADDRESS,
	W_EMAIL_ADDRESS,
	W_EMAIL_CURRENT_USER_ADDRESS,
	W_EMAIL_ACTION_ADDRESSES,
	WORDS
};

static const char *const names[WORDS] = {
	[W_TASK_UUID] = "task_uuid",
	[W_TASK_TYPE] = "task_type",
	[W_TASK_URL] = "task_url",
	[W_TITLE] = "title",
	[W_TEAM] = "team",
	[W_REASON] = "reason",
	[W_REQUESTER] = "requester",
	[W_FROM_ADDRESS] = "from_address",
	[W_REPLY_ADDRESS] = "reply_address",
	[W_EMAIL_ADDRESS] = "email_address",
	[W_EMAIL_CURRENT_USER_ADDRESS] = "email_current_user_address",
	[W_EMAIL_ACTION_ADDRESSES] = "email_action_addresses",
};

bool words_know(const char *name)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static const char *upper(struct arena *a, const char *name)
{
	char *copy = arena_strdup(a, name);

	for (char *s = copy; *s != '\0'; s++)
		*s = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
	return copy;
}

static const char *joined(struct ctx *c, const char *before, const char *more)
{
	if (*more == '\0' || *before == '\0')
		return *before == '\0' ? more : before;
	return arena_printf(c->arena, "%s, %s", before, more);
}

/* A list as its items; what only programs read is no word: NULL. */
static const char *as_text(struct ctx *c, const struct json *v)
{
	const char *out = "";

	switch (json_type(v)) {
	case JSON_STRING:
		return json_text(v);
	case JSON_INT:
	case JSON_BOOL:
		return json_write(c->arena, v);
	case JSON_ARRAY:
		for (size_t i = 0; i < json_length(v); i++)
			out = joined(c, out, json_text(json_at(v, i)));
		return out;
	default:
		return NULL;
	}
}

/* Each member as PREFIX_MEMBER. */
static void put_all(struct ctx *c, struct json *out, const char *prefix, const struct json *members)
{
	struct json *value;
	const char *key;

	for (size_t i = 0; json_member(members, i, &key, &value); i++) {
		const char *text = as_text(c, value);
		if (text != NULL)
			json_set(out, upper(c->arena, arena_printf(c->arena, "%s%s", prefix, key)),
			    json_string(c->arena, text));
	}
}

/* Several actions of one name are one section that repeats. */
static void put_action(struct ctx *c, struct json *out, const struct task_action *a)
{
	const char *key = upper(c->arena, arena_printf(c->arena, "action_%s", a->name));
	struct json *one = json_object(c->arena), *list = json_get(out, key);

	put_all(c, one, "", json_stored(c, a->data_text));
	if (list == NULL) {
		list = json_array(c->arena);
		json_set(out, key, list);
	}
	json_push(list, one);
}

/* Whom the actions name, the ones that only send_mail uses, too; each once. */
static const char *addresses_of(struct ctx *c, const struct task_action *all, size_t n)
{
	struct json *seen = json_object(c->arena);
	const char *out = "";

	for (size_t i = 0; i < n; i++) {
		const struct json *cache = json_stored(c, all[i].cache_text),
				  *more = json_get(cache, "additional_emails");
		for (size_t k = 0; k < json_length(more) + 1; k++) {
			const char *one = json_text(
			    k == 0 ? json_get(cache, "email") : json_at(more, k - 1));
			if (*one == '\0' || json_get(seen, one) != NULL)
				continue;
			json_set(seen, one, json_boolean(c->arena, true));
			out = joined(c, out, one);
		}
	}
	return out;
}

static void put_words(struct ctx *c, const char *const *values, struct words *out)
{
	for (size_t i = 0; i < WORDS; i++) {
		const char *value = values[i] != NULL ? values[i] : "";
		json_set(out->plain, names[i], json_string(c->arena, value));
		json_set(out->upper, upper(c->arena, names[i]), json_string(c->arena, value));
	}
}

/* What was typed wins over a word of that name. */
static void put_typed(struct ctx *c, const struct json *typed, struct words *out)
{
	struct json *value;
	const char *key;

	for (size_t i = 0; json_member(typed, i, &key, &value); i++)
		json_set(out->plain, key, value);
	put_all(c, out->upper, "field_", typed);
}

enum err words_of(
    struct ctx *c, const struct task *t, const struct words_way *way, struct words *out)
{
	const char *asker = "", *from = message_from(c);
	struct task_action *all;
	size_t n;

	TRY(recipient_asker(c, t, &asker));
	TRY(task_actions(c, t, &all, &n));
	const char *const values[WORDS] = {
		[W_TASK_UUID] = t->id,
		[W_TASK_TYPE] = t->type,
		[W_TASK_URL] = message_url(c, arena_printf(c->arena, "/tasks/%s", t->id)),
		[W_TITLE] = t->title,
		[W_TEAM] = t->team.text,
		[W_REASON] = t->reason,
		[W_REQUESTER] = t->requester,
		[W_FROM_ADDRESS] = way->from != NULL ? recipient_bounces(c, way->from, t->id)
						     : from,
		[W_REPLY_ADDRESS] = way->reply_to != NULL ? way->reply_to : from,
		[W_EMAIL_ADDRESS] = way->to,
		[W_EMAIL_CURRENT_USER_ADDRESS] = asker,
		[W_EMAIL_ACTION_ADDRESSES] = addresses_of(c, all, n),
	};
	*out = (struct words){ .plain = json_object(c->arena), .upper = json_object(c->arena) };
	put_words(c, values, out);
	put_typed(c, json_stored(c, t->data_text), out);
	for (size_t i = 0; i < n; i++)
		put_action(c, out->upper, &all[i]);
	return OK;
}
