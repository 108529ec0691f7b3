/* Below /settings/engine: the plan, the engine's jobs that are not ours, finished jobs. */

#include <inttypes.h>
#include <string.h>

#include "action/change.h"
#include "core/config.h"
#include "core/text.h"
#include "model/cleanup.h"
#include "model/team.h"
#include "model/unmanaged.h"
#include "web/admin/diff.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/ask_engine.h"

enum { PLAN_ITEMS = 200, OPEN_CHANGES = 8, UNMANAGED_ITEMS = 100, NAMES_SHOWN = 12 };

/* ---- the plan */

static void show_changes(const struct page *p, struct view *v, const struct plan_item *item)
{
	if (item->nchanges == 0)
		return;
	struct view *table = view_section(v, "CHANGES");
	view_text(
	    table, "COUNT", words_count(p->c->arena, (int64_t)item->nchanges, "field", "fields"));
	if (item->action == PLAN_CHANGE && item->nchanges <= OPEN_CHANGES)
		view_show(table, "OPEN");
	diff_show(table, "On the engine", "Here", item->changes, item->nchanges);
}

static void show_writes(const struct page *p, const struct plan *plan)
{
	static const char *const words[PLAN_ACTIONS] = { "Delete", "Create", "Change" };
	struct view *list = view_section(p->v, "WRITES");

	for (size_t i = 0; i < plan->n && i < PLAN_ITEMS; i++) {
		struct view *v = view_section(list, "ITEM");
		view_text(v, "ACTION", words[plan->items[i].action]);
		view_text(v, "NAME", plan->items[i].name);
		view_text(v, "HREF", link_job(p->c, plan->items[i].name, NULL));
		view_text(v, "BECAUSE", plan->items[i].because);
		show_changes(p, v, &plan->items[i]);
	}
	if (plan->n > PLAN_ITEMS)
		view_text(view_section(list, "MORE"), "REST",
		    words_number(p->c->arena, (int64_t)(plan->n - PLAN_ITEMS)));
}

static void show_left(const struct page *p, const struct plan *plan)
{
	struct view *list = view_section(p->v, "LEFT");

	for (size_t i = 0; i < plan->nleft && i < PLAN_ITEMS; i++) {
		struct view *v = view_section(list, "ITEM");
		view_text(v, "NAME", plan->left[i].name);
		view_text(v, "HREF", link_job(p->c, plan->left[i].name, NULL));
		view_text(v, "BECAUSE", plan->left[i].because);
	}
}

enum err admin_plan(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct plan plan;
	struct page p;

	TRY(ask_plan(r->ctx, &plan));
	TRY(page_open(&p, r, w, "plan.html"));
	view_text(p.v, "LEDE",
	    arena_printf(a, "What would be written to the engine now: %s. %s as it should be.",
		plan.n == 0 ? "nothing" : words_count(a, (int64_t)plan.n, "job", "jobs"),
		plan.same == 1 ? "1 job is"
			       : arena_printf(a, "%s jobs are", words_number(a, plan.same))));
	if (plan.n > 0) {
		show_writes(&p, &plan);
	} else {
		view_include(view_section(p.v, "NOTHING"), "LYING_ARM", "parts/lying-arm.html");
	}
	if (plan.nleft > 0)
		show_left(&p, &plan);
	return page_show(&p, 200, "Plan");
}

/* ---- jobs that are not ours */

static void show_unmanaged(struct arena *a, struct view *v, const struct unmanaged *u)
{
	const struct json *config = json_get(u->definition, "executor_config");
	const char *parent = json_text(json_get(u->definition, "parent_job"));
	const char *what = json_text(json_get(config, "command"));

	view_text(v, "NAME", u->name);
	if (u->blocked.text != NULL)
		view_text(view_section(v, "BLOCKED"), "TEXT", u->blocked.text);
	else
		view_show(v, "FREE");
	if (u->blocked.text == NULL && u->becomes != NULL)
		view_text(view_section(v, "BECOMES"), "TEXT", u->becomes);
	if (u->task_id.text != NULL)
		view_text(view_section(v, "ASKED_FOR"), "HREF",
		    arena_printf(a, "/tasks/%s", u->task_id.text));
	if (*parent != '\0')
		view_text(view_section(v, "CHILD"), "PARENT", parent);
	else
		view_text(view_section(v, "SCHEDULE"), "TEXT",
		    json_text(json_get(u->definition, "schedule")));
	if (json_bool(json_get(u->definition, "disabled")))
		view_show(v, "DISABLED");
	if (*what == '\0')
		what = json_text(json_get(config, "url"));
	view_text(v, "WHAT", *what != '\0' ? what : json_text(json_get(u->definition, "executor")));
}

static enum err show_teams(const struct page *p, struct view *v)
{
	struct team *teams;
	size_t n;

	TRY(team_list(p->c, &teams, &n));
	for (size_t i = 0; i < n; i++)
		view_text(view_section(v, "TEAM"), "NAME", teams[i].name);
	return OK;
}

