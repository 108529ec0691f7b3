/* When a job fires now, and when it would after a change: two lanes on one axis of time. */

#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "web/admin/task_diff.h"

enum { LISTED = 5, DRAWN = TASK_CHANGE_FIRES - 1, HOUR = 3600, DAY = 24 * HOUR };

/* How much time the axis shows: the shortest that holds what the lists name, so that both lanes say
 * something. */
static const struct scale {
	int64_t length_s, step_s;
	const char *(*label)(const struct clock *k, int64_t us);
	int minor; /* every so manyth label goes first where there is little room; 0: none */
} scales[] = {
	{ HOUR, HOUR / 6, when_clock, 2 },
	{ DAY, 3 * HOUR, when_clock, 2 },
	{ 7 * DAY, DAY, when_weekly, 0 },
	{ 35 * DAY, 7 * DAY, when_monthly, 0 },
	{ 365 * DAY, 61 * DAY, when_monthly, 0 },
};

struct axis {
	const struct page *p;
	const struct scale *scale;
	int64_t from_us, to_us;
};

struct lane_of {
	const char *lane, *list; /* what it is called on the axis, and above the list */
	const struct task_change_side *side;
};

/* ---- the axis */

/* Behind the first day by whole days of the reader's clock, also where one has 23 or 25 hours. */
static int64_t moment(const struct axis *x, int64_t away_s)
{
	if (x->scale->length_s > DAY)
		return when_day_start(&x->p->clock, x->from_us, (int)(away_s / DAY));
	return x->from_us + away_s * US_PER_S;
}

static void fit(struct axis *x, int64_t first_us, int64_t last_us)
{
	for (size_t i = 0; i < LENGTH(scales); i++) {
		int64_t hour_us = (int64_t)HOUR * US_PER_S;
		x->scale = &scales[i];
		x->from_us = x->scale->length_s <= DAY ? first_us - first_us % hour_us
						       : when_day_start(&x->p->clock, first_us, 0);
		x->to_us = moment(x, x->scale->length_s);
		if (last_us < x->to_us)
			return;
	}
}

/* False: nothing fires on either side. */
static bool axis_of(struct axis *x, const struct lane_of *lanes, size_t n)
{
	int64_t first_us = INT64_MAX, last_us = 0;

	for (size_t i = 0; i < n; i++) {
		const struct task_change_side *s = lanes[i].side;
		size_t listed = s->nfires < LISTED ? s->nfires : LISTED;
		if (listed == 0)
			continue;
		if (s->fires_us[0] < first_us)
			first_us = s->fires_us[0];
		if (s->fires_us[listed - 1] > last_us)
			last_us = s->fires_us[listed - 1];
	}
	if (last_us == 0)
		return false;
	fit(x, first_us, last_us);
	return true;
}

static const char *percent(const struct axis *x, double share)
{
	return arena_printf(x->p->c->arena, "%.2f%%", 100 * share);
}

static double share(const struct axis *x, int64_t us)
{
	return (double)(us - x->from_us) / (double)(x->to_us - x->from_us);
}

static void show_ticks(const struct axis *x, struct view *v)
{
	enum { GAP_PERMILLE = 4 };
	const struct scale *s = x->scale;

	for (int64_t i = 0; i * s->step_s < s->length_s; i++) {
		struct view *tick = view_section(v, "TICK");
		int64_t us = moment(x, i * s->step_s);
		view_text(tick, "X", percent(x, share(x, us)));
		view_text(tick, "TEXT_X", percent(x, share(x, us) + GAP_PERMILLE / 1000.0));
		view_text(tick, "WORDS", s->label(&x->p->clock, us));
		if (s->minor != 0 && i % s->minor != 0)
			view_show(tick, "MINOR");
	}
}

/* ---- a side */

static const char *words(struct ctx *c, const struct task_change_side *s)
{
	if (!s->there)
		return "no job";
	if (*s->schedule == '\0')
		return s->disabled ? "not by a schedule, and disabled" : "not by a schedule";
	return s->disabled ? arena_printf(c->arena, "%s, but disabled", s->schedule) : s->schedule;
}

static size_t within(const struct axis *x, const struct task_change_side *s)
{
	size_t n = 0;

	while (n < s->nfires && s->fires_us[n] < x->to_us)
		n++;
	return n;
}

