/* Tasks: what waits for the reader, what he asked for, and all that he may see. */

#include <string.h>

#include "model/task_list.h"
#include "model/team.h"
#include "web/admin/list_head.h"
#include "web/admin/notifications.h"
#include "web/admin/pages.h"
#include "web/admin/tasks_table.h"

enum { OWN_ROWS = 10 };

enum { F_MINE, F_ALL, F_NOTIFICATIONS, F_Q, F_STATE, F_TYPE, F_TEAM, F_REQUESTER, F_JOB };

static const struct list_kind kind = {
	.path = "/tasks",
	.one = "task",
	.many = "tasks",
	.filters = { "mine", "all", "notifications", "q", "state", "type", "team", "requester",
	    "job" },
	.newest_first = true,
};

struct list {
	struct page p;
	struct list_head head;
	struct task_counts counts;
	struct task *tasks;
	size_t n;
};

static bool is_given(const struct list *l, size_t which)
{
	return list_given(&l->head, which) != NULL;
}

/* A filter without a word whose tasks are meant looks among all of them. */
static enum task_whose whose(const struct list *l)
{
	if (is_given(l, F_MINE))
		return TASKS_MINE;
	for (size_t i = F_ALL; i < l->head.n; i++)
		if (i != F_NOTIFICATIONS && is_given(l, i))
			return TASKS_ALL;
	return TASKS_FOR_ME;
}

static enum err look_up(struct list *l)
{
	const struct list_head *h = &l->head;
	const struct task_query q = { .whose = whose(l),
		.state = list_given(h, F_STATE),
		.type = list_given(h, F_TYPE),
		.team = list_given(h, F_TEAM),
		.requester = list_given(h, F_REQUESTER),
		.job = list_given(h, F_JOB),
		.q = list_given(h, F_Q),
		.limit = LIST_ROWS,
		.after = h->after };

	TRY(task_counts(l->p.c, &l->counts));
	return task_list(l->p.c, &q, &l->tasks, &l->n, &l->head.next);
}

/* ---- above the table */

static void show_head(const struct list *l)
{
	const int64_t waits = l->p.waits, mine = l->counts.mine;
	struct arena *a = l->p.c->arena;
	const struct list_chips row = { &l->head, l->p.v, "WHOSE", F_MINE, F_NOTIFICATIONS, false };

	view_text(l->p.v, "WAITS",
	    waits == 0 ? "nothing waits for you"
		       : arena_printf(a, "%s for you", words_count(a, waits, "waits", "wait")));
	if (mine > 0)
		view_text(view_section(l->p.v, "OWN_OPEN"), "WORDS",
		    arena_printf(a, "%s not ended yet",
			words_count(a, mine, "of yours has", "of yours have")));
	list_chip(&row, "For me", waits, F_MINE, "");
	list_chip(&row, "Mine", mine, F_MINE, "1");
	list_chip(&row, "All", LIST_UNCOUNTED, F_ALL, "1");
	if (l->p.c->actor.admin)
		list_chip(&row, "Notifications", l->counts.notifications, F_NOTIFICATIONS, "open");
}

static bool offer_type(const struct list *l, struct view *choice, const char *name)
{
	list_option(&l->head, choice, F_TYPE, name, task_type_words(l->p.c->arena, name));
	return strcmp(l->head.filters[F_TYPE].value, name) == 0;
}

/* All that ship, those that other pages ask for too; and own ones that the reader may ask for. */
static enum err show_types(const struct list *l, struct view *v)
{
	struct view *choice = list_choice(&l->head, v, "TYPES", F_TYPE, "Type", "any");
	struct task_type *types;
	bool found = false;
	size_t n;

	TRY(type_list(l->p.c, &types, &n));
	for (const struct task_type *t = shipped_types; t->name != NULL; t++)
		found = offer_type(l, choice, t->name) || found;
	for (size_t i = 0; i < n; i++)
		if (types[i].own)
			found = offer_type(l, choice, types[i].name) || found;
	if (!found && is_given(l, F_TYPE))
		(void)offer_type(l, choice, l->head.filters[F_TYPE].value);
	return OK;
}

