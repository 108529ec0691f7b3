/* How far a bulk action is, what failed and why; and those of late. */

#include <inttypes.h>
#include <string.h>

#include "model/bulk.h"
#include "web/admin/bulk_words.h"
#include "web/admin/link.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { ROWS = 100, LATEST = 50 };
enum { F_STATE };

static const char *here(struct ctx *c, const struct bulk *b)
{
	return arena_printf(c->arena, "/jobs/bulk/%" PRId64, b->id);
}

static const char *list_of(const struct bulk *b)
{
	return strcmp(b->action, "stop") == 0 ? "/runs" : "/jobs";
}

/* "310 done, 1 unchanged, 1 failed, 20 to go". */
static const char *score(struct arena *a, const struct bulk *b)
{
	int64_t left = b->total - b->done - b->same - b->failed;
	const char *text = arena_printf(a, "%s done", words_number(a, b->done));

	if (b->same > 0)
		text = arena_printf(a, "%s, %s unchanged", text, words_number(a, b->same));
	if (b->failed > 0)
		text = arena_printf(a, "%s, %s failed", text, words_number(a, b->failed));
	if (left > 0)
		text = arena_printf(a, "%s, %s %s", text, words_number(a, left),
		    b->ended_us.set ? "left as they were" : "to go");
	return text;
}

/* Percent of the whole, for the plot: one decimal. */
static const char *percent(struct arena *a, int64_t part, int64_t whole)
{
	int64_t tenths = part * 1000 / whole;

	return arena_printf(a, "%" PRId64 ".%" PRId64 "%%", tenths / 10, tenths % 10);
}

static void show_bar(struct page *p, const struct bulk *b)
{
	struct arena *a = p->c->arena;
	int64_t well = b->done + b->same;

	view_text(p->v, "SCORE", score(a, b));
	view_text(p->v, "WELL", percent(a, well, b->total));
	view_text(p->v, "BADLY", percent(a, b->failed, b->total));
	view_text(p->v, "BADLY_FROM", percent(a, well, b->total));
	view_int(p->v, "PERCENT", (well + b->failed) * 100 / b->total);
}

static void show_head(struct page *p, const struct bulk *b)
{
	struct ctx *c = p->c;

	view_text(p->v, "TITLE_NOW", bulk_title(c->arena, b));
	bulk_show_state(p->v, "STATE", bulk_state(b));
	view_text(p->v, "ACCOUNT", b->account);
	page_time(p, p->v, "ASKED", b->asked_us, TIME_SECONDS | TIME_FOCUS);
	if (b->ended_us.set) {
		int64_t took_us = b->ended_us.value - b->asked_us;
		view_text(view_section(p->v, "ENDED"), "TOOK", words_span(c->arena, took_us));
	} else {
		view_show(p->v, "LIVE");
		view_show(p->frame, "REFRESH");
		if (!b->stopped_us.set)
			view_text(view_section(p->v, "MAY_STOP"), "POST",
			    arena_printf(c->arena, "%s/stop", here(c, b)));
	}
	if (b->team.text != NULL)
		view_text(view_section(p->v, "MOVED"), "TEAM", b->team.text);
	view_text(p->v, "LIST", list_of(b));
	view_text(p->v, "LIST_NAME", strcmp(b->action, "stop") == 0 ? "Runs" : "Jobs");
}

static void show_chips(const struct list_head *l, struct view *v, const struct bulk *b)
{
	const struct list_chips row = { l, v, "CHIP", F_STATE, F_STATE, false };
	int64_t left = b->total - b->done - b->same - b->failed;

	list_chip(&row, "All", b->total, F_STATE, "");
	list_chip(&row, "Failed", b->failed, F_STATE, "failed");
	list_chip(&row, "Done", b->done, F_STATE, "done");
	list_chip(&row, "Unchanged", b->same, F_STATE, "same");
	list_chip(&row, "Waiting", left, F_STATE, "waiting");
}

static void show_item(
    struct page *p, struct view *table, const struct bulk *b, const struct bulk_item *item)
{
	struct ctx *c = p->c;
	struct view *row = view_section(table, "ROW");
	bool gone = strcmp(b->action, "delete") == 0 && strcmp(item->state, "done") == 0;
	struct view *name = view_section(row, gone ? "GONE" : "THERE");

