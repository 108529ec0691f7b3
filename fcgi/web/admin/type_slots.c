/* The inputs of the form of a task type, as tables. */

#include <string.h>

#include "action/action.h"
#include "web/admin/type_form.h"

const struct slot_row type_head_slots[] = {
	{ "title", "Title", "What people choose it by: “A database”", SLOT_LINE, NULL, NULL, NULL,
	    false },
	{ "help", "Description", "What one gets, and when", SLOT_TEXT, NULL, NULL, NULL, true },
	{ "title_pattern", "Title of a request",
	    "{{name}} is what was typed into the field name; as the title when empty", SLOT_LINE,
	    NULL, NULL, NULL, true },
	{ 0 },
};

const struct slot_row type_ask_slots[] = {
	{ "asker", "Who may ask", NULL, SLOT_CHOICE,
	    "account=Everybody with an account|anybody=Anybody, without an account, "
	    "too|manager=Managers of the team asked for|admin=Admins",
	    "account", NULL, false },
	{ "team_field", "Field that names the team",
	    "A required field of kind Team: people of that team may approve then. A new one can be "
	    "chosen after Check",
	    SLOT_CHOICE, NULL, "", NULL, true },
	{ "duplicates", "The same asked for twice", NULL, SLOT_CHOICE,
	    "block=The second one is refused|cancel=The second one replaces the first", "block",
	    NULL, false },
	{ 0 },
};

const struct slot_row type_field_slots[] = {
	{ "name", "Name", "a-z, digits and _. {{name}} in texts is what was typed", SLOT_LINE, NULL,
	    NULL, NULL, false },
	{ "label", "Label", "As the name when empty", SLOT_LINE, NULL, NULL, NULL, true },
	{ "kind", "Kind", NULL, SLOT_CHOICE,
	    "line=One line|text=Several lines|email=E-mail address|number=Number|flag=Yes or "
	    "no|choice=One of a few|names=List of lines|account=Account|team=Team|role=Role in a "
	    "team|job=Job",
	    "line", NULL, false },
	{ "required", "Required", NULL, SLOT_FLAG, NULL, NULL, NULL, false },
	{ "choices", "Choices", "One a line", SLOT_LIST, NULL, NULL, "for-choice", false },
	{ "min", "At least", "Of characters, or the number", SLOT_NUMBER, NULL, NULL, "for-bounds",
	    true },
	{ "max", "At most", "The same", SLOT_NUMBER, NULL, NULL, "for-bounds", true },
	{ "rule", "Pattern", "An extended regular expression that all of it must match", SLOT_LINE,
	    NULL, NULL, "for-rule", true },
	{ "help", "Help", "Stands below the field", SLOT_LINE, NULL, NULL, NULL, true },
	{ 0 },
};

const struct slot_row type_approval_slots[] = {
	{ "required", "How many have to approve", "0 only when it may be approved by itself",
	    SLOT_NUMBER, NULL, "1", NULL, false },
	{ "role", "Who approves", NULL, SLOT_CHOICE,
	    "admin=Admins|manager=Managers of the team|editor=Editors of the team, and "
	    "managers|operator=Operators of the team, and more",
	    "admin", NULL, false },
	{ "group", "Or a group", "Its members decide then. Choose admins above", SLOT_LINE, NULL,
	    NULL, NULL, true },
	{ 0 },
};

const struct slot_row type_time_slots[] = {
	{ "allow_auto_approve",
	    "May be approved by itself, when its actions find nothing against it", NULL, SLOT_FLAG,
	    NULL, NULL, NULL, false },
	{ "expires_s", "Expires after", "When nobody has decided: 36 h, 14 d", SLOT_TIME, NULL,
	    "14 d", NULL, false },
	{ "token_s", "The link in the mail holds for", "90 s, 15 min, 24 h", SLOT_TIME, NULL, "1 d",
	    NULL, false },
	{ "token_sign_in", "Whoever follows that link must be signed in", NULL, SLOT_FLAG, NULL,
	    NULL, NULL, false },
	{ 0 },
};

const char *const type_mail_stages[] = { "initial", "token", "completed", "ended", NULL };

#define SENT "on=Is sent|off=Is not sent"
const struct slot_row type_sent_slots[] = {
	{ "initial", "Once it was asked for", NULL, SLOT_SENT, SENT, NULL, NULL, false },
	{ "token", "With the link to follow", NULL, SLOT_SENT, SENT, NULL, NULL, false },
	{ "completed", "Once it is done", NULL, SLOT_SENT, SENT, NULL, NULL, false },
	{ "ended", "When it was rejected, cancelled or expired", NULL, SLOT_SENT, SENT, NULL, NULL,
	    false },
	{ 0 },
};

