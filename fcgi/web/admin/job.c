#include "web/admin/job.h"

#include <string.h>

#include "model/job.h"
#include "model/job_lint.h"
#include "model/job_spec.h"
#include "model/missed.h"
#include "model/run.h"
#include "schedule/words.h"
#include "web/admin/alerts_page.h"
#include "web/admin/facts.h"
#include "web/admin/history.h"
#include "web/admin/job_asks.h"
#include "web/admin/job_drift.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/revisions.h"
#include "web/admin/runs_table.h"
#include "web/admin/tasks_table.h"

enum { RUNS = 10, FIRES = 10, REVISIONS = 10 };

static bool is_child(const struct job *job)
{
	return *json_text(json_get(job->spec, "parent_job")) != '\0';
}

/* ---- head */

static enum err show_actions(const struct page *p, const struct job *job)
{
	struct ctx *c = p->c;
	struct view *v = p->v;

	if (job->role >= ROLE_EDITOR) {
		struct view *edit = view_section(v, "MAY_EDIT");
		view_text(edit, "HREF", link_job(c, job->name, "edit"));
		view_text(edit, "CLONE",
		    arena_printf(c->arena, "/jobs/new?from=%s",
			strrchr(link_job(c, job->name, NULL), '/') + 1));
		view_text(edit, "SWITCH_HREF",
		    link_job(c, job->name, job->disabled ? "enable" : "disable"));
		view_text(edit, "SWITCH", job->disabled ? "Enable" : "Disable");
		view_text(edit, "DELETE", link_job(c, job->name, "delete"));
		TRY(job_asks(
		    p, view_section(edit, "SWITCHING"), job, approval_of_switch(job->spec)));
		TRY(job_asks(p, view_section(edit, "DELETING"), job, APPROVE_DELETE));
	}
	if (job->role < ROLE_OPERATOR || job->disabled)
		return OK;
	struct view *run = view_section(v, "MAY_RUN");
	view_text(run, "HREF", link_job(c, job->name, "run"));
	return job_asks(p, run, job, APPROVE_RUN);
}

static enum err show_head(const struct page *p, const struct job *job)
{
	struct view *v = p->v;

	view_text(v, "NAME", job->name);
	view_text(v, "TEAM", job->team);
	if (job->disabled)
		view_show(v, "DISABLED");
	if (job->run_state.text != NULL) {
		struct view *last = view_section(v, "LAST");
		page_state(last, "STATE", job->run_state.text);
		if (job->run_started_us.set)
			page_time(p, view_section(last, "STARTED"), "TIME",
			    job->run_started_us.value, TIME_RELATIVE | TIME_FOCUS);
	} else {
		view_show(v, "NEVER");
	}
	if (job->next_us.set && !job->disabled)
		page_coming(p, view_section(v, "COMING"), "TIME", job->next_us.value, TIME_FOCUS);
	page_state(v, "SYNC", job->sync);
	if (job->synced_us.set)
		page_time(p, view_section(v, "SYNCED"), "TIME", job->synced_us.value, TIME_FOCUS);
	/* Something is on its way: look again soon. */
	bool moving = strcmp(job->sync, "pending") == 0 ||
		      (job->run_state.text != NULL && !job->run_finished_us.set);
	view_text(v, "LIVE_S", moving ? "1" : "10");
	return show_actions(p, job);
}

/* ---- late */

static enum err show_late(const struct page *p, const struct job *job)
{
	struct late *late;
	size_t n;

	TRY(late_list(p->c, job->name, 1, &late, &n));
	if (n > 0)
		page_time(p, view_section(p->v, "LATE"), "TIME", late[0].since_us, TIME_SECONDS);
	return OK;
}

/* ---- runs */

static enum err show_runs(const struct page *p, const struct job *job)
{
	struct run *runs;
	size_t n;

	TRY(run_recent(p->c, job->name, HISTORY_RUNS, &runs, &n));
	view_text(p->v, "ALL_RUNS",
	    arena_printf(
		p->c->arena, "/runs?job=%s", strrchr(link_job(p->c, job->name, NULL), '/') + 1));
	if (n == 0) {
		view_show(p->v, "NO_RUNS");
		return OK;
	}
	struct view *table = view_section(p->v, "RUNS");
	for (size_t i = 0; i < n && i < RUNS; i++)
		runs_row(p, view_section(table, "ROW"), &runs[i]);
	return history_show(p, job, runs, n);
}

/* ---- schedule */

/* What is worth a second look stands in a notice, what is good to know behind a fold; that the job
 * is disabled says the head of the page. */
static enum err show_warnings(const struct page *p, const struct job *job)
{
	struct view *notice = NULL, *fold = NULL;
	struct job_warning *w;
	size_t n;

