/* send_mail: a mail leaves, through the outbox: if and only if the step is done. */

#include <string.h>

#include "action/inside.h"
#include "action/told.h"
#include "core/text.h"
#include "model/array.h"
#include "model/message.h"
#include "model/rights.h"
#include "model/team.h"

enum { SUBJECT_MAX = 200, TEXT_MAX = 20000 };

static const struct input fields[] = {
	{ "to", "To", "the address; or whom the next four name", INPUT_EMAIL, false, 0, 254, NULL,
	    NULL },
	{ "email_current_user", "Who asked", "true: who asked, too", INPUT_FLAG, false, 0, 0, NULL,
	    NULL },
	{ "email_roles", "Roles",
	    "a list: who is viewer, operator, editor or manager in the team of the request; admin",
	    INPUT_NAMES, false, 0, 0, NULL, NULL },
	{ "email_task_cache", "Whom actions name",
	    "true: the addresses that the actions name, such as a new one and the old one",
	    INPUT_FLAG, false, 0, 0, NULL, NULL },
	{ "email_additional_addresses", "And to", "a list of addresses", INPUT_NAMES, false, 0, 0,
	    NULL, NULL },
	{ "subject", "Subject", "one line", INPUT_LINE, true, 1, SUBJECT_MAX, NULL, NULL },
	{ "text", "Text", "what it says", INPUT_TEXT, true, 1, 10000, NULL, NULL },
	{ "at", "When",
	    "prepare: once it was looked at; approve, unless told; submit: once the token was "
	    "given, too",
	    INPUT_CHOICE, false, 0, 0, "prepare|approve|submit", NULL },
	{ 0 },
};

static const char *payload(struct ctx *c, const struct call *call)
{
	struct json *values = json_object(c->arena), *links = json_array(c->arena),
		    *link = json_object(c->arena);
	const char *page = arena_printf(c->arena, "/tasks/%s", call->task->id);

	json_set(link, "TEXT", json_string(c->arena, message_url(c, page)));
	json_push(links, link);
	json_set(values, "LINE", told_lines(c, call_text(call, "text")));
	json_set(values, "TITLE", json_string(c->arena, call->task->title));
	json_set(values, "TASK", links);
	return message_mail(c, &(struct message_mail){ .template = "task-text",
				   .subject = call_text(call, "subject"),
				   .values = values,
				   .headers = told_headers(c, call->task) });
}

/* What other systems answered may stand in it by now. */
static bool is_sound(struct ctx *c, struct call *call)
{
	if (!text_is_line(call_text(call, "subject"), 1, SUBJECT_MAX))
		action_refuse(
		    c, call, "The subject is not one line of 1 to %d characters.", SUBJECT_MAX);
	else if (!text_is_text(call_text(call, "text"), 1, TEXT_MAX))
		action_refuse(
		    c, call, "The text is not 1 to %d characters of plain text.", TEXT_MAX);
	return call->self->valid;
}

/* ---- to whom */

static bool said(const struct json *with, const char *field)
{
	return json_bool(json_get(with, field));
}

static bool is_admin(const char *role)
{
	return strcmp(role, "admin") == 0;
}

static enum err check_lists(struct ctx *c, const struct json *with)
{
	const struct json *roles = json_get(with, "email_roles"),
			  *more = json_get(with, "email_additional_addresses");

	for (size_t i = 0; i < json_length(roles); i++)
		if (!is_admin(json_text(json_at(roles, i))) &&
		    role_named(json_text(json_at(roles, i))) == ROLE_NONE)
			return fail(c, ERR_INVALID, "email_roles",
			    "must be of viewer, operator, editor, manager and admin");
	for (size_t i = 0; i < json_length(more); i++)
		if (!email_is_valid(json_text(json_at(more, i))))
			return fail(c, ERR_INVALID, "email_additional_addresses",
			    "must be e-mail addresses");
	return OK;
}

/* To whom it goes is the admin's to say, but for one address that may be typed. */
static enum err check(struct ctx *c, const struct json *with)
{
	static const char *const fixed[] = { "email_current_user", "email_roles",
		"email_task_cache", "email_additional_addresses" };
	bool any = *json_text(json_get(with, "to")) != '\0';

	for (size_t i = 0; i < LENGTH(fixed); i++) {
		const struct json *v = json_get(with, fixed[i]);
		if (json_type(v) == JSON_STRING)
			return fail(c, ERR_INVALID, fixed[i], "must hold no {{field}}");
		any = any || json_bool(v) || json_length(v) > 0;
	}
	TRY(check_lists(c, with));
	return any ? OK : fail(c, ERR_INVALID, "to", "is needed, or others to mail to");
}

static const char *roles_of(struct ctx *c, const struct json *names, bool *admins)
{
	size_t n = 0;
	int64_t *roles = arena_alloc(c->arena, json_length(names) + 1, sizeof(*roles));

	for (size_t i = 0; i < json_length(names); i++) {
		const char *name = json_text(json_at(names, i));
		*admins = *admins || is_admin(name);
		if (!is_admin(name))
			roles[n++] = role_named(name);
	}
	return array_of_ints(c->arena, roles, n);
}

static enum err find_all(struct ctx *c, const struct call *call, struct task_told **out, size_t *n)
{
	const struct json *more = json_get(call->data, "email_additional_addresses");
	size_t count = json_length(more), known = 0;
	const char **all = arena_alloc(c->arena, count + 1, sizeof(*all));
	struct task_whom whom = { .asker = said(call->data, "email_current_user"),
		.named = said(call->data, "email_task_cache") };

	for (size_t i = 0; i < count; i++)
		all[known++] = json_text(json_at(more, i));
	if (*call_text(call, "to") != '\0')
		all[known++] = call_text(call, "to");
	whom.more = array_of_texts(c->arena, all, known);
	whom.roles = roles_of(c, json_get(call->data, "email_roles"), &whom.admins);
	return task_addresses(c, call->task->id, &whom, out, n);
}

/* Who asked sees the notes: they name nobody whom he did not. */
static void note(struct ctx *c, struct call *call, size_t n)
{
	const char *to = call_text(call, "to");

	if (n == 0)
		action_note(c, call, "There is nobody to mail.");
	else if (n == 1 && *to != '\0')
		action_note(c, call, "A mail to %s is on its way.", to);
	else
		action_note(c, call, "A mail is on its way.");
}

static enum err send(struct ctx *c, struct call *call)
{
	struct task_told *all;
	size_t n;

	if (!is_sound(c, call))
		return OK;
	TRY(find_all(c, call, &all, &n));
	struct message_new m = { .kind = MESSAGE_MAIL,
		.event = "task",
		.task_id = call->task->id,
		.about = arena_printf(c->arena, "task:%s", call->task->id),
		.payload = payload(c, call) };
	for (size_t i = 0; i < n; i++) {
		m.target = all[i].email;
		TRY(message_add(c, &m));
	}
	note(c, call, n);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	return call_is_at(call, "prepare") ? send(c, call) : OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	return call_is_at(call, "approve") ? send(c, call) : OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	return call_is_at(call, "submit") ? send(c, call) : OK;
}

const struct action action_send_mail = {
	.name = "send_mail",
	.title = "Send a mail",
	.help = "sends a mail",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.generic = true,
	.answers = true,
	.check = check,
};
