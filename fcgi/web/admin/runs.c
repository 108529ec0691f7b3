/* The list of runs. */

#include <string.h>

#include "core/text.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/runs_table.h"

enum { ROWS = 50 };

enum filter { F_Q, F_JOB, F_STATE, F_TRIGGER, F_TEAM, F_NODE, F_ASKED, F_SINCE, F_UNTIL, FILTERS };

struct list {
	struct page p;
	struct pair filters[FILTERS]; /* as given; "" = not */
	const char *after;
	struct run_counts counts;
	struct team *teams;
	size_t nteams;
	struct run *runs;
	size_t n;
	const char *next;
};

static enum err read_filters(struct req *r, struct list *l)
{
	static const char *const names[FILTERS] = { "q", "job", "state", "trigger", "team", "node",
		"requested_by", "since", "until" };

	for (size_t i = 0; i < FILTERS; i++) {
		l->filters[i] = (struct pair){ names[i], "" };
		TRY(query_text(r, names[i], &l->filters[i].value));
	}
	return query_text(r, "after", &l->after);
}

static const char *given(const struct list *l, enum filter which)
{
	const char *value = l->filters[which].value;

	return *value == '\0' ? NULL : value;
}

static enum err look_up(struct list *l)
{
	struct ctx *c = l->p.c;
	struct run_query q = { .q = given(l, F_Q),
		.job = given(l, F_JOB),
		.state = given(l, F_STATE),
		.trigger = given(l, F_TRIGGER),
		.team = given(l, F_TEAM),
		.node = given(l, F_NODE),
		.requested_by = given(l, F_ASKED),
		.limit = ROWS,
		.after = l->after };

	if (given(l, F_SINCE) != NULL &&
	    !when_parse_date(&l->p.clock, given(l, F_SINCE), &q.since_us))
		return fail(c, ERR_INVALID, "since", "must be a day such as 2026-11-21");
	if (given(l, F_UNTIL) != NULL) {
		if (!when_parse_date(&l->p.clock, given(l, F_UNTIL), &q.until_us))
			return fail(c, ERR_INVALID, "until", "must be a day such as 2026-11-21");
		q.until_us = when_day_start(&l->p.clock, q.until_us, 1); /* that day too */
	}
	TRY(run_list(c, &q, &l->runs, &l->n, &l->next));
	TRY(run_counts(c, &l->counts));
	return team_list(c, &l->teams, &l->nteams);
}

/* ---- above the table */

static void show_chip(struct list *l, const char *label, const char *state, int64_t count)
{
	bool chosen = strcmp(l->filters[F_STATE].value, state) == 0;
	struct view *v = view_section(l->p.v, "STATES");

	view_text(v, "LABEL", label);
	view_text(v, "HREF", link_filtered(l->p.c, "/runs", l->filters, FILTERS, "state", state));
	if (count > 0)
		view_text(view_section(v, "COUNTED"), "COUNT", words_number(l->p.c->arena, count));
	if (chosen)
		view_show(v, "CHOSEN");
}

static void show_chips(struct list *l)
{
	show_chip(l, "All", "", 0);
	show_chip(l, "Running", "running", l->counts.running);
	show_chip(l, "Queued", "queued", l->counts.queued);
	show_chip(l, "Went wrong", "failed,lost,missed", 0);
	show_chip(l, "Succeeded", "succeeded", 0);
	show_chip(l, "Failed", "failed", 0);
	show_chip(l, "Stopped", "stopped", 0);
	show_chip(l, "Lost", "lost", 0);
	show_chip(l, "Missed", "missed", 0);
}

static void show_option(
    struct view *choice, const char *value, const char *label, const char *chosen)
{
	struct view *option = view_section(choice, "OPTION");

	view_text(option, "VALUE", value);
	view_text(option, "LABEL", label);
	if (strcmp(value, chosen) == 0)
		view_show(option, "SELECTED");
}

static void show_kept(struct view *v, const char *name, const char *value)
{
	struct view *kept = view_section(v, "KEPT");

	view_text(kept, "NAME", name);
	view_text(kept, "VALUE", value);
}

