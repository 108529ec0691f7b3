#include "schedule/shortest.h"

#include "schedule/fields.h"
#include "schedule/next.h"
#include "schedule/sets.h"
#include "schedule/zone.h"

/* The calendar comes round in 28 years (but for centuries without a leap year), and the rules of a
 * zone, for what heeds no dates, each year. */
enum { CYCLE_MONTHS = 28 * 12, CYCLE_DAYS = 28 * 366, RULES_DAYS = 3 * 366, ROUND_MAX = 12 };
#define LAST_S INT64_C(253402300799) /* the end of 9999: sums of microseconds stay in range */

struct search {
	const struct schedule *s;
	int64_t least, below;  /* seconds; least 0: none so far */
	int64_t calm;          /* the least while nobody touches the clocks */
	int64_t a_day, within; /* from the first fire of a day to the last, and on to the next */
	int64_t from_us;
};

/* The clocks go from one offset to another. */
struct change {
	int64_t at;
	int32_t before, after;
};

static int64_t bound(const struct search *q)
{
	return q->least < q->below ? q->least : q->below;
}

static void take(struct search *q, int64_t gap)
{
	if (gap > 0 && (q->least == 0 || gap < q->least))
		q->least = gap;
}

/* The smallest distance of two neighbours; 0 for fewer than two. */
static int closest(uint64_t set)
{
	int least = 0, last = -1;

	for (int i = 0; i < 64; i++) {
		if (!(set >> i & 1))
			continue;
		if (last >= 0 && (least == 0 || i - last < least))
			least = i - last;
		last = i;
	}
	return least;
}

/* Dates are of no account when every month and every day of it may do. */
static bool heeds_dates(const struct schedule *s)
{
	return s->months != field_all(MONTH_FIELD) || s->month_days != field_all(DAY_FIELD);
}

static bool is_day(const struct schedule *s, int64_t day)
{
	struct civil d = civil_at(day * DAY_S);

	return (s->months >> d.month & 1) && next_day_wanted(s, &d);
}

/* Bit n: day n of the month that begins on this day is one. */
static uint64_t days_of_month(const struct schedule *s, int64_t first, int count)
{
	int weekday = civil_at(first * DAY_S).weekday;
	uint64_t by_weekday = 0, all = ((UINT64_C(1) << count) - 1) << 1;

	for (int day = 1; day <= count; day++)
		by_weekday |= (s->weekdays >> ((weekday + day - 1) % 7) & 1) << day;
	return all & (s->days_either ? s->month_days | by_weekday : s->month_days & by_weekday);
}

/* Days from one on which it fires to the next; 0: there is one such day at most. */
static int64_t closest_days(const struct schedule *s, int64_t today)
{
	struct civil d = civil_at(today * DAY_S);
	int64_t last = -1, least = 0;

	for (int i = 0; i <= CYCLE_MONTHS && least != 1; i++) {
		int64_t first = civil_days(d.year, d.month + i, 1);
		int month = (d.month - 1 + i) % 12 + 1;
		int64_t count = civil_days(d.year, d.month + i + 1, 1) - first;
		uint64_t days = s->months >> month & 1 ? days_of_month(s, first, (int)count) : 0;
		if (days == 0)
			continue;
		int64_t inner = closest(days), gap = first + set_first(days) - last;
		if (inner > 0 && (least == 0 || inner < least))
			least = inner;
		if (last >= 0 && (least == 0 || gap < least))
			least = gap;
		last = first + set_last(days);
	}
	return least;
}

/* While nobody touches the clocks: two fires are in the same minute, or in neighbouring minutes of
 * those that fire, and so on. */
