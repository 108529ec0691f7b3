#include "schedule/saving.h"

#include "schedule/fields.h"
#include "schedule/next.h"
#include "schedule/sets.h"
#include "schedule/words.h"
#include "schedule/zone.h"

enum { YEAR_S = 366 * DAY_S, TIMES_LISTED = 4, SPANS_MAX = 64 };
#define LAST_S INT64_C(253402300799) /* the end of 9999: sums of microseconds stay in range */

/* The clocks of a zone going from one offset to another. */
struct change {
	int64_t at; /* seconds UTC */
	int32_t before, after;
};

/* The minutes of a stretch of local time in which a schedule would fire. */
struct minutes {
	int64_t local[TIMES_LISTED]; /* the first of them */
	int64_t last;
	int count;
};

void warnings_add(struct warnings *w, const char *code, const char *message)
{
	if (w->items == NULL)
		w->items = arena_alloc(w->c->arena, WARNINGS_MAX, sizeof(*w->items));
	if (w->count < WARNINGS_MAX)
		w->items[w->count++] = (struct schedule_warning){ .code = code,
			.message = message };
}

void warnings_note(struct warnings *w, const char *code, const char *message)
{
	size_t before = w->count;

	warnings_add(w, code, message);
	if (w->count > before)
		w->items[before].note = true;
}

static bool day_wanted(const struct schedule *s, const struct civil *d)
{
	return (s->months >> d->month & 1) && next_day_wanted(s, d);
}

static bool wanted(const struct schedule *s, int64_t local)
{
	struct civil d = civil_at(local);

	return day_wanted(s, &d) && s->hours >> d.hour & 1 && s->minutes >> d.minute & 1;
}

static struct minutes find(const struct schedule *s, int64_t from, int64_t to)
{
	struct minutes m = { .count = 0 };

	for (int64_t at = from; at < to && at < from + DAY_S; at += MINUTE_S)
		if (wanted(s, at)) {
			if (m.count < TIMES_LISTED)
				m.local[m.count] = at;
			m.last = at;
			m.count++;
		}
	return m;
}

static const char *clock_words(struct ctx *c, int64_t local)
{
	struct civil d = civil_at(local);

	return arena_printf(c->arena, "%02d:%02d", d.hour, d.minute);
}

/* "02:00, 02:20 and 02:40", or the first and the last of many. */
static const char *minutes_words(struct ctx *c, const struct minutes *m)
{
	const char *items[TIMES_LISTED];

	if (m->count > TIMES_LISTED)
		return arena_printf(c->arena, "what lies from %s to %s",
		    clock_words(c, m->local[0]), clock_words(c, m->last));
	for (int i = 0; i < m->count; i++)
		items[i] = clock_words(c, m->local[i]);
	return set_join(c, items, m->count);
}

static bool is_one(const struct minutes *m)
{
	return m->count == 1 || m->count > TIMES_LISTED; /* "what lies from ..." */
}

static const char *day_words(struct ctx *c, const struct schedule *s, const struct change *ch)
{
	return schedule_day_words(c, s->zone, ch->at * SECOND_US);
}

/* True when the day of the change has other firings that are not lost. */
static bool fires_otherwise(const struct schedule *s, const struct change *ch)
{
	int64_t midnight = floor_div(ch->at + ch->before, DAY_S) * DAY_S, next;
	int64_t first = midnight - ch->before, last = midnight + DAY_S - ch->after;

	return next_cron(s, (first - 1) * SECOND_US, &next) && next < last * SECOND_US;
}

static void lint_gap(const struct schedule *s, const struct change *ch, struct warnings *w)
{
	struct minutes m = find(s, ch->at + ch->before, ch->at + ch->after);
	struct ctx *c = w->c;

	if (m.count == 0)
		return;
	warnings_add(w, "dst_skipped",
	    arena_printf(c->arena, "%s: %s %s not exist. The job will not run %s.",
		day_words(c, s, ch), minutes_words(c, &m), is_one(&m) ? "does" : "do",
		fires_otherwise(s, ch) ? "then" : "that day"));
}

