/* Asking for a task, and asking for something else before anybody said yes. */

#include <string.h>

#include "action/inside.h"
#include "core/crypt.h"
#include "core/text.h"
#include "core/time.h"
#include "model/approval.h"
#include "model/knock.h"
#include "model/rights.h"
#include "model/team.h"

struct asked {
	const struct ask *ask;
	const char *id; /* task_edit(): which; else NULL until it is stored */
	int64_t requester_id;
	struct task_type type;
	struct json *data;
	struct task_new task;
	struct task *out;
};

static enum err check_asker(struct ctx *c, const struct task_type *t, const struct ask *ask)
{
	if (ask->rule != NULL) /* what is asked for is allowed */
		return OK;
	TRY(type_check_asker(c, t));
	if (t->asker != ASK_ANYBODY && c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	return OK;
}

/* A team that one may ask for need not be one that one sees: who approves decides. */
static enum err find_team(struct ctx *c, struct asked *a)
{
	const char *field = a->type.team_field, *name;
	struct actor me = c->actor;
	struct team team;
	enum err e;

	if (a->ask->rule != NULL)
		a->task.team_id = a->ask->rule->team_id;
	if (field == NULL || a->ask->rule != NULL)
		return OK;
	name = json_text(json_get(a->data, field));
	if (a->type.asker != ASK_MANAGER)
		c->actor.admin = true;
	e = team_named(c, name, &team);
	c->actor = me;
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_INVALID, field, "there is no team %s", name);
	TRY(e);
	if (a->type.asker == ASK_MANAGER)
		TRY(rights_manager(c, team.name, team.role, "Asking for this in"));
	a->task.team_id = team.id;
	return OK;
}

/* Who approves instead of a role: people of a group that the type names. */
static enum err find_group(struct ctx *c, struct asked *a)
{
	if (a->ask->rule != NULL || a->type.approver_group == NULL)
		return OK;
	a->task.approver_role = ROLE_NONE;
	enum err e = type_group_id(c, a->type.approver_group, &a->task.approver_group_id);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL, "The group %s, which approves this, is gone.",
		    a->type.approver_group);
	return e;
}

static bool fills_answers(const struct task_type *t)
{
	for (const struct type_step *s = t->steps; s->action != NULL; s++)
		if (s->with != NULL && action_named(s->action)->answers)
			return true;
	return false;
}

/* {{answer.x}} in what is typed would become what another system answered. */
static enum err check_marks(struct ctx *c, const struct asked *a)
{
	struct json *value;
	const char *name;

	for (size_t i = 0;
	     (a->type.own || fills_answers(&a->type)) && json_member(a->data, i, &name, &value);
	     i++)
		if (strstr(json_write(c->arena, value), "{{answer.") != NULL)
			return fail(c, ERR_INVALID, name, "must not hold {{answer.");
	return OK;
}

