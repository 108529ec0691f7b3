#include "web/admin/person_page.h"

#include <string.h>

#include "model/team.h"
#include "web/admin/credentials.h"
#include "web/admin/page.h"

struct shown {
	struct page p;
	struct account account;
	const struct person_note *note;
	const struct fault *fault;
	const char *href; /* "/accounts/marta" */
};

static const char *below(const struct shown *s, const char *what)
{
	return arena_printf(s->p.c->arena, "%s/%s", s->href, what);
}

static void show_wrong(const struct shown *s)
{
	static const char *const places[] = { "TEAM", "RIGHTS", "PASSWORD" };
	const char *form = s->note->form;

	if (form == NULL)
		return;
	const char *detail = page_sentence(s->p.c, s->fault);
	page_not_done(&s->p, detail);
	for (size_t i = 0; i < LENGTH(places); i++)
		if (strcmp(form, places[i]) == 0)
			view_text(view_section(s->p.v, arena_printf(s->p.c->arena, "%s_BAD", form)),
			    "DETAIL", detail);
}

static void show_head(const struct shown *s)
{
	struct view *v = s->p.v;
	const struct account *a = &s->account;
	bool myself = a->id == s->p.me.id;

	view_text(v, "NAME", a->name);
	view_text(v, "SINCE", when_date(&s->p.clock, a->created_us));
	if (a->disabled)
		view_show(v, "DISABLED");
	if (a->admin)
		view_show(v, "ADMIN");
	if (a->seen_us.set)
		page_time(&s->p, view_section(v, "SEEN"), "TIME", a->seen_us.value, TIME_RELATIVE);
	else
		view_show(v, "NEVER");
	if (myself) {
		view_show(v, "MYSELF");
		return;
	}
	struct view *turn = view_section(v, "SWITCH");
	view_text(turn, "HREF", below(s, a->disabled ? "enable" : "disable"));
	view_show(turn, a->disabled ? "ON" : "OFF");
}

static enum err show_teams(const struct shown *s)
{
	struct ctx *c = s->p.c;
	struct account_team *mine;
	struct team *all;
	size_t n, nall;

	TRY(account_teams(c, s->account.id, &mine, &n));
	TRY(team_list(c, &all, &nall));
	view_int(s->p.v, "TEAM_COUNT", (int64_t)n);
	view_text(s->p.v, "TEAMS_HREF", below(s, "teams"));
	if (n == 0 && s->account.admin)
		view_show(view_section(s->p.v, "NO_TEAMS"), "BUT");
	else if (n == 0)
		view_show(s->p.v, "NO_TEAMS");
	struct view *table = n > 0 ? view_section(s->p.v, "TABLE") : NULL;
	for (size_t i = 0; i < n; i++) {
		struct view *row = view_section(table, "ROW");
		view_text(row, "TEAM", mine[i].team);
		view_int(row, "NUMBER", (int64_t)i + 1);
		view_text(row, "TEAM_HREF", arena_printf(c->arena, "/teams/%s", mine[i].team));
		view_text(row, "ROLE", role_name((enum role)mine[i].role));
		view_text(row, "HREF", below(s, "teams"));
	}
	for (size_t i = 0; i < nall; i++) {
		struct view *choice = view_section(s->p.v, "CHOICE");
		view_text(choice, "TEAM", all[i].name);
		if (s->note->team != NULL && strcmp(s->note->team, all[i].name) == 0)
			view_show(choice, "SELECTED");
	}
	return OK;
}

static void show_rights(const struct shown *s)
{
	const struct person_note *note = s->note;
	bool admin = note->admin != NULL ? *note->admin : s->account.admin;
	bool dashboard = note->dashboard != NULL ? *note->dashboard : s->account.dashboard;

	view_text(s->p.v, "SELF_HREF", s->href);
	view_text(s->p.v, "EMAIL", note->email != NULL ? note->email : s->account.email);
	if (admin)
		view_show(s->p.v, "IS_ADMIN");
	if (dashboard)
		view_show(s->p.v, "HAS_DASHBOARD");
}

static enum err show_credentials(const struct shown *s)
{
	bool mine = s->account.id == s->p.me.id;
	struct others others;
	size_t n;

	TRY(credentials_sessions(&s->p, s->account.id, s->href, &n, &others));
	if (n == 0)
		view_show(s->p.v, "NO_SESSIONS");
	if (n > (mine ? 1 : 0)) {
		struct view *all = view_section(s->p.v, "END_ALL");
		view_text(all, "HREF", below(s, "sign-out"));
		view_text(all, "LABEL", mine ? "Revoke all others" : "Revoke all");
		view_text(all, "WHICH", others.words);
		if (mine)
			view_show(all, "ELSEWHERE");
	}
	return credentials_tokens(&s->p, s->account.id, s->href);
}

enum err person_page(struct req *r, struct resp *w, int status, const struct person_note *note)
{
	struct fault fault = r->ctx->fault;
	struct shown s = { .note = note, .fault = &fault };

	TRY(account_named(r->ctx, req_var(r, "name"), &s.account));
	TRY(page_open(&s.p, r, w, "person.html"));
	s.href = arena_printf(r->ctx->arena, "/accounts/%s", s.account.name);
	show_wrong(&s);
	show_head(&s);
	TRY(show_teams(&s));
	show_rights(&s);
	TRY(show_credentials(&s));
	view_text(s.p.v, "PASSWORD_HREF", below(&s, "password"));
	if (note->password != NULL)
		view_text(view_section(s.p.v, "MADE"), "PASSWORD", note->password);
	TRY(page_done(&s.p));
	page_audit(&s.p, "account", s.account.name);
	return page_show(&s.p, status, s.account.name);
}
