#include "web/admin/tasks_table.h"

#include <string.h>

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
