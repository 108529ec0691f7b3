/* The overview: what runs, what is wrong, what comes. Every figure leads to the list behind it. */

#include <string.h>

#include "core/time.h"
#include "model/job.h"
#include "model/missed.h"
#include "model/run.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/runs_table.h"

enum { ROWS = 8, FAILED_MAX = 100 };

struct overview {
	struct page p;
	struct job_counts jobs;
	struct run_counts runs;
	struct late *late;
	size_t nlate;
};

/* One instrument: an arm that stands up is clear, one that lies has a state and wants a look. */
static void show_instrument(struct overview *o, const char *figure, const char *css,
    const char *label, const char *href, const char *note)
{
	struct view *v = view_section(o->p.v, "INSTRUMENT");

	view_text(v, "FIGURE", figure);
	view_text(v, "CSS", css);
	view_text(v, "LABEL", label);
	view_text(v, "HREF", href);
	view_text(v, "NOTE", note);
}

static const char *sync_note(struct arena *a, const struct job_counts *n)
{
	if (n->pending + n->sync_failing + n->drifted == 0)
		return "every job stands on the engine";
	return arena_printf(a, "%s pending, %s failing, %s drifted", words_number(a, n->pending),
	    words_number(a, n->sync_failing), words_number(a, n->drifted));
}

static void show_shelf(struct overview *o)
{
	const struct run_counts *r = &o->runs;
	const struct job_counts *j = &o->jobs;
	struct arena *a = o->p.c->arena;
	int64_t failed = r->failed_day + r->lost_day,
		out = j->pending + j->sync_failing + j->drifted;

	show_instrument(o, words_number(a, r->running), "clear", "Running now",
	    "/runs?state=running", arena_printf(a, "%s queued", words_number(a, r->queued)));
	show_instrument(o, words_number(a, failed), failed == 0 ? "clear" : "failed",
	    "Failed, 24 h", "/runs?state=failed",
	    j->failing == 0
		? "no job is failing now"
		: arena_printf(a, "%s failing now", words_count(a, j->failing, "job", "jobs")));
	int64_t missed = (int64_t)o->nlate + r->missed_day;
	show_instrument(o, words_number(a, missed), missed == 0 ? "clear" : "missed",
	    "Late or missed, 24 h", "/runs?state=missed",
	    missed == 0 ? "every fire was answered"
			: arena_printf(a, "%s late now, %s missed",
			      words_number(a, (int64_t)o->nlate), words_number(a, r->missed_day)));
	show_instrument(o, words_number(a, out),
	    out == 0                            ? "clear"
	    : j->sync_failing + j->drifted == 0 ? "pending"
						: "drifted",
	    "Out of sync", "#sync", sync_note(a, j));
	show_instrument(o, r->ended_day == 0 ? "–" : words_rate(a, r->succeeded_day, r->ended_day),
	    failed == 0 ? "clear" : "caution", "Succeeded, 24 h", "/runs",
	    words_count(a, r->ended_day, "run ended", "runs ended"));
}

/* Here and below: a list that its count says to be empty is not asked for, because most of what it
 * costs is its plan. */
static enum err show_runs(struct overview *o)
{
	const struct {
		const char *state;
		int64_t n;
	} parts[] = { { "running", o->runs.running }, { "queued", o->runs.queued } };
	struct view *table = NULL;

	for (size_t i = 0; i < LENGTH(parts); i++) {
		struct run_query q = { .state = parts[i].state, .limit = ROWS };
		const char *next;
		struct run *runs;
		size_t n;
		if (parts[i].n == 0)
			continue;
		TRY(run_list(o->p.c, &q, &runs, &n, &next));
		if (n > 0 && table == NULL)
			table = view_section(o->p.v, "GOING_ON");
		for (size_t k = 0; k < n; k++)
			runs_row(&o->p, view_section(table, "RUN"), &runs[k]);
	}
	if (table == NULL)
		view_show(o->p.v, "NOTHING_RUNS");
	return OK;
}

static enum err show_failing(struct overview *o)
{
	struct ctx *c = o->p.c;
	struct job *jobs;
	size_t n = 0;

