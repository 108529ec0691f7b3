#include "web/admin/tasks_table.h"

#include <string.h>

#include "core/text.h"
#include "model/task_list.h"

enum { JOB_ROWS = 5 };

static void show_row(const struct page *p, struct view *row, const struct task *t)
{
	struct ctx *c = p->c;
	const struct state_words *state = task_state(t);

	view_text(row, "CSS", state->css);
	view_text(row, "WORD", state->word);
	view_text(row, "HREF", task_link(c, t));
	view_text(row, "TITLE", t->title);
	view_text(row, "TYPE", task_type_words(c->arena, t->type));
	view_text(row, "BY", t->mine ? "you" : *t->requester != '\0' ? t->requester : "a stranger");
	view_text(row, "TEAM", t->team.text != NULL ? t->team.text : "");
	page_time(p, row, "AGE", t->created_us, TIME_RELATIVE);
	if (t->approved_by.text != NULL && strcmp(t->approved_by.text, "system") == 0)
		view_show(row, "BY_RULE");
	else if (t->required > 0)
		task_pips(p, view_section(row, "COUNTED"), "PIPS", t);
	if (task_is_open(t))
		page_time(p, view_section(row, "OPEN"), "EXPIRES", t->expires_us, TIME_SHORT);
	if (task_may_approve(t))
		view_show(row, "REVIEW");
}

void tasks_table(
    const struct page *p, struct view *v, const char *caption, const struct task *tasks, size_t n)
{
	struct view *table = view_include(v, "TASKS", "parts/tasks.html");

	view_text(table, "CAPTION", caption);
	for (size_t i = 0; i < n; i++)
		show_row(p, view_section(table, "ROW"), &tasks[i]);
}

enum err tasks_of_job(const struct page *p, const char *job)
{
	const struct task_query q = {
		.job = job, .state = "completed,rejected,cancelled,expired", .limit = JOB_ROWS
	};
	struct arena *a = p->c->arena;
	struct task *tasks;
	const char *next;
	size_t n;

	TRY(task_list(p->c, &q, &tasks, &n, &next));
	if (n == 0)
		return OK;
	struct view *v = view_section(p->v, "ENDED");
	view_text(v, "HREF", arena_printf(a, "/tasks?job=%s", text_urlencode(a, job)));
	for (size_t i = 0; i < n; i++) {
		const struct state_words *state = task_state(&tasks[i]);
		struct view *row = view_section(v, "ENDED_REQUEST");
		view_text(row, "CSS", state->css);
		view_text(row, "WORD", state->word);
		view_text(row, "HREF", task_link(p->c, &tasks[i]));
		view_text(row, "TITLE", tasks[i].title);
		view_text(row, "BY", tasks[i].mine ? "you" : tasks[i].requester);
		page_time(p, row, "TIME", tasks[i].created_us, TIME_RELATIVE);
	}
	return OK;
}
