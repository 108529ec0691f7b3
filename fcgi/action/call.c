/* What actions say while they run. */

#include <stdarg.h>
#include <string.h>

#include "action/action.h"
#include "action/inside.h"
#include "core/time.h"

static void note(struct ctx *c, struct call *call, const char *fmt, va_list ap)
{
	json_push(call->notes, json_string(c->arena, arena_vprintf(c->arena, fmt, ap)));
}

void action_note(struct ctx *c, struct call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(c, call, fmt, ap);
	va_end(ap);
}

void action_refuse(struct ctx *c, struct call *call, const char *fmt, ...)
{
	va_list ap;

	call->self->valid = false;
	va_start(ap, fmt);
	note(c, call, fmt, ap);
	va_end(ap);
}

void action_aside(struct ctx *c, struct call *call, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	json_push(call->asides, json_string(c->arena, arena_vprintf(c->arena, fmt, ap)));
	va_end(ap);
}

void action_hush(struct ctx *c, struct call *call, size_t from)
{
	struct json *all = call->notes;

	call->notes = json_array(c->arena);
	for (size_t i = 0; i < json_length(all); i++)
		json_push(i < from ? call->notes : call->asides, json_at(all, i));
}

void action_want(struct call *call, const char *fields)
{
	call->self->need_token = true;
	call->self->token_fields = fields;
}

void action_want_asker(struct ctx *c, struct call *call)
{
	json_set(call->cache, "asker", json_boolean(c->arena, true));
}

void action_auto(struct call *call, bool yes)
{
	call->self->auto_approve.text = yes ? "true" : "false";
}

void action_ask(struct call *call, const struct remote_ask *ask)
{
	call->ask = ask;
}

void action_wait(struct call *call, int64_t ms)
{
	call->wait_ms = ms;
}

enum err wait_bounded(struct ctx *c, struct call *call)
{
	int64_t since_us = json_int(json_get(call->cache, "waits_since_us"));

	if (since_us == 0)
		json_set(call->cache, "waits_since_us", json_number(c->arena, c->now_us));
	else if (c->now_us - since_us > ACTION_WAIT_MAX_S * US_PER_S)
		return fail(c, ERR_CONFLICT, NULL, "It was waited for too long.");
	return OK;
}

void action_email(struct ctx *c, struct call *call, const char *address)
{
	if (*address != '\0') /* an account need not have one */
		json_set(call->cache, "email", json_string(c->arena, address));
}

void action_email_too(struct ctx *c, struct call *call, const char *address)
{
	struct json *list = json_array(c->arena);

	if (*address == '\0')
		return;
	json_push(list, json_string(c->arena, address));
	json_set(call->cache, "additional_emails", list);
}

bool call_is_at(const struct call *call, const char *stage)
{
	const char *at = call_text(call, "at");

	return strcmp(*at != '\0' ? at : "approve", stage) == 0;
}

const char *call_text(const struct call *call, const char *field)
{
	return json_text(json_get(call->data, field));
}

static const struct action *find(const struct action *const *all, const char *name)
{
	for (; all != NULL && *all != NULL; all++)
		if (strcmp((*all)->name, name) == 0)
			return *all;
	return NULL;
}

const struct action *action_named(const char *name)
{
	const struct action *a = find(actions, name);

	return a != NULL ? a : find(test_actions, name);
}
