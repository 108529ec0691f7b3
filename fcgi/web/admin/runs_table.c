#include "web/admin/runs_table.h"

#include <inttypes.h>

#include "web/admin/link.h"

const char *runs_took(const struct page *p, const struct run *run)
{
	int64_t end_us = run->finished_us.set ? run->finished_us.value : p->c->now_us;

	if (!run->started_us.set)
		return NULL;
	return words_span(p->c->arena, end_us - run->started_us.value);
}

void runs_row(const struct page *p, struct view *row, const struct run *run)
{
	struct ctx *c = p->c;
	const char *took = runs_took(p, run);

	page_state(row, "STATE", run->state);
	view_int(row, "ID", run->id);
	view_text(row, "HREF", link_run(c, run->id));
	view_text(row, "JOB", run->job_name);
	if (run->job_exists)
		view_text(
		    view_section(row, "LINKED"), "JOB_HREF", link_job(c, run->job_name, NULL));
	else
		view_show(row, "GONE");
	page_time(p, row, "TIME", run->started_us.set ? run->started_us.value : run->queued_us,
	    TIME_SECONDS);
	view_text(row, "TOOK", took == NULL ? "" : took);
	view_text(row, "TRIGGER", words_trigger(run->trigger, run->requested_by.text));
	if (run->executions > 1)
		view_text(view_section(row, "ATTEMPTS"), "COUNT",
		    arena_printf(c->arena, "%" PRId64 " executions", run->executions));
	view_text(row, "NODE", run->node.text == NULL ? "" : run->node.text);
}
