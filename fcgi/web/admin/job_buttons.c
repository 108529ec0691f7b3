/* What the buttons of a job's page do. */

#include "model/job.h"
#include "model/run.h"
#include "web/admin/job.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

enum err admin_job(struct req *r, struct resp *w)
{
	return job_page(r, w, req_var(r, "name"), 200, NULL);
}

/* A conflict is told on the page of the job, where its reason can be looked at. */
static enum err refused(struct req *r, struct resp *w, enum err e)
{
	if (e != ERR_CONFLICT)
		return e;
	return job_page(r, w, req_var(r, "name"), status_of(e), r->ctx->fault.detail);
}

static enum err switch_job(struct req *r, struct resp *w, bool disabled)
{
	struct job job;

	TRY(job_set_disabled(r->ctx, req_var(r, "name"), disabled, &job));
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
	enum err e = job_delete(r->ctx, req_var(r, "name"), 0);

	return e == OK ? see_other(r, w, "/jobs?done=deleted") : refused(r, w, e);
}

enum err admin_job_run(struct req *r, struct resp *w)
{
	struct run run;
	enum err e = run_request(r->ctx, req_var(r, "name"), "manual", &run);

	return e == OK ? see_other(r, w, "%s", link_run(r->ctx, run.id)) : refused(r, w, e);
}
