/* The page of one run. */

#include <inttypes.h>
#include <string.h>

#include "model/job.h"
#include "model/run.h"
#include "web/admin/gantt.h"
#include "web/admin/link.h"
#include "web/admin/output.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/run_around.h"
#include "web/admin/runs_table.h"

struct look {
	struct page p;
	struct run run;
	struct execution *executions;
	size_t n;
	const char *chosen; /* the execution whose output is shown; NULL: the last started */
	struct job *job;    /* NULL: it is gone, or not to be seen */
	bool may_run, may_stop;
};

/* The job tells what one may do with its runs; one that is gone, or not visible, allows nothing. */
static enum err look_at_rights(struct look *l)
{
	struct job *job = arena_new(l->p.c->arena, struct job);
	enum err e = l->run.job_exists ? job_get(l->p.c, l->run.job_name, job) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	l->job = job;
	l->may_run = job->role >= ROLE_OPERATOR && !job->disabled;
	l->may_stop = job->role >= ROLE_OPERATOR && strcmp(l->run.state, "queued") == 0;
	return OK;
}

/* A fire of the schedule that nothing answered: nobody asked for it. */
static bool is_missed(const struct run *run)
{
	return strcmp(run->state, "missed") == 0;
}

static void show_head(const struct look *l)
{
	const struct run *run = &l->run;
	struct ctx *c = l->p.c;
	struct view *v = l->p.v;
	const char *took = runs_took(&l->p, run);

	view_int(v, "ID", run->id);
	view_text(v, "JOB", run->job_name);
	view_text(v, "TEAM", run->team);
	if (run->job_exists)
		view_text(view_section(v, "LINKED"), "JOB_HREF", link_job(c, run->job_name, NULL));
	else
		view_show(v, "GONE");
	page_state(v, "STATE", run->state);
	if (!run_has_ended(run))
		view_text(view_section(v, "LIVE"), "FROM",
		    arena_printf(c->arena, "%s?output=none", link_run(c, run->id)));
	struct view *since = view_section(v, run->started_us.set ? "STARTED"
					     : is_missed(run)    ? "WAS_DUE"
								 : "ASKED");
	page_time(&l->p, since, "TIME",
	    run->started_us.set ? run->started_us.value : run->queued_us,
	    TIME_SECONDS | TIME_FOCUS);
	if (took != NULL)
		view_text(view_section(v, run_has_ended(run) ? "TOOK" : "TAKES"), "SPAN", took);
	view_text(v, "TRIGGER", words_trigger(run->trigger, run->requested_by.text));
	if (run->reason.text != NULL)
		view_text(view_section(v, "REASON"), "TEXT", run->reason.text);
}

static void show_actions(const struct look *l)
{
	struct ctx *c = l->p.c;
	struct view *v = l->p.v;

	if (l->may_run)
		view_text(view_section(v, "MAY_RUN"), "HREF", link_job(c, l->run.job_name, "run"));
	if (l->may_stop)
		view_text(view_section(v, "MAY_STOP"), "HREF",
		    arena_printf(c->arena, "%s/stop", link_run(c, l->run.id)));
}

static const char *took_of(const struct look *l, const struct execution *e)
{
	if (e->finished_us.set)
		return words_span(l->p.c->arena, e->finished_us.value - e->started_us.value);
	if (strcmp(e->state, "running") == 0)
		return words_span(l->p.c->arena, l->p.c->now_us - e->started_us.value);
	return "";
}

static void show_execution(
    const struct look *l, struct view *row, const struct gantt *g, const struct execution *e)
{
	struct ctx *c = l->p.c;
	struct pair chosen = { "execution", e->engine_id };

	view_text(row, "HREF",
	    arena_printf(c->arena, "%s#output",
		link_filtered(c, link_run(c, l->run.id), &chosen, 1, NULL, NULL)));
	view_text(row, "NODE", e->node);
	view_int(row, "ATTEMPT", e->attempt);
	page_state(row, "STATE", e->state);
	if (e->reason.text != NULL)
		view_text(view_section(row, "WHY"), "TEXT", e->reason.text);
	gantt_bar(g, row, "BAR", e);
	view_text(row, "TOOK", took_of(l, e));
	view_text(row, "EXIT",
	    e->exit_code.set ? arena_printf(c->arena, "%" PRId64, e->exit_code.value) : "");
	view_text(row, "SIZE", words_size(c->arena, e->output_size));
	if (l->chosen != NULL && strcmp(l->chosen, e->engine_id) == 0)
		view_show(row, "CHOSEN");
}

