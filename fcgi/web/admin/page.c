#include "web/admin/page.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "model/outbox.h"
#include "model/task_list.h"
#include "static_names.h"

static void start(struct page *p, struct req *r, struct resp *w, const char *part)
{
	struct ctx *c = r->ctx;

	*p = (struct page){ .r = r, .w = w, .c = c };
	p->clock = (struct clock){ .arena = c->arena, .zone_name = "UTC", .now_us = c->now_us };
	p->frame = view_new(c);
	p->v = view_include(p->frame, "MAIN", part);
}

void page_open_plain(struct page *p, struct req *r, struct resp *w, const char *part)
{
	start(p, r, w, part);
}

/* What the preferences say, else what the browser said by its cookie (signalbox.js). */
static const char *reader_zone(const struct page *p)
{
	const char *said = req_cookie(p->r, "__Host-signalbox-zone");

	return *p->me.timezone != '\0' || said == NULL ? p->me.timezone : said;
}

static void read_in_zone(struct page *p, const char *name)
{
	const struct zone *zone;

	if (zone_find(p->c, name, &zone) != OK || zone == NULL)
		return;
	p->clock.zone = zone;
	p->clock.zone_name = name;
}

enum err page_open(struct page *p, struct req *r, struct resp *w, const char *part)
{
	start(p, r, w, part);
	TRY(account_get(p->c, p->c->actor.account_id, &p->me));
	TRY(task_waits(p->c, &p->waits));
	read_in_zone(p, reader_zone(p));
	return OK;
}

/* ---- the rail */

static void show_current(struct page *p)
{
	static const struct {
		const char *prefix, *section;
	} places[] = { { "/jobs", "AT_JOBS" }, { "/runs", "AT_RUNS" },
		{ "/calendar", "AT_CALENDAR" }, { "/tasks", "AT_TASKS" },
		{ "/requests", "AT_TASKS" }, { "/teams", "AT_TEAMS" },
		{ "/accounts", "AT_ACCOUNTS" }, { "/audit", "AT_AUDIT" },
		{ "/settings", "AT_SETTINGS" } };

	if (strcmp(p->r->path, "/") == 0)
		view_show(p->frame, "AT_OVERVIEW");
	if (strcmp(p->r->path, "/account") == 0 || text_starts(p->r->path, "/account/"))
		view_show(p->frame, "AT_ACCOUNT");
	for (size_t i = 0; i < LENGTH(places); i++)
		if (text_starts(p->r->path, places[i].prefix))
			view_show(p->frame, places[i].section);
}

static const char *engine_name(struct arena *a, const struct engine_state *s)
{
	if (strcmp(s->kind, "dkron") != 0)
		return "Embedded engine"; /* of our own version, which stands in the foot */
	return *s->version == '\0' ? "Dkron" : arena_printf(a, "Dkron %s", s->version);
}

/* "leader n1, 3 servers"; the engine's list of nodes is JSON. */
static const char *engine_nodes(struct ctx *c, const struct engine_state *s)
{
	struct json *nodes;

	if (strcmp(s->kind, "dkron") != 0 ||
	    json_parse(c, s->nodes, strlen(s->nodes), &nodes) != OK)
		return NULL;
	const char *count = words_count(c->arena, (int64_t)json_length(nodes), "node", "nodes");
	return *s->leader == '\0' ? count
				  : arena_printf(c->arena, "leader %s, %s", s->leader, count);
}

/* The worker looks at least every reconcile_s; when it has not for long, nobody knows how the
 * engine is. */
static bool is_old(const struct ctx *c, const struct engine_state *s)
{
	int64_t patience_s = 3 * (c->config == NULL ? 30 : config_int(c->config->reconcile_s)) + 30;

	return c->now_us - s->checked_us > patience_s * US_PER_S;
}

static void show_engine_state(struct page *p, struct view *v, const struct engine_state *s)
{
	struct arena *a = p->c->arena;
	const char *name = engine_name(a, s);

	if (is_old(p->c, s)) {
		view_text(v, "ENGINE_CSS", "late");
		view_text(v, "ENGINE", name);
		view_text(view_section(v, "ENGINE_NOTE"), "NOTE",
		    arena_printf(
			a, "not looked at since %s", when_short(&p->clock, s->checked_us)));
		return;
	}
	view_text(v, "ENGINE_CSS", s->reachable ? "succeeded" : "failed");
	view_text(v, "ENGINE", s->reachable ? name : arena_printf(a, "%s is away", name));
	const char *note = s->reachable ? engine_nodes(p->c, s) : s->reason.text;
	if (note != NULL)
		view_text(view_section(v, "ENGINE_NOTE"), "NOTE", note);
}

static enum err show_engine(struct page *p)
{
	struct ctx *c = p->c;
	struct engine_state s;
	struct outbox_counts n;
	enum err e = engine_state_get(c, &s);
	struct view *v = p->frame;