	view_text(name, "NAME", item->name);
	if (!gone)
		view_text(name, "HREF",
		    strcmp(b->action, "stop") == 0 ? arena_printf(c->arena, "/runs/%s", item->name)
						   : link_job(c, item->name, NULL));
	bulk_show_state(row, "ITEM", item->state);
	view_text(row, "WHY", item->message.text == NULL ? "" : item->message.text);
	if (item->run_id.set) {
		struct view *run = view_section(row, "RUN");
		view_int(run, "ID", item->run_id.value);
		view_text(run, "RUN_HREF", link_run(c, item->run_id.value));
	}
}

static enum err show_items(
    struct page *p, const struct list_head *l, const struct bulk *b, int64_t after)
{
	const struct bulk_page page = { list_given(l, F_STATE), after, ROWS + 1 };
	struct ctx *c = p->c;
	struct bulk_item *items;
	size_t n;

	TRY(bulk_items(c, b->id, &page, &items, &n));
	struct view *table = n == 0 ? NULL : view_section(p->v, "TABLE");
	for (size_t i = 0; i < n && i < ROWS; i++)
		show_item(p, table, b, &items[i]);
	if (n == 0)
		view_show(p->v, "NOTHING");
	if (n > ROWS)
		view_text(view_section(p->v, "MORE"), "HREF",
		    list_page_link(l, arena_printf(c->arena, "%" PRId64, items[ROWS - 1].seq)));
	return OK;
}

static enum err read_state(struct ctx *c, const struct list_head *l)
{
	static const char *const states[] = { "", "failed", "done", "same", "waiting" };

	for (size_t i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i], l->filters[F_STATE].value) == 0)
			return OK;
	return fail(c, ERR_INVALID, "state", "must be failed, done, same or waiting");
}

enum err admin_bulk(struct req *r, struct resp *w)
{
	struct list_kind kind = { .filters = { "state" } };
	int64_t id, after = 0;
	struct list_head l;
	struct bulk b;
	struct page p;

	TRY(req_var_int(r, "id", &id));
	TRY(list_read(r, &kind, &l));
	TRY(read_state(r->ctx, &l));
	TRY(query_int(r, "after", 0, INT64_MAX, &after));
	TRY(bulk_get(r->ctx, id, &b));
	kind.path = here(r->ctx, &b);
	TRY(page_open(&p, r, w, "bulk.html"));
	show_head(&p, &b);
	show_bar(&p, &b);
	show_chips(&l, p.v, &b);
	TRY(show_items(&p, &l, &b, after));
	return page_show(&p, 200, bulk_title(r->ctx->arena, &b));
}

enum err admin_bulk_stop(struct req *r, struct resp *w)
{
	int64_t id;
	struct bulk b;

	TRY(req_var_int(r, "id", &id));
	enum err e = bulk_stop(r->ctx, id, &b);
	if (e != OK && e != ERR_CONFLICT) /* that it has ended is told by the page itself */
		return e;
	return see_other(r, w, "/jobs/bulk/%" PRId64, id);
}

/* ---- those of late */

static void show_row(struct page *p, struct view *table, const struct bulk *b)
{
	struct ctx *c = p->c;
	struct view *row = view_section(table, "ROW");

	view_text(row, "HREF", here(c, b));
	view_text(row, "WHAT", bulk_question(c->arena, b->action, b->total));
	bulk_show_state(row, "STATE", bulk_state(b));
	view_text(row, "SCORE", score(c->arena, b));
	view_text(row, "ACCOUNT", b->account);
	page_time(p, row, "TIME", b->asked_us, TIME_SHORT);
}

enum err admin_bulks(struct req *r, struct resp *w)
{
	struct bulk *list;
	struct page p;
	size_t n;

	TRY(page_open(&p, r, w, "bulks.html"));
	TRY(bulk_list(r->ctx, LATEST, &list, &n));
	struct view *table = n == 0 ? NULL : view_section(p.v, "TABLE");
	for (size_t i = 0; i < n; i++)
		show_row(&p, table, &list[i]);
	if (n == 0)
		view_include(view_section(p.v, "NOTHING"), "LYING_ARM", "parts/lying-arm.html");
	return page_show(&p, 200, "Bulk actions");
}
