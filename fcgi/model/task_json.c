/* A task as programs read it (interface.md 8). */

#include <string.h>

#include "model/channel.h"
#include "model/task.h"

static struct json *time_or_null(struct ctx *c, struct db_maybe_int64 t)
{
	return json_time(c->arena, t.set ? t.value : 0);
}

static struct json *notes_of(
    struct ctx *c, const struct task_note *notes, size_t n, const struct task_action *a)
{
	struct json *list = json_array(c->arena);

	for (size_t i = 0; i < n; i++) {
		bool here = a == NULL ? !notes[i].ord.set
				      : notes[i].ord.set && notes[i].ord.value == a->ord;
		if (!here)
			continue;
		struct json *o = json_object(c->arena);
		json_set(o, "at", json_time(c->arena, notes[i].at_us));
		if (a == NULL) {
			json_set(o, "kind", json_string(c->arena, notes[i].kind));
			json_set(o, "by", json_string(c->arena, notes[i].actor));
		}
		json_set(o, "text", json_string(c->arena, notes[i].text));
		json_push(list, o);
	}
	return list;
}

/* An address that is called may hold a key, and who else is mailed is for those who set it up. */
static struct json *data_of(struct ctx *c, const struct task_action *a)
{
	static const char *const called[] = { "prepare_url", "approve_url", "submit_url" };
	struct json *data = json_stored(c, a->data_text);

	if (c->actor.admin || json_type(data) != JSON_OBJECT)
		return data;
	for (size_t i = 0; i < LENGTH(called); i++) {
		const struct json *url = json_get(data, called[i]);
		if (json_type(url) == JSON_STRING)
			json_set(data, called[i],
			    json_string(
				c->arena, channel_host_only(c->arena, "webhook", json_text(url))));
	}
	json_remove(data, "email_additional_addresses");
	return data;
}

static struct json *action_json(
    struct ctx *c, const struct task_action *a, const struct task_note *notes, size_t n)
{
	struct json *o = json_object(c->arena);
	const char *said = a->auto_approve.text;

	json_set(o, "name", json_string(c->arena, a->name));
	json_set(o, "state", json_string(c->arena, a->state));
	json_set(o, "valid", json_boolean(c->arena, a->valid));
	json_set(o, "auto_approve",
	    said == NULL ? json_string(c->arena, NULL)
			 : json_boolean(c->arena, strcmp(said, "true") == 0));
	json_set(o, "data", data_of(c, a));
	json_set(o, "notes", notes_of(c, notes, n, a));
	return o;
}

struct json *task_json(struct ctx *c, const struct task *t)
{
	struct json *o = json_object(c->arena);

	json_set(o, "id", json_string(c->arena, t->id));
	json_set(o, "type", json_string(c->arena, t->type));
	json_set(o, "title", json_string(c->arena, t->title));
	json_set(o, "state", json_string(c->arena, t->state));
	json_set(
	    o, "requester", json_string(c->arena, *t->requester != '\0' ? t->requester : NULL));
	json_set(o, "team", json_string(c->arena, t->team.text));
	json_set(o, "reason", json_string(c->arena, t->reason));
	json_set(o, "created_at", json_time(c->arena, t->created_us));
	json_set(o, "approved_at", time_or_null(c, t->approved_us));
	json_set(o, "completed_at", time_or_null(c, t->completed_us));
	json_set(o, "expires_at", json_time(c->arena, t->expires_us));
	json_set(o, "ended_at", time_or_null(c, t->ended_us));
	json_set(o, "approved", json_boolean(c->arena, t->approved));
	json_set(o, "completed", json_boolean(c->arena, t->completed));
	json_set(o, "cancelled", json_boolean(c->arena, t->cancelled));
	json_set(o, "approved_by", json_string(c->arena, t->approved_by.text));
	json_set(o, "failure", json_string(c->arena, t->failure.text));
	json_set(o, "valid", json_boolean(c->arena, t->valid));
	json_set(o, "hash", json_string(c->arena, t->hash.text));
	json_set(o, "data", json_stored(c, t->data_text));
	json_set(o, "required_approvals", json_number(c->arena, t->required));
	json_set(o, "given_approvals", json_number(c->arena, t->given));
	json_set(o, "version", json_number(c->arena, t->version));
	return o;
}

static enum err add_approvals(struct ctx *c, const struct task *t, struct json *o)
{
	struct json *list = json_array(c->arena);
	struct task_approval *approvals;
	size_t n;

	TRY(task_approvals(c, t, &approvals, &n));
	for (size_t i = 0; i < n; i++) {
		struct json *a = json_object(c->arena);
		json_set(a, "account", json_string(c->arena, approvals[i].account));
		json_set(a, "at", json_time(c->arena, approvals[i].at_us));
		json_set(a, "comment", json_string(c->arena, approvals[i].comment));
		json_set(a, "hash", json_string(c->arena, approvals[i].hash));
		json_set(a, "as",
		    json_string(
			c->arena, *approvals[i].capacity != '\0' ? approvals[i].capacity : NULL));
		json_push(list, a);
	}
	json_set(o, "approvals", list);
	return OK;
}

enum err task_json_whole(struct ctx *c, const struct task *t, struct json **out)
{
	struct json *o = task_json(c, t), *list = json_array(c->arena);
	struct task_action *actions;
	struct task_note *notes;
	size_t nactions, nnotes;

	TRY(task_actions(c, t, &actions, &nactions));
	TRY(task_notes(c, t, &notes, &nnotes));
	TRY(add_approvals(c, t, o));
	for (size_t i = 0; i < nactions; i++)
		json_push(list, action_json(c, &actions[i], notes, nnotes));
	json_set(o, "actions", list);
	json_set(o, "notes", notes_of(c, notes, nnotes, NULL));
	*out = o;
	return OK;
}
