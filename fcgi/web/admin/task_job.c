/* The job that a task is about, as it is today. */

#include <string.h>

#include "core/text.h"
#include "model/job.h"
#include "model/lever.h"
#include "web/admin/link.h"
#include "web/admin/plot.h"
#include "web/admin/task_page.h"

static enum err show_levers(const struct page *p, struct view *v, const struct job *job)
{
	struct lever *levers;
	size_t n;

	TRY(lever_recent(p->c, &job->id, 1, &levers, &n));
	if (n > 0)
		plot_levers(p->c, view_section(v, "RECENT"), "LEVERS", levers, n);
	return OK;
}

static enum err show_job(const struct page *p, struct view *v, const struct job *job)
{
	const char *words;

	view_text(v, "NAME", job->name);
	view_text(v, "HREF", link_job(p->c, job->name, NULL));
	view_text(v, "OTHERS",
	    arena_printf(p->c->arena, "/tasks?job=%s", text_urlencode(p->c->arena, job->name)));
	if (job->run_state.text != NULL)
		page_state(view_section(v, "LAST"), "STATE", job->run_state.text);
	if (job->disabled)
		view_show(v, "DISABLED");
	if (*json_text(json_get(job->spec, "schedule")) != '\0') {
		TRY(job_schedule_words(p->c, job, &words));
		view_text(view_section(v, "SCHEDULED"), "WORDS", words);
	}
	if (job->next_us.set && !job->disabled)
		page_coming(p, view_section(v, "COMING"), "TIME", job->next_us.value, TIME_SHORT);
	return show_levers(p, v, job);
}

/* It may be gone, or not made yet, or not to be seen by who may decide. */
enum err task_job(const struct task_shown *s)
{
	struct job job;
	enum err e;

	if (!text_starts(s->task.about, "job:"))
		return OK;
	e = job_get(s->p.c, s->task.about + strlen("job:"), &job);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return show_job(&s->p, view_section(s->p.v, "JOB"), &job);
}
