/* A request to change a job is changed by who made it: the job form, filled with what was asked. */

#include "web/admin/task_edit_job.h"

#include <string.h>

#include "action/change.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "web/admin/job_form.h"
#include "web/admin/request_form.h"
#include "web/admin/task_words.h"

struct request {
	struct task *task;
	struct wanted wanted;
	const struct json *spec; /* what was asked, on the job as it stands now */
};

static enum err read(struct ctx *c, struct task *t, struct request *q)
{
	struct json *data;

	*q = (struct request){ .task = t };
	TRY(json_parse(c, t->data_text, strlen(t->data_text), &data));
	wanted_read(data, &q->wanted);
	q->spec = q->wanted.spec;
	if (change_is_editable(t, &q->wanted))
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    t->mine ? "There is nothing in this request that can be changed any more."
		    : "Only who asked for it may change it.");
}

/* Where the job moved on, the same change is tried on what stands there now; what does not go
 * together any more the person sees at its field when it is saved. */
static enum err rebase(struct ctx *c, struct request *q, const struct job *job)
{
	struct json *spec;

	if (job->version == q->wanted.version)
		return OK;
	enum err e = spec_make(c, job->name, job->spec, approval_patch(c, &q->wanted), &spec);
	if (e == OK)
		q->spec = spec;
	return e == ERR_INVALID ? OK : e;
}

static enum err start(struct edit *ed, struct req *r, struct resp *w, struct request *q)
{
	struct ctx *c = r->ctx;
	struct job job;

	*ed = (struct edit){ .team = q->wanted.team,
		.request = task_link(c, q->task),
		.request_title = q->task->title,
		.request_version = q->task->version };
	TRY(page_open(&ed->p, r, w, "job-edit.html"));
	if (q->wanted.version != 0) {
		enum err e = job_get(c, q->wanted.name, &job);
		if (e == ERR_NOT_FOUND)
			return fail(
			    c, ERR_CONFLICT, NULL, "There is no job %s any more.", q->wanted.name);
		TRY(e);
		TRY(job_need(c, &job, ROLE_EDITOR));
		TRY(rebase(c, q, &job));
		ed->name = job.name;
		ed->team = job.team;
		ed->version = job.version;
	}
	ed->base = q->spec;
	job_form_of(c, &ed->p.clock, q->spec, &ed->shown);
	ed->shown.text[JOB_NAME] = q->wanted.name;
	ed->shown.text[JOB_TEAM] = q->wanted.team;
	ed->shown.text[JOB_REASON] = q->task->reason;
	ed->typed = ed->shown;
	return OK;
}

enum err task_edit_job(struct req *r, struct resp *w, struct task *t)
{
	struct request q;
	struct edit ed;

	TRY(read(r->ctx, t, &q));
	TRY(start(&ed, r, w, &q));
	return job_form_show(&ed, 200);
}

static enum err save(struct edit *ed, struct req *r, struct task *t, int64_t version, int64_t seen)
{
	struct change_other other = { .version = version, .seen = { .version = seen } };
	const char **text = ed->typed.text;
	struct json *input;

	if (ed->name != NULL && strcmp(text[JOB_NAME], ed->name) != 0)
		return fail(r->ctx, ERR_INVALID, "name", "is fixed once a job is made");
	TRY(job_form_reason(r->ctx, text[JOB_REASON]));
	TRY(job_form_apply(r->ctx, &ed->p.clock, &ed->typed, &ed->shown, ed->base, &input));
	other.name = text[JOB_NAME];
	other.team = *text[JOB_TEAM] ? text[JOB_TEAM] : NULL;
	other.definition = input;
	other.reason = text[JOB_REASON];
	return change_edit(r->ctx, t->id, &other, t);
}

/* It is theirs alone to change, so it was in another window: what was typed stays, and the next
 * save is on what stands there now. */
static enum err say_stale(struct req *r, struct edit *ed)
{
	struct ctx *c = r->ctx;
	struct task now;

	TRY(task_get(c, req_var(r, "id"), &now));
	ed->request_version = now.version;
	fault_set(c, NULL,
	    "you changed this request elsewhere while you did here. What you typed is kept below; "
	    "save again to have it, or load the page again to begin with the other.");
	return OK;
}

enum err task_save_job(struct req *r, struct resp *w, struct task *t)
{
	int64_t version = 0, seen = 0;
	struct request q;
	struct edit ed;

	TRY(read(r->ctx, t, &q));
	TRY(start(&ed, r, w, &q));
	enum err e = job_form_read(r, &ed.typed);
	if (e == OK)
		e = form_int(r, REQUEST_VERSION, 1, INT64_MAX, &seen);
	if (e == OK && ed.name != NULL)
		e = form_int(r, "version", 1, INT64_MAX, &version);
	if (e == OK)
		e = save(&ed, r, t, version, seen);
	if (e == OK)
		return see_other(
		    r, w, "%s?done=%s", ed.request, t->cancelled ? "at-once" : "changed");
	if (e == ERR_STALE && r->ctx->fault.field != NULL)
		TRY(say_stale(r, &ed));
	else if (e == ERR_STALE)
		TRY(job_form_merge(&ed, version));
	else if (e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	return job_form_show(&ed, status_of(e));
}
