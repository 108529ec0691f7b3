#ifndef SCHEDULE_NEXT_H
#define SCHEDULE_NEXT_H

/*
 * next: the search for the next firing of six fields. For this folder only.
 */

#include "schedule/civil.h"
#include "schedule/schedule.h"

/* Strictly after; SCHEDULE_CRON only. False when there is none within five years. */
bool next_cron(const struct schedule *s, int64_t after_us, int64_t *next_us);

/* True when the search, begun before, stops at this second. */
bool next_fires(const struct schedule *s, int64_t second);

/* True when the two fields for days take this date; the month is not looked at. */
bool next_day_wanted(const struct schedule *s, const struct civil *d);

#endif
