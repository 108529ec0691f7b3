#ifndef SCHEDULE_LINT_H
#define SCHEDULE_LINT_H

/*
 * lint: what a schedule does that its author may not expect.
 *
 * Warnings never stop anybody: Dkron takes such schedules and so do we.
 */

#include <stddef.h>

#include "schedule/schedule.h"

/* The codes are part of the API (interface.md, GET /schedule):
 *   dst_skipped     a time that a day of the coming year does not have: no run
 *   dst_doubled     a time that a day of the coming year has twice: two runs
 *   zone_ignored    a zone beside an expression with "@", which Dkron does not heed
 *   zone_local      the zone "Local", which is the server's and may be any
 *   never_fires     accepted, and without any firing from now on
 *   past            @at or @after whose moment has gone by
 *   hash_step       "~/15" starts at the job's own number and is no "every 15"
 *   hash_shifted    two spaces in a row give "~" the range of the wrong field
 *   either_day      day of month and weekday are both restricted: one is enough
 *   too_often       a firing every second or two
 *   hash_value      what "~" stands for, for this name (a note)
 *   every_restarts  @every counts anew from each save (a note)
 *   uneven_step     a step such as "*" "/7" that starts anew before it is complete
 */
struct schedule_warning {
	const char *code;
	const char *message; /* one or two sentences, text and not markup; arena-owned */
	bool note;           /* good to know, and nothing to look at twice */
};

/* Returns how many, the array in *out (NULL when none); arena-owned, those of
 * daylight saving last, by date. */
size_t schedule_lint(
    struct ctx *c, const struct schedule *s, int64_t now_us, struct schedule_warning **out);

/*
 * What the author of a refused expression may have meant: five fields of a crontab become
 * Dkron's six ("0 30 2 * * *", weekday 7 turned to 0). NULL when it is not that, or when Dkron
 * would refuse the six as well. Arena-owned; leaves c->fault alone.
 */
const char *schedule_six_fields(
    struct ctx *c, const char *expression, const char *timezone, const char *job_name);

/*
 * The same as a sentence: "Pasted from a crontab? With seconds in front, 0 30 2 * * * means every
 * day at 02:30"; NULL as above.
 */
const char *schedule_hint(
    struct ctx *c, const char *expression, const char *timezone, const char *job_name);

#endif
