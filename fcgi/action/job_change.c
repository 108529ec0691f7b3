/* job_change and job_run: what others approved of a job is done to it (model/approval.h). */

#include <inttypes.h>
#include <string.h>

#include "action/action.h"
#include "model/approval.h"
#include "model/task_change.h"

#define JOB  "job", "Job", "which job", INPUT_JOB, true, 0, 0, NULL, NULL
#define TEAM "team", "Team", "the team that it is to be in", INPUT_TEAM, true, 0, 0, NULL, NULL
#define JOB_ID                                                                            \
	"job_id", "Job's number", "of the job that it is a change of; 0: there was none", \
	    INPUT_NUMBER, true, 0, INT64_MAX, NULL, NULL
#define VERSION                                                                                   \
	"version", "Version", "that it is a change of; 0: there was none", INPUT_NUMBER, true, 0, \
	    INT64_MAX, NULL, NULL

static const struct input change_fields[] = {
	{ JOB },
	{ TEAM },
	{ JOB_ID },
	{ VERSION },
	{ "verb", "Kind", "what is done", INPUT_CHOICE, true, 0, 0,
	    "job_add|job_edit|job_enable|job_disable|job_restore|job_adopt|job_delete", NULL },
	{ "engine_name", "On the engine",
	    "what a job that is taken over under another name is called there", INPUT_LINE, false,
	    0, 255, NULL, NULL },
	{ "along", "Along with it",
	    "jobs that are taken over with it, by their names there: job and definition of each",
	    INPUT_JSON, false, 0, 0, NULL, NULL },
	{ "before", "Before", "the whole job, as it was", INPUT_JSON, false, 0, 0, NULL, NULL },
	{ "definition", "Definition", "the whole job, as it is to be", INPUT_JSON, false, 0, 0,
	    NULL, NULL },
	{ 0 },
};

static const struct input run_fields[] = {
	{ JOB },
	{ TEAM },
	{ JOB_ID },
	{ VERSION },
	{ 0 },
};

/* What would be applied is all of the fields: the whole definition and the version under it. */
static enum err prepare(struct ctx *c, struct call *call)
{
	const char *why;

	call->applies = (struct json *)call->data;
	TRY(task_change_gone(c, call->task, &why));
	if (why != NULL)
		action_refuse(c, call, "%s", why);
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct wanted wanted;
	int64_t done = 0;

	wanted_read(call->data, &wanted);
	wanted.reason = call->task->reason;
	TRY(approval_apply(c, &wanted, &done));
	if (strcmp(wanted.verb, "run_request") == 0)
		action_note(c, call, "Run %" PRId64 " of %s is asked for.", done, wanted.name);
	else if (strcmp(wanted.verb, "job_delete") == 0)
		action_note(c, call, "%s is deleted.", wanted.name);
	else
		action_note(c, call, "%s has version %" PRId64 ".", wanted.name, done);
	json_set(call->cache, "done", json_number(c->arena, done));
	return OK;
}

const struct action action_job_change = {
	.name = "job_change",
	.title = "Change a job",
	.help = "changes a job exactly as it was approved",
	.fields = change_fields,
	.prepare = prepare,
	.approve = approve,
};

const struct action action_job_run = {
	.name = "job_run",
	.title = "Run a job once",
	.help = "runs a job exactly as it was approved",
	.fields = run_fields,
	.prepare = prepare,
	.approve = approve,
};
