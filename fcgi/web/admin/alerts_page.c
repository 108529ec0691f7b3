#include "web/admin/alerts_page.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "model/alert.h"
#include "model/message.h"
#include "model/team.h"
#include "web/admin/link.h"

enum { MESSAGES = 50 };

const char *alerts_link(struct ctx *c, const char *team, const char *rest)
{
	return arena_printf(c->arena, "/teams/%s/alerts%s", text_urlencode(c->arena, team), rest);
}

static const char *item_link(
    struct ctx *c, const char *team, const char *family, int64_t id, const char *action)
{
	return alerts_link(c, team, arena_printf(c->arena, "/%s%" PRId64 "%s", family, id, action));
}

/* ---- who is told */

static const char *events(struct arena *a, const struct channel *ch)
{
	static const char *const names[] = { "failure", "recovery", "missed" };
	const bool on[] = { ch->on_failure, ch->on_recovery, ch->on_missed };
	const char *words = "";

	for (size_t i = 0; i < LENGTH(names); i++)
		if (on[i])
			words = arena_printf(
			    a, "%s%s%s", words, *words == '\0' ? "" : ", ", names[i]);
	return words;
}

void alerts_state(struct view *v, const struct channel *ch)
{
	bool on = !ch->off_us.set && ch->here;

	view_text(v, "CSS", on ? "in-sync" : "disabled");
	view_text(v, "STATE", on ? "on" : ch->off_us.set ? "off" : "silent");
}

static void show_channel(
    const struct page *p, struct view *table, const struct team *team, const struct channel *ch)
{
	struct ctx *c = p->c;
	struct view *row = view_section(table, "CHANNEL");

	view_text(row, "TARGET", ch->target);
	view_text(row, "KIND", strcmp(ch->kind, "mail") == 0 ? "e-mail" : "webhook");
	view_text(row, "EVENTS", events(c->arena, ch));
	view_text(row, "EDIT", item_link(c, team->name, "", ch->id, ""));
	alerts_state(row, ch);
	if (ch->job.text == NULL) {
		view_show(row, "ALL");
	} else {
		struct view *one = view_section(row, "ONE");
		view_text(one, "NAME", ch->job.text);
		view_text(one, "HREF", link_job(c, ch->job.text, NULL));
	}
	if (ch->off_us.set)
		view_text(view_section(row, "OFF"), "REASON", ch->off_reason.text);
	else if (!ch->here)
		view_text(view_section(row, "OFF"), "REASON", "its job is another team's");
	if (!ch->off_us.set)
		view_text(view_section(row, "MAY_TEST"), "TEST",
		    item_link(c, team->name, "", ch->id, "/test"));
}

static enum err show_channels(const struct page *p, const struct team *team)
{
	struct channel *channels;
	size_t n;

	TRY(channel_list(p->c, team->name, 0, &channels, &n));
	if (n == 0) {
		view_show(p->v, "NO_CHANNELS");
		return OK;
	}
	struct view *table = view_section(p->v, "CHANNELS");
	view_int(table, "COUNT", (int64_t)n);
	for (size_t i = 0; i < n; i++)
		show_channel(p, table, team, &channels[i]);
	return OK;
}

static void show_form(const struct page *p, const struct alerts_note *note)
{
	const struct channel_wish *t = &note->typed;
	const char *field = p->c->fault.field == NULL ? "" : p->c->fault.field;

	view_text(p->v, "NEW_TARGET", note->failed ? t->target : "");
	view_text(p->v, "NEW_JOB", note->failed && t->job != NULL ? t->job : "");
	if (!note->failed || t->on_failure)
		view_show(p->v, "FAILURE");
	if (!note->failed || t->on_recovery)
		view_show(p->v, "RECOVERY");
	if (!note->failed || t->on_missed)
		view_show(p->v, "MISSED");
	if (!note->failed)
		return;
	view_show(p->v, "ADD_OPEN");
	if (t->kind != NULL && strcmp(t->kind, "webhook") == 0)
		view_show(p->v, "IS_WEBHOOK");
	if (strcmp(field, "target") == 0)
		view_show(p->v, "TARGET_BAD");
	if (strcmp(field, "job") == 0)
		view_show(p->v, "JOB_BAD");
}

