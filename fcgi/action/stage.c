/* What follows when all actions of a stage are through. */

#include <string.h>

#include "action/inside.h"
#include "action/token.h"
#include "core/crypt.h"

bool stage_valid(const struct task_action *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!all[i].valid)
			return false;
	return true;
}

struct json *stage_json(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	return text != NULL && json_parse(c, text, strlen(text), &v) == OK ? v
									   : json_object(c->arena);
}

/* What people say yes to: type, fields, and what each action said that it would apply. */
static const char *hash_of(
    struct ctx *c, const struct task *t, const struct task_action *all, size_t n)
{
	struct json *o = json_object(c->arena), *applies = json_array(c->arena);

	for (size_t i = 0; i < n; i++) {
		struct json *said = json_get(stage_json(c, all[i].cache_text), "applies");
		json_push(applies, said != NULL ? said : stage_json(c, all[i].data_text));
	}
	json_set(o, "type", json_string(c->arena, t->type));
	json_set(o, "data", stage_json(c, t->data_text));
	json_set(o, "applies", applies);
	const char *text = json_write_sorted(c->arena, o);
	return crypt_sha256(c->arena, text, strlen(text));
}

/* False wins, then true; when none says anything, people decide, if any are to. */
static bool wants_auto(const struct task_action *all, size_t n, int64_t required)
{
	bool yes = required == 0;

	for (size_t i = 0; i < n; i++) {
		const char *said = all[i].auto_approve.text;
		if (said != NULL && strcmp(said, "false") == 0)
			return false;
		yes = yes || said != NULL;
	}
	return yes;
}

static enum err wait_for_people(struct ctx *c, const struct task *t, const struct task_type *type,
    const struct task_action *all, size_t n)
{
	struct task_step wait = { "requested", "wait", false, hash_of(c, t, all, n), NULL,
		stage_valid(all, n) };

	TRY(task_move(c, t->id, &wait));
	if (!wait.valid)
		return task_note_add(c, t->id, -1, "note", "actions invalid");
	TRY(task_note_add(c, t->id, -1, "step", "checked"));
	if (wants_auto(all, n, t->required) && t->required <= 1 && type->allow_auto_approve) {
		TRY(task_note_add(
		    c, t->id, -1, "note", "Action allow auto approval. Auto approving."));
		return task_approved_by_system(c, t->id);
	}
	if (wants_auto(all, n, t->required))
		TRY(task_note_add(
		    c, t->id, -1, "note", "Actions allow auto aproval, but task does not."));
	return tell_waits(c, type, t);
}

/* task_ask() does this for whoever is signed in. *gone: this one is the duplicate. */
static enum err meet_strangers(
    struct ctx *c, const struct task *t, const struct task_type *type, bool *gone)
{
	static const char why[] = "Task cancelled because was an old duplicate.";
	const char **ids;
	size_t n;

	*gone = false;
	if (t->requester_id.set)
		return OK;
	TRY(task_same(c, t->id, &ids, &n));
	*gone = n > 0 && type->duplicates == DUPLICATES_BLOCK;
	for (size_t i = 0; i < n && !*gone; i++)
		TRY(task_cancel_system(c, ids[i], why));
	return *gone ? task_cancel_system(c, t->id, "Task cancelled because it already exists.")
		     : OK;
}

static enum err prepared(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	bool gone;

	TRY(meet_strangers(c, &d->task, type, &gone));
	if (gone)
		return OK;
	TRY(wait_for_people(c, &d->task, type, all, n));
	/* A stranger's request that cannot be is not kept open for anybody. */
	if (!stage_valid(all, n) && type->asker == ASK_ANYBODY && d->task.requester_id.value == 0 &&
	    type->allow_auto_approve)
		return task_cancel_system(
		    c, d->task.id, "Task cancelled because of invalid actions.");
	return tell_stage(c, type, &d->task, MAIL_INITIAL);
}

static enum err approved(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	struct task_step wait = { "awaiting_token", "token", false, NULL, NULL, true },
			 go_on = { "approved", "submit", true, NULL, NULL, true };

	for (size_t i = 0; i < n; i++)
		if (all[i].need_token) {
			TRY(task_move(c, d->task.id, &wait));
			TRY(token_make(c, &d->task, type->token_s));
			return tell_stage(c, type, &d->task, MAIL_TOKEN);
		}
	return task_move(c, d->task.id, &go_on);
}

static enum err submitted(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	(void)all, (void)n;
	TRY(task_complete(c, d->task.id));
	return tell_stage(c, type, &d->task, MAIL_COMPLETED);
}

static enum err ended(struct ctx *c, struct task_due *d, const struct task_type *type,
    struct task_action *all, size_t n)
{
	(void)all, (void)n;
	TRY(task_rest(c, d->task.id));
	return tell_stage(c, type, &d->task, MAIL_ENDED);
}

static const struct stage stages[] = {
	{ "prepare", "pending", "prepared", prepared },
	{ "approve", "prepared", "approved", approved },
	{ "submit", "approved", "done", submitted },
	{ "end", NULL, NULL, ended }, /* otherwise than by being done */
};

const struct stage *stage_named(const char *name)
{
	for (size_t i = 0; i < LENGTH(stages); i++)
		if (strcmp(stages[i].name, name) == 0)
			return &stages[i];
	return NULL;
}
