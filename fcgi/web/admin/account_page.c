#include "web/admin/account_page.h"

#include <inttypes.h>
#include <string.h>

#include "model/session.h"
#include "model/token.h"
#include "web/admin/page.h"

static void show_session(const struct page *p, struct view *table, const struct session *s)
{
	struct ctx *c = p->c;
	struct view *row = view_section(table, "ROW");
	const char *browser = words_browser(c->arena, s->agent);

	view_text(row, "BROWSER", browser);
	view_text(row, "AGENT", s->agent);
	view_text(row, "ADDRESS", s->address);
	page_time(p, row, "SEEN", s->seen_us, TIME_RELATIVE);
	page_time(p, row, "SINCE", s->created_us, TIME_SHORT);
	if (s->id == c->actor.session_id) {
		view_show(row, "THIS");
		return;
	}
	struct view *other = view_section(row, "OTHER");
	view_text(
	    other, "HREF", arena_printf(c->arena, "/account/sessions/%" PRId64 "/revoke", s->id));
	view_text(other, "NAME", browser);
}

static enum err show_sessions(const struct page *p)
{
	struct session *sessions;
	size_t n;

	TRY(session_list(p->c, p->me.id, &sessions, &n));
	view_int(p->v, "SESSION_COUNT", (int64_t)n);
	for (size_t i = 0; i < n; i++)
		show_session(p, p->v, &sessions[i]);
	if (n > 2)
		view_int(view_section(p->v, "OTHERS"), "COUNT", (int64_t)n - 1);
	return OK;
}

static void show_token(const struct page *p, struct view *table, const struct token *t)
{
	struct view *row = view_section(table, "TOKEN");
	const char *scope = scope_name((enum scope)t->scope);

	view_text(row, "NAME", t->name);
	view_text(row, "SCOPE", scope == NULL ? "" : scope);
	if (t->used_us.set)
		page_time(p, view_section(row, "USED"), "TIME", t->used_us.value, TIME_RELATIVE);
	else
		view_show(row, "UNUSED");
	page_time(p, row, "EXPIRES", t->expires_us, TIME_SHORT);
	view_text(
	    row, "HREF", arena_printf(p->c->arena, "/account/tokens/%" PRId64 "/revoke", t->id));
}

static enum err show_tokens(const struct page *p)
{
	struct token *tokens;
	size_t n;

	TRY(token_list(p->c, p->me.id, &tokens, &n));
	if (n == 0) {
		view_show(p->v, "NO_TOKENS");
		return OK;
	}
	struct view *table = view_section(p->v, "TOKENS");
	view_int(table, "COUNT", (int64_t)n);
	for (size_t i = 0; i < n; i++)
		show_token(p, table, &tokens[i]);
	return OK;
}

static void show_new_token(const struct page *p, const struct account_note *note)
{
	static const struct {
		enum scope scope;
		const char *words;
	} scopes[] = {
		{ SCOPE_READ, "read: look at everything of mine" },
		{ SCOPE_RUN, "run: and start runs" },
		{ SCOPE_WRITE, "write: and change jobs" },
		{ SCOPE_ADMIN, "admin: all that I may" },
	};
	const char *chosen = note->token_scope == NULL ? "read" : note->token_scope;

	view_text(p->v, "TOKEN_NAME", note->token_name == NULL ? "" : note->token_name);
	view_text(p->v, "TOKEN_DAYS", note->token_days == NULL ? "90" : note->token_days);
	for (size_t i = 0; i < LENGTH(scopes); i++) {
		if (scopes[i].scope == SCOPE_ADMIN && !p->me.admin)
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

/* "days: must be ..." with the name that stands at the field. */
static const char *sentence(struct ctx *c, const struct fault *fault)
{
	static const char *const labels[][2] = { { "timezone", "Time zone" }, { "theme", "Theme" },
		{ "name", "Token name" }, { "scope", "Scope" }, { "days", "Expires after, days" },
		{ "current", "Password now" }, { "password", "New password" } };

	for (size_t i = 0; fault->field != NULL && i < LENGTH(labels); i++)
		if (strcmp(fault->field, labels[i][0]) == 0)
			return arena_printf(c->arena, "%s: %s", labels[i][1], fault->detail);
	return fault->field == NULL ? fault->detail
				    : arena_printf(c->arena, "%s: %s", fault->field, fault->detail);
}

/* At the form that failed, and on top. */
static void show_wrong(
    const struct page *p, const struct account_note *note, const struct fault *fault)
{
	if (note->form == NULL)
		return;
	const char *detail = sentence(p->c, fault);
	const char *section = arena_printf(p->c->arena, "%s_BAD", note->form);
	view_text(view_section(p->v, section), "DETAIL", detail);
	view_text(view_section(p->v, "WRONG"), "DETAIL", detail);
}

enum err account_page(struct req *r, struct resp *w, int status, const struct account_note *note)
{
	struct fault fault = r->ctx->fault;
	struct page p;

	TRY(page_open(&p, r, w, "account.html"));
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
	TRY(show_tokens(&p));
	show_new_token(&p, note);
	show_preferences(&p, note);
	TRY(page_done(&p));
	return page_show(&p, status, "Account");
}