static enum err show_table(const struct page *p, const struct unmanaged_query *query)
{
	struct ctx *c = p->c;
	struct unmanaged *list;
	const char *next;
	size_t n;

	TRY(unmanaged_list(c, query, &list, &n, &next));
	view_text(p->v, "Q", query->q != NULL ? query->q : "");
	if (c->config->namespace[0] != '\0')
		view_text(view_section(p->v, "SPACE"), "TEXT", c->config->namespace);
	else
		view_show(p->v, "NO_SPACE");
	if (n == 0) {
		struct view *none = view_section(p->v, "NONE");
		view_text(none, "HEADLINE",
		    query->q != NULL && *query->q != '\0' ? "No name holds that"
							  : "All jobs of the engine are ours");
		view_include(none, "LYING_ARM", "parts/lying-arm.html");
		return OK;
	}
	struct view *table = view_section(p->v, "TABLE");
	for (size_t i = 0; i < n; i++)
		show_unmanaged(c->arena, view_section(table, "ROW"), &list[i]);
	view_text(table, "SHOWN", words_count(c->arena, (int64_t)n, "job", "jobs"));
	if (next != NULL)
		view_text(view_section(table, "MORE"), "HREF",
		    arena_printf(c->arena, "/settings/engine/unmanaged?q=%s&after=%s",
			text_urlencode(c->arena, query->q != NULL ? query->q : ""), next));
	return show_teams(p, table);
}

enum err admin_unmanaged(struct req *r, struct resp *w)
{
	struct unmanaged_query query = { .limit = UNMANAGED_ITEMS };
	struct page p;

	TRY(query_text(r, "q", &query.q));
	TRY(query_text(r, "after", &query.after));
	TRY(page_open(&p, r, w, "unmanaged.html"));
	TRY(show_table(&p, &query));
	return page_show(&p, 200, "Unmanaged jobs");
}

static void show_refused(const struct page *p, const struct unmanaged_result *r)
{
	if (r->nrefused == 0)
		return;
	struct view *v = view_section(p->v, "REFUSED");
	view_text(v, "COUNT", words_number(p->c->arena, (int64_t)r->nrefused));
	for (size_t i = 0; i < r->nrefused; i++) {
		struct view *one = view_section(v, "ONE");
		view_text(one, "NAME", r->refused[i].name);
		view_text(one, "WHY", r->refused[i].why);
	}
}

/* A request for each family. */
static void show_asked(const struct page *p, const struct unmanaged_result *r)
{
	struct arena *a = p->c->arena;

	if (r->nasked == 0)
		return;
	struct view *v = view_section(p->v, "ASKED");
	for (size_t i = 0; i < r->nasked; i++) {
		const struct unmanaged_asked *asked = &r->asked[i];
		struct view *one = view_section(v, "ONE");
		view_text(one, "NAME", asked->name);
		if (asked->along > 0)
			view_text(view_section(one, "ALONG"), "COUNT",
			    words_count(a, (int64_t)asked->along, "job", "jobs"));
		view_text(one, "REQUIRED", words_count(a, asked->required, "other", "others"));
		view_text(one, "HREF", arena_printf(a, "/tasks/%s", asked->task_id));
	}
}

/* What came of it is told as that of many is. */
static enum err adopt_under_another(
    struct ctx *c, const char *name, const struct unmanaged_how *how, struct unmanaged_result *out)
{
	struct unmanaged_how one = *how;
	struct json *along = NULL;
	struct task task;
	struct job job;

	*out = (struct unmanaged_result){
		.refused = arena_new(c->arena, struct unmanaged_refusal),
		.asked = arena_new(c->arena, struct unmanaged_asked),
	};
	one.along = &along;
	enum err e = unmanaged_adopt(c, name, &one, &job);
	const struct wanted *wanted = e == ERR_FORBIDDEN ? c->fault.wanted : NULL;
	if (e == OK) {
		out->nadopted = 1 + json_length(along);
		return OK;
	}
	if (wanted != NULL && (e = change_ask(c, e, how->reason, &task)) == OK) {
		out->asked[out->nasked++] = (struct unmanaged_asked){ name, task.id,
			wanted->rule.required, json_length(wanted->along) };
		return OK;
	}
	if (e == ERR_UNAVAILABLE || e == ERR_INTERNAL || e == ERR_FORBIDDEN)
		return e;
	out->refused[out->nrefused++] = (struct unmanaged_refusal){ name,
		c->fault.field != NULL
		    ? arena_printf(c->arena, "%s %s", c->fault.field, c->fault.detail)
		    : c->fault.detail };
	return OK;
}

static enum err show_adopted(
    struct req *r, struct resp *w, const char *team, const struct unmanaged_result *result)
{
	struct unmanaged_query query = { .limit = UNMANAGED_ITEMS };
	struct arena *a = r->ctx->arena;
	struct page p;