/* "Address: must be ...", at the form and on top. */
static void show_wrong(
    const struct page *p, const struct alerts_note *note, const struct fault *fault)
{
	static const char *const labels[][2] = { { "target", "Address" }, { "kind", "By" },
		{ "job", "Only for the job" }, { "events", "When a job" } };
	const char *detail = fault->detail;

	if (!note->failed)
		return;
	for (size_t i = 0; fault->field != NULL && i < LENGTH(labels); i++)
		if (strcmp(fault->field, labels[i][0]) == 0)
			detail = arena_printf(p->c->arena, "%s: %s", labels[i][1], fault->detail);
	page_not_done(p, detail);
	view_text(view_section(p->v, "ADD_BAD"), "DETAIL", detail);
}

/* ---- what was sent */

struct wording {
	const char *name, *css, *words;
};

static const struct wording *worded(const struct wording *list, size_t n, const char *name)
{
	static const struct wording none = { "", "queued", "" };

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return &none;
}

static const char *event_words(const char *event)
{
	static const struct wording events[] = { { "failure", "", "Failure of" },
		{ "recovery", "", "Recovery of" }, { "missed", "", "Missed run of" },
		{ "test", "", "Test" } };
	const struct wording *w = worded(events, LENGTH(events), event);

	return *w->words == '\0' ? event : w->words;
}

void alerts_message_state(struct view *v, const struct message *m)
{
	static const struct wording states[] = { { "waiting", "pending", "Waiting" },
		{ "sent", "succeeded", "Sent" }, { "failed", "failed", "Not sent" },
		{ "dropped", "stopped", "Dropped" } };
	const struct wording *w = worded(states, LENGTH(states), m->state);

	view_text(v, "CSS", m->leaving ? "running" : w->css);
	view_text(v, "STATE", m->leaving ? "Leaving" : w->words);
}

static void show_about(const struct page *p, struct view *row, const struct message *m)
{
	if (text_starts(m->about, "job:")) {
		struct view *about = view_section(row, "ABOUT");
		view_text(about, "NAME", m->about + 4);
		view_text(about, "HREF", link_job(p->c, m->about + 4, NULL));
	}
	if (m->run_id.set) {
		struct view *run = view_section(row, "RUN");
		view_int(run, "ID", m->run_id.value);
		view_text(run, "HREF", link_run(p->c, m->run_id.value));
	}
}

static void show_message(
    const struct page *p, struct view *table, const char *team, const struct message *m)
{
	struct view *row = view_section(table, "MESSAGE");
	bool waits = strcmp(m->state, "waiting") == 0;

	alerts_message_state(row, m);
	view_text(row, "WHAT", event_words(m->event));
	show_about(p, row, m);
	view_text(row, "TO", m->target);
	page_time(p, row, "TIME", m->made_us, TIME_RELATIVE);
	view_text(row, "NOTE",
	    m->reason.text != NULL ? m->reason.text
	    : m->attempts > 1      ? arena_printf(p->c->arena, "at attempt %" PRId64, m->attempts)
				   : "");
	if (waits && !m->leaving && m->attempts > 0)
		page_time(p, view_section(row, "AGAIN_AT"), "TIME", m->try_us, TIME_SECONDS);
	if (!waits && m->channel_id.set)
		view_text(view_section(row, "MAY_SEND"), "AGAIN",
		    item_link(p->c, team, "messages/", m->id, "/again"));
}

static void show_pages(const struct page *p, const struct team *team, int64_t after, int64_t last)
{
	struct view *pages = after == 0 && last == 0 ? NULL : view_section(p->v, "PAGES");

	if (after != 0)
		view_text(view_section(pages, "NEWEST"), "HREF",
		    alerts_link(p->c, team->name, "#messages"));
	if (last != 0)
		view_text(view_section(pages, "OLDER"), "HREF",
		    alerts_link(p->c, team->name,
			arena_printf(p->c->arena, "?after=%" PRId64 "#messages", last)));
}

static enum err show_messages(const struct page *p, const struct team *team)
{
	struct message_query query = {
		.team_id = team->id, .limit = MESSAGES + 1, .whole = team->role >= ROLE_MANAGER
	};
	struct message *messages;
	size_t n;

