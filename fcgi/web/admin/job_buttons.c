/* What the buttons of a job's page do. */

#include <string.h>

#include "action/change.h"
#include "model/drift.h"
#include "model/job.h"
#include "model/run.h"
#include "web/admin/job.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

enum err admin_job(struct req *r, struct resp *w)
{
	return job_page(r, w, req_var(r, "name"), 200, NULL);
}

enum err job_button_form(struct req *r, int64_t *seen)
{
	static const char *const known[] = { "reason", NULL }, *const and_version[] = { "reason",
		"version", NULL };
	const char *text = NULL;

	TRY(form_only(r, seen == NULL ? known : and_version));
	if (seen == NULL)
		return OK;
	TRY(form_maybe(r, "version", &text));
	*seen = 0;
	return text == NULL ? OK : form_int(r, "version", 1, INT64_MAX, seen);
}

enum err job_ask_others(struct req *r, struct resp *w, enum err e, const char *reason, bool *asked)
{
	struct task t;

	*asked = false;
	if (r->ctx->fault.wanted == NULL || e != ERR_FORBIDDEN)
		return e;
	if (reason == NULL)
		TRY(form_maybe(r, "reason", &reason));
	TRY(change_ask(r->ctx, e, reason, &t));
	*asked = true;
	return see_other(r, w, "/tasks/%s?done=asked", t.id);
}

/* A conflict is told on the page of the job, where its reason can be looked at; so is a reason that
 * cannot be taken. */
static enum err refused(struct req *r, struct resp *w, enum err e)
{
	bool asked;

	e = job_ask_others(r, w, e, NULL, &asked);
	if (e == ERR_INVALID && r->ctx->fault.field != NULL &&
	    strcmp(r->ctx->fault.field, "reason") == 0)
		return job_page(r, w, req_var(r, "name"), status_of(e),
		    arena_printf(r->ctx->arena, "The reason %s.", r->ctx->fault.detail));
	if (e != ERR_CONFLICT && e != ERR_STALE)
		return e;
	return job_page(r, w, req_var(r, "name"), status_of(e), r->ctx->fault.detail);
}

static enum err switch_job(struct req *r, struct resp *w, bool disabled)
{
	struct job job;

	TRY(job_button_form(r, NULL));
	enum err e = job_set_disabled(r->ctx, req_var(r, "name"), disabled, &job);
	if (e != OK)
		return refused(r, w, e);
	return see_other(r, w, "%s?done=%s", link_job(r->ctx, job.name, NULL),
	    disabled ? "disabled" : "enabled");
}

enum err admin_job_enable(struct req *r, struct resp *w)
{
	return switch_job(r, w, false);
}

enum err admin_job_disable(struct req *r, struct resp *w)
{
	return switch_job(r, w, true);
}

enum err admin_job_delete(struct req *r, struct resp *w)
{
	int64_t seen;

	TRY(job_button_form(r, &seen));
	enum err e = job_delete(r->ctx, req_var(r, "name"), seen);

	return e == OK ? see_other(r, w, "/jobs?done=deleted") : refused(r, w, e);
}

enum err admin_job_run(struct req *r, struct resp *w)
{
	struct run run;

	TRY(job_button_form(r, NULL));
	enum err e = run_request(r->ctx, req_var(r, "name"), "manual", &run);

	return e == OK ? see_other(r, w, "%s", link_run(r->ctx, run.id)) : refused(r, w, e);
}

/* What our rules refuse of the engine's copy is told on the page of the job, too. */
static enum err not_settled(struct req *r, struct resp *w, enum err e)
{
	const struct fault *f = &r->ctx->fault;

	if (e != ERR_INVALID || f->field == NULL || strcmp(f->field, "reason") == 0)
		return refused(r, w, e);
	return job_page(r, w, req_var(r, "name"), status_of(e),
	    arena_printf(r->ctx->arena, "What the engine has cannot be adopted: %s %s.", f->field,
		f->detail));
}

enum err admin_job_adopt(struct req *r, struct resp *w)
{
	const char *reason = NULL;
	struct job job;
	int64_t seen;

	TRY(job_button_form(r, &seen));
	TRY(form_maybe(r, "reason", &reason));
	enum err e = drift_adopt(r->ctx, req_var(r, "name"), seen, reason, &job);

	if (e != OK)
		return not_settled(r, w, e);
	return see_other(r, w, "%s?done=adopted", link_job(r->ctx, job.name, NULL));
}

enum err admin_job_revert(struct req *r, struct resp *w)
{
	struct job job;
	int64_t seen;

	TRY(job_button_form(r, &seen));
	enum err e = drift_revert(r->ctx, req_var(r, "name"), seen, &job);

	if (e != OK)
		return not_settled(r, w, e);
	return see_other(r, w, "%s?done=reverted", link_job(r->ctx, job.name, NULL));
}
