#include "schedule/literal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "schedule/civil.h"

#define NANO      UINT64_C(1)
#define MICRO     (1000 * NANO)
#define MILLI     (1000 * MICRO)
#define SECOND    (1000 * MILLI)
#define MINUTE    (60 * SECOND)
#define HOUR      (60 * MINUTE)
#define DAY       (24 * HOUR)
#define GO_LIMIT  (UINT64_C(1) << 63)
#define TWO_TO_63 9223372036854775808.0

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes `least` to `most` digits; false when there are fewer, or the number lies outside. */
static bool take_digits(const char **p, int least, int most, int min, int max, int *out)
{
	int n = 0, count = 0;

	for (; count < most && is_digit(**p); count++)
		n = n * 10 + (*(*p)++ - '0');
	*out = n;
	return count >= least && n >= min && n <= max;
}

static bool take(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool take_date(const char **p, int64_t *days)
{
	int year, month, day;

	if (!take_digits(p, 4, 4, 0, 9999, &year) || !take(p, '-') ||
	    !take_digits(p, 2, 2, 1, 12, &month) || !take(p, '-') ||
	    !take_digits(p, 2, 2, 1, civil_days_in(year, month), &day))
		return false;
	*days = civil_days(year, month, day);
	return true;
}

static bool take_clock(const char **p, int64_t *seconds)
{
	int hour, minute, second;

	if (!take_digits(p, 1, 2, 0, 23, &hour) || !take(p, ':') ||
	    !take_digits(p, 2, 2, 0, 59, &minute) || !take(p, ':') ||
	    !take_digits(p, 2, 2, 0, 59, &second))
		return false;
	*seconds = hour * HOUR_S + minute * MINUTE_S + second;
	return true;
}

/* A fraction may be missing; digits past the sixth say nothing to us. */
static int64_t take_micros(const char **p)
{
	int64_t us = 0;

	if ((**p != '.' && **p != ',') || !is_digit((*p)[1]))
		return 0;
	(*p)++;
	for (int64_t worth = SECOND_US / 10; is_digit(**p); (*p)++, worth /= 10)
		us += worth * (**p - '0');
	return us;
}

static bool take_offset(const char **p, int64_t *seconds)
{
	int hours, minutes;
	bool west = **p == '-';

	*seconds = 0;
	if (take(p, 'Z'))
		return true;
	if ((!take(p, '+') && !take(p, '-')) || !take_digits(p, 2, 2, 0, 24, &hours) ||
	    !take(p, ':') || !take_digits(p, 2, 2, 0, 60, &minutes))
		return false;
	*seconds = hours * HOUR_S + minutes * MINUTE_S;
	if (west)
		*seconds = -*seconds;
	return true;
}

bool literal_moment(const char *text, int64_t *out_us)
{
	int64_t days, clock, offset;

	if (!take_date(&text, &days) || !take(&text, 'T') || !take_clock(&text, &clock))
		return false;
	int64_t us = take_micros(&text);
	if (!take_offset(&text, &offset) || *text != '\0')
		return false;
	*out_us = (days * DAY_S + clock - offset) * SECOND_US + us;
	return true;
}

/* False when the number passes 2^63, where Go stops as well. */
static bool take_whole(const char **p, uint64_t *out)
{
	uint64_t n = 0;

	for (; is_digit(**p); (*p)++) {
		if (n > GO_LIMIT / 10)
			return false;
		n = n * 10 + (uint64_t)(**p - '0');
		if (n > GO_LIMIT)
			return false;
	}
	*out = n;
	return true;
}

/* The digits behind a point as digits / scale; those past the range are dropped. */
static void take_fraction(const char **p, uint64_t *digits, double *scale)
{
	bool full = false;

	*digits = 0;
	*scale = 1;
	for (; is_digit(**p); (*p)++) {
		full = full || *digits > (GO_LIMIT - 1) / 10;
		uint64_t next = full ? 0 : *digits * 10 + (uint64_t)(**p - '0');
		full = full || next > GO_LIMIT;
		if (full)
			continue;
		*digits = next;
		*scale *= 10;
	}
}

static bool take_unit(const char **p, uint64_t *out)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ns", NANO },
		{ "us", MICRO },
		{ "\u00b5s", MICRO },
		{ "\u03bcs", MICRO },
		{ "ms", MILLI },
		{ "s", SECOND },
		{ "m", MINUTE },
		{ "h", HOUR },
	};
	size_t size = strcspn(*p, ".0123456789");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == size && memcmp(units[i].name, *p, size) == 0) {
			*p += size;
			*out = units[i].ns;
			return true;
		}
	return false;
}

static bool take_part(const char **p, uint64_t *out)
{
	const char *first = *p;
	uint64_t whole, fraction = 0, unit;
	double scale = 1;

	if (!take_whole(p, &whole))
		return false;
	size_t digits = (size_t)(*p - first);
	if (take(p, '.')) {
		first = *p;
		take_fraction(p, &fraction, &scale);
		digits += (size_t)(*p - first);
	}
	if (digits == 0 || !take_unit(p, &unit) || whole > GO_LIMIT / unit)
		return false;
	*out = whole * unit + (uint64_t)((double)fraction * ((double)unit / scale));
	return *out <= GO_LIMIT;
}

bool literal_duration(const char *text, int64_t *out_ns)
{
	uint64_t sum = 0, part;
	bool negative = *text == '-';

	if (!take(&text, '-'))
		(void)take(&text, '+');
	if (*text == '\0')
		return false;
	if (strcmp(text, "0") != 0)
		while (*text != '\0') {
			if (!take_part(&text, &part))
				return false;
			sum += part;
			if (sum > GO_LIMIT)
				return false;
		}
	if (sum == GO_LIMIT && !negative)
		return false;
	*out_ns = (int64_t)(negative ? -sum : sum);
	return true;
}

/* Adds "<digits><letter>" when it is there; false when its number is too large. */
static bool take_count(const char **p, char letter, uint64_t worth, uint64_t *sum)
{
	const char *end = *p;
	uint64_t n;

	while (is_digit(*end))
		end++;
	if (end == *p || *end != letter)
		return true;
	if (!take_whole(p, &n) || n == GO_LIMIT)
		return false;
	(*p)++;
	*sum += n * worth;
	return true;
}

/* What a conversion that does not fit becomes on the machines that Dkron runs on. */
static uint64_t wrapped(double ns)
{
	return ns < TWO_TO_63 ? (uint64_t)ns : GO_LIMIT;
}

static bool take_seconds(const char **p, uint64_t *sum)
{
	const char *end = *p;
	char *stop;

	while (is_digit(*end))
		end++;
	if (end > *p && *end == '.' && is_digit(end[1]))
		do
			end++;
		while (is_digit(*end));
	if (end == *p || *end != 'S')
		return true;
	double seconds = strtod(*p, &stop);
	*p = end + 1;
	*sum += wrapped(seconds * (double)SECOND);
	return stop == end && isfinite(seconds);
}

bool literal_period(const char *text, int64_t *out_ns)
{
	uint64_t sum = 0;

	if (!take(&text, 'P') || !take_count(&text, 'Y', 365 * DAY, &sum) ||
	    !take_count(&text, 'M', 30 * DAY, &sum) || !take_count(&text, 'D', DAY, &sum))
		return false;
	if (take(&text, 'T') &&
	    (!take_count(&text, 'H', HOUR, &sum) || !take_count(&text, 'M', MINUTE, &sum) ||
		!take_seconds(&text, &sum)))
		return false;
	if (*text != '\0' || sum == 0)
		return false;
	*out_ns = (int64_t)sum;
	return true;
}
