/* The list of jobs. */

#include <string.h>

#include "core/text.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/plot.h"

enum { ROWS = 50, TAGS_SHOWN = 300 };

enum filter { F_Q, F_TEAM, F_TAG, F_ENABLED, F_LAST, F_SYNC, F_SORT, FILTERS };

struct list {
	struct page p;
	struct pair filters[FILTERS]; /* as given; "" = not */
	const char *after;
	struct job_counts counts;
	struct job_tag *tags;
	size_t ntags;
	struct team *teams;
	size_t nteams;
	bool may_make, may_run;
	struct job *jobs;
	size_t n;
	const char *next;
};

static const struct {
	const char *name, *section;
	enum job_sort sort;
} columns[] = {
	{ "name", "BY_NAME", JOB_BY_NAME },
	{ "last_run", "BY_LAST_RUN", JOB_BY_LAST_RUN },
	{ "next", "BY_NEXT", JOB_BY_NEXT },
	{ "updated_at", "BY_CHANGE", JOB_BY_UPDATED },
};

static enum err read_filters(struct req *r, struct list *l)
{
	static const char *const names[FILTERS] = { "q", "team", "tag", "enabled", "last", "sync",
		"sort" };

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

static enum err read_sort(struct ctx *c, const char *text, struct job_query *q)
{
	q->descending = *text == '-';
	for (size_t i = 0; i < LENGTH(columns); i++) {
		if (strcmp(text + (q->descending ? 1 : 0), columns[i].name) != 0)
			continue;
		q->sort = columns[i].sort;
		return OK;
	}
	return *text == '\0' ? OK : fail(c, ERR_INVALID, "sort", "must be one of the columns");
}

static enum err look_up(struct ctx *c, struct list *l)
{
	struct job_query q = { .q = given(l, F_Q),
		.team = given(l, F_TEAM),
		.enabled = given(l, F_ENABLED),
		.last = given(l, F_LAST),
		.sync = given(l, F_SYNC),
		.tag = given(l, F_TAG),
		.limit = ROWS,
		.after = l->after };

	TRY(read_sort(c, l->filters[F_SORT].value, &q));
	TRY(job_list(c, &q, &l->jobs, &l->n, &l->next));
	TRY(job_counts(c, &l->counts));
	TRY(job_tags(c, &l->tags, &l->ntags));
	TRY(team_list(c, &l->teams, &l->nteams));
	for (size_t i = 0; i < l->nteams; i++) {
		l->may_make = l->may_make || l->teams[i].role >= ROLE_EDITOR;
		l->may_run = l->may_run || l->teams[i].role >= ROLE_OPERATOR;
	}
	return OK;
}

/* ---- above the table */

static void show_chip(struct list *l, const char *section, const char *label, int64_t count,
    enum filter which, const char *value)
{
	struct ctx *c = l->p.c;
	bool chosen = strcmp(l->filters[which].value, value) == 0;
	struct pair filters[FILTERS];

