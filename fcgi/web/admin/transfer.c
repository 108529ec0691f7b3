/* Import and export: many jobs at once. */

#include <inttypes.h>
#include <string.h>

#include "core/crypt.h"
#include "core/text.h"
#include "model/import.h"
#include "model/job.h"
#include "model/team.h"
#include "web/admin/diff.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { SHOWN_MAX = 300, REASON_MAX = 500 };

/* The form as it was sent, or as it begins. */
struct transfer {
	struct page p;
	const char *format, *team, *text, *reason, *seen;
	bool user_column, import;
};

static enum err show_teams(const struct transfer *t)
{
	struct team *teams, usual;
	size_t n, usable = 0;
	const char *chosen = t->team;

	TRY(team_list(t->p.c, &teams, &n));
	if (*chosen == '\0' && team_default(t->p.c, &usual) == OK)
		chosen = usual.name;
	for (size_t i = 0; i < n; i++) {
		if (teams[i].role < ROLE_EDITOR)
			continue;
		struct view *option = view_section(t->p.v, "TEAM");
		view_text(option, "NAME", teams[i].name);
		if (strcmp(teams[i].name, chosen) == 0)
			view_show(option, "CHOSEN");
		usable++;
	}
	if (usable > 0)
		return OK;
	return fail(t->p.c, ERR_FORBIDDEN, NULL, "Making jobs needs the role editor in a team.");
}

static void show_form(const struct transfer *t)
{
	struct view *v = t->p.v;

	view_show(v, strcmp(t->format, "crontab") == 0 ? "IS_CRONTAB" : "IS_DKRON");
	view_text(v, "TEXT", t->text);
	view_text(v, "REASON", t->reason);
	if (t->user_column)
		view_show(v, "USER_COLUMN");
}

/* ---- what it would do */

/* A crontab has lines, a list is counted from 0. */
static void show_line(const struct transfer *t, struct view *v, int64_t line)
{
	const char *what = strcmp(t->format, "crontab") == 0 ? "Line" : "Number";

	view_text(v, "LINE", arena_printf(t->p.c->arena, "%s %" PRId64, what, line));
}

static void show_item(const struct transfer *t, struct view *v, const struct import_item *item)
{
	struct ctx *c = t->p.c;

	show_line(t, v, item->line);
	view_text(v, "NAME", *item->name != '\0' ? item->name : "without a name");
	if (item->kind == IMPORT_REFUSED) {
		view_text(v, "MESSAGE",
		    arena_printf(c->arena, "%s%s%s", item->field != NULL ? item->field : "",
			item->field != NULL ? ": " : "", item->message));
		return;
	}
	view_text(v, "TEAM", item->team);
	if (item->kind == IMPORT_CHANGE)
		diff_show(v, "Before", "After", item->changes, item->nchanges);
}

static void show_kind(
    struct transfer *t, const struct import_plan *plan, enum import_kind kind, const char *section)
{
	struct ctx *c = t->p.c;
	size_t n = plan->count[kind], shown = 0;

	if (n == 0)
		return;
	struct view *v = view_section(t->p.v, section);
	view_text(v, "COUNT", words_count(c->arena, (int64_t)n, "job", "jobs"));
	for (size_t i = 0; i < plan->n && shown < SHOWN_MAX; i++)
		if (plan->items[i].kind == kind) {
			show_item(t, view_section(v, "ITEM"), &plan->items[i]);
			shown++;
		}
	if (shown < n)
		view_text(view_section(v, "FURTHER"), "COUNT",
		    words_count(c->arena, (int64_t)(n - shown), "job", "jobs"));
}

static void show_notes(struct transfer *t, const struct import_plan *plan)
{
	struct view *v;

	if (plan->nnotes == 0)
		return;
	v = view_section(t->p.v, "NOTES");
	for (size_t i = 0; i < plan->nnotes && i < SHOWN_MAX; i++) {
		struct view *note = view_section(v, "NOTE");
		show_line(t, note, plan->notes[i].line);
		view_text(note, "MESSAGE", plan->notes[i].message);
	}
}

/* What was seen: the import does this or asks again. */
static const char *hash_of(struct ctx *c, const struct import_plan *plan)
{
	return crypt_hash(c->arena, json_write(c->arena, import_json(c, plan)));
}

