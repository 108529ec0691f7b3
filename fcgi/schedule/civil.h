#ifndef SCHEDULE_CIVIL_H
#define SCHEDULE_CIVIL_H

/*
 * civil: the Gregorian calendar without zones, valid for every year an int64_t of seconds reaches.
 *
 * Seconds count from 1970-01-01 00:00 of the same clock, whatever clock that is.
 */

#include <stdbool.h>
#include <stdint.h>

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };
#define SECOND_US INT64_C(1000000)

struct civil {
	int64_t year;
	int month;    /* 1..12 */
	int day;      /* 1..31 */
	int weekday;  /* 0 is Sunday */
	int year_day; /* 0..365 */
	int hour, minute, second;
};

/* Division that rounds down, also below zero; `by` is positive. */
int64_t floor_div(int64_t n, int64_t by);
int64_t floor_mod(int64_t n, int64_t by);

bool civil_is_leap(int64_t year);
int civil_days_in(int64_t year, int month);

/* Days since 1970-01-01; month and day may lie outside their ranges and carry over. */
int64_t civil_days(int64_t year, int64_t month, int64_t day);

struct civil civil_at(int64_t seconds);

#endif
