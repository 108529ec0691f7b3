/* One notification: what it says, of which task, who was told, and acknowledging it. */

#include <inttypes.h>
#include <string.h>

#include "model/message.h"
#include "model/notification.h"
#include "web/admin/notifications.h"
#include "web/admin/pages.h"
#include "web/admin/task_page.h"

/* To who may not see it there is none. */
static enum err find(struct req *r, struct notification *out)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	enum err e = notification_get(r->ctx, id, out);
	return e == ERR_FORBIDDEN
		   ? fail(r->ctx, ERR_NOT_FOUND, NULL, "There is no such notification.")
		   : e;
}

static void show_notes(const struct page *p, const struct notification *n)
{
	const struct json *said = json_stored(p->c, n->notes),
			  *list = json_get(said, n->error ? "errors" : "notes");

	for (size_t i = 0; i < json_length(list); i++)
		view_text(view_section(p->v, "NOTE"), "TEXT", json_text(json_at(list, i)));
}

static void show_task(const struct page *p, const struct notification *n)
{
	if (n->task_id.text == NULL) {
		view_show(p->v, "NO_TASK");
		return;
	}
	struct view *task = view_section(p->v, "TASK");
	view_text(task, "HREF", arena_printf(p->c->arena, "/tasks/%s", n->task_id.text));
	view_text(task, "TITLE", n->task_title.text);
	view_text(task, "TYPE", n->task_type.text);
}

static void show_state(const struct page *p, const struct notification *n)
{
	notifications_kind(p->v, n);
	page_time(p, p->v, "SINCE", n->created_us, TIME_RELATIVE | TIME_FOCUS);
	if (!n->acknowledged_us.set) {
		view_text(view_section(p->v, "OPEN"), "HREF",
		    arena_printf(p->c->arena, "/notifications/%" PRId64 "/acknowledge", n->id));
		return;
	}
	struct view *done = view_section(p->v, "DONE");
	const char *by = n->acknowledged_by.text;
	view_text(done, "BY",
	    strcmp(by, "signalbox") == 0 ? "acknowledged by itself"
					 : arena_printf(p->c->arena, "acknowledged by %s", by));
	page_time(p, done, "AT", n->acknowledged_us.value, TIME_SHORT | TIME_FOCUS);
}

static enum err show_told(const struct page *p, const struct notification *n)
{
	struct message *list;
	size_t count = 0;

	if (n->task_id.text != NULL)
		TRY(message_of_notification(p->c, n->task_id.text, n->id, &list, &count));
	if (count == 0)
		view_show(p->v, "NOBODY");
	struct view *told = count > 0 ? view_section(p->v, "TOLD") : NULL;
	for (size_t i = 0; i < count; i++)
		task_mail_row(p, view_section(told, "MAIL"), &list[i]);
	return OK;
}

enum err admin_notification(struct req *r, struct resp *w)
{
	struct notification n;
	struct page p;

	TRY(find(r, &n));
	TRY(page_open(&p, r, w, "notification.html"));
	view_text(p.v, "HEADLINE", notifications_title(&n));
	show_state(&p, &n);
	show_notes(&p, &n);
	show_task(&p, &n);
	TRY(show_told(&p, &n));
	TRY(page_done(&p));
	return page_show(&p, 200, notifications_title(&n));
}

enum err admin_notification_acknowledge(struct req *r, struct resp *w)
{
	struct notification n;
	int64_t done;

	TRY(find(r, &n));
	TRY(notification_acknowledge(r->ctx, &n.id, 1, &done));
	return see_other(r, w, "/notifications/%" PRId64 "?done=%s", n.id,
	    done > 0 ? "acknowledged" : "acknowledged-before");
}
