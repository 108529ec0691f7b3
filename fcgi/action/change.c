#include "action/change.h"

#include <string.h>

#include "model/approval.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/run.h"
#include "model/unmanaged.h"

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
	return arena_printf(c->arena, "%s %s", doing, w->name);
}

enum err change_ask(struct ctx *c, enum err e, const char *reason, struct task *out)
{
	const struct wanted *w = c->fault.wanted;

	if (e != ERR_FORBIDDEN || w == NULL)
		return e;
	struct ask ask = {
		.type = strcmp(w->verb, "run_request") == 0 ? "job-run" : "job-change",
		.title = title(c, w),
		.about = arena_printf(c->arena, "job:%s", w->name),
		.fields = wanted_json(c, w),
		.reason = reason != NULL && *reason != '\0' ? reason : w->reason,
		.rule = &w->rule,
	};
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
	struct job job;
	struct run run;

	if (strcmp(w->verb, "run_request") == 0)
		return run_request(c, w->name, c->actor.token_id != 0 ? "api" : "manual", &run);
	if (strcmp(w->verb, "job_delete") == 0)
		return job_delete(c, w->name, 0);
	/* As the engine has it now; what was adopted of a drift is a change of our job. */
	if (w->version == 0 && strcmp(w->verb, "job_adopt") == 0)
		return unmanaged_adopt(c, spec_engine_name(c, w->name), w->team, &job);
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
