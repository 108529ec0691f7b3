/* run_job: a job runs once, as who asked, and the task waits for its end. */

#include <inttypes.h>
#include <string.h>

#include "action/inside.h"
#include "action/person.h"
#include "core/time.h"
#include "model/approval.h"
#include "model/job.h"
#include "model/run.h"

enum { HOUR_S = 3600, WAIT_S = 24 * HOUR_S, WAIT_MAX_S = 7 * 24 * HOUR_S };

static const struct input fields[] = {
	{ "job", "Job", "which one", INPUT_JOB, true, 0, 0, NULL, NULL },
	{ "wait_s", "Wait", "seconds until the run must have ended; a day unless told",
	    INPUT_NUMBER, false, 1, WAIT_MAX_S, NULL, NULL },
	{ "at", "When", "after the approval, or once the token was given, too; approve unless told",
	    INPUT_CHOICE, false, 0, 0, "approve|submit", NULL },
	{ 0 },
};

/* Whether those who decide on the task are all among those whom the job wants asked. Admins may
 * decide on everything, here and there. */
static enum err are_those(
    struct ctx *c, const struct task *t, const struct approval_rule *rule, bool *those)
{
	int64_t group_id = 0, role = t->approver_role.value;

	*those = true;
	if (t->approver_group.text != NULL)
		TRY(type_group_id(c, t->approver_group.text, &group_id));
	if (group_id != 0)
		*those = group_id == rule->group_id;
	else if (role != ROLE_NONE)
		*those = rule->group_id == 0 && rule->role != ROLE_NONE && role >= rule->role &&
			 t->team_id.value == rule->team_id;
	return OK;
}

static const char *who(struct ctx *c, const struct approval_rule *rule)
{
	if (rule->group_id != 0)
		return "people of the group that its team names";
	if (rule->role == ROLE_NONE)
		return "admins";
	return arena_printf(
	    c->arena, "people who are %s or more in its team", role_name((enum role)rule->role));
}

/* What is approved, where somebody has to, is a run of the job as it is now. */
static void plan(struct ctx *c, struct call *call, const struct job *job)
{
	call->applies = json_object(c->arena);
	json_set(call->applies, "with", (struct json *)call->data);
	json_set(call->applies, "version", json_number(c->arena, job->version));
}

/* What a job's team demands before a run is no less because the run is part of a task. Whose yes
 * counts is judged when it begins (approval_check()); here people are told in time. */
static enum err demand(struct ctx *c, struct call *call, const struct job *job)
{
	const struct approval_case of = { .what = APPROVE_RUN,
		.own = json_int(json_get(job->spec, "approvals")),
		.team_id = job->team_id,
		.to_team_id = job->team_id,
		.starts = job->name };
	struct approval_rule rule;
	bool those;

	TRY(approval_rule(c, &of, &rule));
	if (rule.required > 0)
		plan(c, call, job);
	TRY(are_those(c, call->task, &rule, &those));
	if (rule.required > call->task->required)
		action_refuse(c, call,
		    "A run of %s needs %lld approvals, and this task asks for %lld.", job->name,
		    (long long)rule.required, (long long)call->task->required);
	else if (rule.required > 0 && !those)
		action_note(c, call, "%s runs once, if %lld who approve this are %s.", job->name,
		    (long long)rule.required, who(c, &rule));
	else
		action_note(c, call, "%s runs once.", job->name);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	const char *name = call_text(call, "job");
	struct job job;
	enum err e = job_get(c, name, &job);

	if (e == ERR_NOT_FOUND) {
		action_refuse(c, call, "There is no job %s.", name);
		return OK;
	}
	TRY(e);
	if (!c->actor.admin && job.role < ROLE_OPERATOR)
		action_refuse(
		    c, call, "%s may not run %s: that needs operator.", c->actor.account, name);
	else if (job.disabled)
		action_refuse(c, call, "The job %s is disabled.", name);
	else
		TRY(demand(c, call, &job));
	return OK;
}

