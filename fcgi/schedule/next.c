#include "schedule/next.h"

#include "schedule/zone.h"

/*
 * Dkron's scheduler walks through local time, field by field, and on days of daylight saving the
 * walk has habits: it may pass over a day without midnight, or leave one at 23:00 and enter the
 * next at 01:00 without asking whether that day is wanted. We promise its firings, so the walk
 * here takes the same steps in the same order, and no shorter way that is right on other days.
 */

enum { YEARS_AHEAD = 5, STEPS_MAX = 20000 };

struct walk {
	const struct schedule *s;
	int64_t t;             /* seconds UTC */
	struct zone_span span; /* holds t */
	bool aligned;          /* the smaller fields were set to their first value */
	int steps;             /* a bound for zones nobody has thought of */
};

static bool has(uint64_t set, int value)
{
	return set >> value & 1;
}

static void go(struct walk *w, int64_t t)
{
	w->t = t;
	w->steps++;
	if (t < w->span.start || t >= w->span.end)
		w->span = zone_span_at(w->s->zone, t);
}

static int64_t local(const struct walk *w)
{
	return w->t + w->span.offset;
}

static int hour(const struct walk *w)
{
	return (int)(floor_mod(local(w), DAY_S) / HOUR_S);
}

static int minute(const struct walk *w)
{
	return (int)(floor_mod(local(w), HOUR_S) / MINUTE_S);
}

static int second(const struct walk *w)
{
	return (int)floor_mod(local(w), MINUTE_S);
}

/* To the moment when the clocks show the date with the time of day they show now. */
static void go_to_date(struct walk *w, int64_t year, int month, int day, int64_t of_day)
{
	go(w, zone_moment(w->s->zone, civil_days(year, month, day) * DAY_S + of_day));
}

bool next_day_wanted(const struct schedule *s, const struct civil *d)
{
	bool by_day = has(s->month_days, d->day), by_weekday = has(s->weekdays, d->weekday);

	return s->days_either ? by_day || by_weekday : by_day && by_weekday;
}

/* Each to_...() returns false when a larger field turned over and the walk must begin anew. */

static bool to_month(struct walk *w)
{
	struct civil d = civil_at(local(w));

	while (!has(w->s->months, d.month)) {
		if (!w->aligned)
			go_to_date(w, d.year, d.month, 1, 0);
		w->aligned = true;
		d = civil_at(local(w));
		go_to_date(w, d.year, d.month + 1, d.day, floor_mod(local(w), DAY_S));
		d = civil_at(local(w));
		if (d.month == 1)
			return false;
	}
	return true;
}

/* A day may begin at 01:00, or one o'clock may have been taken for 23:00 of the day before. */
static void to_midnight(struct walk *w)
{
	int now = hour(w);

	if (now != 0)
		go(w, w->t + (now > 12 ? 24 - now : -now) * (int64_t)HOUR_S);
}

static bool to_day(struct walk *w)
{
	struct civil d = civil_at(local(w));

	while (!next_day_wanted(w->s, &d)) {
		if (w->steps > STEPS_MAX)
			return false;
		if (!w->aligned)
			go_to_date(w, d.year, d.month, d.day, 0);
		w->aligned = true;
		d = civil_at(local(w));
		go_to_date(w, d.year, d.month, d.day + 1, floor_mod(local(w), DAY_S));
		to_midnight(w);
		d = civil_at(local(w));
		if (d.day == 1)
			return false;
	}
	return true;
}

static bool to_hour(struct walk *w)
{
	while (!has(w->s->hours, hour(w))) {
		if (!w->aligned) {
			int64_t now = local(w);
			go(w, zone_moment(w->s->zone, now - floor_mod(now, HOUR_S)));
		}
		w->aligned = true;
		go(w, w->t + HOUR_S);
		if (hour(w) == 0)
			return false;
	}
	return true;
}

static bool to_minute(struct walk *w)
{
	while (!has(w->s->minutes, minute(w))) {
		if (!w->aligned)
			go(w, w->t - floor_mod(w->t, MINUTE_S));
		w->aligned = true;
		go(w, w->t + MINUTE_S);
		if (minute(w) == 0)
			return false;
	}
	return true;
}

static bool to_second(struct walk *w)
{
	while (!has(w->s->seconds, second(w))) {
		w->aligned = true;
		go(w, w->t + 1);
		if (second(w) == 0)
			return false;
	}
	return true;
}

static bool next_second(const struct schedule *s, int64_t after, int64_t *next)
{
	struct walk w = { .s = s, .span = zone_span_at(s->zone, after + 1), .t = after + 1 };
	int64_t last_year = civil_at(local(&w)).year + YEARS_AHEAD;

	while (!(to_month(&w) && to_day(&w) && to_hour(&w) && to_minute(&w) && to_second(&w)))
		if (w.steps > STEPS_MAX || civil_at(local(&w)).year > last_year)
			return false;
	*next = w.t;
	return true;
}

bool next_cron(const struct schedule *s, int64_t after_us, int64_t *next_us)
{
	int64_t next;

	return next_second(s, floor_div(after_us, SECOND_US), &next) &&
	       !__builtin_mul_overflow(next, SECOND_US, next_us);
}

/* From the second before; and from 23:00 of the day before, whence the walk may enter a day that
 * it would not have chosen from within. */
bool next_fires(const struct schedule *s, int64_t at)
{
	int64_t today = floor_div(zone_local(s->zone, at), DAY_S) * DAY_S, next;
	int64_t eve = zone_moment(s->zone, today - HOUR_S);

	return (next_second(s, at - 1, &next) && next == at) ||
	       (next_second(s, eve - 1, &next) && next == at);
}