static const char *both_moments(
    struct ctx *c, const struct schedule *s, const struct change *ch, int64_t local)
{
	int second = set_first(s->seconds);
	struct civil one = civil_at(local - ch->before + second);
	struct civil two = civil_at(local - ch->after + second);

	return arena_printf(c->arena, "at %02d:%02d and at %02d:%02d UTC", one.hour, one.minute,
	    two.hour, two.minute);
}

static void lint_overlap(const struct schedule *s, const struct change *ch, struct warnings *w)
{
	struct minutes m = find(s, ch->at + ch->after, ch->at + ch->before);
	struct ctx *c = w->c;

	if (m.count == 0)
		return;
	const char *moments = both_moments(c, s, ch, m.local[0]);
	if (m.count > 1)
		moments = arena_printf(
		    c->arena, "both times: %s %s", clock_words(c, m.local[0]), moments);
	warnings_add(w, "dst_doubled",
	    arena_printf(c->arena, "%s: %s %s twice. The job will run %s.", day_words(c, s, ch),
		minutes_words(c, &m), is_one(&m) ? "comes" : "come", moments));
}

/* Where the search goes from 23:00 of the day before; INT64_MAX when nowhere. */
static int64_t after_eve(const struct schedule *s, const struct change *ch)
{
	int64_t next;

	if (!next_cron(s, (ch->at - HOUR_S - 1) * SECOND_US, &next))
		return INT64_MAX;
	return floor_div(next, SECOND_US);
}

/*
 * Where a day begins at 01:00, Dkron's search from the day before goes wrong: it leaves the day
 * out, or enters it without asking whether it is wanted.
 */
static void lint_midnight(const struct schedule *s, const struct change *ch, struct warnings *w)
{
	int64_t begin = ch->at + ch->after, midnight = ch->at + ch->before;
	int64_t end = ch->at + midnight + DAY_S - begin, next = after_eve(s, ch);
	struct civil day = civil_at(begin);
	struct ctx *c = w->c;

	if (floor_mod(midnight, DAY_S) != 0)
		return;
	if (next >= end && find(s, begin, midnight + DAY_S).count > 0)
		warnings_add(w, "dst_skipped",
		    arena_printf(c->arena,
			"%s: the day has no midnight, and Dkron's search then passes over it. The "
			"job will not run that day.",
			day_words(c, s, ch)));
	if (next >= ch->at && next < end && !day_wanted(s, &day))
		warnings_add(w, "dst_doubled",
		    arena_printf(c->arena,
			"%s: the day has no midnight, and Dkron's search then takes it for the day "
			"before. The job will run at %s, on a day that it should not.",
			day_words(c, s, ch), clock_words(c, zone_local(s->zone, next))));
}

/* What runs in every hour takes a change in its stride. */
static bool runs_hourly(const struct schedule *s)
{
	return s->hours == field_all(HOUR_FIELD);
}

static void lint_change(const struct schedule *s, const struct change *ch, struct warnings *w)
{
	if (ch->after > ch->before && !runs_hourly(s))
		lint_gap(s, ch, w);
	if (ch->after < ch->before && !runs_hourly(s))
		lint_overlap(s, ch, w);
	if (ch->after > ch->before)
		lint_midnight(s, ch, w);
}

void saving_lint(const struct schedule *s, int64_t now_us, struct warnings *w)
{
	int64_t now = floor_div(now_us, SECOND_US);
	struct zone_span span = zone_span_at(s->zone, now);

	if (now > LAST_S)
		return;
	for (int i = 0; i < SPANS_MAX && span.end < now + YEAR_S; i++) {
		struct zone_span after = zone_span_at(s->zone, span.end);
		struct change ch = { span.end, span.offset, after.offset };
		if (after.offset != span.offset)
			lint_change(s, &ch, w);
		span = after;
	}
}
