/* A type as its definition, with everything that is in effect. */

#include <string.h>

#include "action/inside.h"
#include "action/own_inside.h"
#include "model/team.h"

static struct json *text(struct ctx *c, const char *s)
{
	return json_string(c->arena, s);
}

static void set_text(struct ctx *c, struct json *o, const char *key, const char *s)
{
	if (s != NULL && *s != '\0')
		json_set(o, key, text(c, s));
}

static struct json *field_json(struct ctx *c, const struct input *f)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", text(c, f->name));
	json_set(o, "label", text(c, f->label));
	json_set(o, "kind", text(c, input_kind_name(f->kind)));
	json_set(o, "required", json_boolean(c->arena, f->required));
	if (f->min != 0 || f->max != 0) {
		json_set(o, "min", json_number(c->arena, f->min));
		json_set(o, "max", json_number(c->arena, f->max));
	}
	if (f->choices != NULL)
		json_set(o, "choices", choices_json(c, f->choices));
	set_text(c, o, "rule", f->rule);
	set_text(c, o, "help", f->help);
	return o;
}

/* What a type that ships does itself is said nowhere else. */
static struct json *steps_json(struct ctx *c, const struct task_type *t)
{
	struct json *steps = json_array(c->arena);

	for (const struct type_step *s = t->steps; s->action != NULL; s++) {
		struct json *step = json_object(c->arena);
		if (s->with == NULL)
			continue;
		json_set(step, "action", text(c, s->action));
		json_set(step, "with", (struct json *)s->with);
		json_push(steps, step);
	}
	return steps;
}

static void put_own(struct ctx *c, struct json *o, const struct task_type *t)
{
	struct json *fields = json_array(c->arena);

	for (const struct input *f = t->fields; f->name != NULL; f++)
		json_push(fields, field_json(c, f));
	json_set(o, "title", text(c, t->title));
	set_text(c, o, "help", t->help);
	json_set(o, "asker", text(c, asker_names[t->asker]));
	json_set(o, "fields", fields);
	json_set(o, "actions", steps_json(c, t));
	json_set(o, "title_pattern", text(c, t->title_pattern));
	set_text(c, o, "team_field", t->team_field);
	json_set(o, "duplicates", text(c, duplicates_names[t->duplicates]));
}

static struct json *approvals_json(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena);
	const char *role = t->approver_role != ROLE_NONE ? role_name(t->approver_role) : "admin";

	json_set(o, "required", json_number(c->arena, t->required));
	if (t->approver_group != NULL)
		json_set(o, "group", text(c, t->approver_group));
	else
		json_set(o, "role", text(c, role));
	return o;
}

static struct json *mail_json(struct ctx *c, const struct type_mail *m)
{
	struct json *o = json_object(c->arena), *emails = json_array(c->arena);

	set_text(c, o, "subject", m->subject);
	set_text(c, o, "template", m->template);
	set_text(c, o, "text", m->text);
	set_text(c, o, "to", m->to);
	if (m->current_user != UNSAID)
		json_set(
		    o, "email_current_user", json_boolean(c->arena, m->current_user == SAID_YES));
	set_text(c, o, "reply_to", m->reply_to);
	set_text(c, o, "from", m->from);
	for (size_t i = 0; i < m->nemails; i++)
		json_push(emails, mail_json(c, &m->emails[i]));
	if (m->nemails > 0)
		json_set(o, "emails", emails);
	return o;
}

static struct json *mails_json(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena);

	for (size_t i = 0; i < MAIL_STAGES; i++) {
		struct json *mail = mail_json(c, &t->mails[i]);
		bool off = t->mails[i].off, says = json_length(mail) > 0;
		if (off && says)
			json_set(mail, "off", json_boolean(c->arena, true));
		if (off && !says)
			json_set(o, mail_stage_names[i], text(c, NULL));
		else if (says || !t->own) /* it may ship otherwise */
			json_set(o, mail_stage_names[i], mail);
	}
	return o;
}

static struct json *tell_json(struct ctx *c, const struct type_tell *tell)
{
	struct json *o = json_object(c->arena), *mails = json_array(c->arena);

	for (size_t i = 0; tell->mails[i] != NULL; i++)
		json_push(mails, text(c, tell->mails[i]));
	json_set(o, "mails", mails);
	set_text(c, o, "template", tell->template);
	set_text(c, o, "reply_to", tell->reply_to);
	set_text(c, o, "from", tell->from);
	json_set(o, "webhook", text(c, tell->webhook));
	if (tell->silent)
		json_set(o, "silent", json_boolean(c->arena, true));
	return o;
}

static struct json *notifications_json(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena), *safe = json_array(c->arena);

	for (size_t i = 0; i < TYPE_WAYS; i++)
		if (t->safe_errors[i])
			json_push(safe, text(c, way_names[i]));
	json_set(o, "standard", tell_json(c, &t->standard));
	json_set(o, "errors", tell_json(c, &t->errors));
	if (!t->defaults)
		json_set(o, "approvers", json_boolean(c->arena, !t->quiet));
	json_set(o, "safe_errors", safe);
	return o;
}

struct json *type_definition(struct ctx *c, const struct task_type *t)
{
	struct json *o = json_object(c->arena);

	if (t->defaults) {
		json_set(o, "mails", mails_json(c, t));
		json_set(o, "notifications", notifications_json(c, t));
		return o;
	}
	if (t->own)
		put_own(c, o, t);
	else
		json_set(o, "additional_actions", steps_json(c, t));
	if (!t->hidden)
		json_set(o, "approvals", approvals_json(c, t));
	json_set(o, "allow_auto_approve", json_boolean(c->arena, t->allow_auto_approve));
	json_set(o, "token_s", json_number(c->arena, t->token_s));
	json_set(o, "token_sign_in", json_boolean(c->arena, t->token_sign_in));
	json_set(o, "expires_s", json_number(c->arena, t->expires_s));
	json_set(o, "mails", mails_json(c, t));
	json_set(o, "notifications", notifications_json(c, t));
	json_set(o, "disabled", json_boolean(c->arena, t->disabled));
	return o;
}
