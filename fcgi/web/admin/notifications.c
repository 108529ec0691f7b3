#include "web/admin/notifications.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "web/admin/list_head.h"
#include "web/admin/pages.h"

enum { WAITING_ROWS = 10 };

static const struct list_kind kind = {
	.path = "/tasks",
	.one = "notification",
	.many = "notifications",
	.filters = { "notifications" },
	.newest_first = true,
};

static const struct which {
	const char *name, *label;
	enum notification_kind kind;
	bool open;
} whiches[] = {
	{ "open", "Not acknowledged", NOTIFICATIONS_ALL, true },
	{ "error", "Errors of these", NOTIFICATIONS_ERROR, true },
	{ "all", "All", NOTIFICATIONS_ALL, false },
};

void notifications_kind(struct view *v, const struct notification *n)
{
	view_text(v, "CSS", n->error ? "failed" : "queued");
	view_text(v, "WORD", n->error ? "Error" : "Note");
}

const char *notifications_title(const struct notification *n)
{
	return n->task_title.text != NULL ? n->task_title.text : "Notification";
}

static void show_row(const struct page *p, struct view *table, const struct notification *n)
{
	struct view *row = view_section(table, "ROW");
	const char *title = n->task_title.text;

	notifications_kind(row, n);
	view_text(row, "TEXT", n->text);
	view_text(row, "PAGE", arena_printf(p->c->arena, "/notifications/%" PRId64, n->id));
	view_text(row, "TITLE", title != NULL ? title : "no task");
	if (n->task_id.text != NULL)
		view_text(view_section(row, "LINKED"), "HREF",
		    arena_printf(p->c->arena, "/tasks/%s", n->task_id.text));
	else
		view_show(row, "PLAIN");
	page_time(p, row, "AGE", n->created_us, TIME_RELATIVE);
	if (!n->acknowledged_us.set) {
		view_int(view_section(row, "PICK"), "ID", n->id);
		return;
	}
	struct view *done = view_section(row, "DONE");
	view_text(done, "BY",
	    strcmp(n->acknowledged_by.text, "signalbox") == 0 ? "by itself"
							      : n->acknowledged_by.text);
	page_time(p, done, "AT", n->acknowledged_us.value, TIME_SHORT);
}

static struct view *show_table(const struct page *p, const struct notification *all, size_t n)
{
	struct view *v = view_section(p->v, "NOTIFICATIONS");
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		show_row(p, v, &all[i]);
		any = any || !all[i].acknowledged_us.set;
	}
	if (any)
		view_show(v, "MAY_PICK");
	return v;
}

static void show_count(const struct page *p, struct view *v, int64_t open)
{
	view_text(v, "OPEN",
	    open == 0 ? "none waits"
		      : arena_printf(
			    p->c->arena, "%s not acknowledged", words_number(p->c->arena, open)));
}

enum err notifications_list(struct page *p, const char *which, const char *after, int64_t open)
{
	const struct which *w = NULL;
	struct list_head head;
	struct notification *all;
	size_t n;

	for (size_t i = 0; i < LENGTH(whiches); i++)
		if (strcmp(whiches[i].name, which) == 0)
			w = &whiches[i];
	if (w == NULL)
		return fail(p->c, ERR_INVALID, "notifications", "must be open, error or all");
	TRY(list_read(p->r, &kind, &head));
	const struct notification_query q = {
		.kind = w->kind, .open = w->open, .after = after, .limit = LIST_ROWS
	};
	TRY(notification_list(p->c, &q, &all, &n, &head.next));
	const struct list_chips row = { &head, p->v, "WHICH", 0, 0, false };
	for (size_t i = 0; i < LENGTH(whiches); i++)
		list_chip(&row, whiches[i].label, LIST_UNCOUNTED, 0, whiches[i].name);
	if (n == 0) {
		view_include(
		    view_section(p->v, "NOTHING_TOLD"), "LYING_ARM", "parts/lying-arm.html");
		return OK;
	}
	struct view *v = show_table(p, all, n);
	show_count(p, v, open);
	list_pages(&head, view_section(v, "PAGED"), n);
	return OK;
}

enum err notifications_waiting(struct page *p, int64_t open)
{
	const struct notification_query q = { .open = true, .limit = WAITING_ROWS };
	struct notification *all;
	const char *next;
	size_t n;

	if (open == 0)
		return OK;
	TRY(notification_list(p->c, &q, &all, &n, &next));
	struct view *v = show_table(p, all, n);
	show_count(p, v, open);
	if (next != NULL)
		view_show(v, "MORE");
	return OK;
}

/* ---- acknowledging */

enum err admin_notifications_acknowledge(struct req *r, struct resp *w)
{
	static const char *const known[] = { "pick", NULL };
	int64_t ids[REQ_PAIRS], done;
	size_t n = 0;

	TRY(form_only(r, known));
	for (size_t i = 0; i < r->nform; i++) {
		if (strcmp(r->form[i].name, "pick") != 0)
			continue;
		if (!text_int64(r->form[i].value, 1, INT64_MAX, &ids[n++]))
			return fail(r->ctx, ERR_INVALID, "pick", "is no number of a notification");
	}
	TRY(notification_acknowledge(r->ctx, ids, n, &done));
	return see_other(r, w, "/tasks?notifications=open&done=%s",
	    done > 0 ? "acknowledged" : "nothing-acknowledged");
}
