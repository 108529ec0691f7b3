#include "web/admin/credentials.h"

#include <inttypes.h>

#include "model/session.h"
#include "model/token.h"
#include "web/admin/words.h"

enum { OTHERS_NAMED = 5 };

static void show_session(
    const struct page *p, struct view *table, const struct session *s, const char *base)
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
	    other, "HREF", arena_printf(c->arena, "%s/sessions/%" PRId64 "/revoke", base, s->id));
	view_text(other, "NAME", browser);
}

/* Each by what the person knows it by. */
static void name_others(
    const struct page *p, const struct session *all, size_t n, struct others *out)
{
	struct arena *a = p->c->arena;
	const char *names = "";

	*out = (struct others){ .n = 0 };
	for (size_t i = 0; i < n; i++) {
		if (all[i].id == p->c->actor.session_id)
			continue;
		if (out->n++ < OTHERS_NAMED)
			names = arena_printf(a, "%s%s%s from %s", names, *names != '\0' ? ", " : "",
			    words_browser(a, all[i].agent), all[i].address);
	}
	if (out->n > OTHERS_NAMED)
		names = arena_printf(
		    a, "%s and %s more", names, words_number(a, (int64_t)out->n - OTHERS_NAMED));
	out->words = arena_printf(
	    a, "%s: %s.", words_count(a, (int64_t)out->n, "session ends", "sessions end"), names);
}

enum err credentials_sessions(
    const struct page *p, int64_t account_id, const char *base, size_t *n, struct others *others)
{
	struct session *sessions;

	TRY(session_list(p->c, account_id, &sessions, n));
	view_int(p->v, "SESSION_COUNT", (int64_t)*n);
	name_others(p, sessions, *n, others);
	if (*n == 0)
		return OK;
	struct view *table = view_include(
	    view_section(p->v, "SOME"), "SESSIONS", "parts/sessions.html");
	view_text(table, "WHOSE", account_id == p->me.id ? "you are" : "the account is");
	for (size_t i = 0; i < *n; i++)
		show_session(p, table, &sessions[i], base);
	return OK;
}

static void show_token(
    const struct page *p, struct view *table, const struct token *t, const char *base)
{
	struct view *row = view_section(table, "TOKEN");
	const char *scope = scope_name((enum scope)t->scope);

	view_text(row, "NAME", t->name);
	view_int(row, "ID", t->id);
	view_text(row, "SCOPE", scope == NULL ? "" : scope);
	if (t->used_us.set)
		page_time(p, view_section(row, "USED"), "TIME", t->used_us.value, TIME_RELATIVE);
	else
		view_show(row, "UNUSED");
	page_time(p, row, "EXPIRES", t->expires_us, TIME_SHORT);
	view_text(
	    row, "HREF", arena_printf(p->c->arena, "%s/tokens/%" PRId64 "/revoke", base, t->id));
}

enum err credentials_tokens(const struct page *p, int64_t account_id, const char *base)
{
	struct token *tokens;
	size_t n;

	TRY(token_list(p->c, account_id, &tokens, &n));
	if (n == 0) {
		view_show(p->v, "NO_TOKENS");
		return OK;
	}
	struct view *some = view_section(p->v, "TOKENS");
	view_int(some, "COUNT", (int64_t)n);
	struct view *table = view_include(some, "TABLE", "parts/tokens.html");
	for (size_t i = 0; i < n; i++)
		show_token(p, table, &tokens[i], base);
	return OK;
}