	TRY(query_int(p->r, "after", 1, INT64_MAX, &query.after));
	TRY(message_list(p->c, &query, &messages, &n));
	if (n == 0)
		view_show(p->v, "NO_MESSAGES");
	struct view *table = n == 0 ? NULL : view_section(p->v, "MESSAGES");
	for (size_t i = 0; i < n && i < MESSAGES; i++)
		show_message(p, table, team->name, &messages[i]);
	show_pages(p, team, query.after, n > MESSAGES ? messages[MESSAGES - 1].id : 0);
	return OK;
}

/* ---- the whole */

static void show_lacks(const struct page *p)
{
	const struct config *config = p->c->config;

	if (config->secret_key[0] == '\0')
		view_show(p->v, "NO_KEY");
	if (config->smtp_url[0] != '\0')
		return;
	struct view *v = view_section(p->v, "NO_SERVER");
	if (config->mail_dir[0] == '\0') {
		view_show(v, "NOWHERE");
		return;
	}
	struct view *kept = view_section(v, "KEPT");
	if (p->c->actor.admin)
		view_text(view_section(kept, "FOLDER"), "PATH", config->mail_dir);
}

static void show_secret(const struct page *p, const struct alerts_note *note)
{
	if (note->secret == NULL)
		return;
	struct view *made = view_section(p->v, "MADE");
	view_text(made, "TARGET", note->target);
	view_text(made, "SECRET", note->secret);
}

enum err alerts_page(struct req *r, struct resp *w, int status, const struct alerts_note *note)
{
	struct fault fault = r->ctx->fault;
	struct ctx *c = r->ctx;
	struct team team;
	struct page p;

	TRY(team_named(c, req_var(r, "team"), &team));
	TRY(page_open(&p, r, w, "alerts.html"));
	c->fault = fault;
	view_text(p.v, "TEAM", team.name);
	view_text(p.v, "HERE", alerts_link(c, team.name, ""));
	view_text(p.v, "TEAM_HREF",
	    arena_printf(c->arena, "/teams/%s", text_urlencode(c->arena, team.name)));
	view_show(p.v, team.role >= ROLE_MANAGER ? "MAY_EDIT" : "MAY_SEE");
	show_lacks(&p);
	show_secret(&p, note);
	show_wrong(&p, note, &fault);
	show_form(&p, note);
	TRY(show_channels(&p, &team));
	TRY(show_messages(&p, &team));
	TRY(page_done(&p));
	return page_show(&p, status, arena_printf(c->arena, "Notifications of %s", team.name));
}

/* ---- on the page of a job */

static enum err show_last(const struct page *p, struct view *v, int64_t team_id, int64_t job_id)
{
	struct message_query query = { .team_id = team_id, .job_id = job_id, .limit = 1 };
	struct message *messages;
	size_t n;

	TRY(message_list(p->c, &query, &messages, &n));
	if (n == 0)
		return OK;
	struct view *last = view_section(v, "LAST_MESSAGE");
	alerts_message_state(last, &messages[0]);
	view_text(last, "WHAT", messages[0].event);
	view_text(last, "TO", messages[0].target);
	page_time(p, last, "TIME", messages[0].made_us, TIME_RELATIVE);
	return OK;
}

enum err alerts_of_job(
    const struct page *p, const char *team, int64_t team_id, int64_t job_id, bool notify)
{
	struct view *v = view_section(p->v, "ALERTS");
	struct channel *channels;
	struct alert_state state;
	size_t n, told = 0;

	view_text(v, "ALERTS_HREF", alerts_link(p->c, team, ""));
	TRY(alert_state_get(p->c, job_id, &state));
	if (strcmp(state.state, "ok") != 0) {
		struct view *bad = view_section(v, "ALERT_STATE");
		page_state(bad, "STATE", state.state);
		view_text(
		    bad, "COUNT", words_count(p->c->arena, state.failures, "bad run", "bad runs"));
		page_time(p, bad, "TIME", state.since_us.value, TIME_SHORT);
	}
	TRY(channel_list(p->c, team, job_id, &channels, &n));
	for (size_t i = 0; notify && i < n; i++) {
		if (channels[i].off_us.set)
			continue;
		struct view *to = view_section(v, "TOLD");
		view_text(to, "TARGET", channels[i].target);
		view_text(to, "EVENTS", events(p->c->arena, &channels[i]));
		told++;
	}
	if (!notify)
		view_show(v, "NOT_TOLD");
	else if (told == 0)
		view_show(v, "NOBODY");
	return show_last(p, v, team_id, job_id);
}
