/* What actions say while they run. */

#include <stdarg.h>
#include <string.h>

#include "action/action.h"
#include "action/inside.h"

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

void action_want(struct call *call, const char *fields)
{
	call->self->need_token = true;
	call->self->token_fields = fields;
}

void action_auto(struct call *call, bool yes)
{
	call->self->auto_approve.text = yes ? "true" : "false";
}

void action_email(struct ctx *c, struct call *call, const char *address)
{
	if (*address != '\0') /* an account need not have one */
		json_set(call->cache, "email", json_string(c->arena, address));
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
