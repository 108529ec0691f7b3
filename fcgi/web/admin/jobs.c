/* The list of jobs. */

#include <string.h>

#include "core/text.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/plot.h"

enum { TAGS_SHOWN = 300 };

enum { F_Q, F_TEAM, F_TAG, F_ENABLED, F_LAST, F_SYNC, F_SORT, FILTERS };

struct list {
	struct page p;
	struct list_head head;
	struct job_counts counts;
	struct job_tag *tags;
	size_t ntags;
	struct team *teams;
	size_t nteams;
	bool may_make, may_run;
	struct job *jobs;
	size_t n;
};

static const struct list_column columns[] = {
	{ "name", "BY_NAME", JOB_BY_NAME },
	{ "last_run", "BY_LAST_RUN", JOB_BY_LAST_RUN },
	{ "next", "BY_NEXT", JOB_BY_NEXT },
	{ "updated_at", "BY_CHANGE", JOB_BY_UPDATED },
};

static const struct list_kind kind = {
	.path = "/jobs",
	.one = "job",
	.many = "jobs",
	.filters = { "q", "team", "tag", "enabled", "last", "sync", "sort" },
	.columns = columns,
	.ncolumns = LENGTH(columns),
};

static enum err look_up(struct ctx *c, struct list *l)
{
	const struct list_head *h = &l->head;
	struct job_query q = { .q = list_given(h, F_Q),
		.team = list_given(h, F_TEAM),
		.enabled = list_given(h, F_ENABLED),
		.last = list_given(h, F_LAST),
		.sync = list_given(h, F_SYNC),
		.tag = list_given(h, F_TAG),
		.limit = LIST_ROWS,
		.after = h->after };
	int order;

	TRY(list_sort(h, &order, &q.descending));
	q.sort = (enum job_sort)order;
	TRY(job_list(c, &q, &l->jobs, &l->n, &l->head.next));
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

static void show_chips(struct list *l)
{
	const struct job_counts *n = &l->counts;
	/* A job cannot be failing and all: these two filters exclude each other. */
	const struct list_chips state = { &l->head, l->p.v, "STATE", F_ENABLED, F_LAST, true };
	const struct list_chips sync = { &l->head, l->p.v, "SYNC", F_SYNC, F_SYNC, true };

	list_chip(&state, "All", n->all, F_LAST, "");
	list_chip(&state, "Failing", n->failing, F_LAST, "failed");
	list_chip(&state, "Running", n->running, F_LAST, "running");
	list_chip(&state, "Disabled", n->disabled, F_ENABLED, "false");
	if (n->drifted > 0 || strcmp(l->head.filters[F_SYNC].value, "drifted") == 0)
		list_chip(&sync, "Drifted", n->drifted, F_SYNC, "drifted");
	list_chip(&sync, "Pending", n->pending, F_SYNC, "pending");
	list_chip(&sync, "Failing", n->sync_failing, F_SYNC, "failing");
}

static void show_tag(struct list *l, struct view *choice, const char *tag, int64_t jobs)
{
	struct arena *a = l->p.c->arena;

	list_option(
	    &l->head, choice, F_TAG, tag, arena_printf(a, "%s (%s)", tag, words_number(a, jobs)));
}

/* Each name with all its jobs, and under it its values, where there are several. */
static void show_tags(struct list *l)
{
	struct view *choice;
	size_t to;

	if (l->ntags == 0 && list_given(&l->head, F_TAG) == NULL)
		return;
	choice = list_choice(&l->head, l->p.v, "TAGS", F_TAG, "Tag", "any");
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
	const struct list_head *h = &l->head;

	view_text(l->p.v, "Q", h->filters[F_Q].value);
	for (size_t i = F_ENABLED; i < FILTERS; i++)
		list_keep(h, l->p.v, "KEPT", i);
	show_tags(l);
	if (l->nteams > 1)
		list_teams(h, l->p.v, F_TEAM, l->teams, l->nteams);
}

static void show_head(struct list *l)
{
	struct arena *a = l->p.c->arena;

	view_text(l->p.v, "LEDE",
	    arena_printf(a, "%s in %s, %s enabled", words_number(a, l->counts.all),
		words_count(a, l->counts.teams, "team", "teams"),
		words_number(a, l->counts.enabled)));
	view_text(l->p.v, "EXPORT",
	    link_filtered(l->p.c, "/jobs/export", l->head.filters, F_SORT, NULL, NULL));
	if (l->may_make)
		view_show(l->p.v, "MAY_MAKE");
}

/* ---- the table */

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
	for (size_t i = 0; i < F_SORT; i++)
		filtered = list_keep(&l->head, v, "FILTER", i) || filtered;
	if (l->may_make)
		view_show(v, "MAY_CHANGE");
	if (list_many_pages(&l->head))
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
	list_columns(&l->head, table);
	show_picks(l, table);
	for (size_t i = 0; i < l->n; i++) {
		struct view *row = view_section(table, "ROW");
		TRY(show_row(&l->p, row, &l->jobs[i]));
		if (l->may_run)
			view_show(row, "PICK");
		show_levers(c, row, l->jobs[i].id, levers, nlevers);
	}
	if (l->head.after == NULL)
		view_show(table, "LIVE");
	struct view *pages = list_pages(&l->head, table, l->n);
	if (l->may_run) {
		struct view *also = view_section(pages, "ALSO");
		view_text(also, "LABEL", "Bulk actions");
		view_text(also, "HREF", "/jobs/bulk");
	}
	return OK;
}

/* ---- nothing there */

static void show_nothing(struct list *l, struct view *results)
{
	struct ctx *c = l->p.c;
	const char *q = l->head.filters[F_Q].value;
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
	struct list l = { .n = 0 };

	TRY(list_read(r, &kind, &l.head));
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
