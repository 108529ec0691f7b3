#ifndef SCHEDULE_TZRULE_H
#define SCHEDULE_TZRULE_H

/*
 * tzrule: the POSIX rule at the end of a TZif file, which speaks for all years past its table.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_span;

struct tzrule_date {
	enum { TZRULE_JULIAN, TZRULE_DAY, TZRULE_WEEKDAY } kind;
	int month, week, day; /* week 5 is the last; day is of the year for JULIAN and DAY */
	int32_t time;         /* seconds after local midnight; -167 to 167 hours */
};

struct tzrule {
	int32_t standard, summer; /* seconds east of Greenwich */
	bool has_summer;
	struct tzrule_date start, end; /* of summer time */
};

/* Parses all of the `size` bytes, "CET-1CEST,M3.5.0,M10.5.0/3"; false when they are no rule. */
bool tzrule_parse(const char *text, size_t size, struct tzrule *out);

/* The span around `seconds`; `since` is where the rule takes over from the table. */
struct zone_span tzrule_span(const struct tzrule *r, int64_t since, int64_t seconds);

#endif