	if (o->jobs.failing > 0)
		TRY(job_failing(c, ROWS, &jobs, &n));
	if (n == 0) {
		view_show(o->p.v, "NOTHING_FAILS");
		return OK;
	}
	struct view *table = view_section(o->p.v, "FAILING");
	for (size_t i = 0; i < n; i++) {
		struct view *row = view_section(table, "JOB");
		view_text(row, "NAME", jobs[i].name);
		view_text(row, "HREF", link_job(c, jobs[i].name, NULL));
		view_text(row, "RUN_HREF", link_run(c, jobs[i].run_id.value));
		page_state(row, "STATE", "failed");
		page_time(&o->p, row, "TIME",
		    jobs[i].run_finished_us.set ? jobs[i].run_finished_us.value
						: jobs[i].updated_us,
		    TIME_RELATIVE);
	}
	return OK;
}

/* ---- failed runs of the last day, one row for each job and likely cause */

struct group {
	const struct run_failure *newest;
	const char *key;
	size_t count;
};

static size_t group_up(struct group *groups, const struct run_failure *runs, size_t n)
{
	size_t found = 0, g;

	for (size_t i = 0; i < n; i++) {
		const char *key = runs[i].error_key.text == NULL ? "" : runs[i].error_key.text;
		for (g = 0; g < found; g++)
			if (strcmp(groups[g].newest->job_name, runs[i].job_name) == 0 &&
			    strcmp(groups[g].key, key) == 0)
				break;
		if (g == found)
			groups[found++] = (struct group){ .newest = &runs[i], .key = key };
		groups[g].count++;
	}
	return found;
}

static void show_group(const struct overview *o, struct view *row, const struct group *g)
{
	struct ctx *c = o->p.c;
	const struct run_failure *run = g->newest;

	page_state(row, "STATE", run->state);
	view_text(row, "NAME", run->job_name);
	view_text(row, "HREF", link_job(c, run->job_name, NULL));
	view_text(row, "RUN_HREF", link_run(c, run->id));
	if (g->count > 1)
		view_text(
		    view_section(row, "TIMES"), "COUNT", words_number(c->arena, (int64_t)g->count));
	view_text(row, "ERROR", run->error.text == NULL ? "" : run->error.text);
	page_time(&o->p, row, "TIME", run->at_us, TIME_RELATIVE);
}

static enum err show_failed(struct overview *o)
{
	struct run_query q = { .state = "failed,lost,missed",
		.since_us = o->p.c->now_us - 86400 * US_PER_S,
		.limit = FAILED_MAX };
	struct ctx *c = o->p.c;
	struct run_failure *runs;
	const char *next;
	size_t n;

	TRY(run_failures(c, &q, &runs, &n, &next));
	if (n == 0) {
		page_time(
		    &o->p, view_section(o->p.v, "NONE_FAILED"), "TIME", c->now_us, TIME_SECONDS);
		return OK;
	}
	struct group *groups = arena_alloc(c->arena, n, sizeof(*groups));
	size_t found = group_up(groups, runs, n);
	struct view *table = view_section(o->p.v, "FAILED_RUNS");
	for (size_t i = 0; i < found && i < ROWS; i++)
		show_group(o, view_section(table, "GROUP"), &groups[i]);
	if (found > ROWS || next != NULL)
		view_text(view_section(table, "REST"), "WORDS",
		    arena_printf(c->arena, "%s jobs and causes in the newest %zu",
			words_number(c->arena, (int64_t)found), n));
	return OK;
}

/* ---- what is late: due and not begun, or going on for much longer than usual */

static void late_row(struct view *row, const char *name, const char *href, const char *why)
{
	page_state(row, "STATE", "late");
	view_text(row, "NAME", name);
	view_text(row, "HREF", href);
	view_text(row, "WHY", why);
}

static enum err show_late(struct overview *o)
{
	struct ctx *c = o->p.c;
	struct run_slow *slow;
	size_t n;

	TRY(run_slow(c, ROWS, &slow, &n));
	if (n + o->nlate == 0) {
		page_time(
		    &o->p, view_section(o->p.v, "NOTHING_LATE"), "TIME", c->now_us, TIME_SECONDS);
		return OK;
	}
	struct view *table = view_section(o->p.v, "LATE");
	for (size_t i = 0; i < o->nlate && i < ROWS; i++)
		late_row(view_section(table, "JOB"), o->late[i].name,
		    link_job(c, o->late[i].name, NULL),
		    arena_printf(c->arena, "due %s, and nothing has begun",
			when_seconds(&o->p.clock, o->late[i].since_us)));
	for (size_t i = 0; i < n; i++)
		late_row(view_section(table, "JOB"), slow[i].job_name, link_run(c, slow[i].id),
		    arena_printf(c->arena, "runs for %s; 19 in 20 take no more than %s",
			words_span(c->arena, c->now_us - slow[i].started_us),
			words_span(c->arena, slow[i].p95_ms * 1000)));
	return OK;
}