static void show_plan(struct transfer *t, const struct import_plan *plan)
{
	struct ctx *c = t->p.c;
	size_t changes = plan->count[IMPORT_CREATE] + plan->count[IMPORT_CHANGE];

	show_kind(t, plan, IMPORT_REFUSED, "REFUSED");
	show_kind(t, plan, IMPORT_CREATE, "CREATE");
	show_kind(t, plan, IMPORT_CHANGE, "CHANGED");
	show_kind(t, plan, IMPORT_SAME, "SAME");
	show_notes(t, plan);
	if (plan->n == 0)
		view_show(t->p.v, "NOTHING");
	if (plan->count[IMPORT_REFUSED] > 0 || changes == 0)
		return;
	struct view *go = view_section(t->p.v, "MAY_IMPORT");
	view_text(go, "COUNT", words_count(c->arena, (int64_t)changes, "job", "jobs"));
	view_text(go, "SEEN", hash_of(c, plan));
}

/* ---- the handlers */

static enum err start(struct transfer *t, struct req *r, struct resp *w)
{
	*t = (struct transfer){
		.format = "crontab", .team = "", .text = "", .reason = "", .seen = ""
	};
	return page_open(&t->p, r, w, "job-import.html");
}

static enum err show(struct transfer *t, int status)
{
	show_form(t);
	TRY(show_teams(t));
	return page_show(&t->p, status, "Import jobs");
}

enum err admin_import(struct req *r, struct resp *w)
{
	struct transfer t;

	TRY(start(&t, r, w));
	return show(&t, 200);
}

static enum err read_form(struct transfer *t, struct req *r)
{
	static const char *const known[] = { "format", "team", "text", "reason", "seen",
		"user_column", "do", NULL };
	const char *what = "preview";

	TRY(form_only(r, known));
	TRY(form_maybe(r, "format", &t->format));
	TRY(form_maybe(r, "team", &t->team));
	TRY(form_maybe(r, "text", &t->text));
	TRY(form_maybe(r, "reason", &t->reason));
	TRY(form_maybe(r, "seen", &t->seen));
	TRY(form_maybe(r, "do", &what));
	TRY(form_flag(r, "user_column", &t->user_column));
	t->text = text_line_feeds(r->ctx->arena, t->text);
	t->import = strcmp(what, "import") == 0;
	if (text_is_line(t->reason, 0, REASON_MAX))
		return OK;
	return fail(
	    r->ctx, ERR_INVALID, "reason", "must be one line of at most %d characters", REASON_MAX);
}

/* A preview; and behind it, when it is what was seen, the import itself. */
static enum err work(struct transfer *t, struct import_plan *plan)
{
	struct ctx *c = t->p.c;
	struct import import = { .text = t->text,
		.len = strlen(t->text),
		.team = *t->team != '\0' ? t->team : NULL,
		.reason = t->reason,
		.user_column = t->user_column,
		.preview = true };

	TRY(import_format(c, t->format, &import.format));
	TRY(job_import(c, &import, plan));
	if (!t->import || strcmp(hash_of(c, plan), t->seen) != 0)
		return OK;
	import.preview = false;
	return job_import(c, &import, plan);
}

enum err admin_import_post(struct req *r, struct resp *w)
{
	struct import_plan plan = { .n = 0 };
	struct transfer t;

	TRY(start(&t, r, w));
	enum err e = read_form(&t, r);
	if (e == OK)
		e = work(&t, &plan);
	if (e == ERR_INVALID || e == ERR_MALFORMED || e == ERR_TOO_LARGE) {
		struct fault fault = r->ctx->fault;
		view_text(view_section(t.p.v, "WRONG"), "TEXT",
		    arena_printf(r->ctx->arena, "%s%s%s", fault.field != NULL ? fault.field : "",
			fault.field != NULL ? ": " : "", fault.detail));
		return show(&t, 422);
	}
	TRY(e);
	if (plan.done)
		return see_other(r, w, "/jobs?done=imported&sort=-updated_at");
	if (t.import)
		view_show(t.p.v, "OTHERWISE");
	view_show(t.p.v, "PLAN");
	show_plan(&t, &plan);
	return show(&t, plan.count[IMPORT_REFUSED] > 0 ? 422 : 200);
}

enum err admin_export(struct req *r, struct resp *w)
{
	static const char *const known[] = { "q", "team", "enabled", "last", "sync", "tag", "sort",
		NULL };
	const char *values[] = { NULL, NULL, NULL, NULL, NULL, NULL };
	struct job_query query = { .limit = 1 };

	TRY(query_only(r, known));
	for (size_t i = 0; i < LENGTH(values); i++) {
		TRY(query_text(r, known[i], &values[i]));
		if (values[i] != NULL && *values[i] == '\0')
			values[i] = NULL;
	}
	query.q = values[0];
	query.team = values[1];
	query.enabled = values[2];
	query.last = values[3];
	query.sync = values[4];
	query.tag = values[5];
	TRY(job_export(r->ctx, &query, true, &w->body, &w->len));
	w->status = 200;
	w->type = "application/json";
	resp_header(r, w, "Content-Disposition", "attachment; filename=\"jobs.json\"");
	return OK;
}
