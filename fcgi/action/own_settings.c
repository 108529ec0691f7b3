/* What an admin can set of every type: approvals, mails, notifications, how long things live. */

#include <string.h>

#include "action/own_inside.h"
#include "action/recipient.h"
#include "model/channel.h"
#include "model/rights.h"
#include "model/task.h"
#include "model/team.h"

#define DAY_S INT64_C(86400)
enum { SUBJECT_MAX = 200, FILE_MAX = 40, EMAIL_MAX = 254 };

static const struct bounds lines = { 1, OWN_LINE_MAX };

const char *const mail_stage_names[] = {
	[MAIL_INITIAL] = "initial",
	[MAIL_TOKEN] = "token",
	[MAIL_COMPLETED] = "completed",
	[MAIL_ENDED] = "ended",
	[MAIL_STAGES] = NULL,
};

/* ---- approvals */

static enum err read_role(const struct at *at, struct task_type *t)
{
	const char *role = NULL;

	TRY(at_line(at, "role", lines, &role));
	t->approver_role = ROLE_NONE;
	if (role == NULL || strcmp(role, "admin") == 0)
		return OK;
	t->approver_role = role_named(role);
	if (t->approver_role < ROLE_OPERATOR)
		return fail(at->c, ERR_INVALID, at_path(at, "role"),
		    "must be operator, editor, manager or admin");
	if (t->team_field == NULL)
		return fail(at->c, ERR_INVALID, at_path(at, "role"),
		    "is one in a team: team_field must say in which");
	return OK;
}

static enum err read_approvals(const struct at *top, struct task_type *t)
{
	static const char *const known[] = { "required", "role", "group", NULL };
	struct at at;
	bool there;

	TRY(at_object(top, "approvals", known, &there, &at));
	if (!there)
		return OK;
	if (t->hidden)
		return fail(at.c, ERR_INVALID, "approvals",
		    "of this type are set where its teams and jobs are");
	TRY(at_number(
	    &at, "required", (struct bounds){ t->own ? 0 : 1, TASK_APPROVALS_MAX }, &t->required));
	t->approver_group = NULL;
	TRY(at_line(&at, "group", lines, &t->approver_group));
	TRY(read_role(&at, t));
	if (t->approver_group != NULL && t->approver_role != ROLE_NONE)
		return fail(at.c, ERR_INVALID, at_path(&at, "group"),
		    "decides instead of a role: name one of them");
	return OK;
}

/* ---- mails */

static enum err read_address(const struct at *at, const char *key, const char **out)
{
	TRY(at_line(at, key, (struct bounds){ 1, EMAIL_MAX }, out));
	if (*out != NULL && !email_is_valid(*out))
		return fail(at->c, ERR_INVALID, at_path(at, key), "must be an e-mail address");
	return OK;
}

static enum err read_template(const struct at *at, const char **out)
{
	TRY(at_line(at, "template", lines, out));
	const char *name = *out != NULL ? *out : "x";
	size_t len = strlen(name);

	if (len > FILE_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		return fail(at->c, ERR_INVALID, at_path(at, "template"),
		    "must be letters a-z, digits and -: the file mail/<template>.txt");
	return OK;
}

static enum err read_current_user(const struct at *at, struct type_mail *m)
{
	bool yes = false;

	TRY(at_flag(at, "email_current_user", &yes));
	if (json_type(json_get(at->o, "email_current_user")) == JSON_BOOL)
		m->current_user = yes ? SAID_YES : SAID_NO;
	if (yes && m->to != NULL)
		return fail(at->c, ERR_INVALID, at_path(at, "email_current_user"),
		    "is instead of to: name one of them");
	return OK;
}

static enum err read_words(const struct at *at, const struct task_type *t, struct type_mail *m)
{
	TRY(at_line(at, "subject", (struct bounds){ 1, SUBJECT_MAX }, &m->subject));
	TRY(read_template(at, &m->template));
	TRY(at_text(at, "text", (struct bounds){ 1, OWN_TEXT_MAX }, &m->text));
	if (m->template != NULL && m->text != NULL)
		return fail(at->c, ERR_INVALID, at_path(at, "text"),
		    "stands instead of a template: name one of them");
	if (m->subject != NULL)
		TRY(own_marks(at, "subject", m->subject, t, MARKS_WORDS));
	return m->text != NULL ? own_marks(at, "text", m->text, t, MARKS_WORDS) : OK;
}

static enum err read_bounces(const struct at *at, const char **out)
{
	static const char any[] = "00000000-0000-0000-0000-000000000000";

	TRY(at_line(at, "from", (struct bounds){ 1, EMAIL_MAX }, out));
	const char *sender = *out != NULL ? recipient_bounces(at->c, *out, any) : NULL;
	if (sender != NULL && (!email_is_valid(sender) || strchr(sender, '{') != NULL))
		return fail(at->c, ERR_INVALID, at_path(at, "from"),
		    "must be an e-mail address, in which {{task_uuid}} may stand once");
	return OK;
}

static enum err read_mail(const struct at *at, const struct task_type *t, struct type_mail *m)
{
	TRY(read_words(at, t, m));
	TRY(read_address(at, "to", &m->to));
	TRY(read_address(at, "reply_to", &m->reply_to));
	TRY(read_bounces(at, &m->from));
	return read_current_user(at, m);
}

/* Several mails at one stage. */
static enum err read_emails(const struct at *stage, const struct task_type *t, struct type_mail *m)
{
	static const char *const known[] = { "subject", "template", "text", "to",
		"email_current_user", "reply_to", "from", NULL };
	const struct json *list;
	struct at at;

