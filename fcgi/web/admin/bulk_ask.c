/* A bulk action: the question, with its number, and its beginning. */

#include <inttypes.h>
#include <string.h>

#include "model/bulk.h"
#include "model/team.h"
#include "web/admin/bulk_words.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { LISTED = 12 };

/* The filters of the lists, under the names that their forms send them with. */
enum filter {
	F_Q,
	F_TEAM,
	F_ENABLED,
	F_LAST,
	F_SYNC,
	F_TAG,
	F_JOB,
	F_TRIGGER,
	F_NODE,
	F_ASKED,
	F_SINCE,
	F_UNTIL,
	FILTERS
};

static const char *const filter_names[FILTERS] = { "q", "team", "enabled", "last", "sync", "tag",
	"job", "trigger", "node", "requested_by", "since", "until" };

/* A filter that stood in the list and is not known here must not be passed over: it would be more
 * than what was shown. */
static const char *const known[] = { "action", "to", "all", "confirmed", "expected", "pick", "q",
	"team", "enabled", "last", "sync", "tag", "job", "trigger", "node", "requested_by", "since",
	"until", NULL };

struct asking {
	struct page p;
	const char *list; /* "/jobs" or "/runs" */
	struct bulk_ask ask;
	struct pair filters[FILTERS]; /* "" = not */
	struct job_query jobs;
	struct run_query runs;
	bool all, confirmed;
	int64_t expected;
	struct bulk_preview preview;
};

static const char *given(const struct asking *a, enum filter which)
{
	const char *value = a->filters[which].value;

	return *value == '\0' ? NULL : value;
}

/* The rows that were picked, each a field of its own. */
static const struct json *picks(struct req *r)
{
	struct json *names = json_array(r->ctx->arena);

	for (size_t i = 0; i < r->nform; i++)
		if (strcmp(r->form[i].name, "pick") == 0)
			json_push(names, json_string(r->ctx->arena, r->form[i].value));
	return names;
}

static enum err read_day(struct asking *a, enum filter which, int64_t *us)
{
	if (given(a, which) == NULL || when_parse_date(&a->p.clock, given(a, which), us))
		return OK;
	return fail(a->p.c, ERR_INVALID, filter_names[which], "must be a day such as 2026-11-21");
}

static enum err read_filters(struct req *r, struct asking *a)
{
	struct json *filter = json_object(r->ctx->arena);

	for (size_t i = 0; i < FILTERS; i++) {
		a->filters[i] = (struct pair){ filter_names[i], "" };
		TRY(form_maybe(r, filter_names[i], &a->filters[i].value));
		if (*a->filters[i].value != '\0')
			json_set(filter, filter_names[i],
			    json_string(r->ctx->arena, a->filters[i].value));
	}
	a->jobs = (struct job_query){ .q = given(a, F_Q),
		.team = given(a, F_TEAM),
		.enabled = given(a, F_ENABLED),
		.last = given(a, F_LAST),
		.sync = given(a, F_SYNC),
		.tag = given(a, F_TAG) };
	a->runs = (struct run_query){ .q = given(a, F_Q),
		.team = given(a, F_TEAM),
		.job = given(a, F_JOB),
		.trigger = given(a, F_TRIGGER),
		.node = given(a, F_NODE),
		.requested_by = given(a, F_ASKED) };
	TRY(read_day(a, F_SINCE, &a->runs.since_us));
	TRY(read_day(a, F_UNTIL, &a->runs.until_us));
	if (a->runs.until_us != 0)
		a->runs.until_us = when_day_start(&a->p.clock, a->runs.until_us, 1);
	a->ask.jobs = &a->jobs;
	a->ask.runs = &a->runs;
	a->ask.filter = filter;
	return OK;
}

static enum err read_ask(struct req *r, struct asking *a)
{
	const char *action = "", *to = "";

	TRY(form_only(r, known));
	TRY(form_text(r, "action", &action));
	TRY(bulk_kind_named(r->ctx, action, &a->ask.kind));
	if (bulk_is_of_runs(a->ask.kind) != (strcmp(a->list, "/runs") == 0))
		return fail(r->ctx, ERR_INVALID, "action", "is none for this list");
	TRY(form_maybe(r, "to", &to));
	TRY(form_flag(r, "all", &a->all));
	TRY(form_flag(r, "confirmed", &a->confirmed));
	if (a->confirmed)
		TRY(form_int(r, "expected", 1, BULK_MAX, &a->expected));
	TRY(read_filters(r, a));
	a->ask.team = a->ask.kind == BULK_MOVE && *to != '\0' ? to : NULL;
	if (!a->all) {
		a->ask.names = picks(r);
		a->ask.filter = NULL;
	}
	return OK;
}

/* ---- the question */

/* The first of the teams that one may put jobs into stands chosen. */
static enum err show_teams(struct asking *a)
{
	struct view *v = view_section(a->p.v, "TEAMS");
	const char *chosen = a->ask.team;
	struct team *teams;
	size_t n;

