#include "web/admin/gantt.h"

#include <string.h>

#include "core/time.h"

enum { TICKS_MAX = 5, A_DAY_S = 86400 };

/* Left and right of the first and the last moment stays a little air, in thousandths of the span.
 */
enum { AIR_LEFT = 10, AIR_RIGHT = 30 };

static const int64_t steps_s[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
	14400, 28800, 86400, 172800, 604800 };

static int64_t end_of(const struct page *p, const struct execution *e)
{
	if (e->finished_us.set)
		return e->finished_us.value;
	return strcmp(e->state, "running") == 0 ? p->c->now_us : e->started_us.value;
}

struct gantt gantt_of(const struct page *p, const struct execution *executions, size_t n)
{
	struct gantt g = { .p = p };

	for (size_t i = 0; i < n; i++) {
		const struct execution *e = &executions[i];
		if (i == 0 || e->started_us.value < g.from_us)
			g.from_us = e->started_us.value;
		if (i == 0 || end_of(p, e) > g.to_us)
			g.to_us = end_of(p, e);
		g.open = g.open || strcmp(e->state, "running") == 0;
	}
	if (g.to_us < g.from_us + US_PER_S)
		g.to_us = g.from_us + US_PER_S;
	int64_t span = g.to_us - g.from_us;
	g.from_us -= span * AIR_LEFT / 1000;
	g.to_us += span * AIR_RIGHT / 1000;
	return g;
}

static const char *percent(const struct gantt *g, int64_t part_us)
{
	double share = 100.0 * (double)part_us / (double)(g->to_us - g->from_us);

	return arena_printf(g->p->c->arena, "%.2f%%", share);
}

static const char *at(const struct gantt *g, int64_t us)
{
	return percent(g, us - g->from_us);
}

/* The axis says the day in its label; beside each other the ticks have room for the clock alone. */
static const char *tick_words(const struct gantt *g, int64_t us, bool days)
{
	return days ? when_short(&g->p->clock, us) : strchr(when_field(&g->p->clock, us), 'T') + 1;
}

static void add_tick(const struct gantt *g, struct view *axis, int64_t us, bool days)
{
	double share = (double)(us - g->from_us) / (double)(g->to_us - g->from_us);
	struct view *tick;

	if (share > 0.9) /* its text would hang over the edge */
		return;
	tick = view_section(axis, "TICK");
	view_text(tick, "X", at(g, us));
	view_text(tick, "WORDS", tick_words(g, us, days));
	if (share > 0.1)
		view_show(tick, "MIDDLE");
}

void gantt_axis(const struct gantt *g, struct view *v, const char *name)
{
	struct view *axis = view_include(v, name, "parts/gantt-axis.html");
	int64_t span_s = (g->to_us - g->from_us) / US_PER_S, step_s = steps_s[0];

	for (size_t i = 1; i < LENGTH(steps_s) && span_s / step_s >= TICKS_MAX; i++)
		step_s = steps_s[i];
	view_text(axis, "LABEL",
	    arena_printf(g->p->c->arena, "Time from %s to %s",
		when_seconds(&g->p->clock, g->from_us), when_seconds(&g->p->clock, g->to_us)));
	int64_t t = (g->from_us / US_PER_S / step_s + 1) * step_s * US_PER_S;
	for (int i = 0; i < TICKS_MAX && t < g->to_us; i++, t += step_s * US_PER_S)
		add_tick(g, axis, t, step_s >= A_DAY_S);
}

static bool went_well(const char *state)
{
	return strcmp(state, "succeeded") == 0 || strcmp(state, "running") == 0;
}

void gantt_bar(const struct gantt *g, struct view *v, const char *name, const struct execution *e)
{
	struct view *bar = view_include(v, name, "parts/gantt-bar.html");
	int64_t start = e->started_us.value, end = end_of(g->p, e);
	double share = (double)(end - start) / (double)(g->to_us - g->from_us);

	view_text(bar, "LABEL",
	    arena_printf(g->p->c->arena, "%s from %s to %s", e->state,
		when_seconds(&g->p->clock, start), when_seconds(&g->p->clock, end)));
	view_text(bar, "CSS", words_state(e->state)->css);
	view_text(bar, "X", at(g, start));
	view_text(bar, "Y", went_well(e->state) ? "3" : "13");
	view_text(bar, "WIDTH", share < 0.01 ? "4" : percent(g, end - start));
	if (g->open)
		view_text(view_section(bar, "PRESENT"), "X", at(g, g->p->c->now_us));
}
