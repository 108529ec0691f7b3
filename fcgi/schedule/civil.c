#include "schedule/civil.h"

/* The calendar repeats every 400 years. Years here begin in March, so that a leap day comes last
 * and the lengths of the months before it never vary. */
enum { ERA_DAYS = 146097, ERA_YEARS = 400, EPOCH_DAYS = 719468 };

int64_t floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

int64_t floor_mod(int64_t n, int64_t by)
{
	int64_t rest = n % by;

	return rest < 0 ? rest + by : rest;
}

bool civil_is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_days_in(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && civil_is_leap(year));
}

/* Days from 1 March to the first of the month that comes `n` months later. */
static int march_days(int n)
{
	return (153 * n + 2) / 5;
}

int64_t civil_days(int64_t year, int64_t month, int64_t day)
{
	int64_t from_march = month - 3;
	int64_t y = year + floor_div(from_march, 12);
	int64_t era = floor_div(y, ERA_YEARS), year_of_era = floor_mod(y, ERA_YEARS);
	int64_t leap_days = year_of_era / 4 - year_of_era / 100;

	return era * ERA_DAYS + year_of_era * 365 + leap_days +
	       march_days((int)floor_mod(from_march, 12)) + day - 1 - EPOCH_DAYS;
}

static void set_date(struct civil *d, int64_t days)
{
	int64_t since = days + EPOCH_DAYS;
	int64_t era = floor_div(since, ERA_DAYS);
	int of_era = (int)floor_mod(since, ERA_DAYS);
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * of_year + 2) / 153;

	d->day = of_year - march_days(month) + 1;
	d->month = month < 10 ? month + 3 : month - 9;
	d->year = era * ERA_YEARS + year + (d->month <= 2);
	d->weekday = (int)floor_mod(days + 4, 7);
	d->year_day = month < 10 ? of_year + 59 + civil_is_leap(d->year) : of_year - 306;
}

struct civil civil_at(int64_t seconds)
{
	int of_day = (int)floor_mod(seconds, DAY_S);
	struct civil d = {
		.hour = of_day / HOUR_S,
		.minute = of_day / MINUTE_S % 60,
		.second = of_day % 60,
	};

	set_date(&d, floor_div(seconds, DAY_S));
	return d;
}