static void show_lane(const struct axis *x, struct view *lanes, const struct lane_of *of)
{
	struct view *v = view_section(lanes, "LANE");
	const struct task_change_side *s = of->side;
	struct arena *a = x->p->c->arena;
	size_t n = within(x, s);

	view_text(v, "HEADLINE", of->lane);
	view_text(v, "WORDS", words(x->p->c, s));
	if (n > DRAWN) {
		struct view *band = view_section(v, "BAND");
		view_text(v, "LABEL", arena_printf(a, "more than %d fires", DRAWN));
		view_text(band, "X", percent(x, share(x, s->fires_us[0])));
		view_text(band, "WIDTH", percent(x, 1 - share(x, s->fires_us[0])));
		return;
	}
	view_text(v, "LABEL", n == 0 ? "no fire" : words_count(a, (int64_t)n, "fire", "fires"));
	for (size_t i = 0; i < n; i++)
		view_text(view_section(v, "FIRE"), "X", percent(x, share(x, s->fires_us[i])));
}

static void show_list(const struct page *p, struct view *v, const struct lane_of *of)
{
	struct view *part = view_section(v, "SIDE");
	const struct task_change_side *s = of->side;

	view_text(part, "HEADLINE", of->list);
	if (s->nfires == 0) {
		const char *says = words(p->c, s);
		bool ended = s->there && !s->disabled && *s->schedule != '\0';
		view_text(view_section(part, "SILENT"), "WORDS",
		    ended ? "it does not fire any more" : says);
		return;
	}
	struct view *list = view_section(part, "LIST");
	for (size_t i = 0; i < s->nfires && i < LISTED; i++)
		page_fire(p, view_section(list, "FIRE"), s->fires_us[i]);
}

/* ---- daylight saving */

static bool is_saving(const struct zone *z, int64_t now_us)
{
	enum { WEEKS = 52 };
	int64_t s = now_us / US_PER_S, ahead = zone_local(z, s) - s;

	for (int i = 1; i <= WEEKS; i++) {
		int64_t then = s + (int64_t)i * 7 * DAY;
		if (zone_local(z, then) - then != ahead)
			return true;
	}
	return false;
}

/* Said only where there is something to fear: a time of day, in a zone whose clocks change. */
static void show_saving(const struct page *p, struct view *v, const struct task_change *change)
{
	const struct json *spec = change->wanted.spec;
	const char *name = json_text(json_get(spec, "timezone"));
	const struct zone *zone;

	if (change->after.nfires == 0 || *name == '\0' ||
	    text_starts(json_text(json_get(spec, "schedule")), "@"))
		return;
	for (size_t i = 0; i < change->nwarnings; i++)
		if (text_starts(change->warnings[i].code, "dst_"))
			return;
	if (zone_find(p->c, name, &zone) == OK && is_saving(zone, p->c->now_us))
		view_text(view_section(v, "SAVING"), "ZONE_NAME", name);
}

/* ---- together */

static bool same_fires(const struct task_change *c)
{
	return c->before.there == c->after.there && c->before.disabled == c->after.disabled &&
	       c->before.nfires == c->after.nfires &&
	       strcmp(c->before.schedule, c->after.schedule) == 0 &&
	       memcmp(c->before.fires_us, c->after.fires_us,
		   c->before.nfires * sizeof(c->before.fires_us[0])) == 0;
}

void task_fires(
    struct page *p, struct view *v, const struct task *t, const struct task_change *change)
{
	const char *now = t->completed ? "Before" : "Now";
	const char *then = t->completed ? "After" : "After approval";
	const struct lane_of both = { arena_printf(p->c->arena, "%s and after", now),
		arena_printf(p->c->arena, "%s and after", now), &change->after },
			     apart[] = { { now, now, &change->before },
				     { "After", then, &change->after } };
	bool same = same_fires(change);
	const struct lane_of *sides = same ? &both : apart;
	const struct json *spec = change->wanted.spec != NULL ? change->wanted.spec
							      : change->wanted.before;
	size_t n = same ? 1 : LENGTH(apart);
	struct axis x = { .p = p };

	if (strcmp(change->kind, "run") == 0)
		return;
	struct view *fires = view_section(v, "FIRES");
	if (axis_of(&x, sides, n)) {
		struct view *lanes = view_section(fires, "LANES");
		show_ticks(&x, lanes);
		for (size_t i = 0; i < n; i++)
			show_lane(&x, lanes, &sides[i]);
	}
	page_also(p, json_text(json_get(spec, "timezone")));
	for (size_t i = 0; i < n; i++)
		show_list(p, fires, &sides[i]);
	p->also.zone = NULL;
	show_saving(p, fires, change);
}