static enum err show_tools(const struct list *l)
{
	static const char *const states[][2] = { { "open", "not ended" },
		{ "requested", "waits for approval" }, { "awaiting_token", "waits for token" },
		{ "failed", "failed" }, { "completed", "completed" }, { "rejected", "rejected" },
		{ "cancelled", "cancelled" }, { "expired", "expired" } };
	const struct list_head *h = &l->head;
	struct view *v = view_section(l->p.v, "TOOLS");
	struct view *choice = list_choice(h, v, "STATES", F_STATE, "State", "any");
	struct team *teams;
	size_t n;

	view_text(v, "Q", h->filters[F_Q].value);
	view_text(v, "REQUESTER", h->filters[F_REQUESTER].value);
	for (size_t i = 0; i < LENGTH(states); i++)
		list_option(h, choice, F_STATE, states[i][0], states[i][1]);
	TRY(show_types(l, v));
	TRY(team_list(l->p.c, &teams, &n));
	if (n > 1)
		list_teams(h, v, F_TEAM, teams, n);
	list_keep(h, v, "KEPT", F_MINE);
	list_keep(h, v, "KEPT", F_ALL);
	if (list_keep(h, v, "KEPT", F_JOB)) {
		struct view *job = view_section(v, "OF_JOB");
		view_text(job, "NAME", h->filters[F_JOB].value);
		view_text(job, "HREF", link_job(l->p.c, h->filters[F_JOB].value, NULL));
		view_text(job, "CLEAR", list_link(h, F_JOB, ""));
	}
	return OK;
}

/* ---- the tables */

static void show_results(const struct list *l, const char *title)
{
	struct view *v = view_section(l->p.v, "RESULTS");

	view_text(v, "TITLE", title);
	view_text(v, "Q", l->head.filters[F_Q].value);
	tasks_table(&l->p, v, title, l->tasks, l->n);
	list_pages(&l->head, v, l->n);
}

static void show_nothing(const struct list *l)
{
	struct view *v = view_section(l->p.v, "NONE");
	bool narrowed = false;

	for (size_t i = F_Q; i < l->head.n; i++)
		narrowed = narrowed || is_given(l, i);
	view_text(v, "Q", l->head.filters[F_Q].value);
	view_include(v, "LYING_ARM", "parts/lying-arm.html");
	if (whose(l) == TASKS_FOR_ME)
		view_show(v, "NO_INBOX");
	else
		view_show(v, narrowed ? "NO_MATCH" : "NEVER");
}

/* Below the inbox: what the reader asked for himself. */
static enum err show_own(const struct list *l)
{
	const struct task_query q = { .whose = TASKS_MINE, .limit = OWN_ROWS };
	const char *next;
	struct task *tasks;
	size_t n;

	TRY(task_list(l->p.c, &q, &tasks, &n, &next));
	if (n == 0)
		return OK;
	struct view *v = view_section(l->p.v, "OWN");
	tasks_table(&l->p, v, "Asked by you", tasks, n);
	if (next != NULL)
		view_show(v, "MORE");
	return OK;
}

static enum err show_notifications(struct list *l)
{
	TRY(task_counts(l->p.c, &l->counts));
	show_head(l);
	TRY(notifications_list(
	    &l->p, l->head.filters[F_NOTIFICATIONS].value, l->head.after, l->counts.notifications));
	TRY(page_done(&l->p));
	return page_show(&l->p, 200, "Notifications");
}

enum err admin_tasks(struct req *r, struct resp *w)
{
	static const char *const known[] = { "mine", "all", "notifications", "q", "state", "type",
		"team", "requester", "job", "after", "done", NULL };
	static const char *const titles[] = { [TASKS_ALL] = "All that you may see",
		[TASKS_FOR_ME] = "Waits for you",
		[TASKS_MINE] = "Asked by you" };
	struct list l = { .n = 0 };

	TRY(query_only(r, known));
	TRY(list_read(r, &kind, &l.head));
	TRY(page_open(&l.p, r, w, "tasks.html"));
	if (is_given(&l, F_NOTIFICATIONS))
		return show_notifications(&l);
	TRY(look_up(&l));
	show_head(&l);
	if (whose(&l) != TASKS_FOR_ME)
		TRY(show_tools(&l));
	if (l.n > 0)
		show_results(&l, titles[whose(&l)]);
	else
		show_nothing(&l);
	if (whose(&l) == TASKS_FOR_ME) {
		TRY(show_own(&l));
		TRY(notifications_waiting(&l.p, l.counts.notifications));
	}
	TRY(page_done(&l.p));
	return page_show(&l.p, 200, "Tasks");
}