	/* A job cannot be failing and all; the two filters behind the first row of chips exclude
	 * each other. */
	memcpy(filters, l->filters, sizeof(filters));
	if (which == F_LAST || which == F_ENABLED)
		filters[F_LAST].value = filters[F_ENABLED].value = "";
	struct view *v = view_section(l->p.v, section);
	view_text(v, "LABEL", label);
	view_text(v, "COUNT", words_number(c->arena, count));
	view_text(v, "HREF",
	    link_filtered(c, "/jobs", filters, FILTERS, filters[which].name, chosen ? "" : value));
	if (chosen)
		view_show(v, "CHOSEN");
}

static void show_chips(struct list *l)
{
	const struct job_counts *n = &l->counts;
	struct ctx *c = l->p.c;
	struct pair filters[FILTERS];

	memcpy(filters, l->filters, sizeof(filters));
	filters[F_LAST].value = filters[F_ENABLED].value = "";
	struct view *all = view_section(l->p.v, "STATE");
	view_text(all, "LABEL", "All");
	view_text(all, "COUNT", words_number(c->arena, n->all));
	view_text(all, "HREF", link_filtered(c, "/jobs", filters, FILTERS, NULL, NULL));
	if (given(l, F_LAST) == NULL && given(l, F_ENABLED) == NULL)
		view_show(all, "CHOSEN");
	show_chip(l, "STATE", "Failing", n->failing, F_LAST, "failed");
	show_chip(l, "STATE", "Running", n->running, F_LAST, "running");
	show_chip(l, "STATE", "Disabled", n->disabled, F_ENABLED, "false");
	if (n->drifted > 0 || strcmp(l->filters[F_SYNC].value, "drifted") == 0)
		show_chip(l, "SYNC", "Drifted", n->drifted, F_SYNC, "drifted");
	show_chip(l, "SYNC", "Pending", n->pending, F_SYNC, "pending");
	show_chip(l, "SYNC", "Failing", n->sync_failing, F_SYNC, "failing");
}

static void show_tag(struct list *l, struct view *choice, const char *tag, int64_t jobs)
{
	struct view *option = view_section(choice, "TAG");

	view_text(option, "VALUE", tag);
	view_text(option, "LABEL",
	    arena_printf(l->p.c->arena, "%s (%s)", tag, words_number(l->p.c->arena, jobs)));
	if (strcmp(tag, l->filters[F_TAG].value) == 0)
		view_show(option, "SELECTED");
}

/* Each name with all its jobs, and under it its values, where there are several. */
static void show_tags(struct list *l)
{
	struct view *choice;
	size_t to;

	if (l->ntags == 0 && given(l, F_TAG) == NULL)
		return;
	choice = view_section(l->p.v, "TAGS");
	for (size_t i = 0; i < l->ntags && i < TAGS_SHOWN; i = to) {
		int64_t jobs = 0;
		for (to = i; to < l->ntags && strcmp(l->tags[to].name, l->tags[i].name) == 0; to++)
			jobs += l->tags[to].jobs;
		show_tag(l, choice, l->tags[i].name, jobs);
		for (size_t j = i; j < to && j < TAGS_SHOWN; j++)
			show_tag(l, choice,
			    arena_printf(l->p.c->arena, "%s:%s", l->tags[j].name, l->tags[j].value),
			    l->tags[j].jobs);
	}
}

static void show_tools(struct list *l)
{
	struct view *v = l->p.v;

	view_text(v, "Q", l->filters[F_Q].value);
	for (size_t i = F_ENABLED; i < FILTERS; i++) {
		if (given(l, (enum filter)i) == NULL)
			continue;
		struct view *kept = view_section(v, "KEPT");
		view_text(kept, "NAME", l->filters[i].name);
		view_text(kept, "VALUE", l->filters[i].value);
	}
	show_tags(l);
	if (l->nteams < 2)
		return;
	struct view *choice = view_section(v, "TEAMS");
	for (size_t i = 0; i < l->nteams; i++) {
		struct view *team = view_section(choice, "TEAM");
		view_text(team, "NAME", l->teams[i].name);
		if (strcmp(l->teams[i].name, l->filters[F_TEAM].value) == 0)
			view_show(team, "SELECTED");
	}
}

static void show_head(struct list *l)
{
	struct arena *a = l->p.c->arena;

	view_text(l->p.v, "LEDE",
	    arena_printf(a, "%s in %s, %s enabled", words_number(a, l->counts.all),
		words_count(a, l->counts.teams, "team", "teams"),
		words_number(a, l->counts.enabled)));
	view_text(l->p.v, "EXPORT",
	    link_filtered(l->p.c, "/jobs/export", l->filters, F_SORT, NULL, NULL));
	if (l->may_make)
		view_show(l->p.v, "MAY_MAKE");
}

/* ---- the table */

static void show_columns(struct list *l, struct view *table)
{
	const char *sort = *l->filters[F_SORT].value ? l->filters[F_SORT].value : "name";
	bool descending = *sort == '-';

	for (size_t i = 0; i < LENGTH(columns); i++) {
		bool chosen = strcmp(sort + (descending ? 1 : 0), columns[i].name) == 0;
		const char *turn = chosen && !descending
				       ? arena_printf(l->p.c->arena, "-%s", columns[i].name)
				       : columns[i].name;
		struct view *v = view_section(table, columns[i].section);
		view_text(
		    v, "HREF", link_filtered(l->p.c, "/jobs", l->filters, FILTERS, "sort", turn));
		if (chosen)
			view_text(view_section(v, "SORTED"), "ORDER",
			    descending ? "descending" : "ascending");
	}
}

static void show_last_run(const struct page *p, struct view *row, const struct job *job)
{
	if (job->disabled)
		view_show(row, "DISABLED");
	else if (job->run_state.text == NULL)
		view_show(row, "NEVER");
	if (job->run_state.text == NULL)
		return;
	struct view *run = view_section(row, job->disabled ? "RAN" : "RUN");
	page_state(run, "STATE", job->run_state.text);
	if (job->run_started_us.set)
		page_time(p, view_section(run, "STARTED"), "TIME", job->run_started_us.value,
		    TIME_RELATIVE);
}

static enum err show_row(struct page *p, struct view *row, struct job *job)
{
	struct ctx *c = p->c;
	const char *words;

