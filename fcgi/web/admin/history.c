#include "web/admin/history.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/job_stats.h"
#include "web/admin/link.h"

/* Heights of the plots in px: from TOP down to BASE what went well, below it BELOW at most. */
enum { TOP = 12, BASE = 112, BELOW = 18, LABEL_Y = 146 };

struct plot {
	const struct page *p;
	struct view *v;
	double max; /* what reaches TOP */
};

static const char *percent(const struct plot *g, double share)
{
	return arena_printf(g->p->c->arena, "%.2f%%", 100 * share);
}

static void add_bar(const struct plot *g, const char *css, double x, double width, double share)
{
	struct view *bar = view_section(g->v, "BAR");
	double height = share * (BASE - TOP);

	if (height < 2)
		height = 2;
	view_text(bar, "CSS", css);
	view_text(bar, "X", percent(g, x));
	view_text(bar, "WIDTH", percent(g, width));
	view_text(bar, "Y", arena_printf(g->p->c->arena, "%.1f", BASE - height));
	view_text(bar, "HEIGHT", arena_printf(g->p->c->arena, "%.1f", height));
}

static void add_below(const struct plot *g, const char *css, double x, double width, double share)
{
	struct view *bar = view_section(g->v, "BAR");
	double height = share * BELOW;

	view_text(bar, "CSS", css);
	view_text(bar, "X", percent(g, x));
	view_text(bar, "WIDTH", percent(g, width));
	view_int(bar, "Y", BASE + 1);
	view_text(bar, "HEIGHT", arena_printf(g->p->c->arena, "%.1f", height < 3 ? 3 : height));
}

static void add_ring(const struct plot *g, const char *css, double x)
{
	struct view *ring = view_section(g->v, "RING");

	view_text(ring, "CSS", css);
	view_text(ring, "X", percent(g, x));
}

static void add_label(const struct plot *g, double x, const char *words)
{
	struct view *label = view_section(g->v, "LABEL_AT");

	view_text(label, "X", percent(g, x));
	view_text(label, "WORDS", words);
}

static void add_level(const struct plot *g, double share, const char *words)
{
	struct view *level = view_section(g->v, "LEVEL");
	double y = BASE - share * (BASE - TOP);

	view_text(level, "Y", arena_printf(g->p->c->arena, "%.1f", y));
	view_text(level, "TEXT_Y", arena_printf(g->p->c->arena, "%.1f", y + 4));
	view_text(level, "WORDS", words);
}

static void add_share(const struct plot *g, const char *css, struct db_maybe_int64 ms)
{
	struct view *line;

	if (!ms.set || (double)ms.value > g->max)
		return;
	line = view_section(g->v, "SHARE");
	view_text(line, "CSS", css);
	view_text(line, "Y",
	    arena_printf(g->p->c->arena, "%.1f", BASE - (double)ms.value / g->max * (BASE - TOP)));
}

/* ---- the last runs */

static int64_t took_ms(const struct run *run)
{
	return run->started_us.set && run->finished_us.set
		   ? (run->finished_us.value - run->started_us.value) / 1000
		   : 0;
}

static void add_run(const struct plot *g, const struct run *run, double x, double width)
{
	const char *css = words_state(run->state)->css;

	if (strcmp(run->state, "succeeded") == 0)
		add_bar(g, css, x, width, (double)took_ms(run) / g->max);
	else if (strcmp(run->state, "failed") == 0 || strcmp(run->state, "stopped") == 0)
		add_below(g, css, x, width, 1);
	else if (strcmp(run->state, "lost") == 0 || strcmp(run->state, "missed") == 0)
		add_ring(g, css, x + width / 2);
}

/* Under the first run of a day, when there is room for its name. */
static void label_days(const struct plot *g, const struct run *runs, size_t n, double step)
{
	double free_from = 0.04;

	for (size_t i = n; i-- > 0;) {
		int64_t us = runs[i].queued_us;
		double x = 1 - step * ((double)i + 0.5);
		bool first = i + 1 == n || when_day_number(&g->p->clock, us) !=
					       when_day_number(&g->p->clock, runs[i + 1].queued_us);
		if (!first || x < free_from || x > 0.95)
			continue;
		free_from = x + 0.14;
		add_label(g, x, arena_strndup(g->p->c->arena, when_date(&g->p->clock, us), 3));
	}
}

