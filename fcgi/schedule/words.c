#include "schedule/words.h"

#include <string.h>

#include "schedule/fields.h"
#include "schedule/phrase.h"
#include "schedule/sets.h"
#include "schedule/zone.h"

enum { WORKING_DAYS = 0x3e, DAYS_LISTED = 6 };

static const char *const weekday_words[] = { "Mondays", "Tuesdays", "Wednesdays", "Thursdays",
	"Fridays", "Saturdays", "Sundays" };
static const char *const month_words[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

static const char *ordinal(struct ctx *c, int n)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	int last = n % 10;

	return arena_printf(c->arena, "%d%s", n, endings[last <= 3 && n / 10 != 1 ? last : 0]);
}

static const char *month_word(struct ctx *c, int month)
{
	(void)c;
	return month_words[month - 1];
}

/* 1 is Monday and 7 Sunday, so that a weekend is in one piece. */
static const char *weekday_word(struct ctx *c, int weekday)
{
	(void)c;
	return weekday_words[weekday - 1];
}

static const char *weekdays_words(struct ctx *c, uint64_t set)
{
	uint64_t from_monday = (set & ~UINT64_C(1)) | (set & 1) << 7;

	if (set == WORKING_DAYS)
		return "weekdays";
	return set_words(c, from_monday, weekday_word);
}

/* " in March and October", or nothing for the whole year. */
static const char *in_months(struct ctx *c, const struct schedule *s, const char *word)
{
	if (s->months == field_all(MONTH_FIELD))
		return "";
	return arena_printf(c->arena, " %s %s", word, set_words(c, s->months, month_word));
}

/* "the 1st and 15th", or the step of a long list. */
static const char *day_list(struct ctx *c, uint64_t days)
{
	int step = set_step(days);

	if (step > 1 && set_count(days) > DAYS_LISTED)
		return arena_printf(c->arena, "every %s day from the %s to the %s",
		    ordinal(c, step), ordinal(c, set_first(days)), ordinal(c, set_last(days)));
	return arena_printf(c->arena, "the %s", set_words(c, days, ordinal));
}

static const char *dates(struct ctx *c, const struct schedule *s)
{
	if (set_count(s->month_days) == 1 && set_count(s->months) == 1)
		return arena_printf(c->arena, "every year on %d %s", set_first(s->month_days),
		    month_word(c, set_first(s->months)));
	return arena_printf(c->arena, "on %s%s", day_list(c, s->month_days), in_months(c, s, "of"));
}

/* The days as they stand before a time ("Sundays") or behind a beat (" on Sundays"). */
static const char *days_words(struct ctx *c, const struct schedule *s, bool before)
{
	bool any_day = s->month_days == field_all(DAY_FIELD);
	bool any_weekday = s->weekdays == field_all(WEEKDAY_FIELD);
	const char *weekdays = weekdays_words(c, s->weekdays);

	if (s->days_either ? any_day || any_weekday : any_day && any_weekday)
		return arena_printf(
		    c->arena, "%s%s", before ? "every day" : "", in_months(c, s, "in"));
	if (s->days_either)
		return arena_printf(c->arena, "%son %s and also on %s%s", before ? "" : " ",
		    day_list(c, s->month_days), weekdays, in_months(c, s, "in"));
	if (any_weekday)
		return arena_printf(c->arena, "%s%s", before ? "" : " ", dates(c, s));
	if (before && s->weekdays == WORKING_DAYS)
		weekdays = "every weekday";
	return arena_printf(
	    c->arena, "%s%s%s", before ? "" : " on ", weekdays, in_months(c, s, "in"));
}

static const char *zone_words(const struct schedule *s)
{
	return strcmp(s->zone_name, "Local") == 0 ? "server time" : s->zone_name;
}

static const char *cron_words(struct ctx *c, const struct schedule *s)
{
	struct phrase time = phrase_time(c, s);
	const char *days = days_words(c, s, time.clock), *zone = zone_words(s);

	if (time.clock)
		return arena_printf(c->arena, "%s %s%s%s", days, time.text, *zone ? " " : "", zone);
	if (*zone == '\0' || (time.rhythm && *days == '\0'))
		return arena_printf(c->arena, "%s%s", time.text, days);
	return arena_printf(c->arena, "%s%s, %s", time.text, days, zone);
}

static const char *never_words(struct ctx *c, const struct schedule *s)
{
	bool empty = !s->seconds || !s->minutes || !s->hours || !s->month_days || !s->months ||
		     !s->weekdays;

	if (empty)
		return "never, as a field has no value";
	return arena_printf(c->arena, "never, as there is no such day (%s)", cron_words(c, s));
}

/* "2 hours 30 minutes" into items; returns how many. */
static int duration_items(struct ctx *c, int64_t seconds, int64_t largest, const char *items[4])
{
	static const struct {
		int64_t size;
		const char *name;
	} units[] = { { DAY_S, "day" }, { HOUR_S, "hour" }, { MINUTE_S, "minute" },
		{ 1, "second" } };
	int count = 0;

	for (int i = 0; i < 4; i++) {
		int64_t n = units[i].size > largest ? 0 : seconds / units[i].size;
		if (n == 0)
			continue;
		seconds -= n * units[i].size;
		items[count++] = arena_printf(
		    c->arena, "%lld %s%s", (long long)n, units[i].name, n == 1 ? "" : "s");
	}
	return count;
}

/* Days are left to hours: 24 hours are no day when the clocks change. */
static const char *every_words(struct ctx *c, const struct schedule *s)
{
	const char *items[4];
	int count = duration_items(c, s->every_us / SECOND_US, HOUR_S, items);

	if (count == 1 && items[0][0] == '1' && items[0][1] == ' ')
		return arena_printf(c->arena, "every %s", items[0] + 2);
	return arena_printf(c->arena, "every %s", set_join(c, items, count));
}

const char *schedule_day_words(struct ctx *c, const struct zone *zone, int64_t t_us)
{
	struct civil d = civil_at(zone_local(zone, floor_div(t_us, SECOND_US)));

	return arena_printf(c->arena, "%.3s %d %.3s %lld", weekday_words[(d.weekday + 6) % 7],
	    d.day, month_words[d.month - 1], (long long)d.year);
}

static const char *once_words(struct ctx *c, const struct schedule *s)
{
	struct civil d = civil_at(floor_div(s->at_us, SECOND_US));

	return arena_printf(c->arena, "once, on %s at %s UTC",
	    schedule_day_words(c, NULL, s->at_us),
	    phrase_clock(c, d.hour, d.minute, d.second, d.second != 0));
}

static const char *after_words(struct ctx *c, const struct schedule *s)
{
	const char *items[4];
	int64_t grace_s = (s->latest_us - s->at_us) / SECOND_US;
	int count = grace_s > 0 ? duration_items(c, grace_s, DAY_S, items) : 0;

	if (count == 0)
		return once_words(c, s);
	return arena_printf(
	    c->arena, "%s, or up to %s late", once_words(c, s), set_join(c, items, count));
}

const char *schedule_words(struct ctx *c, const struct schedule *s)
{
	switch (s->kind) {
	case SCHEDULE_CRON:
		return cron_words(c, s);
	case SCHEDULE_EVERY:
		return every_words(c, s);
	case SCHEDULE_AT:
		return once_words(c, s);
	case SCHEDULE_AFTER:
		return after_words(c, s);
	case SCHEDULE_NEVER:
		return never_words(c, s);
	case SCHEDULE_MANUAL:
		break;
	}
	return "only when asked";
}