	if (e == ERR_NOT_FOUND) {
		view_text(v, "ENGINE_CSS", "queued");
		view_text(v, "ENGINE", "Engine not seen yet");
	} else {
		TRY(e);
		show_engine_state(p, v, &s);
		if ((c->actor.admin || c->actor.dashboard) && strcmp(s.kind, "dkron") == 0)
			view_show(v, "DASHBOARD");
	}
	view_show(v, c->actor.admin ? "ENGINE_PAGE" : "NO_ENGINE_PAGE");
	TRY(outbox_counts(c, &n));
	int64_t all = n.pending + n.failing + n.in_sync + n.drifted;
	if (all > 0)
		view_text(view_section(v, "ENGINE_NOTE"), "NOTE",
		    arena_printf(c->arena, "%s of %s in sync", words_number(c->arena, n.in_sync),
			words_count(c->arena, all, "job", "jobs")));
	return OK;
}

static enum err show_rail(struct page *p)
{
	show_current(p);
	if (p->me.admin)
		view_show(p->frame, "FOR_ADMINS");
	view_text(p->frame, "ME", p->me.name);
	if (p->waits > 0)
		view_text(view_section(p->frame, "WAITING"), "COUNT",
		    words_number(p->c->arena, p->waits));
	return show_engine(p);
}

/* ---- the whole */

static void show_head(struct page *p, const char *title)
{
	struct view *v = p->frame;
	bool chosen = p->me.id != 0 && strcmp(p->me.theme, "system") != 0;

	view_text(v, "TITLE", title);
	view_text(v, "NOW", time_rfc3339(p->c->arena, p->c->now_us));
	view_text(v, "ZONE", p->clock.zone_name);
	if (p->me.id != 0 && !p->me.shortcuts)
		view_show(v, "KEYS_OFF");
	if (chosen)
		view_text(view_section(v, "THEME"), "NAME", p->me.theme);
	struct view *head = view_include(v, "HEAD", "parts/head.html");
	view_text(head, "CSS", STATIC_CSS);
	view_text(head, "JS", STATIC_JS);
	view_text(head, "ICON", STATIC_ICON);
	view_text(v, "VERSION", SIGNALBOX_VERSION);
	view_text(v, "REQUEST", p->c->req_id);
	view_text(v, "CSRF", p->r->csrf);
	view_include(v, "MARK", "parts/mark.html");
}

enum err page_show(struct page *p, int status, const char *title)
{
	bool plain = p->me.id == 0;

	show_head(p, title);
	if (!plain)
		TRY(show_rail(p));
	p->w->status = status;
	p->w->type = "text/html; charset=utf-8";
	resp_header(p->r, p->w, "Cache-Control", "no-store");
	return view_render(p->frame, plain ? "plain.html" : "page.html", &p->w->body);
}

const char *page_sentence(struct ctx *c, const struct fault *fault)
{
	static const char *const labels[][2] = { { "timezone", "Time zone" }, { "theme", "Theme" },
		{ "name", "Name" }, { "scope", "Scope" }, { "days", "Expires after, days" },
		{ "current", "Password now" }, { "password", "New password" },
		{ "email", "E-mail" }, { "account", "Account" }, { "role", "Role" },
		{ "description", "What it is for" }, { "keep_days", "Keep runs, days" },
		{ "keep_runs", "Keep runs of a job" }, { "team", "Team" }, { "quota", "Size" },
		{ "max_jobs", "Jobs" }, { "min_interval_s", "Seconds between fires" },
		{ "max_running", "Runs at the same time" } };
	const char *label = fault->field;

	if (label == NULL)
		return fault->detail;
	for (size_t i = 0; i < LENGTH(labels); i++)
		if (strcmp(label, labels[i][0]) == 0)
			label = labels[i][1];
	return arena_printf(c->arena, "%s: %s", label, fault->detail);
}

void page_not_done(const struct page *p, const char *detail)
{
	view_text(view_include(view_section(p->v, "NOT_DONE"), "NOTICE", "parts/not-done.html"),
	    "DETAIL", detail);
}

void page_wrong(
    struct view *v, const char *what, const char *name, const char *label, const char *detail)
{
	struct view *wrong = view_include(view_section(v, "WRONG"), "NOTICE", "parts/wrong.html");

	view_text(wrong, "WHAT", what);
	if (label == NULL) {
		view_text(view_section(wrong, "WHOLE"), "TEXT", detail);
		return;
	}
	struct view *item = view_section(wrong, "ITEM");
	view_text(item, "NAME", name);
	view_text(item, "LABEL", label);
	view_text(item, "DETAIL", detail);
}