static void show_tools(struct list *l)
{
	static const char *const triggers[][2] = { { "schedule", "schedule" },
		{ "manual", "by hand" }, { "parent", "parent" }, { "api", "api" } };
	struct view *v = l->p.v, *choice = view_section(v, "TRIGGERS");

	view_text(v, "Q", l->filters[F_Q].value);
	view_text(v, "SINCE", l->filters[F_SINCE].value);
	view_text(v, "UNTIL", l->filters[F_UNTIL].value);
	view_text(v, "NODE", l->filters[F_NODE].value);
	view_text(v, "ASKED", l->filters[F_ASKED].value);
	if (given(l, F_NODE) != NULL || given(l, F_ASKED) != NULL || given(l, F_UNTIL) != NULL)
		view_show(v, "MORE_OPEN");
	for (size_t i = 0; i < LENGTH(triggers); i++)
		show_option(choice, triggers[i][0], triggers[i][1], l->filters[F_TRIGGER].value);
	if (l->nteams > 1) {
		choice = view_section(v, "TEAMS");
		for (size_t i = 0; i < l->nteams; i++)
			show_option(
			    choice, l->teams[i].name, l->teams[i].name, l->filters[F_TEAM].value);
	}
	if (given(l, F_STATE) != NULL)
		show_kept(v, "state", l->filters[F_STATE].value);
	if (given(l, F_JOB) != NULL) {
		show_kept(v, "job", l->filters[F_JOB].value);
		struct view *job = view_section(v, "OF_JOB");
		view_text(job, "NAME", l->filters[F_JOB].value);
		view_text(job, "HREF", link_job(l->p.c, l->filters[F_JOB].value, NULL));
		view_text(
		    job, "CLEAR", link_filtered(l->p.c, "/runs", l->filters, FILTERS, "job", NULL));
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
	return may && strcmp(l->filters[F_STATE].value, "queued") == 0;
}

static void show_picks(struct list *l, struct view *table)
{
	struct view *v = view_section(table, "MAY_PICK");

	for (size_t i = 0; i < FILTERS; i++) {
		if (i == F_STATE || given(l, (enum filter)i) == NULL)
			continue;
		struct view *f = view_section(v, "FILTER");
		view_text(f, "NAME", l->filters[i].name);
		view_text(f, "VALUE", l->filters[i].value);
	}
	if (l->next != NULL || l->after != NULL)
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
	int64_t far_us;
	if (l->n < ROWS && run_cursor_us(l->p.c, l->next, &far_us))
		page_time(&l->p, view_section(table, "SHORT"), "TIME", far_us, TIME_SHORT);
	view_text(table, "SHOWN", words_count(l->p.c->arena, (int64_t)l->n, "run", "runs"));
	if (l->after == NULL)
		view_show(table, "LIVE"); /* only the newest page changes by itself */
	else
		view_text(view_section(table, "NEWEST"), "HREF",
		    link_filtered(l->p.c, "/runs", l->filters, FILTERS, NULL, NULL));
	if (l->next != NULL)
		view_text(view_section(table, "OLDER"), "HREF",
		    link_filtered(l->p.c, "/runs", l->filters, FILTERS, "after", l->next));
}

static void show_nothing(struct list *l)
{
	bool filtered = l->after != NULL;

	for (size_t i = 0; i < FILTERS; i++)
		filtered = filtered || *l->filters[i].value != '\0';
	struct view *v = view_section(l->p.v, filtered ? "NO_MATCH" : "NO_RUNS");
	int64_t far_us;
	if (filtered && run_cursor_us(l->p.c, l->next, &far_us)) {
		struct view *further = view_section(v, "FURTHER");
		page_time(&l->p, further, "TIME", far_us, TIME_SHORT);
		view_text(further, "HREF",
		    link_filtered(l->p.c, "/runs", l->filters, FILTERS, "after", l->next));
	} else if (filtered) {
		view_show(v, "NOWHERE");
	}
	view_include(v, "LYING_ARM", "parts/lying-arm.html");
}

enum err admin_runs(struct req *r, struct resp *w)
{
	struct list l = { .after = NULL };

	TRY(read_filters(r, &l));
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
