#ifndef WEB_ADMIN_WHEN_H
#define WEB_ADMIN_WHEN_H

/*
 * when: moments as a person reads them, in the zone of that person.
 *
 * Near: "09:42" today, "Sun 02:30" within six days; far: "1 Dec 04:00", with the year when it is
 * another.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "schedule/zone.h"

struct clock {
	struct arena *arena;
	const struct zone *zone; /* NULL is UTC */
	const char *zone_name;
	int64_t now_us;
};

const char *when_short(const struct clock *k, int64_t us);
const char *when_seconds(const struct clock *k, int64_t us); /* as when_short(), seconds shown */
const char *when_exact(const struct clock *k,
    int64_t us); /* "Sat 21 Nov 2026 09:42:10 Europe/Madrid · 08:42:10 UTC" */
const char *when_clock(const struct clock *k, int64_t us);   /* "09:42", seconds if there are any */
const char *when_weekly(const struct clock *k, int64_t us);  /* "Sun 22" */
const char *when_monthly(const struct clock *k, int64_t us); /* "22 Nov" */
const char *when_calendar(const struct clock *k, int64_t us); /* "Sun 22 Nov" */
const char *when_date(const struct clock *k, int64_t us);     /* "Saturday 21 November" */
const char *when_day(const struct clock *k, int64_t us);      /* "Today, Saturday 21 November" */
const char *when_relative(
    const struct clock *k, int64_t us);                     /* "3 h ago", "in 5 min", "just now" */
int64_t when_day_number(const struct clock *k, int64_t us); /* equal on the same day */

/* What a datetime-local field holds, "2026-11-21T09:42" or with seconds, and back; false: it is
 * none. */
const char *when_field(const struct clock *k, int64_t us);
bool when_parse_field(const struct clock *k, const char *text, int64_t *us);
/* The beginning of a day, "2026-11-21", and back: what a date field holds. */
bool when_parse_date(const struct clock *k, const char *text, int64_t *us);
const char *when_day_field(const struct clock *k, int64_t us);
/* On that day, when the clocks show that hour. */
int64_t when_hour(const struct clock *k, int64_t us, int64_t hour);
int when_weekday(const struct clock *k, int64_t us); /* Monday is 0 */
/* The beginning of the day that lies `away` after the one that holds `us`: a day of daylight saving
 * has 23 or 25 hours. */
int64_t when_day_start(const struct clock *k, int64_t us, int away);

#endif