	TRY(job_lint(p->c, job->name, job->spec, &w, &n));
	for (size_t i = 0; i < n; i++) {
		struct view **in = w[i].note ? &fold : &notice;
		if (strcmp(w[i].code, "disabled") == 0)
			continue;
		if (*in == NULL)
			*in = view_section(p->v, w[i].note ? "NOTES" : "WARNINGS");
		view_text(view_section(*in, w[i].note ? "NOTE" : "WARNING"), "TEXT", w[i].message);
	}
	return OK;
}

static enum err show_fires(const struct page *p, struct view *v, const struct job *job)
{
	int64_t fires[FIRES];
	size_t n;

	TRY(job_next_fires(p->c, job, FIRES, fires, &n));
	if (n == 0 || job->disabled)
		return OK;
	struct view *list = view_section(v, "FIRES");
	for (size_t i = 0; i < n; i++)
		page_fire(p, view_section(list, "FIRE"), fires[i]);
	return OK;
}

static enum err show_schedule(const struct page *p, const struct job *job)
{
	const char *expression = json_text(json_get(job->spec, "schedule"));
	const char *zone = json_text(json_get(job->spec, "timezone")), *words;

	if (is_child(job)) {
		const char *parent = json_text(json_get(job->spec, "parent_job"));
		struct view *child = view_section(p->v, "CHILD");
		view_text(child, "PARENT", parent);
		view_text(child, "HREF", link_job(p->c, parent, NULL));
		return OK;
	}
	struct view *v = view_section(p->v, "SCHEDULED");
	TRY(job_schedule_words(p->c, job, &words));
	view_text(v, "WORDS", words);
	view_text(v, "EXPRESSION", expression);
	if (*zone != '\0')
		view_text(view_section(v, "ZONED"), "NAME", zone);
	return show_fires(p, v, job);
}

/* ---- parents and children */

static void show_relative(
    struct ctx *c, struct view *v, const struct job *job, const struct relative *relative)
{
	if (!relative->seen) {
		view_show(v, "UNSEEN");
		return;
	}
	struct view *seen = view_section(v, "SEEN");
	view_text(seen, "RELATIVE", relative->name);
	view_text(seen, "HREF", link_job(c, relative->name, NULL));
	if (strcmp(relative->team, job->team) != 0)
		view_text(view_section(seen, "ELSEWHERE"), "TEAM", relative->team);
}

/* From the first of the chain down to this job, and what comes behind it, in its order. */
static enum err show_family(const struct page *p, const struct job *job)
{
	struct relative *up, *down;
	size_t nup, ndown;

	TRY(job_ancestors(p->c, job, &up, &nup));
	TRY(job_children(p->c, job->name, &down, &ndown));
	if (nup == 0 && ndown == 0)
		return OK;
	struct view *v = view_section(p->v, "FAMILY");
	for (size_t i = nup; i > 0; i--)
		show_relative(p->c, view_section(v, "UP"), job, &up[i - 1]);
	for (size_t i = 0; i < ndown; i++)
		show_relative(p->c, view_section(v, "DOWN"), job, &down[i]);
	return OK;
}

/* ---- revisions */

static enum err show_revisions(const struct page *p, const struct job *job)
{
	struct revision *revisions;
	struct view *v;
	size_t n;

	view_text(p->v, "REVISIONS", link_job(p->c, job->name, "revisions"));
	TRY(job_revisions(p->c, job->name, &revisions, &n));
	for (size_t i = 0; i < n && i < REVISIONS; i++)
		TRY(revisions_show(
		    p, job->version, &revisions[i], i + 1 < n ? &revisions[i + 1] : NULL, &v));
	view_int(p->v, "VERSION_NOW", job->version);
	return OK;
}

enum err job_page(struct req *r, struct resp *w, const char *name, int status, const char *refusal)
{
	struct page p;
	struct job job;
	bool drifted;

	TRY(job_get(r->ctx, name, &job));
	TRY(page_open(&p, r, w, "job.html"));
	page_also(&p, json_text(json_get(job.spec, "timezone")));
	if (refusal != NULL)
		view_text(view_section(p.v, "REFUSAL"), "TEXT", refusal);
	TRY(show_head(&p, &job));
	TRY(job_requests(&p, &job));
	TRY(job_show_drift(&p, &job, &drifted));
	if (!drifted && job.sync_reason.text != NULL)
		view_text(view_section(p.v, "SYNC_REASON"), "TEXT", job.sync_reason.text);
	TRY(show_late(&p, &job));
	TRY(show_runs(&p, &job));
	facts_of_job(&p, p.v, job.spec);
	TRY(show_schedule(&p, &job));
	TRY(show_warnings(&p, &job));
	TRY(alerts_of_job(
	    &p, job.team, job.team_id, job.id, json_bool(json_get(job.spec, "notify"))));
	TRY(show_family(&p, &job));
	TRY(show_revisions(&p, &job));
	TRY(tasks_of_job(&p, job.name));
	page_audit(&p, "job", job.name);
	TRY(page_done(&p));
	return page_show(&p, status, job.name);
}