static enum err show_coming(struct overview *o)
{
	struct ctx *c = o->p.c;
	struct view *table = NULL;
	struct job *jobs;
	size_t n;

	TRY(job_coming(c, ROWS, &jobs, &n));
	for (size_t i = 0; i < n; i++) {
		if (!jobs[i].next_us.set)
			continue;
		if (table == NULL)
			table = view_section(o->p.v, "COMING");
		struct view *row = view_section(table, "JOB");
		view_text(row, "NAME", jobs[i].name);
		view_text(row, "HREF", link_job(c, jobs[i].name, NULL));
		page_coming(&o->p, row, "TIME", jobs[i].next_us.value, TIME_SHORT);
		page_time(&o->p, row, "AWAY", jobs[i].next_us.value, TIME_RELATIVE);
	}
	if (table == NULL)
		view_show(o->p.v, "NOTHING_COMES");
	return OK;
}

static enum err show_sync(struct overview *o)
{
	const struct {
		const char *state;
		int64_t n;
	} parts[] = { { "failing", o->jobs.sync_failing }, { "drifted", o->jobs.drifted },
		{ "pending", o->jobs.pending } };
	struct ctx *c = o->p.c;
	struct view *table = NULL;

	for (size_t i = 0; i < LENGTH(parts); i++) {
		struct job_query q = { .sync = parts[i].state, .limit = ROWS };
		const char *next;
		struct job *jobs;
		size_t n;
		if (parts[i].n == 0)
			continue;
		TRY(job_list(c, &q, &jobs, &n, &next));
		for (size_t k = 0; k < n; k++) {
			if (table == NULL)
				table = view_section(o->p.v, "OUT_OF_SYNC");
			struct view *row = view_section(table, "JOB");
			view_text(row, "NAME", jobs[k].name);
			view_text(row, "HREF", link_job(c, jobs[k].name, NULL));
			page_state(row, "STATE", jobs[k].sync);
			const char *reason = jobs[k].sync_reason.text;
			view_text(row, "REASON", reason == NULL ? "not yet on the engine" : reason);
		}
	}
	if (table == NULL)
		view_show(o->p.v, "ALL_IN_SYNC");
	return OK;
}

static enum err may_make(struct ctx *c, bool *may)
{
	struct team *teams;
	size_t n;

	TRY(team_list(c, &teams, &n));
	*may = false;
	for (size_t i = 0; i < n; i++)
		*may = *may || teams[i].role >= ROLE_EDITOR;
	return OK;
}

enum err admin_overview(struct req *r, struct resp *w)
{
	struct overview o;
	bool may = false;

	TRY(page_open(&o.p, r, w, "overview.html"));
	TRY(job_counts(r->ctx, &o.jobs));
	TRY(run_counts(r->ctx, &o.runs));
	TRY(late_list(r->ctx, NULL, ROWS, &o.late, &o.nlate));
	TRY(may_make(r->ctx, &may));
	view_text(o.p.v, "TODAY", when_date(&o.p.clock, r->ctx->now_us));
	view_text(o.p.v, "CLOCK", when_short(&o.p.clock, r->ctx->now_us));
	if (may)
		view_show(o.p.v, "MAY_MAKE");
	if (o.jobs.all == 0) {
		struct view *v = view_section(o.p.v, "NO_JOBS");
		view_include(v, "LYING_ARM", "parts/lying-arm.html");
		if (!may)
			view_show(v, "MAY_NOT_MAKE");
		return page_show(&o.p, 200, "Overview");
	}
	view_show(o.p.v, "JOBS");
	show_shelf(&o);
	TRY(show_runs(&o));
	TRY(show_failed(&o));
	TRY(show_late(&o));
	TRY(show_failing(&o));
	TRY(show_coming(&o));
	TRY(show_sync(&o));
	return page_show(&o.p, 200, "Overview");
}