	TRY(team_list(a->p.c, &teams, &n));
	for (size_t i = 0; i < n; i++) {
		if (teams[i].role < ROLE_EDITOR)
			continue;
		if (chosen == NULL)
			chosen = teams[i].name;
		struct view *team = view_section(v, "TEAM");
		view_text(team, "NAME", teams[i].name);
		if (strcmp(teams[i].name, chosen) == 0)
			view_show(team, "SELECTED");
	}
	return OK;
}

static enum err show_names(struct asking *a)
{
	struct ctx *c = a->p.c;
	const char *text = a->preview.names;
	struct json *names;

	TRY(json_parse(c, text, strlen(text), &names));
	size_t n = json_length(names);
	for (size_t i = 0; i < n && i < LISTED; i++) {
		const char *name = json_text(json_at(names, i));
		struct view *v = view_section(a->p.v, "NAMED");
		view_text(v, "NAME", name);
		view_text(v, "HREF",
		    bulk_is_of_runs(a->ask.kind) ? arena_printf(c->arena, "/runs/%s", name)
						 : link_job(c, name, NULL));
	}
	if (n > LISTED)
		view_text(view_section(a->p.v, "AND_MORE"), "COUNT",
		    words_number(c->arena, (int64_t)(n - LISTED)));
	if (a->all)
		return OK;
	for (size_t i = 0; i < n; i++)
		view_text(view_section(a->p.v, "PICK"), "NAME", json_text(json_at(names, i)));
	return OK;
}

static void keep(struct asking *a, const char *name, const char *value)
{
	struct view *v = view_section(a->p.v, "KEPT");

	view_text(v, "NAME", name);
	view_text(v, "VALUE", value);
}

static void show_kept(struct asking *a)
{
	keep(a, "action", bulk_kind_name(a->ask.kind));
	if (a->all)
		keep(a, "all", "1");
	for (size_t i = 0; i < FILTERS; i++)
		if (given(a, (enum filter)i) != NULL)
			keep(a, a->filters[i].name, a->filters[i].value);
}

/* For a team that is yet to be chosen there is nothing to check about it. */
static enum err look(struct asking *a)
{
	struct bulk_ask ask = a->ask;

	if (ask.kind == BULK_MOVE && !a->confirmed) {
		ask.kind = BULK_DISABLE;
		ask.team = NULL;
	}
	return bulk_preview(a->p.c, &ask, &a->preview);
}

static enum err show_question(struct asking *a, int status, const char *refusal)
{
	struct ctx *c = a->p.c;
	const char *action = bulk_kind_name(a->ask.kind);

	a->confirmed = false;
	TRY(look(a));
	const char *question = bulk_question(c->arena, action, a->preview.total);
	view_text(a->p.v, "QUESTION", question);
	view_text(a->p.v, "LIST", a->list);
	view_text(a->p.v, "BACK", link_filtered(c, a->list, a->filters, FILTERS, NULL, NULL));
	view_text(a->p.v, "BACK_NAME", bulk_is_of_runs(a->ask.kind) ? "Runs" : "Jobs");
	view_text(a->p.v, "POST", arena_printf(c->arena, "%s/bulk", a->list));
	view_int(a->p.v, "EXPECTED", a->preview.total);
	if (refusal != NULL)
		view_text(view_section(a->p.v, "REFUSAL"), "TEXT", refusal);
	if (a->ask.kind == BULK_DELETE)
		view_show(a->p.v, "DANGER");
	if (a->ask.kind == BULK_MOVE)
		TRY(show_teams(a));
	bulk_meaning(&a->p, &a->ask, &a->preview);
	show_kept(a);
	TRY(show_names(a));
	return page_show(&a->p, status, question);
}

/* ---- the answer */

static enum err begin(struct req *r, struct resp *w, struct asking *a)
{
	struct bulk bulk;
	enum err e = bulk_start(r->ctx, &a->ask, a->expected, &bulk);

	if (e == OK)
		return see_other(r, w, "/jobs/bulk/%" PRId64, bulk.id);
	if (e != ERR_CONFLICT && !(e == ERR_INVALID && a->ask.kind == BULK_MOVE))
		return e;
	return show_question(a, status_of(e), r->ctx->fault.detail);
}

static enum err bulk(struct req *r, struct resp *w, const char *list)
{
	struct asking a = { .list = list };

	TRY(page_open(&a.p, r, w, "bulk-ask.html"));
	TRY(read_ask(r, &a));
	return a.confirmed ? begin(r, w, &a) : show_question(&a, 200, NULL);
}

enum err admin_jobs_bulk(struct req *r, struct resp *w)
{
	return bulk(r, w, "/jobs");
}

enum err admin_runs_bulk(struct req *r, struct resp *w)
{
	return bulk(r, w, "/runs");
}
