#ifndef TESTS_SCHEDULE_GIVEN_H
#define TESTS_SCHEDULE_GIVEN_H

/* given: what the tests of schedules begin with. */

#include <string.h>
#include <time.h>

#include "lib/check.h"
#include "schedule/civil.h"
#include "schedule/literal.h"
#include "schedule/schedule.h"

enum { GIVEN_ARENA = 8 << 20 };

/* "2027-03-28T01:00:00Z" as microseconds. */
static inline int64_t moment(const char *text)
{
	int64_t us = 0;

	IS(literal_moment(text, &us), true);
	return us;
}

/* Back into the same form, for comparing and for messages; arena-owned. */
static inline const char *stamp(struct ctx *c, int64_t us)
{
	struct civil d = civil_at(floor_div(us, SECOND_US));

	return arena_printf(c->arena, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)d.year,
	    d.month, d.day, d.hour, d.minute, d.second);
}

/* Never NULL: a refusal fails the test and gives an empty schedule. */
static inline struct schedule *parsed(struct ctx *c, const char *expression, const char *zone)
{
	struct schedule *s = arena_new(c->arena, struct schedule);

	s->text = s->zone_name = "";
	if (schedule_parse(c, expression, zone, "backup-db", &s) != OK)
		check_fail(
		    __FILE__, __LINE__, "\"%s\" was refused: %s", expression, c->fault.detail);
	return s;
}

/* The next firing as a stamp, or "never". */
static inline const char *next_of(struct ctx *c, const struct schedule *s, const char *after)
{
	int64_t next;

	return schedule_next(s, moment(after), &next) ? stamp(c, next) : "never";
}

/* Processor time, so that a busy machine fails no test. */
static inline int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

#endif
