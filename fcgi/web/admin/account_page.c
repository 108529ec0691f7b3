#include "web/admin/account_page.h"

#include <string.h>

#include "model/team.h"
#include "model/token.h"
#include "web/admin/credentials.h"

static enum err show_sessions(const struct page *p)
{
	struct others others;
	size_t n;

	TRY(credentials_sessions(p, p->me.id, "/account", &n, &others));
	if (n > 2) {
		struct view *v = view_section(p->v, "OTHERS");
		view_int(v, "COUNT", (int64_t)others.n);
		view_text(v, "WHICH", others.words);
	}
	return OK;
}

/* *manages: somewhere a manager. */
static enum err show_teams(const struct page *p, bool *manages)
{
	struct account_team *teams;
	size_t n;

	TRY(account_teams(p->c, p->me.id, &teams, &n));
	for (size_t i = 0; i < n; i++) {
		struct view *team = view_section(p->v, "TEAM");
		view_text(team, "NAME", teams[i].team);
		view_text(team, "ROLE", role_name((enum role)teams[i].role));
		view_text(team, "HREF", arena_printf(p->c->arena, "/teams/%s", teams[i].team));
		*manages |= teams[i].role == ROLE_MANAGER;
	}
	return OK;
}

static void show_new_token(
    const struct page *p, const struct account_note *note, bool looks_after_others)
{
	static const struct {
		enum scope scope;
		const char *words;
	} scopes[] = {
		{ SCOPE_READ, "read: see what I may see" },
		{ SCOPE_RUN, "run: and start and stop runs" },
		{ SCOPE_WRITE, "write: and change jobs" },
		{ SCOPE_ADMIN, "admin: all that I may, members and accounts too" },
	};
	const char *chosen = note->token_scope == NULL ? "read" : note->token_scope;

	view_text(p->v, "TOKEN_NAME", note->token_name == NULL ? "" : note->token_name);
	view_text(p->v, "TOKEN_DAYS", note->token_days == NULL ? "90" : note->token_days);
	for (size_t i = 0; i < LENGTH(scopes); i++) {
		if (scopes[i].scope == SCOPE_ADMIN && !looks_after_others)
			continue;
		struct view *option = view_section(p->v, "SCOPES");
		view_text(option, "VALUE", scope_name(scopes[i].scope));
		view_text(option, "LABEL", scopes[i].words);
		if (strcmp(scope_name(scopes[i].scope), chosen) == 0)
			view_show(option, "SELECTED");
	}
	if (note->new_token == NULL)
		return;
	struct view *made = view_section(p->v, "MADE");
	view_text(made, "NAME", note->token_name);
	view_text(made, "TEXT", note->new_token);
}

static void show_preferences(const struct page *p, const struct account_note *note)
{
	static const char *const themes[][2] = { { "system", "as the system" },
		{ "light", "light" }, { "dark", "dark" } };

	view_text(p->v, "TIMEZONE", note->timezone == NULL ? p->me.timezone : note->timezone);
	for (size_t i = 0; i < LENGTH(themes); i++) {
		struct view *option = view_section(p->v, "THEMES");
		view_text(option, "VALUE", themes[i][0]);
		view_text(option, "LABEL", themes[i][1]);
		if (strcmp(themes[i][0], p->me.theme) == 0)
			view_show(option, "SELECTED");
	}
	if (p->me.shortcuts)
		view_show(p->v, "SHORTCUTS");
}

/* At the form that failed, and on top. */
static void show_wrong(
    const struct page *p, const struct account_note *note, const struct fault *fault)
{
	if (note->form == NULL)
		return;
	const char *detail = page_sentence(p->c, fault);
	const char *section = arena_printf(p->c->arena, "%s_BAD", note->form);
	view_text(view_section(p->v, section), "DETAIL", detail);
	page_not_done(p, detail);
}

enum err account_page(struct req *r, struct resp *w, int status, const struct account_note *note)
{
	struct fault fault = r->ctx->fault;
	struct page p;

	TRY(page_open(&p, r, w, "account.html"));
	bool looks_after_others = p.me.admin;
	view_text(p.v, "NAME", p.me.name);
	if (*p.me.email != '\0')
		view_text(view_section(p.v, "EMAIL"), "TEXT", p.me.email);
	if (p.me.admin)
		view_show(p.v, "ADMIN");
	view_text(p.v, "SINCE", when_date(&p.clock, p.me.created_us));
	if (p.me.password_first)
		view_show(p.v, "FIRST_PASSWORD");
	view_int(p.v, "PASSWORD_MIN", PASSWORD_MIN);
	show_wrong(&p, note, &fault);
	TRY(show_sessions(&p));
	TRY(credentials_tokens(&p, p.me.id, "/account"));
	TRY(show_teams(&p, &looks_after_others));
	show_new_token(&p, note, looks_after_others);
	show_preferences(&p, note);
	TRY(page_done(&p));
	return page_show(&p, status, "Account");
}
