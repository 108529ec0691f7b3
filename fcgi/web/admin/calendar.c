/* The calendar: a day or a week of runs and coming fires on one time axis, a lane for each job. */

#include "model/calendar.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { LANES = 40, WEEK = 7, LABEL_MAX = 300, FEW_HOURS = 3 };

struct calendar {
	struct page p;
	const char *day, *week, *team, *job, *after_team, *after_job;
	int64_t since_us, until_us;
	bool weekly;
	struct lane *lanes;
	size_t n;
	bool more;
};

/* ---- the window */

static enum err read_day(struct calendar *k, const char *field, const char *text, int64_t *us)
{
	*us = k->p.c->now_us;
	if (*text == '\0')
		return OK;
	if (!when_parse_date(&k->p.clock, text, us))
		return fail(k->p.c, ERR_INVALID, field, "must be a day such as 2026-11-21");
	return OK;
}

static enum err read_window(struct req *r, struct calendar *k)
{
	int64_t us;

	k->day = k->week = k->team = k->job = k->after_team = k->after_job = "";
	TRY(query_text(r, "day", &k->day));
	k->week = NULL;
	TRY(query_text(r, "week", &k->week));
	TRY(query_text(r, "team", &k->team));
	TRY(query_text(r, "job", &k->job));
	TRY(query_text(r, "after_team", &k->after_team));
	TRY(query_text(r, "after_job", &k->after_job));
	k->weekly = k->week != NULL;
	TRY(read_day(k, k->weekly ? "week" : "day", k->weekly ? k->week : k->day, &us));
	if (k->weekly) /* weeks begin on Monday */
		us = when_day_start(&k->p.clock, us, -when_weekday(&k->p.clock, us));
	k->since_us = when_day_start(&k->p.clock, us, 0);
	k->until_us = when_day_start(&k->p.clock, k->since_us, k->weekly ? WEEK : 1);
	return OK;
}

/* ---- addresses */

static const char *link_at(struct calendar *k, bool weekly, int64_t us, const struct lane *after)
{
	const char *day = when_day_field(&k->p.clock, us);
	struct pair filters[] = { { weekly ? "week" : "day", day }, { "team", k->team },
		{ "job", k->job }, { "after_team", after == NULL ? "" : after->team },
		{ "after_job", after == NULL ? "" : after->name } };

	return link_filtered(k->p.c, "/calendar", filters, LENGTH(filters), NULL, NULL);
}

static void show_ways(struct calendar *k)
{
	struct view *v = k->p.v;
	int step = k->weekly ? WEEK : 1;

	view_text(v, "PREVIOUS",
	    link_at(k, k->weekly, when_day_start(&k->p.clock, k->since_us, -step), NULL));
	view_text(v, "NEXT", link_at(k, k->weekly, k->until_us, NULL));
	view_text(v, "TODAY", link_at(k, k->weekly, k->p.c->now_us, NULL));
	view_text(v, "BY_DAY", link_at(k, false, k->since_us, NULL));
	view_text(v, "BY_WEEK", link_at(k, true, k->since_us, NULL));
	view_show(v, k->weekly ? "IS_WEEK" : "IS_DAY");
	view_text(v, "FIELD", k->weekly ? "week" : "day");
	view_text(v, "AT", when_day_field(&k->p.clock, k->since_us));
	view_text(v, "JOB", k->job);
	view_text(v, "UNIT", k->weekly ? "week" : "day");
}

static enum err show_teams(struct calendar *k)
{
	struct team *teams;
	size_t n;

	TRY(team_list(k->p.c, &teams, &n));
	if (n < 2)
		return OK;
	struct view *choice = view_section(k->p.v, "TEAMS");
	for (size_t i = 0; i < n; i++) {
		struct view *option = view_section(choice, "OPTION");
		view_text(option, "NAME", teams[i].name);
		if (strcmp(teams[i].name, k->team) == 0)
			view_show(option, "SELECTED");
	}
	return OK;
}

static void show_title(struct calendar *k)
{
	int64_t hours = (k->until_us - k->since_us) / US_PER_S / 3600;
	struct arena *a = k->p.c->arena;

	view_text(k->p.v, "WINDOW",
	    k->weekly ? arena_printf(a, "Week from %s", when_date(&k->p.clock, k->since_us))
		      : when_day(&k->p.clock, k->since_us));
	if (hours != (k->weekly ? WEEK * 24 : 24))
		view_text(view_section(k->p.v, "SAVING"), "WORDS",
		    arena_printf(a, "The clocks change: this %s has %" PRId64 " hours.",
			k->weekly ? "week" : "day", hours));
}

/* ---- the axis */

static const char *at(const struct calendar *k, int64_t us)
{
	double share = (double)(us - k->since_us) / (double)(k->until_us - k->since_us);

	return arena_printf(k->p.c->arena, "%.2f%%", 100 * (share < 0 ? 0 : share > 1 ? 1 : share));
}

static void add_tick(
    struct calendar *k, struct view *axis, int64_t us, const char *words, bool minor)
{
	struct view *tick = view_section(axis, "TICK");

	view_text(tick, "X", at(k, us));
	view_text(tick, "WORDS", words);
	if (minor)
		view_show(tick, "MINOR");
}

static void show_axis(struct calendar *k, struct view *lanes)
{
	struct clock *clock = &k->p.clock;
	struct arena *a = k->p.c->arena;

	for (int i = 1; k->weekly && i < WEEK; i++) {
		int64_t us = when_day_start(clock, k->since_us, i);
		add_tick(k, lanes, us, arena_printf(a, "%.3s", when_date(clock, us)), i % 2 == 0);
	}
	for (int hour = FEW_HOURS; !k->weekly && hour < 24; hour += FEW_HOURS)
		add_tick(k, lanes, when_hour(clock, k->since_us, hour),
		    arena_printf(a, "%02d:00", hour), hour % (2 * FEW_HOURS) != 0);
	if (k->p.c->now_us > k->since_us && k->p.c->now_us < k->until_us)
		view_text(view_section(lanes, "NOW"), "X", at(k, k->p.c->now_us));
}

