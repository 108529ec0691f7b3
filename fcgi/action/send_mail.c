/* send_mail: a mail leaves, through the outbox: if and only if the step is done. */

#include <string.h>

#include "action/inside.h"
#include "core/text.h"
#include "model/message.h"
#include "model/rights.h"

enum { SUBJECT_MAX = 200, TEXT_MAX = 20000 };

static const struct input fields[] = {
	{ "to", "To", "the address", INPUT_EMAIL, true, 0, 254, NULL, NULL },
	{ "subject", "Subject", "one line", INPUT_LINE, true, 1, SUBJECT_MAX, NULL, NULL },
	{ "text", "Text", "what it says", INPUT_TEXT, true, 1, 10000, NULL, NULL },
	{ "at", "When", "after the approval, or once the token was given, too; approve unless told",
	    INPUT_CHOICE, false, 0, 0, "approve|submit", NULL },
	{ 0 },
};

static const char *payload(struct ctx *c, const struct call *call)
{
	struct json *values = json_object(c->arena), *links = json_array(c->arena),
		    *link = json_object(c->arena);
	const char *page = arena_printf(c->arena, "/tasks/%s", call->task->id);

	json_set(link, "TEXT", json_string(c->arena, message_url(c, page)));
	json_push(links, link);
	json_set(values, "LINE", tell_lines(c, call_text(call, "text")));
	json_set(values, "TITLE", json_string(c->arena, call->task->title));
	json_set(values, "TASK", links);
	return message_mail(c,
	    &(struct message_mail){
		.template = "task-text", .subject = call_text(call, "subject"), .values = values });
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

static enum err send(struct ctx *c, struct call *call)
{
	if (!is_sound(c, call))
		return OK;
	TRY(message_add(c, &(struct message_new){ .kind = MESSAGE_MAIL,
			       .event = "task",
			       .task_id = call->task->id,
			       .about = arena_printf(c->arena, "task:%s", call->task->id),
			       .target = call_text(call, "to"),
			       .payload = payload(c, call) }));
	action_note(c, call, "A mail to %s is on its way.", call_text(call, "to"));
	return OK;
}

static bool is_for(const struct call *call, const char *stage)
{
	const char *at = call_text(call, "at");

	return strcmp(*at != '\0' ? at : "approve", stage) == 0;
}

static enum err approve(struct ctx *c, struct call *call)
{
	return is_for(call, "approve") ? send(c, call) : OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	return is_for(call, "submit") ? send(c, call) : OK;
}

const struct action action_send_mail = {
	.name = "send_mail",
	.help = "sends a mail",
	.fields = fields,
	.approve = approve,
	.submit = submit,
	.generic = true,
	.answers = true,
};