	TRY(page_open(&p, r, w, "unmanaged.html"));
	if (result->nadopted > 0)
		view_text(view_section(p.v, "DONE"), "TEXT",
		    arena_printf(a, "%s adopted into %s.",
			words_count(a, (int64_t)result->nadopted, "job is", "jobs are"),
			team != NULL ? team : "the team"));
	show_asked(&p, result);
	show_refused(&p, result);
	TRY(show_table(&p, &query));
	return page_show(&p, result->nrefused > 0 ? 409 : 200, "Unmanaged jobs");
}

enum err admin_unmanaged_adopt(struct req *r, struct resp *w)
{
	struct unmanaged_how how = { .ask = change_ask };
	struct unmanaged_result result;
	const char *names[REQ_PAIRS];
	size_t n = 0;

	TRY(form_maybe(r, "team", &how.team));
	TRY(form_maybe(r, "reason", &how.reason));
	TRY(form_maybe(r, "as", &how.as));
	if (how.as != NULL && how.as[0] == '\0')
		how.as = NULL;
	for (size_t i = 0; i < r->nform; i++)
		if (strcmp(r->form[i].name, "pick") == 0)
			names[n++] = r->form[i].value;
	if (n == 0)
		return see_other(r, w, "/settings/engine/unmanaged");
	TRY(how.as != NULL && n == 1 ? adopt_under_another(r->ctx, names[0], &how, &result)
				     : unmanaged_adopt_many(r->ctx, names, n, &how, &result));
	return show_adopted(r, w, how.team, &result);
}

/* ---- finished jobs */

/* "a, b, c and 9 more" of those that would go. */
static const char *some_names(struct ctx *c, const struct cleanup *result, int64_t n)
{
	const char *names = "";
	int64_t shown = 0;

	for (size_t i = 0; i < result->n && shown < NAMES_SHOWN; i++) {
		if (result->jobs[i].refused != NULL)
			continue;
		names = arena_printf(
		    c->arena, "%s%s%s", names, shown > 0 ? ", " : "", result->jobs[i].name);
		shown++;
	}
	return n > shown ? arena_printf(
			       c->arena, "%s and %s more", names, words_number(c->arena, n - shown))
			 : names;
}

static void show_finished(const struct page *p, const struct cleanup *result)
{
	struct ctx *c = p->c;
	struct view *table = view_section(p->v, "TABLE");
	int64_t n = 0;

	for (size_t i = 0; i < result->n; i++) {
		const struct cleanup_job *job = &result->jobs[i];
		struct view *row = view_section(table, "ROW");
		view_text(row, "NAME", job->name);
		view_text(row, "HREF", link_job(c, job->name, NULL));
		view_text(row, "TEAM", job->team);
		view_text(row, "BECAUSE", job->because);
		page_time(p, row, "TIME", job->finished_us, TIME_SHORT);
		if (job->refused != NULL)
			view_text(view_section(row, "KEPT"), "TEXT", job->refused);
		n += job->refused == NULL;
	}
	if (n == 0)
		return;
	struct view *ask = view_section(table, "ASK");
	view_text(ask, "COUNT", words_count(c->arena, n, "job", "jobs"));
	view_text(ask, "NAMES", some_names(c, result, n));
}

static enum err cleanup_page(
    struct req *r, struct resp *w, int64_t days, const struct cleanup *done)
{
	struct cleanup_query query = { .days = days, .dry_run = true };
	struct cleanup result;
	struct page p;

	TRY(cleanup_run(r->ctx, &query, &result));
	TRY(page_open(&p, r, w, "cleanup.html"));
	view_int(p.v, "DAYS", days);
	if (done != NULL) {
		struct view *v = view_section(p.v, "REFUSED");
		int64_t n = 0;
		for (size_t i = 0; i < done->n; i++) {
			if (done->jobs[i].refused == NULL)
				continue;
			struct view *one = view_section(v, "ONE");
			view_text(one, "NAME", done->jobs[i].name);
			view_text(one, "WHY", done->jobs[i].refused);
			n++;
		}
		view_text(v, "COUNT", words_number(r->ctx->arena, n));
	}
	if (result.n > 0)
		show_finished(&p, &result);
	else
		view_include(view_section(p.v, "NONE"), "LYING_ARM", "parts/lying-arm.html");
	TRY(page_done(&p));
	return page_show(&p, done != NULL ? 409 : 200, "Clean up");
}

enum err admin_cleanup(struct req *r, struct resp *w)
{
	int64_t days = CLEANUP_DAYS;

	TRY(query_int(r, "days", 0, CLEANUP_DAYS_MAX, &days));
	return cleanup_page(r, w, days, NULL);
}

enum err admin_cleanup_do(struct req *r, struct resp *w)
{
	struct cleanup_query query = { .days = CLEANUP_DAYS };
	struct cleanup result;

	TRY(form_int(r, "days", 0, CLEANUP_DAYS_MAX, &query.days));
	TRY(cleanup_run(r->ctx, &query, &result));
	for (size_t i = 0; i < result.n; i++)
		if (result.jobs[i].refused != NULL)
			return cleanup_page(r, w, query.days, &result);
	return see_other(
	    r, w, "/settings/engine/cleanup?days=%" PRId64 "&done=deleted-jobs", query.days);
}
