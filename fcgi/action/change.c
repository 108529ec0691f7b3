#include "action/change.h"

#include <string.h>

#include "model/job.h"
#include "model/job_spec.h"
#include "model/run.h"
#include "model/task_work.h"

static const char *title(struct ctx *c, const struct wanted *w)
{
	static const struct {
		const char *verb, *doing;
	} titles[] = {
		{ "job_add", "Create" },
		{ "job_enable", "Enable" },
		{ "job_disable", "Disable" },
		{ "job_delete", "Delete" },
		{ "job_restore", "Restore" },
		{ "job_adopt", "Adopt" },
		{ "run_request", "Run" },
	};
	const char *doing = "Change";

	for (size_t i = 0; i < LENGTH(titles); i++)
		if (strcmp(titles[i].verb, w->verb) == 0)
			doing = titles[i].doing;
	if (w->along != NULL)
		return arena_printf(
		    c->arena, "%s %s and %zu more", doing, w->name, json_length(w->along));
	return arena_printf(c->arena, "%s %s", doing, w->name);
}

static struct ask ask_of(struct ctx *c, const struct wanted *w, const char *reason)
{
	return (struct ask){
		.type = strcmp(w->verb, "run_request") == 0 ? "job-run" : "job-change",
		.title = title(c, w),
		.about = arena_printf(c->arena, "job:%s", w->name),
		.fields = wanted_json(c, w),
		.reason = reason,
		.rule = &w->rule,
	};
}

enum err change_ask(struct ctx *c, enum err e, const char *reason, struct task *out)
{
	const struct wanted *w = c->fault.wanted;

	if (e != ERR_FORBIDDEN || w == NULL)
		return e;
	struct ask ask = ask_of(c, w, reason != NULL && *reason != '\0' ? reason : w->reason);
	return task_ask(c, &ask, out);
}

/* ---- anew */

struct renewing {
	const char *id;
	struct task *out;
};

static enum err renew_edit(struct ctx *c, const struct wanted *w)
{
	struct job_edit edit = {
		.name = w->name, .how = JOB_MERGE, .team = w->team, .reason = w->reason
	};
	struct job job;

	edit.input = approval_patch(c, w);
	return job_edit(c, &edit, &job);
}

static enum err change_again(struct ctx *c, const struct wanted *w)
{
	struct json *along;
	struct job job;
	struct run run;

	if (strcmp(w->verb, "run_request") == 0)
		return run_request(c, w->name, c->actor.token_id != 0 ? "api" : "manual", &run);
	if (strcmp(w->verb, "job_delete") == 0)
		return job_delete(c, w->name, 0);
	/* As the engine has it now; what was adopted of a drift is a change of our job. */
	if (w->version == 0 && strcmp(w->verb, "job_adopt") == 0)
		return approval_adopt(c, w, &along, &job);
	return w->version == 0 ? job_add(c, w->name, w->team, w->spec, w->reason, &job)
			       : renew_edit(c, w);
}

static enum err renew(struct ctx *c, void *arg)
{
	const struct renewing *r = arg;
	struct wanted wanted;
	struct json *data;
	struct task old;

	TRY(task_get_locked(c, r->id, &old));
	if (!old.mine)
		return fail(c, ERR_FORBIDDEN, NULL, "Only who asked for it may renew it.");
	if (strcmp(old.type, "job-change") != 0 && strcmp(old.type, "job-run") != 0)
		return fail(c, ERR_CONFLICT, NULL, "Only changes and runs of jobs are renewed.");
	TRY(json_parse(c, old.data_text, strlen(old.data_text), &data));
	wanted_read(data, &wanted);
	wanted.reason = old.reason;
	TRY(task_cancel(c, r->id, "renewed", &old)); /* first, or it would be a duplicate */
	*r->out = old;
	enum err e = change_again(c, &wanted);
	return e == OK ? OK : change_ask(c, e, old.reason, r->out);
}

enum err change_renew(struct ctx *c, const char *id, struct task *out)
{
	return db_atomically(c, renew, &(struct renewing){ id, out });
}

/* ---- something else, before approval */

bool change_is_editable(const struct task *t, const struct wanted *w)
{
	bool adopts = strcmp(w->verb, "job_adopt") == 0 && w->version == 0;

	return t->mine && strcmp(t->type, "job-change") == 0 && !t->approved && !t->completed &&
	       !t->cancelled && w->spec != NULL && !adopts;
}

struct editing {
	const char *id;
	const struct change_other *other;
	struct task *out;
};

static enum err read_editable(struct ctx *c, const char *id, struct task *t, struct wanted *w)
{
	struct json *data;

	TRY(task_editable(c, id, t));
	TRY(task_get_locked(c, id, t));
	if (!t->mine)
		return fail(c, ERR_FORBIDDEN, NULL, "Only who asked for it may change it.");
	TRY(json_parse(c, t->data_text, strlen(t->data_text), &data));
	wanted_read(data, w);
	if (change_is_editable(t, w))
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    "There is nothing in it to be changed: withdraw it, and ask for something else.");
}

/* Tried as if nobody had to be asked, to come to the same judgement as a change that is made now.
 */
static enum err try_other(struct ctx *c, const struct wanted *w, const struct change_other *other)
{
	const char *team = other->team != NULL ? other->team : w->team;
	struct job job;

	if (w->version == 0)
		return job_add(c, other->name != NULL ? other->name : w->name, team,
		    other->definition, other->reason, &job);
	struct job_edit edit = {
		.name = w->name,
		.version = other->version != 0 ? other->version : w->version,
		.how = JOB_REPLACE,
		.team = team,
		.input = other->definition,
		.reason = other->reason,
	};
	enum err e = job_edit(c, &edit, &job);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL,
		    "There is no job %s any more: withdraw the request.", w->name);
	TRY(e);
	return job.version != edit.version
		   ? OK
		   : fail(c, ERR_CONFLICT, NULL,
			 "Nothing of the job would change by it: withdraw it instead.");
}

static enum err edit(struct ctx *c, void *arg)
{
	const struct editing *ed = arg;
	struct wanted wanted;
	struct task t;

	TRY(read_editable(c, ed->id, &t, &wanted));
	TRY(task_check_seen(c, &t, &ed->other->seen));
	enum err e = try_other(c, &wanted, ed->other);
	if (e == OK) /* the demand is gone */
		return task_cancel(
		    c, ed->id, "done at once: nobody has to approve it any more", ed->out);
	const struct wanted *w = c->fault.wanted;
	if (e != ERR_FORBIDDEN || w == NULL)
		return e;
	struct ask ask = ask_of(c, w, ed->other->reason);
	ask.seen = ed->other->seen;
	return task_edit_as(c, ed->id, &ask, ed->out);
}

enum err change_edit(
    struct ctx *c, const char *id, const struct change_other *other, struct task *out)
{
	return db_atomically(c, edit, &(struct editing){ id, other, out });
}