	TRY(json_parse(c, job->spec_text, strlen(job->spec_text), &job->spec));
	TRY(job_schedule_words(c, job, &words));
	page_also(p, json_text(json_get(job->spec, "timezone")));
	const char *parent = json_text(json_get(job->spec, "parent_job"));
	view_text(row, "NAME", job->name);
	view_text(row, "HREF", link_job(c, job->name, NULL));
	view_text(row, "TEAM", job->team);
	view_text(row, "SCHEDULE", json_text(json_get(job->spec, "schedule")));
	view_text(row, "WORDS", *parent ? arena_printf(c->arena, "after %s", parent) : words);
	show_last_run(p, row, job);
	if (job->next_us.set && !job->disabled)
		page_coming(p, view_section(row, "COMING"), "TIME", job->next_us.value, TIME_SHORT);
	page_time(p, row, "CHANGED", job->updated_us, TIME_SHORT);
	page_state(row, "SYNC", job->sync);
	if (job->sync_reason.text != NULL)
		view_text(view_section(row, "REASON"), "TEXT", job->sync_reason.text);
	return OK;
}

/* The plots come in the order of the job's number, the rows in that of the list. */
static void show_levers(
    struct ctx *c, struct view *row, int64_t job_id, const struct lever *levers, size_t n)
{
	size_t from = 0, to;

	while (from < n && levers[from].job_id != job_id)
		from++;
	for (to = from; to < n && levers[to].job_id == job_id; to++)
		;
	if (to > from)
		plot_levers(c, view_section(row, "RECENT"), "LEVERS", &levers[from], to - from);
}

/* The boxes, and what can be done with what is picked. */
static void show_picks(struct list *l, struct view *table)
{
	bool filtered = false;

	if (!l->may_run)
		return;
	struct view *v = view_section(table, "MAY_PICK");
	for (size_t i = 0; i < FILTERS; i++) {
		if (i == F_SORT || given(l, (enum filter)i) == NULL)
			continue;
		struct view *f = view_section(v, "FILTER");
		view_text(f, "NAME", l->filters[i].name);
		view_text(f, "VALUE", l->filters[i].value);
		filtered = true;
	}
	if (l->may_make)
		view_show(v, "MAY_CHANGE");
	if (l->next != NULL || l->after != NULL)
		view_text(view_section(v, "MANY_PAGES"), "EVERY",
		    filtered ? "all that match, on every page"
			     : arena_printf(l->p.c->arena, "all %s, on every page",
				   words_count(l->p.c->arena, l->counts.all, "job", "jobs")));
}

static enum err show_table(struct list *l, struct view *results)
{
	struct ctx *c = l->p.c;
	struct view *table = view_section(results, "TABLE");
	int64_t *ids = arena_alloc(c->arena, l->n, sizeof(int64_t));
	struct lever *levers;
	size_t nlevers;

	for (size_t i = 0; i < l->n; i++)
		ids[i] = l->jobs[i].id;
	TRY(lever_recent(c, ids, l->n, &levers, &nlevers));
	show_columns(l, table);
	show_picks(l, table);
	for (size_t i = 0; i < l->n; i++) {
		struct view *row = view_section(table, "ROW");
		TRY(show_row(&l->p, row, &l->jobs[i]));
		if (l->may_run)
			view_show(row, "PICK");
		show_levers(c, row, l->jobs[i].id, levers, nlevers);
	}
	view_text(table, "SHOWN", words_count(c->arena, (int64_t)l->n, "job", "jobs"));
	if (l->after == NULL)
		view_show(table, "LIVE");
	else
		view_text(view_section(table, "FIRST"), "HREF",
		    link_filtered(c, "/jobs", l->filters, FILTERS, NULL, NULL));
	if (l->next != NULL)
		view_text(view_section(table, "MORE"), "HREF",
		    link_filtered(c, "/jobs", l->filters, FILTERS, "after", l->next));
	return OK;
}

/* ---- nothing there */

static void show_nothing(struct list *l, struct view *results)
{
	struct ctx *c = l->p.c;
	const char *q = l->filters[F_Q].value;
	struct view *v = view_section(results, l->counts.all == 0 ? "NO_JOBS" : "NO_MATCH");

	view_include(v, "LYING_ARM", "parts/lying-arm.html");
	if (l->counts.all == 0) {
		if (!l->may_make)
			view_show(v, "MAY_NOT_MAKE");
		return;
	}
	view_text(v, "HEADLINE",
	    *q ? arena_printf(c->arena, "No job matches “%s”", q) : "No job is like that");
	view_text(v, "ALL", words_count(c->arena, l->counts.all, "job", "jobs"));
	if (l->may_make && *q != '\0' && job_name_check(c, q) == OK) {
		struct view *make = view_section(v, "MAKE");
		view_text(make, "NAME", q);
		view_text(make, "HREF",
		    arena_printf(c->arena, "/jobs/new?name=%s", text_urlencode(c->arena, q)));
	}
}

enum err admin_jobs(struct req *r, struct resp *w)
{
	struct list l = { .after = NULL };

	TRY(read_filters(r, &l));
	TRY(page_open(&l.p, r, w, "jobs.html"));
	TRY(look_up(r->ctx, &l));
	show_head(&l);
	show_tools(&l);
	if (l.counts.all > 0)
		show_chips(&l);
	if (l.n > 0)
		TRY(show_table(&l, l.p.v));
	else
		show_nothing(&l, l.p.v);
	TRY(page_done(&l.p));
	return page_show(&l.p, 200, "Jobs");
}