/* ---- a lane */

static const char *wide(const struct calendar *k, int64_t from_us, int64_t to_us)
{
	double share = (double)(to_us - from_us) / (double)(k->until_us - k->since_us);

	return share < 0.006 ? "4" : arena_printf(k->p.c->arena, "%.2f%%", 100 * share);
}

static void add_run(struct calendar *k, struct view *lane, const struct lane_run *run)
{
	bool ring = strcmp(run->state, "lost") == 0 || strcmp(run->state, "missed") == 0;
	bool well = strcmp(run->state, "succeeded") == 0 || strcmp(run->state, "running") == 0 ||
		    strcmp(run->state, "queued") == 0;
	int64_t end_us = run->finished_us.set ? run->finished_us.value : k->p.c->now_us;
	struct view *v = view_section(lane, ring ? "RING" : "BAR");

	view_text(v, "CSS", words_state(run->state)->css);
	view_text(v, "X", at(k, run->started_us));
	if (ring)
		return;
	view_int(v, "Y", well ? 4 : 15);
	view_text(
	    v, "WIDTH", wide(k, run->started_us, end_us < k->until_us ? end_us : k->until_us));
}

static void add_band(
    struct calendar *k, struct view *lane, const char *css, int64_t from_us, int64_t to_us)
{
	struct view *band = view_section(lane, "BAND");

	view_text(band, "CSS", css);
	view_text(band, "X", at(k, from_us));
	view_text(band, "WIDTH", wide(k, from_us, to_us));
}

static size_t count(const struct lane *l, const char *state)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nruns; i++)
		n += strcmp(l->runs[i].state, state) == 0;
	return n;
}

/* Everything that the lane shows, in words. */
static const char *told(const struct calendar *k, const struct lane *l)
{
	static const char *const states[] = { "succeeded", "failed", "running", "queued", "stopped",
		"lost", "missed" };
	struct arena *a = k->p.c->arena;
	const char *all = l->often ? arena_printf(a, "more than %d runs", LANE_MAX) : "";

	for (size_t i = 0; i < LENGTH(states); i++)
		if (count(l, states[i]) > 0)
			all = arena_printf(
			    a, "%s%s%zu %s", all, *all ? ", " : "", count(l, states[i]), states[i]);
	if (l->fires_often)
		return arena_printf(
		    a, "%s%smore than %d fires to come", all, *all ? "; " : "", LANE_MAX);
	if (l->nfires > 0)
		return arena_printf(a, "%s%s%s to come", all, *all ? "; " : "",
		    words_count(a, (int64_t)l->nfires, "fire", "fires"));
	return *all ? all : "nothing ran, and nothing is to come";
}

static void show_lane(struct calendar *k, struct view *lanes, const struct lane *l, bool first)
{
	struct view *v = view_section(lanes, "LANE");

	if (first)
		view_text(view_section(v, "TEAM_BEGINS"), "NAME", l->team);
	view_text(v, "NAME", l->name);
	view_text(v, "HREF", link_job(k->p.c, l->name, NULL));
	view_text(v, "LABEL", told(k, l));
	if (l->often)
		add_band(k, v, "", l->first_us, l->last_us);
	for (size_t i = 0; i < l->nruns; i++)
		add_run(k, v, &l->runs[i]);
	if (l->fires_often)
		add_band(k, v, "to-come", l->fires[0], k->until_us);
	for (size_t i = 0; !l->fires_often && i < l->nfires; i++)
		view_text(view_section(v, "FIRE"), "X", at(k, l->fires[i]));
}

static void show_lanes(struct calendar *k)
{
	struct view *lanes = view_section(k->p.v, "LANES");

	show_axis(k, lanes);
	for (size_t i = 0; i < k->n; i++)
		show_lane(k, lanes, &k->lanes[i],
		    i == 0 || strcmp(k->lanes[i].team, k->lanes[i - 1].team) != 0);
	if (k->more)
		view_text(view_section(k->p.v, "MORE"), "HREF",
		    link_at(k, k->weekly, k->since_us, &k->lanes[k->n - 1]));
	if (*k->after_job != '\0')
		view_text(view_section(k->p.v, "FIRST"), "HREF",
		    link_at(k, k->weekly, k->since_us, NULL));
	view_text(k->p.v, "SHOWN", words_count(k->p.c->arena, (int64_t)k->n, "job", "jobs"));
}

enum err admin_calendar(struct req *r, struct resp *w)
{
	struct calendar k = { .n = 0 };

	TRY(page_open(&k.p, r, w, "calendar.html"));
	TRY(read_window(r, &k));
	TRY(calendar_read(r->ctx,
	    &(struct calendar_query){ .team = *k.team ? k.team : NULL,
		.job = *k.job ? k.job : NULL,
		.since_us = k.since_us,
		.until_us = k.until_us,
		.after_team = k.after_team,
		.after_job = k.after_job,
		.limit = LANES },
	    &k.lanes, &k.n, &k.more));
	show_ways(&k);
	show_title(&k);
	TRY(show_teams(&k));
	if (k.n > 0)
		show_lanes(&k);
	else
		view_include(view_section(k.p.v, "NOTHING"), "LYING_ARM", "parts/lying-arm.html");
	return page_show(&k.p, 200, "Calendar");
}
