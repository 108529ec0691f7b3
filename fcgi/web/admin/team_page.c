#include "web/admin/team_page.h"

#include <inttypes.h>
#include <string.h>

#include "model/rights.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/team_more.h"

enum { ROWS = 100 };

struct shown {
	struct page p;
	struct team team;
	const struct team_note *note;
	const struct fault *fault;
	const char *href; /* "/teams/ops" */
	bool manages;
};

static const char *below(const struct shown *s, const char *what)
{
	return arena_printf(s->p.c->arena, "%s/%s", s->href, what);
}

static bool failed(const struct shown *s, const char *form)
{
	return s->note->form != NULL && strcmp(s->note->form, form) == 0;
}

static void show_wrong(const struct shown *s, struct view *v, const char *form)
{
	if (failed(s, form))
		view_text(view_section(v, arena_printf(s->p.c->arena, "%s_BAD", form)), "DETAIL",
		    page_sentence(s->p.c, s->fault));
}

/* ---- members */

static const char *const roles[][2] = {
	{ "viewer", "viewer: sees jobs, runs and output" },
	{ "operator", "operator: and starts and stops runs" },
	{ "editor", "editor: and changes jobs" },
	{ "manager", "manager: and looks after members and settings" },
};

/* Why a manager finds no form at this member; NULL: there is one. */
static const char *fixed(const struct shown *s, const struct member *m)
{
	int64_t me = s->p.me.admin ? STANDING_ADMIN : s->team.role;

	if (!rights_may_grant(me, m->admin ? STANDING_ADMIN : m->role))
		return "changed by admins only";
	if (!s->p.me.admin && strcmp(m->account, s->p.me.name) == 0)
		return "you: changed by another manager or an admin";
	return NULL;
}

/* Asked once more, by the name of what ends. */
static void show_remove(const struct shown *s, struct view *v, const struct member *m)
{
	view_text(v, "HREF", below(s, "members"));
	view_text(v, "ROLE", role_name((enum role)m->role));
}

static void show_change(const struct shown *s, struct view *row, const struct member *m)
{
	struct view *v = view_section(row, "CHANGE");

	view_text(v, "HREF", below(s, "members"));
	for (size_t i = 0; i < LENGTH(roles); i++) {
		struct view *option = view_section(v, "ROLE");
		view_text(option, "WORD", roles[i][0]);
		if (role_named(roles[i][0]) == (enum role)m->role)
			view_show(option, "SELECTED");
	}
	show_remove(s, view_section(view_section(row, "MANAGED"), "REMOVE"), m);
}

static void show_member(
    const struct shown *s, struct view *table, const struct member *m, int64_t number)
{
	struct view *row = view_section(table, "ROW");
	const char *why = s->manages ? fixed(s, m) : NULL;

	view_text(row, "ACCOUNT", m->account);
	view_int(row, "NUMBER", number);
	if (s->p.me.admin)
		view_text(view_section(row, "LINK"), "HREF",
		    arena_printf(s->p.c->arena, "/accounts/%s", m->account));
	else
		view_show(row, "PLAIN");
	if (m->admin)
		view_show(row, "ADMIN");
	if (m->disabled)
		view_show(row, "DISABLED");
	if (s->manages && why == NULL) {
		show_change(s, row, m);
		return;
	}
	struct view *v = view_section(row, "FIXED");
	view_text(v, "WORD", role_name((enum role)m->role));
	if (why != NULL)
		view_text(view_section(v, "WHY"), "TEXT", why);
	if (s->manages)
		view_show(row, "MANAGED");
}

static enum err show_members(const struct shown *s)
{
	struct team_query q = { .limit = ROWS };
	struct view *v = s->p.v;
	struct member *members;
	const char *next;
	size_t n;

