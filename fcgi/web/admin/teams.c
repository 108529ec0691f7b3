/* The list of teams, and what is done with one. */

#include <string.h>

#include "core/text.h"
#include "model/quota.h"
#include "model/rights.h"
#include "model/team.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/team_more.h"
#include "web/admin/team_page.h"

/* ---- the list */

enum { F_Q };

static const struct list_kind kind = {
	.path = "/teams", .one = "team", .many = "teams", .filters = { "q" }
};

struct list {
	struct page p;
	struct list_head head;
	struct team *teams;
	size_t n;
};

/* What stood in the form for a new team, when it was refused. */
struct typed {
	const char *name, *description;
};

static void show_table(const struct list *l)
{
	struct ctx *c = l->p.c;
	struct view *table = view_section(l->p.v, "TABLE");

	for (size_t i = 0; i < l->n; i++) {
		const struct team *t = &l->teams[i];
		struct view *row = view_section(table, "ROW");
		view_text(row, "NAME", t->name);
		view_text(row, "HREF", arena_printf(c->arena, "/teams/%s", t->name));
		view_text(row, "DESCRIPTION", t->description);
		view_text(row, "JOBS_HREF", arena_printf(c->arena, "/jobs?team=%s", t->name));
		view_text(row, "JOBS", words_number(c->arena, t->jobs));
		view_text(row, "MEMBERS", words_number(c->arena, t->members));
		view_text(row, "ROLE", l->p.me.admin ? "admin" : role_name((enum role)t->role));
	}
	list_pages(&l->head, table, l->n);
}

static void show_nothing(const struct list *l)
{
	struct view *v = view_section(l->p.v, "NONE");
	const char *q = l->head.filters[F_Q].value;

	view_include(v, "LYING_ARM", "parts/lying-arm.html");
	if (*q == '\0') {
		view_text(v, "HEADLINE", "You are in no team");
		view_show(v, "ALONE");
		return;
	}
	view_text(v, "HEADLINE", arena_printf(l->p.c->arena, "No team matches “%s”", q));
	view_show(v, "CLEAR");
}

static void show_form(const struct list *l, const struct typed *typed, const struct fault *fault)
{
	struct view *v = view_section(l->p.v, "MAY_MAKE");

	view_text(v, "NEW_NAME", typed == NULL ? "" : typed->name);
	view_text(v, "NEW_DESCRIPTION", typed == NULL ? "" : typed->description);
	if (typed == NULL)
		return;
	view_show(v, "OPEN");
	const char *detail = page_sentence(l->p.c, fault);
	view_text(view_section(v, "NEW_BAD"), "DETAIL", detail);
	page_not_done(&l->p, detail);
}

static enum err show_list(struct req *r, struct resp *w, int status, const struct typed *typed)
{
	struct fault fault = r->ctx->fault;
	struct list l = { .n = 0 };

	TRY(list_read(r, &kind, &l.head));
	TRY(page_open(&l.p, r, w, "teams.html"));
	struct team_query q = {
		.q = l.head.filters[F_Q].value, .after = l.head.after, .limit = LIST_ROWS
	};
	TRY(team_search(r->ctx, &q, &l.teams, &l.n, &l.head.next));
	view_text(l.p.v, "Q", l.head.filters[F_Q].value);
	view_text(l.p.v, "LEDE",
	    l.p.me.admin ? "Jobs belong to teams; members see them by their role"
			 : "Yours, and what you are there");
	if (l.n > 0)
		show_table(&l);
	else
		show_nothing(&l);
	if (l.p.me.admin)
		show_form(&l, typed, &fault);
	TRY(page_done(&l.p));
	return page_show(&l.p, status, "Teams");
}

enum err admin_teams(struct req *r, struct resp *w)
{
	return show_list(r, w, 200, NULL);
}

static enum err make(struct req *r, struct typed *typed)
{
	static const char *const known[] = { "name", "description", NULL };
	struct team team;

	TRY(form_text(r, "name", &typed->name));
	TRY(form_text(r, "description", &typed->description));
	TRY(form_only(r, known));
	return team_make(
	    r->ctx, typed->name, &(struct team_change){ .description = typed->description }, &team);
}

enum err admin_team_add(struct req *r, struct resp *w)
{
	struct typed typed = { "", "" };
	enum err e = make(r, &typed);

	if (e == ERR_INVALID || e == ERR_CONFLICT)
		return show_list(r, w, status_of(e), &typed);
	TRY(e);
	return see_other(r, w, "/teams/%s?done=saved", typed.name);
}

/* ---- one */

enum err admin_team(struct req *r, struct resp *w)
{
	return team_page(r, w, 200, &(struct team_note){ .form = NULL });
}

/* What a person can mend is told on the page; a team that is not to be seen stays unseen. */
static enum err answer(
    struct req *r, struct resp *w, enum err e, const char *name, const struct team_note *note)
{
	const char *field = r->ctx->fault.field;
	bool no_account = e == ERR_NOT_FOUND && field != NULL && strcmp(field, "account") == 0;