static void show_executions(const struct look *l)
{
	struct gantt g = gantt_of(&l->p, l->executions, l->n);

	if (l->n == 0) {
		view_show(l->p.v, run_has_ended(&l->run) ? "NEVER_BEGAN" : "NOT_YET");
		return;
	}
	struct view *table = view_section(l->p.v, "EXECUTIONS");
	gantt_axis(&g, table, "AXIS");
	for (size_t i = 0; i < l->n; i++)
		show_execution(l, view_section(table, "ROW"), &g, &l->executions[i]);
}

static void show_facts(const struct look *l)
{
	const struct run *run = &l->run;
	struct view *v = l->p.v;

	page_time(&l->p, v, "QUEUED", run->queued_us, TIME_SECONDS);
	view_text(v, "QUEUED_LABEL", is_missed(run) ? "Due" : "Asked for");
	if (run->started_us.set)
		page_time(
		    &l->p, view_section(v, "BEGAN"), "TIME", run->started_us.value, TIME_SECONDS);
	if (run->finished_us.set)
		page_time(
		    &l->p, view_section(v, "ENDED"), "TIME", run->finished_us.value, TIME_SECONDS);
	if (run->job_version.set)
		view_int(view_section(v, "DEFINITION"), "VERSION", run->job_version.value);
}

static enum err show_run(
    struct look *l, struct req *r, struct resp *w, int status, const char *refusal)
{
	const char *output = "";
	int64_t id, good, from = 0, line = 1, end = 0;

	TRY(req_var_int(r, "id", &id));
	TRY(query_text(r, "output", &output));
	TRY(query_text(r, "execution", &l->chosen));
	TRY(query_int(r, "from", 0, INT64_MAX, &from));
	TRY(query_int(r, "line", 1, INT32_MAX, &line));
	TRY(query_int(r, "end", 0, 1, &end));
	TRY(run_get(r->ctx, id, &l->run));
	TRY(page_open(&l->p, r, w, "run.html"));
	TRY(run_executions(r->ctx, id, &l->executions, &l->n));
	TRY(look_at_rights(l));
	if (refusal != NULL)
		view_text(view_section(l->p.v, "REFUSAL"), "TEXT", refusal);
	show_head(l);
	show_actions(l);
	show_executions(l);
	show_facts(l);
	TRY(run_around(&l->p, &l->run, l->job));
	TRY(run_last_good(r->ctx, id, &good));
	if (good > 0 && l->n > 0)
		view_text(view_section(l->p.v, "COMPARE"), "HREF",
		    arena_printf(r->ctx->arena, "%s/compare/%" PRId64, link_run(r->ctx, good), id));
	/* What never began has none. */
	if (strcmp(output, "none") != 0 && (l->n > 0 || !run_has_ended(&l->run)))
		TRY(output_show(&l->p, &(struct output_part){ &l->run, l->chosen, l->executions,
					   l->n, from, line, end == 1 }));
	TRY(page_done(&l->p));
	return page_show(&l->p, status,
	    arena_printf(r->ctx->arena, "Run %" PRId64 " of %s", id, l->run.job_name));
}

enum err admin_run(struct req *r, struct resp *w)
{
	struct look l = { .chosen = NULL };

	return show_run(&l, r, w, 200, NULL);
}

enum err admin_run_stop(struct req *r, struct resp *w)
{
	struct look l = { .chosen = NULL };
	struct run run;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	enum err e = run_stop(r->ctx, id, &run);
	if (e == ERR_CONFLICT)
		return show_run(&l, r, w, status_of(e), r->ctx->fault.detail);
	TRY(e);
	return see_other(r, w, "%s?done=taken-back", link_run(r->ctx, id));
}