static void look_at_sets(struct search *q, int64_t today)
{
	const struct schedule *s = q->s;
	int64_t minute = set_last(s->seconds) - set_first(s->seconds);
	int64_t hour = minute + (set_last(s->minutes) - set_first(s->minutes)) * (int64_t)MINUTE_S;
	int64_t day = hour + (set_last(s->hours) - set_first(s->hours)) * (int64_t)HOUR_S;
	int minutes = closest(s->minutes), hours = closest(s->hours);
	int64_t days = closest_days(s, today);

	take(q, closest(s->seconds));
	take(q, minutes > 0 ? minutes * (int64_t)MINUTE_S - minute : 0);
	take(q, hours > 0 ? hours * (int64_t)HOUR_S - hour : 0);
	q->a_day = day;
	q->within = days > 0 ? days * DAY_S - day : 0;
	take(q, q->within);
	q->calm = q->least;
}

/* The fires on both sides of the change, and those around it: the scheduler's own search says where
 * they are. */
static void look_around(struct search *q, int64_t at)
{
	int64_t before, next, from = at - bound(q) - 1;

	if (!next_cron(q->s, from * SECOND_US, &before))
		return;
	for (int i = 0; i < ROUND_MAX && next_cron(q->s, before, &next); i++, before = next) {
		int64_t gap = (next - before) / SECOND_US;
		if (gap > 0 && gap < q->least) {
			q->least = gap;
			q->from_us = before;
		}
		if (before > (at + HOUR_S) * SECOND_US)
			break;
	}
}

/* Near midnight the scheduler's search has habits of its own (next.c). */
static bool is_near_midnight(const struct change *ch)
{
	int64_t before = floor_mod(ch->at + ch->before, DAY_S);
	int64_t after = floor_mod(ch->at + ch->after, DAY_S);

	return before <= HOUR_S || before >= DAY_S - HOUR_S || after <= HOUR_S ||
	       after >= DAY_S - HOUR_S;
}

/* Where an hour comes twice, two of its fires get closer, and those of no other. */
static bool repeats_fires(const struct search *q, const struct change *ch)
{
	bool any = false;

	for (int64_t t = ch->at + ch->after; t < ch->at + ch->before + MINUTE_S; t += HOUR_S / 2)
		any = any || (q->s->hours >> (floor_mod(t, DAY_S) / HOUR_S) & 1);
	bool single = set_count(q->s->minutes) == 1 && set_count(q->s->seconds) == 1;
	return any && !(single && bound(q) <= ch->before - ch->after);
}

/* Whether a change of the clocks could bring two fires closer than all others. */
static bool matters(const struct search *q, const struct change *ch)
{
	int64_t day = floor_div(ch->at + ch->before, DAY_S);
	int64_t shift = ch->after > ch->before ? ch->after - ch->before : ch->before - ch->after;
	bool is_near = false;

	if (shift == 0)
		return false;
	for (int64_t d = day - 2; d <= day + 2; d++)
		is_near = is_near || is_day(q->s, d);
	if (is_near && is_near_midnight(ch) && bound(q) > DAY_S - q->a_day - shift)
		return true;
	if (ch->after > ch->before)
		return q->calm - shift < bound(q);
	return is_near && repeats_fires(q, ch);
}

static void look_at_changes(struct search *q, int64_t now)
{
	struct zone_span span = zone_span_at(q->s->zone, now);
	int64_t end = now + (heeds_dates(q->s) ? CYCLE_DAYS : RULES_DAYS) * (int64_t)DAY_S;

	while (span.end < end && span.end < LAST_S) {
		struct zone_span after = zone_span_at(q->s->zone, span.end);
		struct change ch = { span.end, span.offset, after.offset };
		if (matters(q, &ch))
			look_around(q, ch.at);
		span = after;
	}
}

int64_t schedule_shortest(
    const struct schedule *s, int64_t now_us, int64_t below_s, int64_t *from_us)
{
	struct search q = { .s = s, .below = below_s };
	int64_t now = floor_div(now_us, SECOND_US);

	*from_us = 0;
	if (schedule_kind(s) == SCHEDULE_EVERY)
		return s->every_us / SECOND_US;
	if (schedule_kind(s) != SCHEDULE_CRON)
		return 0;
	look_at_sets(&q, floor_div(zone_local(s->zone, now), DAY_S));
	if (s->zone != NULL && q.least > 0)
		look_at_changes(&q, now);
	*from_us = q.from_us;
	return q.least;
}