	if (e == OK)
		return see_other(r, w, "/teams/%s?done=saved", name);
	if (e != ERR_INVALID && e != ERR_CONFLICT && !no_account)
		return e;
	return team_page(r, w, no_account ? status_of(ERR_INVALID) : status_of(e), note);
}

static enum err read_keep(
    struct req *r, const char *field, const char *text, int64_t max, struct db_maybe_int64 *out)
{
	*out = (struct db_maybe_int64){ .set = *text != '\0' };
	if (!out->set || text_int64(text, 1, max, &out->value))
		return OK;
	return fail(
	    r->ctx, ERR_INVALID, field, "must be a whole number from 1 to %d, or empty", (int)max);
}

static enum err save(struct req *r, struct team_note *note)
{
	static const char *const known[] = { "description", "keep_days", "keep_runs", "drift",
		NULL };
	struct db_maybe_int64 days, runs;
	struct team team;

	TRY(form_text(r, "description", &note->description));
	TRY(form_text(r, "keep_days", &note->keep_days));
	TRY(form_text(r, "keep_runs", &note->keep_runs));
	TRY(form_text(r, "drift", &note->drift));
	TRY(form_only(r, known));
	TRY(read_keep(r, "keep_days", note->keep_days, TEAM_DAYS_MAX, &days));
	TRY(read_keep(r, "keep_runs", note->keep_runs, TEAM_RUNS_MAX, &runs));
	const struct db_maybe drift = { *note->drift == '\0' ? NULL : note->drift };
	return team_edit(r->ctx, req_var(r, "name"),
	    &(struct team_change){ NULL, note->description, &days, &runs, &drift }, &team);
}

enum err admin_team_save(struct req *r, struct resp *w)
{
	struct team_note note = { .form = "SETTINGS" };

	return answer(r, w, save(r, &note), req_var(r, "name"), &note);
}

static enum err save_quota(struct req *r, struct team_note *note)
{
	static const char *const known[] = { "quota", "max_jobs", "min_interval_s", "max_running",
		NULL };

	TRY(form_text(r, "quota", &note->quota));
	TRY(form_text(r, "max_jobs", &note->max_jobs));
	TRY(form_text(r, "min_interval_s", &note->min_interval));
	TRY(form_text(r, "max_running", &note->max_running));
	TRY(form_only(r, known));
	struct quota q = quota_of_size(*note->quota != '\0' ? note->quota : NULL);
	bool any = *note->max_jobs != '\0' || *note->min_interval != '\0' ||
		   *note->max_running != '\0';
	if (any) {
		TRY(read_keep(r, "max_jobs", note->max_jobs, QUOTA_JOBS_MAX, &q.max_jobs));
		TRY(read_keep(r, "min_interval_s", note->min_interval, QUOTA_INTERVAL_MAX,
		    &q.min_interval_s));
		TRY(read_keep(
		    r, "max_running", note->max_running, QUOTA_RUNNING_MAX, &q.max_running));
	}
	return quota_set(r->ctx, req_var(r, "name"), &q);
}

enum err admin_team_quota(struct req *r, struct resp *w)
{
	struct team_note note = { .form = "QUOTA" };

	return answer(r, w, save_quota(r, &note), req_var(r, "name"), &note);
}

enum err admin_team_approvals(struct req *r, struct resp *w)
{
	struct team_note note = { .form = "APPROVAL" };

	return answer(r, w, team_save_approval(r), req_var(r, "name"), &note);
}

static enum err rename_team(struct req *r, struct team_note *note)
{
	static const char *const known[] = { "name", NULL };
	struct team team;

	TRY(form_text(r, "name", &note->name));
	TRY(form_only(r, known));
	return team_edit(
	    r->ctx, req_var(r, "name"), &(struct team_change){ .name = note->name }, &team);
}

enum err admin_team_rename(struct req *r, struct resp *w)
{
	struct team_note note = { .form = "RENAME" };
	enum err e = rename_team(r, &note);

	return answer(r, w, e, note.name, &note);
}

enum err admin_team_delete(struct req *r, struct resp *w)
{
	enum err e = team_delete(r->ctx, req_var(r, "name"));

	if (e == OK)
		return see_other(r, w, "/teams?done=team-deleted");
	return answer(r, w, e, "", &(struct team_note){ .form = "DELETE" });
}

static enum err set_member(struct req *r, struct team_note *note)
{
	static const char *const known[] = { "account", "role", NULL };

	TRY(form_text(r, "account", &note->account));
	TRY(form_text(r, "role", &note->role));
	TRY(form_only(r, known));
	enum role role = role_named(note->role);
	if (role == ROLE_NONE && strcmp(note->role, "none") != 0)
		return fail(r->ctx, ERR_INVALID, "role",
		    "must be viewer, operator, editor, manager or none");
	if (!name_is_plain(note->account, "."))
		return fail(r->ctx, ERR_INVALID, "account", "is no name of an account");
	return team_member(r->ctx, req_var(r, "name"), note->account, role);
}

enum err admin_team_member(struct req *r, struct resp *w)
{
	struct team_note note = { .form = "MEMBER" };

	return answer(r, w, set_member(r, &note), req_var(r, "name"), &note);
}