const struct slot_row type_mail_slots[] = {
	{ "to", "To", "An address; who asked, or whom the actions name, when empty", SLOT_LINE,
	    NULL, NULL, "for-mail", true },
	{ "email_current_user", "To who asked, whomever the actions name", NULL, SLOT_FLAG, NULL,
	    NULL, "for-mail", false },
	{ "subject", "Subject", "The usual one when empty", SLOT_LINE, NULL, NULL, "for-mail",
	    true },
	{ "text", "Text", "The usual one when empty; {{name}} is a field", SLOT_TEXT, NULL, NULL,
	    "for-mail", true },
	{ "template", "Template", "The files mail/NAME.txt and .html, instead of a text", SLOT_LINE,
	    NULL, NULL, "for-mail", true },
	{ "reply_to", "From, and who gets answers", "An address; ours when empty", SLOT_LINE, NULL,
	    NULL, "for-mail", true },
	{ "from", "What bounces goes to", "An address, which may hold {{task_uuid}}", SLOT_LINE,
	    NULL, NULL, "for-mail", true },
	{ 0 },
};

const struct slot_row type_told_slots[] = {
	{ "approvers", "Those who may approve get a mail that it waits for them", NULL, SLOT_FLAG,
	    NULL, "1", NULL, false },
	{ "safe_errors", "Safe errors",
	    "Ways of telling whose errors nobody is told of: mail or webhook, one a line",
	    SLOT_LIST, NULL, NULL, NULL, true },
	{ 0 },
};

const struct slot_row type_notified_slots[] = {
	{ "silent", "Nobody is told, whoever else is by default", NULL, SLOT_FLAG, NULL, NULL, NULL,
	    false },
	{ "mails", "Mails to", "Addresses, one a line", SLOT_LIST, NULL, NULL, NULL, true },
	{ "reply_to", "From, and who gets answers", "An address; ours when empty", SLOT_LINE, NULL,
	    NULL, NULL, true },
	{ "from", "What bounces goes to", "An address, which may hold {{task_uuid}}", SLOT_LINE,
	    NULL, NULL, NULL, true },
	{ "template", "Template", "The files mail/NAME.txt and .html; the usual one when empty",
	    SLOT_LINE, NULL, NULL, NULL, true },
	{ "webhook", "Webhook", "Signed with the type's secret", SLOT_LINE, NULL, NULL, NULL,
	    true },
	{ 0 },
};

/* ---- what depends on the definition */

static bool is_name(const char *s)
{
	return *s != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* "=None|team=Team of the database (team)" */
static const char *team_choices(struct ctx *c, const struct json *fields)
{
	const char *out = "=None";

	for (size_t i = 0; i < json_length(fields); i++) {
		const struct json *f = json_at(fields, i);
		const char *name = json_text(json_get(f, "name"));
		const char *label = json_text(json_get(f, "label"));
		if (!is_name(name) ||
		    input_kind_named(json_text(json_get(f, "kind"))) != INPUT_TEAM)
			continue;
		out = *label == '\0' || strpbrk(label, "|\r\n") != NULL
			  ? arena_printf(c->arena, "%s|%s=%s", out, name, name)
			  : arena_printf(c->arena, "%s|%s=%s (%s)", out, name, label, name);
	}
	return out;
}

const struct slot_row *type_asks(struct ctx *c, const struct json *definition)
{
	struct slot_row *rows = arena_alloc(c->arena, LENGTH(type_ask_slots), sizeof(*rows));

	for (size_t i = 0; i < LENGTH(type_ask_slots); i++) {
		rows[i] = type_ask_slots[i];
		if (rows[i].key != NULL && strcmp(rows[i].key, "team_field") == 0)
			rows[i].choices = team_choices(c, json_get(definition, "fields"));
	}
	return rows;
}

/* ---- of actions: what they say of themselves */

static const char *labelled(struct ctx *c, const char *choices)
{
	const char *out = "=as usual";

	for (const char *s = choices; *s != '\0';) {
		int len = (int)strcspn(s, "|");
		out = arena_printf(c->arena, "%s|%.*s=%.*s", out, len, s, len, s);
		s += len + (s[len] == '|' ? 1 : 0);
	}
	return out;
}

static enum slot_kind kind_of(const struct input *f)
{
	switch (f->kind) {
	case INPUT_TEXT:
		return SLOT_TEXT;
	case INPUT_NUMBER:
		return SLOT_NUMBER;
	case INPUT_FLAG:
		return SLOT_FLAG;
	case INPUT_CHOICE:
		return SLOT_CHOICE;
	case INPUT_NAMES:
		return SLOT_LIST;
	default:
		return SLOT_LINE;
	}
}

const struct slot_row *type_action_slots(struct ctx *c, const char *action)
{
	const struct action *a = action_named(action);
	size_t n = 0;

	if (a == NULL || !a->generic)
		return NULL;
	while (a->fields[n].name != NULL)
		n++;
	struct slot_row *rows = arena_alloc(c->arena, n + 1, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		const struct input *f = &a->fields[i];
		rows[i] = (struct slot_row){ f->name, f->label, f->help, kind_of(f),
			f->choices != NULL ? labelled(c, f->choices) : NULL, NULL, NULL,
			!f->required && f->kind != INPUT_FLAG };
	}
	rows[n] = (struct slot_row){ 0 };
	return rows;
}
