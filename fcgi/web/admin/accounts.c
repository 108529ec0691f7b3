/* The list of accounts, and the form for a new one. */

#include <string.h>

#include "core/crypt.h"
#include "model/team.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { F_Q, F_TEAM, F_STATE, F_RIGHT };

static const struct list_kind kind = {
	.path = "/accounts",
	.one = "account",
	.many = "accounts",
	.filters = { "q", "team", "state", "right" },
};

struct list {
	struct page p;
	struct list_head head;
	struct account *accounts;
	size_t n;
};

/* What stood in the form for a new account, and what became of it. */
struct made {
	struct account_new new;
	const char *shown; /* a password that was made here */
	bool done;
};

static enum err show_tools(const struct list *l)
{
	const struct list_head *h = &l->head;
	struct view *v = l->p.v;
	const struct list_chips kinds = { h, v, "CHIP", F_STATE, F_RIGHT, false };
	struct account_counts n;
	struct team *teams;
	size_t nteams;

	TRY(account_counts(l->p.c, &n));
	TRY(team_list(l->p.c, &teams, &nteams));
	view_text(v, "Q", h->filters[F_Q].value);
	view_text(v, "LEDE", words_count(l->p.c->arena, n.all, "account", "accounts"));
	list_chip(&kinds, "All", n.all, F_RIGHT, "");
	list_chip(&kinds, "Admins", n.admins, F_RIGHT, "admin");
	list_chip(&kinds, "With the dashboard", n.dashboards, F_RIGHT, "dashboard");
	list_chip(&kinds, "Disabled", n.disabled, F_STATE, "disabled");
	list_keep(h, v, "KEPT", F_STATE);
	list_keep(h, v, "KEPT", F_RIGHT);
	list_teams(h, v, F_TEAM, teams, nteams);
	return OK;
}

static enum err show_members(struct ctx *c, struct view *row, const char *text)
{
	struct json *teams;

	TRY(json_parse(c, text, strlen(text), &teams));
	for (size_t i = 0; i < json_length(teams); i++) {
		const struct json *team = json_at(teams, i);
		const char *name = json_text(json_get(team, "name"));
		struct view *v = view_section(row, "MEMBER");
		if (i > 0)
			view_show(v, "COMMA");
		view_text(v, "NAME", name);
		view_text(v, "HREF", arena_printf(c->arena, "/teams/%s", name));
		view_text(v, "ROLE", role_name((enum role)json_int(json_get(team, "role"))));
	}
	return OK;
}

static enum err show_row(const struct list *l, struct view *table, const struct account *a)
{
	struct view *row = view_section(table, "ROW");

	view_text(row, "NAME", a->name);
	view_text(row, "HREF", arena_printf(l->p.c->arena, "/accounts/%s", a->name));
	view_text(row, "EMAIL", a->email);
	view_show(row, a->disabled ? "DISABLED" : "ENABLED");
	if (a->admin)
		view_show(row, "ADMIN");
	else if (a->dashboard)
		view_show(row, "DASHBOARD_RIGHT");
	if (a->seen_us.set)
		page_time(
		    &l->p, view_section(row, "SEEN"), "TIME", a->seen_us.value, TIME_RELATIVE);
	else
		view_show(row, "NEVER");
	return show_members(l->p.c, row, a->teams);
}

static enum err show_table(const struct list *l)
{
	if (l->n == 0) {
		struct view *none = view_section(l->p.v, "NONE");
		view_include(none, "LYING_ARM", "parts/lying-arm.html");
		return OK;
	}
	struct view *table = view_section(l->p.v, "TABLE");
	for (size_t i = 0; i < l->n; i++)
		TRY(show_row(l, table, &l->accounts[i]));
	list_pages(&l->head, table, l->n);
	return OK;
}

static void show_made(const struct list *l, const struct made *m)
{
	struct view *v = view_section(l->p.v, "MADE");

	view_text(v, "NAME", m->new.name);
	view_text(v, "HREF", arena_printf(l->p.c->arena, "/accounts/%s", m->new.name));
	if (m->shown != NULL)
		view_text(view_section(v, "SHOWN"), "PASSWORD", m->shown);
	else
		view_show(v, "SET");
}

static void show_form(const struct list *l, const struct made *m, const struct fault *fault)
{
	struct view *v = l->p.v;
	bool again = m != NULL && !m->done;

	view_text(v, "NEW_NAME", again ? m->new.name : "");
	view_text(v, "NEW_EMAIL", again ? m->new.email : "");
	if (!again)
		return;
	view_show(v, "OPEN");
	if (m->new.admin)
		view_show(v, "NEW_ADMIN");
	if (m->new.dashboard)
		view_show(v, "NEW_DASHBOARD");
	const char *detail = page_sentence(l->p.c, fault);
	view_text(view_section(v, "NEW_BAD"), "DETAIL", detail);
	page_not_done(&l->p, detail);
}

static enum err show_list(struct req *r, struct resp *w, int status, const struct made *m)
{
	struct fault fault = r->ctx->fault;
	struct list l = { .n = 0 };
	const struct list_head *h = &l.head;

	TRY(list_read(r, &kind, &l.head));
	TRY(page_open(&l.p, r, w, "accounts.html"));
	struct account_query q = { list_given(h, F_Q), list_given(h, F_STATE),
		list_given(h, F_RIGHT), list_given(h, F_TEAM), h->after, LIST_ROWS };
	TRY(account_search(r->ctx, &q, &l.accounts, &l.n, &l.head.next));
	TRY(show_tools(&l));
	TRY(show_table(&l));
	show_form(&l, m, &fault);
	if (m != NULL && m->done)
		show_made(&l, m);
	TRY(page_done(&l.p));
	return page_show(&l.p, status, "Accounts");
}

enum err admin_accounts(struct req *r, struct resp *w)
{
	return show_list(r, w, 200, NULL);
}

static enum err make(struct req *r, struct made *m)
{
	static const char *const known[] = { "name", "email", "password", "admin", "dashboard",
		NULL };
	struct account account;

	TRY(form_text(r, "name", &m->new.name));
	TRY(form_text(r, "email", &m->new.email));
	TRY(form_text(r, "password", &m->new.password));
	TRY(form_flag(r, "admin", &m->new.admin));
	TRY(form_flag(r, "dashboard", &m->new.dashboard));
	TRY(form_only(r, known));
	if (*m->new.password == '\0')
		m->new.password = m->shown = crypt_password_make(r->ctx->arena);
	return account_make(r->ctx, &m->new, &account);
}

/* Answers with the page itself: a password that was made is shown this once. */
enum err admin_account_add(struct req *r, struct resp *w)
{
	struct made m = { .new = { .name = "", .email = "" } };
	enum err e = make(r, &m);

	m.done = e == OK;
	if (e != OK && e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	return show_list(r, w, e == OK ? 200 : status_of(e), &m);
}