static const char *in_small_letters(struct ctx *c, const char *email)
{
	char *copy = arena_strdup(c->arena, email);

	for (char *s = copy; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	return copy;
}

/* The fields, with each address written one way. */
static struct json *same_data(struct ctx *c, const struct asked *a)
{
	const struct input *fields = type_fields(c, &a->type);
	struct json *o = json_object(c->arena);

	for (; fields->name != NULL; fields++) {
		struct json *v = json_get(a->data, fields->name);
		if (fields->kind == INPUT_EMAIL && json_type(v) == JSON_STRING)
			v = json_string(c->arena, in_small_letters(c, json_text(v)));
		if (v != NULL)
			json_set(o, fields->name, v);
	}
	return o;
}

static const char *hash_of(struct ctx *c, const struct asked *a)
{
	struct json *o = json_object(c->arena), *names = json_array(c->arena);

	for (const struct type_step *s = a->type.steps; s->action != NULL; s++)
		json_push(names, json_string(c->arena, s->action));
	json_set(o, "type", json_string(c->arena, a->type.name));
	json_set(o, "actions", names);
	json_set(o, "data", same_data(c, a));
	/* What somebody asks for himself is not a duplicate of what another asks for himself; what
	 * is asked for a team is. */
	if (a->type.asker != ASK_MANAGER)
		json_set(o, "requester", json_number(c->arena, a->requester_id));
	const char *text = json_write_sorted(c->arena, o);
	return crypt_sha256(c->arena, text, strlen(text));
}

static enum err check(struct ctx *c, struct asked *a)
{
	const struct ask *ask = a->ask;
	const char *reason = ask->reason != NULL ? ask->reason : "";

	TRY(check_asker(c, &a->type, ask));
	if (!text_is_text(reason, 0, TASK_REASON_MAX))
		return fail(c, ERR_INVALID, "reason", "must be at most %d characters of plain text",
		    TASK_REASON_MAX);
	TRY(input_check(c, type_fields(c, &a->type), ask->fields, &a->data));
	TRY(check_marks(c, a));
	a->task = (struct task_new){
		.type = a->type.name,
		.title = ask->title != NULL ? ask->title
					    : filled_text(c, a->type.title_pattern, a->data),
		.about = ask->about != NULL ? ask->about : "",
		.reason = ask->reason,
		.data = a->data,
		.data_hash = hash_of(c, a),
		.required = ask->rule != NULL ? ask->rule->required : a->type.required,
		.approver_role = ask->rule != NULL ? ask->rule->role : a->type.approver_role,
		.approver_group_id = ask->rule != NULL ? ask->rule->group_id : 0,
		.expires_us = c->now_us + a->type.expires_s * US_PER_S,
	};
	TRY(find_group(c, a));
	return find_team(c, a);
}

/* What a stranger names: an account or an address, so that each has its own limit. */
static const char *named(struct ctx *c, const struct asked *a)
{
	static const char *const fields[] = { "email", "account" };

	for (size_t i = 0; i < LENGTH(fields); i++)
		if (json_type(json_get(a->data, fields[i])) == JSON_STRING)
			return in_small_letters(c, json_text(json_get(a->data, fields[i])));
	return a->type.name;
}

static enum err meet_duplicates(struct ctx *c, const struct asked *a)
{
	const char **ids;
	size_t n;

	TRY(task_duplicates(c, a->task.data_hash, a->id, &ids, &n));
	if (n > 0 && a->type.duplicates == DUPLICATES_BLOCK)
		return fail(c, ERR_CONFLICT, NULL, "This task already exists.");
	for (size_t i = 0; i < n; i++)
		TRY(task_cancel_system(c, ids[i], "Task cancelled because was an old duplicate."));
	return OK;
}

/* What was typed may be right as a field, and yet nothing that the action can do. */
static enum err step_data(
    struct ctx *c, const struct asked *a, const struct type_step *s, struct json **out)
{
	*out = s->with != NULL ? filled(c, s->with, a->data) : a->data;
	if (s->with == NULL || input_check(c, action_named(s->action)->fields, *out, out) == OK)
		return OK;
	const char *field = c->fault.field, *why = c->fault.detail;
	return fail(c, ERR_INVALID, NULL, "For the action %s, %s %s.", s->action,
	    field != NULL ? field : "what is given", why);
}

static enum err add_actions(struct ctx *c, const struct asked *a)
{
	int64_t ord = 0;
	struct json *data;

	for (const struct type_step *s = a->type.steps; s->action != NULL; s++) {
		TRY(step_data(c, a, s, &data));
		TRY(task_add_action(c, a->id, ord++, s->action, data));
	}
	return OK;
}

static enum err store(struct ctx *c, void *arg)
{
	struct asked *a = arg;

	a->id = NULL;
	/* A stranger must not learn from the answer, nor from how long it takes, whether somebody
	 * has asked before: work looks. */
	if (c->actor.account_id != 0)
		TRY(meet_duplicates(c, a));
	TRY(task_add(c, &a->task, &a->id));
	TRY(add_actions(c, a));
	if (c->actor.account_id == 0) {
		*a->out = (struct task){ .id = NULL };
		return OK;
	}
	return task_get(c, a->id, a->out);
}

static enum err ask_as(struct ctx *c, struct asked *a)
{
	a->requester_id = c->actor.account_id;
	TRY(check(c, a));
	if (c->actor.account_id == 0)
		TRY(knock(c, "request", named(c, a)));
	return db_atomically(c, store, a);
}

enum err task_ask(struct ctx *c, const struct ask *ask, struct task *out)
{
	struct asked a = { .ask = ask, .out = out };

	TRY(type_get(c, ask->type, &a.type));
	if (a.type.disabled)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no task type %s.", ask->type);
	struct actor me = c->actor;
	if (a.type.constant_answer != NULL) /* to everybody: so everybody is a stranger */
		c->actor = (struct actor){ .address = c->actor.address };
	enum err e = ask_as(c, &a);
	c->actor = me;
	return e;
}

static enum err replace(struct ctx *c, void *arg)
{
	struct asked *a = arg;

	TRY(meet_duplicates(c, a));
	TRY(task_replace(c, a->id, &a->ask->seen, &a->task));
	TRY(add_actions(c, a));
	return task_get(c, a->id, a->out);
}

enum err task_edit_as(struct ctx *c, const char *id, const struct ask *ask, struct task *out)
{
	struct asked a = { .ask = ask, .id = id, .out = out };

	TRY(task_editable(c, id, out));
	TRY(type_get(c, out->type, &a.type));
	a.requester_id = out->requester_id.value;
	TRY(check(c, &a));
	return db_atomically(c, replace, &a);
}

enum err task_edit(struct ctx *c, const char *id, const struct json *fields, struct task *out)
{
	return task_edit_as(c, id, &(struct ask){ .fields = fields }, out);
}