/* Where people had to approve it, it is a run of what they looked at. */
static enum err still(struct ctx *c, struct call *call)
{
	int64_t version = json_int(json_get(json_get(call->cache, "applies"), "version"));
	const char *name = call_text(call, "job");
	struct job job;

	TRY(job_get(c, name, &job));
	if (version != 0 && version != job.version)
		action_refuse(c, call,
		    "The job %s changed meanwhile: what was approved is version %" PRId64
		    ", and it is %" PRId64 " now. Ask for it anew.",
		    name, version, job.version);
	return OK;
}

/* In the transaction that keeps its number: so it is asked for once. */
static enum err begin(struct ctx *c, struct call *call)
{
	struct run run;
	enum err e = still(c, call);

	if (e == OK && !call->self->valid)
		return OK;
	if (e == OK)
		e = run_request(c, call_text(call, "job"), "api", &run);
	if (e == ERR_NOT_FOUND || e == ERR_CONFLICT || e == ERR_FORBIDDEN) {
		action_refuse(c, call, "%s", c->fault.detail);
		return OK;
	}
	TRY(e);
	json_set(call->cache, "run", json_number(c->arena, run.id));
	json_set(call->cache, "since_us", json_number(c->arena, c->now_us));
	action_note(c, call, "Run %" PRId64 " of %s was asked for.", run.id, run.job_name);
	action_wait(call, 500);
	return OK;
}

/* Approved once more it runs anew. */
static void forget(struct call *call)
{
	json_remove(call->cache, "run");
	json_remove(call->cache, "since_us");
	json_remove(call->cache, "waits_since_us");
}

static int64_t patience_us(const struct call *call)
{
	const struct json *wait = json_get(call->data, "wait_s");

	return (json_type(wait) == JSON_INT ? json_int(wait) : WAIT_S) * US_PER_S;
}

static void look(struct ctx *c, struct call *call, const struct run *run)
{
	int64_t passed_us = c->now_us - json_int(json_get(call->cache, "since_us"));

	if (!run_has_ended(run) && passed_us < patience_us(call)) {
		action_wait(call, passed_us < 60 * US_PER_S ? 500 : 5000);
		return;
	}
	forget(call);
	if (!run_has_ended(run))
		action_refuse(c, call, "Run %" PRId64 " of %s has not ended in time.", run->id,
		    run->job_name);
	else if (strcmp(run->state, "succeeded") == 0)
		action_note(c, call, "Run %" PRId64 " of %s succeeded.", run->id, run->job_name);
	else
		action_refuse(c, call, "Run %" PRId64 " of %s ended as %s%s%s.", run->id,
		    run->job_name, run->state, run->reason.text != NULL ? ": " : "",
		    run->reason.text != NULL ? run->reason.text : "");
}

static enum err go_on(struct ctx *c, struct call *call)
{
	int64_t id = json_int(json_get(call->cache, "run"));
	struct run run;

	if (id == 0)
		return begin(c, call);
	/* Who asked may have left the team meanwhile: the run goes on all the same. */
	struct actor before = person_as_system(c);
	enum err e = run_get(c, id, &run);
	c->actor = before;
	if (e == ERR_NOT_FOUND) {
		forget(call);
		action_refuse(c, call, "Run %" PRId64 " is not known any more.", id);
		return OK;
	}
	TRY(e);
	look(c, call, &run);
	return OK;
}

static enum err approve(struct ctx *c, struct call *call)
{
	return call_is_at(call, "approve") ? go_on(c, call) : OK;
}

static enum err submit(struct ctx *c, struct call *call)
{
	return call_is_at(call, "submit") ? go_on(c, call) : OK;
}

const struct action action_run_job = {
	.name = "run_job",
	.title = "Run a job",
	.help = "runs a job once and waits for its end; a run that fails, fails the task",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.generic = true,
};
