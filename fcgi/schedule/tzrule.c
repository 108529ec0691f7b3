#include "schedule/tzrule.h"

#include <string.h>

#include "schedule/zone.h"

enum { OFFSET_HOURS_MAX = 24 * 7 }; /* tzcode's limit; POSIX has 24 */

struct cursor {
	const char *at, *end;
};

static char look(const struct cursor *p)
{
	if (p->at == p->end)
		return '\0';
	return *p->at;
}

static bool take(struct cursor *p, char c)
{
	if (look(p) != c)
		return false;
	p->at++;
	return true;
}

static bool take_number(struct cursor *p, int min, int max, int *out)
{
	int n = 0;
	const char *first = p->at;

	for (; look(p) >= '0' && look(p) <= '9'; p->at++) {
		n = n * 10 + (*p->at - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return p->at > first && n >= min;
}

static bool ends_name(char c)
{
	return (c >= '0' && c <= '9') || c == ',' || c == '-' || c == '+' || c == '\0';
}

static bool skip_name(struct cursor *p)
{
	const char *first = p->at;

	if (take(p, '<')) {
		while (p->at < p->end && *p->at != '>')
			p->at++;
		return take(p, '>');
	}
	while (!ends_name(look(p)))
		p->at++;
	return p->at - first >= 3;
}

static bool take_offset(struct cursor *p, int32_t *out)
{
	int hours, minutes = 0, seconds = 0;
	bool negative = take(p, '-');

	if (!negative)
		(void)take(p, '+');
	if (!take_number(p, 0, OFFSET_HOURS_MAX, &hours))
		return false;
	if (take(p, ':') && !take_number(p, 0, 59, &minutes))
		return false;
	if (take(p, ':') && !take_number(p, 0, 59, &seconds))
		return false;
	*out = hours * HOUR_S + minutes * MINUTE_S + seconds;
	if (negative)
		*out = -*out;
	return true;
}

static bool take_day(struct cursor *p, struct tzrule_date *d)
{
	if (take(p, 'J')) {
		d->kind = TZRULE_JULIAN;
		return take_number(p, 1, 365, &d->day);
	}
	if (!take(p, 'M')) {
		d->kind = TZRULE_DAY;
		return take_number(p, 0, 365, &d->day);
	}
	d->kind = TZRULE_WEEKDAY;
	return take_number(p, 1, 12, &d->month) && take(p, '.') && take_number(p, 1, 5, &d->week) &&
	       take(p, '.') && take_number(p, 0, 6, &d->day);
}

static bool take_date(struct cursor *p, struct tzrule_date *d)
{
	if (!take(p, ',') || !take_day(p, d))
		return false;
	d->time = 2 * HOUR_S;
	return !take(p, '/') || take_offset(p, &d->time);
}

/* POSIX writes what to add to local time; we keep what to add to UTC. */
static bool take_zone(struct cursor *p, int32_t *offset)
{
	if (!skip_name(p) || !take_offset(p, offset))
		return false;
	*offset = -*offset;
	return true;
}

static bool take_summer(struct cursor *p, struct tzrule *r)
{
	if (!skip_name(p))
		return false;
	r->has_summer = true;
	r->summer = r->standard + HOUR_S;
	if (look(p) == ',')
		return true;
	if (!take_offset(p, &r->summer))
		return false;
	r->summer = -r->summer;
	return true;
}

bool tzrule_parse(const char *text, size_t size, struct tzrule *out)
{
	struct cursor p = { text, text + size };

	memset(out, 0, sizeof(*out));
	if (!take_zone(&p, &out->standard))
		return false;
	if (p.at == p.end)
		return true;
	return take_summer(&p, out) && take_date(&p, &out->start) && take_date(&p, &out->end) &&
	       p.at == p.end;
}

static int nth_weekday(const struct tzrule_date *d, int64_t year)
{
	int first_weekday = (int)floor_mod(civil_days(year, d->month, 1) + 4, 7);
	int day = (d->day - first_weekday + 7) % 7 + 7 * (d->week - 1);

	return day < civil_days_in(year, d->month) ? day : day - 7;
}

/* Seconds from the start of the year, in UTC, at which the date comes when `offset` is in force. */
static int64_t seconds_of(const struct tzrule_date *d, int64_t year, int32_t offset)
{
	int64_t day = d->day;

	if (d->kind == TZRULE_JULIAN) /* counts no leap day */
		day += (civil_is_leap(year) && d->day >= 60) - 1;
	if (d->kind == TZRULE_WEEKDAY)
		day = civil_days(year, d->month, 1) - civil_days(year, 1, 1) + nth_weekday(d, year);
	return day * DAY_S + d->time - offset;
}

static struct zone_span cut(const struct tzrule *r, int64_t seconds)
{
	int64_t year = civil_at(seconds).year;
	int64_t first = civil_days(year, 1, 1) * DAY_S, last = civil_days(year + 1, 1, 1) * DAY_S;
	int64_t start = first + seconds_of(&r->start, year, r->standard);
	int64_t end = first + seconds_of(&r->end, year, r->summer);
	int32_t outer = r->standard, inner = r->summer;

	if (end < start) { /* the south: the year begins and ends in summer */
		int64_t swap = start;
		start = end;
		end = swap;
		outer = r->summer;
		inner = r->standard;
	}
	if (seconds < start)
		return (struct zone_span){ first, start, outer };
	if (seconds >= end)
		return (struct zone_span){ end, last, outer };
	return (struct zone_span){ start, end, inner };
}

struct zone_span tzrule_span(const struct tzrule *r, int64_t since, int64_t seconds)
{
	if (!r->has_summer)
		return (struct zone_span){ since, INT64_MAX, r->standard };
	return cut(r, seconds);
}
