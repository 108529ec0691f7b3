#include "core/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t look(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t time_now_us(void)
{
	return look(CLOCK_REALTIME);
}

int64_t time_monotonic_us(void)
{
	return look(CLOCK_MONOTONIC);
}

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define FIRST_S INT64_C(-62167219200)
#define LAST_S  INT64_C(253402300799)

const char *time_rfc3339(struct arena *a, int64_t us)
{
	int64_t fraction = (us % US_PER_S + US_PER_S) % US_PER_S;
	time_t s = (us - fraction) / US_PER_S;
	struct tm tm;
	char tail[8] = "";

	gmtime_r(&s, &tm);
	if (fraction != 0) {
		int n = snprintf(tail, sizeof(tail), ".%06" PRId64, fraction);
		while (tail[n - 1] == '0')
			tail[--n] = '\0';
	}
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tail);
}

/* Takes exactly `n` digits in [min, max] from *s. */
static bool digits(const char **s, int n, int min, int max, int *out)
{
	int value = 0;

	for (int i = 0; i < n; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		value = value * 10 + (**s - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

static bool mark(const char **s, char c)
{
	return *(*s)++ == c;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool fraction(const char **s, int64_t *ns)
{
	int64_t unit = NS_PER_S;

	*ns = 0;
	if (**s != '.')
		return true;
	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
		unit /= 10;
		if (unit == 0)
			return false;
		*ns += unit * (**s - '0');
	}
	return unit < NS_PER_S;
}

static bool zone(const char *s, int64_t *offset_s)
{
	int hours, minutes;
	char sign = *s;

	*offset_s = 0;
	if (*s == 'Z' || *s == 'z')
		return s[1] == '\0';
	if (sign != '+' && sign != '-')
		return false;
	s++;
	if (!digits(&s, 2, 0, 23, &hours) || !mark(&s, ':') || !digits(&s, 2, 0, 59, &minutes) ||
	    *s != '\0')
		return false;
	*offset_s = (int64_t)(sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

/* Each mark() runs only when all before it held, so nothing is read past the NUL. */
static bool parse(const char *s, int64_t *seconds, int64_t *ns)
{
	struct tm tm = { 0 };
	int year, month;
	int64_t offset_s;

	if (!digits(&s, 4, 0, 9999, &year) || !mark(&s, '-') || !digits(&s, 2, 1, 12, &month) ||
	    !mark(&s, '-') || !digits(&s, 2, 1, days_in(year, month), &tm.tm_mday) ||
	    (*s != 'T' && *s != 't'))
		return false;
	s++;
	if (!digits(&s, 2, 0, 23, &tm.tm_hour) || !mark(&s, ':') ||
	    !digits(&s, 2, 0, 59, &tm.tm_min) || !mark(&s, ':') ||
	    !digits(&s, 2, 0, 59, &tm.tm_sec) || !fraction(&s, ns) || !zone(s, &offset_s))
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	*seconds = (int64_t)timegm(&tm) - offset_s;
	return *seconds >= FIRST_S && *seconds <= LAST_S; /* in UTC, too, it has four digits */
}

bool time_parse_rfc3339(const char *s, int64_t *us)
{
	int64_t seconds, ns;

	if (!parse(s, &seconds, &ns))
		return false;
	*us = seconds * US_PER_S + ns / 1000;
	return true;
}

bool time_parse_rfc3339_ns(const char *s, int64_t *ns)
{
	int64_t seconds, rest, whole;

	if (!parse(s, &seconds, &rest) || __builtin_mul_overflow(seconds, NS_PER_S, &whole))
		return false;
	return !__builtin_add_overflow(whole, rest, ns);
}

const char *time_moment(struct arena *a, int64_t us)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t s = (time_t)(us / US_PER_S);
	struct tm t;

	gmtime_r(&s, &t);
	return arena_printf(a, "%d %.3s %02d:%02d UTC", t.tm_mday,
	    months + (size_t)3 * (size_t)t.tm_mon, t.tm_hour, t.tm_min);
}
