/* The list of runs. */

#include <string.h>

#include "core/text.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/runs_table.h"

enum { F_Q, F_JOB, F_STATE, F_TRIGGER, F_TEAM, F_NODE, F_ASKED, F_SINCE, F_UNTIL };

static const struct list_kind kind = {
	.path = "/runs",
	.one = "run",
	.many = "runs",
	.filters = { "q", "job", "state", "trigger", "team", "node", "requested_by", "since",
	    "until" },
	.newest_first = true,
};

struct list {
	struct page p;
	struct list_head head;
	struct run_counts counts;
	struct team *teams;
	size_t nteams;
	struct run *runs;
	size_t n;
};

static enum err look_up(struct list *l)
{
	const struct list_head *h = &l->head;
	struct ctx *c = l->p.c;
	struct run_query q = { .q = list_given(h, F_Q),
		.job = list_given(h, F_JOB),
		.state = list_given(h, F_STATE),
		.trigger = list_given(h, F_TRIGGER),
		.team = list_given(h, F_TEAM),
		.node = list_given(h, F_NODE),
		.requested_by = list_given(h, F_ASKED),
		.limit = LIST_ROWS,
		.after = h->after };

	TRY(list_day(h, &l->p.clock, F_SINCE, &q.since_us));
	TRY(list_day_end(h, &l->p.clock, F_UNTIL, &q.until_us));
	TRY(run_list(c, &q, &l->runs, &l->n, &l->head.next));
	TRY(run_counts(c, &l->counts));
	return team_list(c, &l->teams, &l->nteams);
}

/* ---- above the table */

/* None is no news. */
static int64_t counted(int64_t n)
{
	return n > 0 ? n : LIST_UNCOUNTED;
}

static void show_chips(struct list *l)
{
	static const char *const states[][2] = { { "Went wrong", "failed,lost,missed" },
		{ "Succeeded", "succeeded" }, { "Failed", "failed" }, { "Stopped", "stopped" },
		{ "Lost", "lost" }, { "Missed", "missed" } };
	const struct list_chips row = { &l->head, l->p.v, "STATES", F_STATE, F_STATE, false };

	list_chip(&row, "All", LIST_UNCOUNTED, F_STATE, "");
	list_chip(&row, "Running", counted(l->counts.running), F_STATE, "running");
	list_chip(&row, "Queued", counted(l->counts.queued), F_STATE, "queued");
	for (size_t i = 0; i < LENGTH(states); i++)
		list_chip(&row, states[i][0], LIST_UNCOUNTED, F_STATE, states[i][1]);
}

static void show_tools(struct list *l)
{
	static const char *const triggers[][2] = { { "schedule", "schedule" },
		{ "manual", "by hand" }, { "parent", "parent" }, { "api", "api" } };
	const struct list_head *h = &l->head;
	struct view *v = l->p.v;
	struct view *choice = list_choice(h, v, "TRIGGERS", F_TRIGGER, "Trigger", "any");

	view_text(v, "Q", h->filters[F_Q].value);
	view_text(v, "SINCE", h->filters[F_SINCE].value);
	view_text(v, "UNTIL", h->filters[F_UNTIL].value);
	view_text(v, "NODE", h->filters[F_NODE].value);
	view_text(v, "ASKED", h->filters[F_ASKED].value);
	if (list_given(h, F_NODE) != NULL || list_given(h, F_ASKED) != NULL ||
	    list_given(h, F_UNTIL) != NULL)
		view_show(v, "MORE_OPEN");
	for (size_t i = 0; i < LENGTH(triggers); i++)
		list_option(h, choice, F_TRIGGER, triggers[i][0], triggers[i][1]);
	if (l->nteams > 1)
		list_teams(h, v, F_TEAM, l->teams, l->nteams);
	list_keep(h, v, "KEPT", F_STATE);
	if (list_keep(h, v, "KEPT", F_JOB)) {
		struct view *job = view_section(v, "OF_JOB");
		view_text(job, "NAME", h->filters[F_JOB].value);
		view_text(job, "HREF", link_job(l->p.c, h->filters[F_JOB].value, NULL));
		view_text(job, "CLEAR", list_link(h, F_JOB, ""));
	}
}

static void show_head(struct list *l)
{
	const struct run_counts *n = &l->counts;
	struct arena *a = l->p.c->arena;

	view_text(l->p.v, "ENDED", words_number(a, n->ended_day));
	if (n->ended_day > 0)
		view_text(view_section(l->p.v, "RATED"), "RATE",
		    words_rate(a, n->succeeded_day, n->ended_day));
}

/* ---- the table */

/* Only what the engine was not asked to run yet can be taken back. */
static bool may_pick(const struct list *l)
{
	bool may = false;

	for (size_t i = 0; i < l->nteams; i++)
		may = may || l->teams[i].role >= ROLE_OPERATOR;
	return may && strcmp(l->head.filters[F_STATE].value, "queued") == 0;
}

static void show_picks(struct list *l, struct view *table)
{
	struct view *v = view_section(table, "MAY_PICK");

	for (size_t i = 0; i < l->head.n; i++)
		if (i != F_STATE)
			list_keep(&l->head, v, "FILTER", i);
	if (list_many_pages(&l->head))
		view_show(v, "MANY_PAGES");
}

static void show_table(struct list *l)
{
	struct view *table = view_section(l->p.v, "TABLE");
	int64_t day = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct run *run = &l->runs[i];
		int64_t us = run->started_us.set ? run->started_us.value : run->queued_us;
		struct view *row = view_section(table, "ROW");
		if (i == 0 || when_day_number(&l->p.clock, us) != day)
			view_text(view_section(row, "DAY"), "WORDS", when_day(&l->p.clock, us));
		day = when_day_number(&l->p.clock, us);
		runs_row(&l->p, row, run);
		if (may_pick(l))
			view_show(row, "PICK");
	}
	if (may_pick(l))
		show_picks(l, table);
	if (l->head.after == NULL)
		view_show(table, "LIVE"); /* only the newest page changes by itself */
	struct view *pages = list_pages(&l->head, table, l->n);
	int64_t far_us;
	if (l->n < LIST_ROWS && run_cursor_us(l->p.c, l->head.next, &far_us))
		page_time(&l->p, view_section(pages, "SHORT"), "TIME", far_us, TIME_SHORT);
}

static void show_nothing(struct list *l)
{
	bool filtered = l->head.after != NULL;

	for (size_t i = 0; i < l->head.n; i++)
		filtered = filtered || list_given(&l->head, i) != NULL;
	struct view *v = view_section(l->p.v, filtered ? "NO_MATCH" : "NO_RUNS");
	int64_t far_us;
	if (filtered && run_cursor_us(l->p.c, l->head.next, &far_us)) {
		struct view *further = view_section(v, "FURTHER");
		page_time(&l->p, further, "TIME", far_us, TIME_SHORT);
		view_text(further, "HREF", list_page_link(&l->head, l->head.next));
	} else if (filtered) {
		view_show(v, "NOWHERE");
	}
	view_include(v, "LYING_ARM", "parts/lying-arm.html");
}

enum err admin_runs(struct req *r, struct resp *w)
{
	struct list l = { .n = 0 };

	TRY(list_read(r, &kind, &l.head));
	TRY(page_open(&l.p, r, w, "runs.html"));
	TRY(look_up(&l));
	show_head(&l);
	show_tools(&l);
	show_chips(&l);
	if (l.n > 0)
		show_table(&l);
	else
		show_nothing(&l);
	return page_show(&l.p, 200, "Runs");
}