	TRY(query_text(s->p.r, "after", &q.after));
	TRY(team_members(s->p.c, &s->team, &q, &members, &n, &next));
	view_int(v, "MEMBER_COUNT", s->team.members);
	if (n == 0) {
		view_show(v, "NO_MEMBERS");
		return OK;
	}
	struct view *table = view_section(v, "TABLE");
	if (s->manages)
		view_show(table, "MANAGED");
	for (size_t i = 0; i < n; i++)
		show_member(s, table, &members[i], (int64_t)i + 1);
	if (next != NULL)
		view_text(view_section(table, "MORE"), "HREF",
		    arena_printf(s->p.c->arena, "%s?after=%s", s->href, next));
	return OK;
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void show_add(const struct shown *s)
{
	struct view *v = view_section(s->p.v, "MAY_MANAGE");
	const char *chosen = s->note->role == NULL ? "viewer" : s->note->role;

	view_text(v, "MEMBERS_HREF", below(s, "members"));
	view_text(v, "ADD_ACCOUNT", or_empty(s->note->account));
	for (size_t i = 0; i < LENGTH(roles); i++) {
		struct view *option = view_section(v, "ADD_ROLE");
		view_text(option, "WORD", roles[i][0]);
		view_text(option, "LABEL", roles[i][1]);
		if (strcmp(roles[i][0], chosen) == 0)
			view_show(option, "SELECTED");
	}
	if (failed(s, "MEMBER"))
		view_show(v, "ADD_OPEN");
	show_wrong(s, v, "MEMBER");
}

/* ---- settings */

static const char *const policies[][2] = {
	{ "", "as configured" },
	{ "show", "show it, and leave it to people" },
	{ "revert", "put ours back" },
	{ "adopt", "take theirs over" },
};

/* What was typed, when it was refused; else what is so. */
static const char *value(const char *typed, const char *is)
{
	return typed != NULL ? typed : is;
}

static void show_edit(const struct shown *s)
{
	struct view *v = view_section(s->p.v, "EDIT");
	struct ctx *c = s->p.c;
	const char *drift = value(s->note->drift, or_empty(s->team.drift.text));

	view_text(v, "HREF", s->href);
	view_text(v, "DESCRIPTION", value(s->note->description, s->team.description));
	view_text(v, "KEEP_DAYS", value(s->note->keep_days, team_number(c, s->team.keep_days)));
	view_text(v, "KEEP_RUNS", value(s->note->keep_runs, team_number(c, s->team.keep_runs)));
	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct view *option = view_section(v, "POLICY");
		view_text(option, "VALUE", policies[i][0]);
		view_text(option, "LABEL", policies[i][1]);
		if (strcmp(policies[i][0], drift) == 0)
			view_show(option, "SELECTED");
	}
	show_wrong(s, v, "SETTINGS");
}

static const char *keep_words(struct ctx *c, const struct team *team)
{
	const char *days = words_count(c->arena, team->keep_days.value, "day", "days");
	const char *runs = words_count(c->arena, team->keep_runs.value, "run", "runs");

	if (team->keep_days.set && team->keep_runs.set)
		return arena_printf(c->arena, "%s, the newest %s of each job", days, runs);
	if (team->keep_days.set)
		return days;
	return team->keep_runs.set ? arena_printf(c->arena, "the newest %s of each job", runs)
				   : "as the configuration says";
}

static void show_read(const struct shown *s)
{
	struct view *v = view_section(s->p.v, "READ");
	const char *drift = or_empty(s->team.drift.text);

	view_text(v, "KEEP", keep_words(s->p.c, &s->team));
	for (size_t i = 0; i < LENGTH(policies); i++)
		if (strcmp(policies[i][0], drift) == 0)
			view_text(v, "DRIFT", policies[i][1]);
}

static void show_for_admins(const struct shown *s)
{
	struct view *rename = view_section(s->p.v, "RENAME");
	struct view *ask = view_section(s->p.v, "MAY_DELETE");

	view_text(rename, "HREF", below(s, "rename"));
	view_text(rename, "VALUE", value(s->note->name, s->team.name));
	show_wrong(s, rename, "RENAME");
	if (s->team.jobs == 0)
		view_text(view_section(ask, "EMPTY"), "HREF", below(s, "delete"));
	else
		view_show(ask, "FULL");
}

static void show_head(const struct shown *s)
{
	struct view *v = s->p.v;
	struct arena *a = s->p.c->arena;

	view_text(v, "NAME", s->team.name);
	view_text(v, "JOBS_HREF", arena_printf(a, "/jobs?team=%s", s->team.name));
	view_text(v, "ALERTS_HREF", below(s, "alerts"));
	view_text(v, "JOBS", words_count(a, s->team.jobs, "job", "jobs"));
	view_text(v, "MEMBERS", words_count(a, s->team.members, "member", "members"));
	if (*s->team.description != '\0')
		view_text(view_section(v, "SAYS"), "TEXT", s->team.description);
	if (!s->p.me.admin)
		view_text(view_section(v, "ME"), "ROLE", role_name((enum role)s->team.role));
	if (s->note->form != NULL)
		page_not_done(&s->p, page_sentence(s->p.c, s->fault));
}

enum err team_page(struct req *r, struct resp *w, int status, const struct team_note *note)
{
	struct fault fault = r->ctx->fault;
	struct shown s = { .note = note, .fault = &fault };

	TRY(page_open(&s.p, r, w, "team.html"));
	TRY(team_counted(r->ctx, req_var(r, "name"), &s.team));
	s.href = arena_printf(r->ctx->arena, "/teams/%s", s.team.name);
	s.manages = rights_may_grant(s.team.role, ROLE_VIEWER);
	show_head(&s);
	TRY(show_members(&s));
	TRY(team_show_quota(&s.p, &s.team, note, &fault));
	TRY(team_show_approval(&s.p, &s.team, note, &fault));
	if (s.manages) {
		TRY(team_show_invites(&s.p, &s.team));
		show_add(&s);
		show_edit(&s);
	} else {
		show_read(&s);
	}
	if (s.p.me.admin)
		show_for_admins(&s);
	TRY(page_done(&s.p));
	page_audit(&s.p, "team", s.team.name);
	return page_show(&s.p, status, s.team.name);
}