enum err page_done(struct page *p)
{
	static const struct {
		const char *name, *sentence;
	} sentences[] = {
		{ "saved", "Saved" },
		{ "reissued", "A new token is on its way, and the former one is dead" },
		{ "made", "The job is created" },
		{ "asked", "The request is made" },
		{ "at-once", "It is done: nobody has to approve it any more" },
		{ "acknowledged", "Acknowledged" },
		{ "acknowledged-before", "It was acknowledged already" },
		{ "nothing-acknowledged", "Nothing was picked that was not acknowledged" },
		{ "changed", "The request is changed, and checked anew" },
		{ "approved", "Approved" },
		{ "rejected", "Rejected" },
		{ "withdrawn", "The request is withdrawn" },
		{ "commented", "Your comment stands on the way of the request" },
		{ "enabled", "The job is enabled" },
		{ "disabled", "The job is disabled" },
		{ "deleted", "The job is deleted" },
		{ "imported", "The jobs are imported" },
		{ "restored", "The revision is restored, as a new one" },
		{ "adopted", "What the engine has is adopted" },
		{ "reverted", "Ours is written to the engine again" },
		{ "resync", "All jobs are being compared with the engine" },
		{ "deleted-jobs", "The finished jobs are deleted" },
		{ "taken-back", "The run is taken back" },
		{ "revoked", "Revoked" },
		{ "unchannelled", "Nobody is told there any more" },
		{ "leaving", "On its way: how it ends stands in the list" },
		{ "team-deleted", "The team is deleted" },
		{ "password-set", "The password is set; every session has ended" },
		{ "password", "The password is changed; every other session is signed out" },
	};
	const char *done = "";

	TRY(query_text(p->r, "done", &done));
	for (size_t i = 0; i < LENGTH(sentences); i++) {
		if (strcmp(done, sentences[i].name) != 0)
			continue;
		struct view *v = view_section(p->frame, "TOAST");
		view_text(v, "SENTENCE", sentences[i].sentence);
		view_text(v, "PAGE", p->r->path);
	}
	return OK;
}

bool page_option(struct view *v, const char *value, const char *label, const char *now)
{
	struct view *option = view_section(v, "OPTION");
	bool chosen = strcmp(value, now) == 0;

	view_text(option, "VALUE", value);
	view_text(option, "LABEL", label);
	if (chosen)
		view_show(option, "SELECTED");
	return chosen;
}

void page_time(const struct page *p, struct view *v, const char *name, int64_t us, int how)
{
	struct view *t = view_include(v, name, "parts/time.html");
	const struct clock *k = &p->clock;

	view_text(t, "AT", time_rfc3339(p->c->arena, us));
	view_text(t, "EXACT",
	    p->also.zone == NULL ? when_exact(k, us)
				 : arena_printf(p->c->arena, "%s · %s %s", when_exact(k, us),
				       when_seconds(&p->also, us), p->also.zone_name));
	if ((how & TIME_RELATIVE) != 0)
		view_show(t, "REL");
	if ((how & TIME_FOCUS) != 0)
		view_show(t, "FOCUS");
	view_text(t, "SHORT",
	    (how & TIME_RELATIVE) != 0  ? when_relative(k, us)
	    : (how & TIME_DAY) != 0     ? when_calendar(k, us)
	    : (how & TIME_SECONDS) != 0 ? when_seconds(k, us)
					: when_short(k, us));
}

void page_coming(const struct page *p, struct view *v, const char *name, int64_t us, int how)
{
	bool whole_minute = us % (60 * US_PER_S) == 0;

	page_time(p, v, name, us, whole_minute ? how : how | TIME_SECONDS);
}

void page_fire(const struct page *p, struct view *v, int64_t us)
{
	page_time(p, v, "DAY", us, TIME_DAY);
	view_text(v, "CLOCK", when_clock(&p->clock, us));
}

void page_also(struct page *p, const char *zone_name)
{
	const struct zone *zone;

	p->also.zone = NULL;
	if (zone_find(p->c, zone_name, &zone) == OK && zone != p->clock.zone)
		p->also = (struct clock){ p->c->arena, zone, zone_name, p->c->now_us };
}

void page_state(struct view *v, const char *name, const char *state)
{
	struct view *s = view_include(v, name, "parts/state.html");
	const struct state_words *words = words_state(state);

	view_text(s, "CSS", words->css);
	view_text(s, "WORD", words->word);
}

void page_audit(const struct page *p, const char *kind, const char *name)
{
	struct arena *a = p->c->arena;

	if (!p->c->actor.admin)
		return;
	struct view *v = view_section(p->v, "AUDIT");
	view_text(v, "HREF",
	    arena_printf(
		a, "/audit?object=%s", text_urlencode(a, arena_printf(a, "%s:%s", kind, name))));
	view_text(v, "BY_HREF", arena_printf(a, "/audit?actor=%s", text_urlencode(a, name)));
}
