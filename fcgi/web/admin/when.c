#include "web/admin/when.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
	"Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

static int64_t local_s(const struct clock *k, int64_t us)
{
	return zone_local(k->zone, floor_div(us, US_PER_S));
}

static struct civil civil_of(const struct clock *k, int64_t us)
{
	return civil_at(local_s(k, us));
}

int64_t when_day_number(const struct clock *k, int64_t us)
{
	return floor_div(local_s(k, us), DAY_S);
}

/* What stands before the time: nothing, "Sun " or "1 Dec ". */
static const char *date_part(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us), now = civil_of(k, k->now_us);
	int64_t away = when_day_number(k, us) - when_day_number(k, k->now_us);

	if (away == 0)
		return "";
	if (away >= -6 && away <= 6)
		return arena_printf(k->arena, "%.3s ", days[t.weekday]);
	if (t.year == now.year)
		return arena_printf(k->arena, "%d %.3s ", t.day, months[t.month - 1]);
	return arena_printf(k->arena, "%d %.3s %" PRId64 " ", t.day, months[t.month - 1], t.year);
}

const char *when_short(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);

	return arena_printf(k->arena, "%s%02d:%02d", date_part(k, us), t.hour, t.minute);
}

const char *when_seconds(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);

	return arena_printf(
	    k->arena, "%s%02d:%02d:%02d", date_part(k, us), t.hour, t.minute, t.second);
}

static const char *in_full(struct arena *a, const struct civil *t)
{
	return arena_printf(a, "%.3s %d %.3s %" PRId64 " %02d:%02d:%02d", days[t->weekday], t->day,
	    months[t->month - 1], t->year, t->hour, t->minute, t->second);
}

const char *when_exact(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us), utc = civil_at(floor_div(us, US_PER_S));
	const char *here = in_full(k->arena, &t);

	if (k->zone == NULL)
		return arena_printf(k->arena, "%s UTC", here);
	return arena_printf(k->arena, "%s %s · %02d:%02d:%02d UTC", here, k->zone_name, utc.hour,
	    utc.minute, utc.second);
}

const char *when_clock(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);
	const char *minute = arena_printf(k->arena, "%02d:%02d", t.hour, t.minute);

	return t.second == 0 ? minute : arena_printf(k->arena, "%s:%02d", minute, t.second);
}

const char *when_weekly(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);

	return arena_printf(k->arena, "%.3s %d", days[t.weekday], t.day);
}

const char *when_monthly(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);

	return arena_printf(k->arena, "%d %.3s", t.day, months[t.month - 1]);
}

const char *when_calendar(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);
	const char *date = arena_printf(
	    k->arena, "%.3s %d %.3s", days[t.weekday], t.day, months[t.month - 1]);

	return t.year == civil_of(k, k->now_us).year
		   ? date
		   : arena_printf(k->arena, "%s %" PRId64, date, t.year);
}

const char *when_date(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us), now = civil_of(k, k->now_us);
	const char *date = arena_printf(
	    k->arena, "%s %d %s", days[t.weekday], t.day, months[t.month - 1]);

	return t.year == now.year ? date : arena_printf(k->arena, "%s %" PRId64, date, t.year);
}

const char *when_day(const struct clock *k, int64_t us)
{
	int64_t away = when_day_number(k, us) - when_day_number(k, k->now_us);
	const char *name = away == 0 ? "Today, " : away == -1 ? "Yesterday, " : "";

	return arena_printf(k->arena, "%s%s", name, when_date(k, us));
}

const char *when_relative(const struct clock *k, int64_t us)
{
	int64_t s = floor_div(us - k->now_us, US_PER_S), n = llabs(s);
	const char *span;

	if (s <= 0 && n < 10)
		return "just now";
	if (n < 60)
		span = arena_printf(k->arena, "%" PRId64 " s", n);
	else if (n < 3600)
		span = arena_printf(k->arena, "%" PRId64 " min", n / 60);
	else if (n < 172800)
		span = arena_printf(k->arena, "%" PRId64 " h", n / 3600);
	else
		span = arena_printf(k->arena, "%" PRId64 " d", n / 86400);
	return s > 0 ? arena_printf(k->arena, "in %s", span)
		     : arena_printf(k->arena, "%s ago", span);
}

const char *when_field(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);
	const char *minute = arena_printf(k->arena, "%04" PRId64 "-%02d-%02dT%02d:%02d", t.year,
	    t.month, t.day, t.hour, t.minute);

	return t.second == 0 ? minute : arena_printf(k->arena, "%s:%02d", minute, t.second);
}

/* `n` digits at *s, which moves behind them and behind the sign that has to follow ('\0': nothing).
 */
static bool take(const char **s, size_t n, int64_t min, int64_t max, char sign, int64_t *out)
{
	char digits[8] = "";

	if (strnlen(*s, n) < n)
		return false;
	memcpy(digits, *s, n);
	if (!text_int64(digits, min, max, out) || (*s)[n] != sign)
		return false;
	*s += sign == '\0' ? n : n + 1;
	return true;
}

static bool take_date(const char **s, char sign, int64_t *day)
{
	int64_t y, m, d;

	if (!take(s, 4, 1970, 9999, '-', &y) || !take(s, 2, 1, 12, '-', &m) ||
	    !take(s, 2, 1, 31, sign, &d) || d > civil_days_in(y, (int)m))
		return false;
	*day = civil_days(y, m, d);
	return true;
}

bool when_parse_date(const struct clock *k, const char *text, int64_t *us)
{
	int64_t day;

	if (!take_date(&text, '\0', &day))
		return false;
	*us = zone_moment(k->zone, day * DAY_S) * US_PER_S;
	return true;
}

const char *when_day_field(const struct clock *k, int64_t us)
{
	struct civil t = civil_of(k, us);

	return arena_printf(k->arena, "%04" PRId64 "-%02d-%02d", t.year, t.month, t.day);
}

int64_t when_day_start(const struct clock *k, int64_t us, int away)
{
	return zone_moment(k->zone, (when_day_number(k, us) + away) * DAY_S) * US_PER_S;
}

int64_t when_hour(const struct clock *k, int64_t us, int64_t hour)
{
	return zone_moment(k->zone, when_day_number(k, us) * DAY_S + hour * HOUR_S) * US_PER_S;
}

int when_weekday(const struct clock *k, int64_t us)
{
	return (civil_of(k, us).weekday + 6) % 7;
}

bool when_parse_field(const struct clock *k, const char *text, int64_t *us)
{
	int64_t day, hour, minute, second = 0;

	if (!take_date(&text, 'T', &day) || !take(&text, 2, 0, 23, ':', &hour))
		return false;
	bool seconds = strlen(text) > 2;
	if (!take(&text, 2, 0, 59, seconds ? ':' : '\0', &minute) ||
	    (seconds && !take(&text, 2, 0, 59, '\0', &second)))
		return false;
	*us = zone_moment(k->zone, day * DAY_S + hour * HOUR_S + minute * MINUTE_S + second) *
	      US_PER_S;
	return true;
}
