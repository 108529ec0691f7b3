/* A team's notifications: adding, changing, testing, sending again. */

#include <inttypes.h>
#include <string.h>

#include "model/channel.h"
#include "model/message.h"
#include "web/admin/alerts_page.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

static const char *team_of(const struct req *r)
{
	return req_var(r, "team");
}

static enum err back(struct req *r, struct resp *w, const char *done)
{
	return see_other(r, w, "%s?done=%s", alerts_link(r->ctx, team_of(r), ""), done);
}

enum err admin_alerts(struct req *r, struct resp *w)
{
	return alerts_page(r, w, 200, &(struct alerts_note){ .failed = false });
}

static enum err read_events(struct req *r, struct channel_wish *wish)
{
	TRY(form_flag(r, "on_failure", &wish->on_failure));
	TRY(form_flag(r, "on_recovery", &wish->on_recovery));
	return form_flag(r, "on_missed", &wish->on_missed);
}

static enum err read_new(struct req *r, struct channel_wish *wish)
{
	static const char *const known[] = { "kind", "target", "job", "on_failure", "on_recovery",
		"on_missed", NULL };

	TRY(form_text(r, "target", &wish->target));
	TRY(form_text(r, "kind", &wish->kind));
	TRY(form_maybe(r, "job", &wish->job));
	TRY(read_events(r, wish));
	return form_only(r, known);
}

static enum err add(struct req *r, struct alerts_note *note)
{
	struct channel made;

	TRY(read_new(r, &note->typed));
	TRY(channel_add(r->ctx, team_of(r), &note->typed, &made, &note->secret));
	note->target = made.target;
	return OK;
}

/* With a secret the answer is the page itself: it is kept nowhere to be shown after a redirect. */
enum err admin_alert_add(struct req *r, struct resp *w)
{
	struct alerts_note note = { .typed = { .kind = "", .target = "", .job = "" } };
	enum err e = add(r, &note);

	if (e == OK && note.secret != NULL)
		return alerts_page(r, w, 200, &note);
	if (e == OK)
		return back(r, w, "saved");
	if (e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	note.failed = true;
	note.secret = NULL;
	return alerts_page(r, w, status_of(e), &note);
}

/* ---- one of them */

static enum err find(struct req *r, struct channel *out)
{
	int64_t id, team_id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_manage(r->ctx, team_of(r), &team_id));
	return channel_get(r->ctx, team_of(r), id, out);
}

static void show_one(const struct page *p, const char *team, const struct channel *ch)
{
	struct ctx *c = p->c;
	const char *here = alerts_link(c, team, arena_printf(c->arena, "/%" PRId64, ch->id));

	view_text(p->v, "TEAM", team);
	view_text(p->v, "TARGET", ch->target);
	view_text(p->v, "BY", ch->created_by);
	view_text(p->v, "KIND", strcmp(ch->kind, "mail") == 0 ? "by e-mail" : "by webhook");
	view_text(p->v, "BACK", alerts_link(c, team, ""));
	view_text(p->v, "HERE", here);
	view_text(p->v, "DELETE", arena_printf(c->arena, "%s/delete", here));
	page_time(p, p->v, "SINCE", ch->created_us, TIME_RELATIVE);
	alerts_state(p->v, ch);
	if (ch->job.text == NULL) {
		view_show(p->v, "ALL");
	} else {
		struct view *one = view_section(p->v, "ONE");
		view_text(one, "NAME", ch->job.text);
		view_text(one, "HREF", link_job(c, ch->job.text, NULL));
	}
	if (strcmp(ch->kind, "webhook") == 0)
		view_text(view_section(p->v, "WEBHOOK"), "SECRET",
		    arena_printf(c->arena, "%s/secret", here));
}

static void show_wish(const struct page *p, const struct channel_wish *wish)
{
	if (wish->on_failure)
		view_show(p->v, "FAILURE");
	if (wish->on_recovery)
		view_show(p->v, "RECOVERY");
	if (wish->on_missed)
		view_show(p->v, "MISSED");
	if (!wish->off)
		view_show(p->v, "IS_ON");
}

static enum err page_of_one(
    struct req *r, struct resp *w, int status, const struct channel_wish *wish)
{
	const char *wrong = status == 200 ? NULL : r->ctx->fault.detail;
	struct channel ch;
	struct page p;

	TRY(find(r, &ch));
	TRY(page_open(&p, r, w, "alert.html"));
	show_one(&p, team_of(r), &ch);
	show_wish(&p, wish != NULL ? wish
				   : &(struct channel_wish){ .on_failure = ch.on_failure,
					 .on_recovery = ch.on_recovery,
					 .on_missed = ch.on_missed,
					 .off = ch.off_us.set });
	if (wrong != NULL)
		page_not_done(&p, arena_printf(r->ctx->arena, "When a job: %s", wrong));
	if (ch.off_us.set) {
		struct view *off = view_section(p.v, "OFF");
		page_time(&p, off, "TIME", ch.off_us.value, TIME_SHORT);
		view_text(off, "REASON", ch.off_reason.text);
	}
	return page_show(&p, status, ch.target);
}

enum err admin_alert(struct req *r, struct resp *w)
{
	return page_of_one(r, w, 200, NULL);
}

static enum err save(struct req *r, struct channel_wish *wish)
{
	static const char *const known[] = { "on_failure", "on_recovery", "on_missed", "on", NULL };
	struct channel ch;
	bool on = false;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(read_events(r, wish));
	TRY(form_flag(r, "on", &on));
	TRY(form_only(r, known));
	wish->off = !on;
	return channel_edit(r->ctx, team_of(r), id, wish, &ch);
}

enum err admin_alert_save(struct req *r, struct resp *w)
{
	struct channel_wish wish = { .off = false };
	enum err e = save(r, &wish);

	if (e == OK)
		return back(r, w, "saved");
	return e == ERR_INVALID ? page_of_one(r, w, status_of(e), &wish) : e;
}

enum err admin_alert_delete(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_delete(r->ctx, team_of(r), id));
	return back(r, w, "unchannelled");
}

enum err admin_alert_secret(struct req *r, struct resp *w)
{
	struct alerts_note note = { .failed = false };
	struct channel ch;

	TRY(find(r, &ch));
	TRY(channel_secret_new(r->ctx, team_of(r), ch.id, &note.secret));
	note.target = ch.target;
	return alerts_page(r, w, 200, &note);
}

enum err admin_alert_test(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_test(r->ctx, team_of(r), id));
	return back(r, w, "leaving");
}

enum err admin_message_again(struct req *r, struct resp *w)
{
	struct message m;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(message_again(r->ctx, team_of(r), id, &m));
	return back(r, w, "leaving");
}