static void show_durations(
    const struct page *p, const struct run *runs, size_t n, const struct job_stats *s)
{
	struct plot g = { .p = p,
		.v = view_include(view_section(p->v, "DURATIONS"), "PLOT", "parts/history.html"),
		.max = 1 };
	double step = 1.0 / HISTORY_RUNS;
	size_t well = 0;

	for (size_t i = 0; i < n; i++) {
		well += strcmp(runs[i].state, "succeeded") == 0;
		if (strcmp(runs[i].state, "succeeded") == 0 && (double)took_ms(&runs[i]) > g.max)
			g.max = (double)took_ms(&runs[i]);
	}
	for (size_t i = 0; i < n; i++)
		add_run(&g, &runs[i], 1 - step * (double)(i + 1), step * 0.6);
	label_days(&g, runs, n, step);
	if (well > 0) {
		add_level(&g, 1, words_span(p->c->arena, (int64_t)g.max * 1000));
		add_level(&g, 0.5, words_span(p->c->arena, (int64_t)(g.max / 2) * 1000));
	}
	add_share(&g, "p50", s->p50_ms);
	add_share(&g, "p95", s->p95_ms);
	view_text(g.v, "LABEL",
	    arena_printf(p->c->arena,
		"How long the last %zu runs took, up to %s; %zu of them succeeded", n,
		words_span(p->c->arena, (int64_t)g.max * 1000), well));
}

/* ---- the last days */

/* "24 Oct", "Thu": what stands before the time. */
static const char *short_day(const struct page *p, int64_t us)
{
	const char *words = when_short(&p->clock, us), *end = strrchr(words, ' ');

	return end == NULL ? "today" : arena_strndup(p->c->arena, words, (size_t)(end - words));
}

static void show_days(const struct page *p, const struct job_stats *s)
{
	struct plot g = { .p = p,
		.v = view_include(view_section(p->v, "DAYS"), "PLOT", "parts/history.html"),
		.max = 1 };
	double step = 1.0 / STATS_DAYS;
	int64_t today = floor_div(p->c->now_us, 86400 * US_PER_S);

	for (size_t i = 0; i < s->n; i++)
		if ((double)s->by_day[i].succeeded > g.max)
			g.max = (double)s->by_day[i].succeeded;
	for (size_t i = 0; i < s->n; i++) {
		const struct job_day *d = &s->by_day[i];
		int64_t ago = today - floor_div(d->day_us, 86400 * US_PER_S);
		double x = 1 - step * (double)(ago + 1);
		int64_t wrong = d->failed + d->lost + d->missed;
		if (d->succeeded > 0)
			add_bar(&g, "succeeded", x, step * 0.6, (double)d->succeeded / g.max);
		if (wrong > 0)
			add_below(&g, "failed", x, step * 0.6,
			    (double)wrong / (double)(wrong + d->succeeded));
		if (ago % 7 == 0 && x < 0.95)
			add_label(&g, x + step * 0.3, short_day(p, d->day_us));
	}
	add_level(&g, 1, words_count(p->c->arena, (int64_t)g.max, "run", "runs"));
	view_text(g.v, "LABEL",
	    arena_printf(p->c->arena,
		"Runs a day in the last %d days: %" PRId64 " succeeded, %" PRId64 " did not",
		STATS_DAYS, s->succeeded, s->failed + s->lost + s->missed));
}

static void show_figures(const struct page *p, const struct job_stats *s)
{
	struct view *v = view_section(p->v, "STATS");
	struct arena *a = p->c->arena;
	int64_t counted = job_stats_counted(s);

	view_int(v, "DAY_COUNT", s->days);
	view_text(v, "RATE", counted == 0 ? "–" : words_rate(a, s->succeeded, counted));
	view_text(v, "P50", s->p50_ms.set ? words_span(a, s->p50_ms.value * 1000) : "–");
	view_text(v, "P95", s->p95_ms.set ? words_span(a, s->p95_ms.value * 1000) : "–");
	if (s->failure_id.set) {
		struct view *last = view_section(v, "FAILURE");
		view_text(last, "HREF", link_run(p->c, s->failure_id.value));
		page_time(p, last, "TIME", s->failure_us.value, TIME_SHORT);
	} else {
		view_show(v, "NO_FAILURE");
	}
}

enum err history_show(const struct page *p, const struct job *job, const struct run *runs, size_t n)
{
	struct job_stats s;

	TRY(job_stats(p->c, job->name, STATS_DAYS, &s));
	show_figures(p, &s);
	show_durations(p, runs, n, &s);
	if (s.n > 0)
		show_days(p, &s);
	return OK;
}
