#ifndef SCHEDULE_SCHEDULE_H
#define SCHEDULE_SCHEDULE_H

/*
 * schedule: when a job fires, in Dkron 4.1's grammar and with its scheduler's habits.
 *
 * Pure: the caller brings the clock. The only I/O is reading zone files. A schedule lives in the
 * arena it was parsed into and never changes; zones are shared by all schedules of the process.
 *
 * Where nobody names a zone Dkron uses its server's own; we take that to be UTC, as in its image.
 * Times are microseconds since 1970-01-01 UTC; Dkron's nanoseconds are cut.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"

enum { SCHEDULE_BYTES_MAX = 1024 };

enum schedule_kind {
	SCHEDULE_MANUAL, /* "@manually": nothing but a person or a parent starts it */
	SCHEDULE_CRON,   /* six fields, or a name for them such as "@daily" */
	SCHEDULE_EVERY,  /* "@every 90s", counted from when the engine took the job on */
	SCHEDULE_AT,     /* "@at 2026-11-21T10:00:00Z", once */
	SCHEDULE_AFTER,  /* "@after 2026-11-21T10:00:00Z <PT2H", once, up to two hours late */
	SCHEDULE_NEVER,  /* six fields that no moment satisfies, such as 31 February; Dkron takes
			    them */
};

struct zone;

struct schedule {
	enum schedule_kind kind;
	const char *text; /* as given */

	/* CRON and NEVER: bit n is set when the value n fires. */
	uint64_t seconds, minutes, hours, month_days, months, weekdays;
	int steps[6]; /* the n of a field written as a star and "/n", in the order written; or 0 */
	bool days_either; /* day of month and weekday are both restricted: one of them is enough */

	/* CRON and NEVER. */
	const struct zone *zone; /* NULL is UTC */
	const char *zone_name;   /* "" when nobody named one; for CRON also "Local" */

	int64_t every_us;         /* EVERY: whole seconds, at least one */
	int64_t at_us, latest_us; /* AT and AFTER: the moment; AFTER: the end of its grace */
	const char *ignored_zone; /* named beside an expression that heeds none, or NULL */
};

/*
 * Parses as Dkron validates and its scheduler then reads: `timezone` may be "" and yields to a
 * prefix CRON_TZ= or TZ= of the expression; `job_name` (UTF-8, NULL is "") decides what "~" stands
 * for. ERR_INVALID, with the field "schedule" or "timezone", for all that Dkron refuses, for what
 * makes it panic, and for control characters and more than SCHEDULE_BYTES_MAX bytes, which it
 * would take. The sentence begins with Dkron's own words where it has some.
 */
MUST_USE enum err schedule_parse(struct ctx *c, const char *expression, const char *timezone,
    const char *job_name, struct schedule **out);

enum schedule_kind schedule_kind(const struct schedule *s);

/*
 * The next firing strictly after `after_us`, exactly where Dkron's scheduler puts it, days of
 * daylight saving included; false means that none comes (Dkron looks five years ahead).
 * For a job the engine took on just then: EVERY counts from `after_us`, and AFTER is not caught up.
 */
MUST_USE bool schedule_next(const struct schedule *s, int64_t after_us, int64_t *next_us);

/*
 * The same for a job that the engine took on at `added_us` (created, changed, switched on, or the
 * engine started): EVERY counts from there, and AFTER, if `added_us` lies within its grace, fires
 * once right behind it. The others do not depend on it. An engine asks this.
 */
MUST_USE bool schedule_next_from(
    const struct schedule *s, int64_t added_us, int64_t after_us, int64_t *next_us);

/*
 * True when CRON or AT fires in the second that holds `t_us`: what started then may well have been
 * the scheduler. Always false for the other kinds, which cannot tell without knowing `added_us`.
 */
bool schedule_fires_at(const struct schedule *s, int64_t t_us);

#endif