	TRY(at_list(stage, "emails", TYPE_MAILS - 1, &list));
	m->nemails = json_length(list);
	struct type_mail *all = arena_alloc(stage->c->arena, m->nemails + 1, sizeof(*all));
	m->emails = all;
	for (size_t i = 0; i < m->nemails; i++) {
		TRY(at_open(stage->c, json_at(list, i), at_item(stage, "emails", i), known, &at));
		TRY(read_mail(&at, t, &all[i]));
	}
	return OK;
}

static enum err read_mails(const struct at *top, struct task_type *t)
{
	static const char *const known[] = { "subject", "template", "text", "to",
		"email_current_user", "reply_to", "from", "emails", "off", NULL };
	static const char *const of_all[] = { "subject", "template", "text", "reply_to", "from",
		"off", NULL };
	struct at mails, at;
	struct json *value;
	const char *key;
	bool there;

	TRY(at_object(top, "mails", mail_stage_names, &there, &mails));
	for (size_t i = 0; there && json_member(mails.o, i, &key, &value); i++) {
		size_t stage = 0;
		while (strcmp(mail_stage_names[stage], key) != 0)
			stage++;
		struct type_mail *m = &t->mails[stage];
		*m = (struct type_mail){ .off = json_type(value) == JSON_NULL };
		if (m->off)
			continue;
		TRY(at_open(
		    top->c, value, at_path(&mails, key), t->defaults ? of_all : known, &at));
		TRY(at_flag(&at, "off", &m->off));
		TRY(read_mail(&at, t, m));
		TRY(read_emails(&at, t, m));
	}
	return OK;
}

/* ---- notifications */

static enum err read_notified(
    const struct at *notifications, const char *key, struct type_tell *out)
{
	static const char *const known[] = { "mails", "webhook", "template", "reply_to", "from",
		"silent", NULL };
	const struct json *list;
	struct at at;
	bool there;

	TRY(at_object(notifications, key, known, &there, &at));
	if (!there)
		return OK;
	memset(out, 0, sizeof(*out));
	TRY(at_list(&at, "mails", TYPE_MAILS - 1, &list));
	for (size_t i = 0; i < json_length(list); i++) {
		out->mails[i] = json_text(json_at(list, i));
		if (!email_is_valid(out->mails[i]))
			return fail(at.c, ERR_INVALID, at_item(&at, "mails", i),
			    "must be an e-mail address");
	}
	TRY(at_flag(&at, "silent", &out->silent));
	TRY(read_template(&at, &out->template));
	TRY(read_address(&at, "reply_to", &out->reply_to));
	TRY(read_bounces(&at, &out->from));
	TRY(at_line(&at, "webhook", (struct bounds){ 1, 2000 }, &out->webhook));
	const char *wrong = out->webhook != NULL ? channel_url_wrong(at.c, out->webhook) : NULL;
	return wrong == NULL ? OK : fail(at.c, ERR_INVALID, at_path(&at, "webhook"), "%s", wrong);
}

const char *const way_names[] = { [WAY_MAIL] = "mail", [WAY_WEBHOOK] = "webhook" };

/* SQL_MESSAGE_FAILED looks at them as they are stored. */
static enum err read_safe_errors(const struct at *notifications, struct task_type *t)
{
	const struct json *list;

	TRY(at_list(notifications, "safe_errors", TYPE_WAYS, &list));
	if (list != NULL)
		memset(t->safe_errors, 0, sizeof(t->safe_errors));
	for (size_t i = 0; i < json_length(list); i++) {
		const char *said = json_text(json_at(list, i));
		size_t way = 0;
		while (way < TYPE_WAYS && strcmp(way_names[way], said) != 0)
			way++;
		if (way == TYPE_WAYS)
			return fail(notifications->c, ERR_INVALID,
			    at_item(notifications, "safe_errors", i), "must be mail or webhook");
		t->safe_errors[way] = true;
	}
	return OK;
}

static enum err read_notifications(const struct at *top, struct task_type *t)
{
	static const char *const known[] = { "standard", "errors", "safe_errors", "approvers",
		NULL },
				 *const of_all[] = { "standard", "errors", "safe_errors", NULL };
	struct at at;
	bool there, approvers = !t->quiet;

	TRY(at_object(top, "notifications", t->defaults ? of_all : known, &there, &at));
	if (!there)
		return OK;
	TRY(at_flag(&at, "approvers", &approvers));
	t->quiet = !approvers;
	TRY(read_safe_errors(&at, t));
	TRY(read_notified(&at, "standard", &t->standard));
	return read_notified(&at, "errors", &t->errors);
}

enum err own_settings(const struct at *top, struct task_type *t)
{
	TRY(read_approvals(top, t));
	TRY(at_flag(top, "allow_auto_approve", &t->allow_auto_approve));
	TRY(at_number(top, "token_s", (struct bounds){ 60, 90 * DAY_S }, &t->token_s));
	TRY(at_flag(top, "token_sign_in", &t->token_sign_in));
	TRY(at_number(top, "expires_s", (struct bounds){ 60, 366 * DAY_S }, &t->expires_s));
	TRY(read_mails(top, t));
	TRY(read_notifications(top, t));
	return at_flag(top, "disabled", &t->disabled);
}
