#ifndef SCHEDULE_FIELDS_H
#define SCHEDULE_FIELDS_H

/*
 * fields: the six columns of a cron line, each a set of small numbers.
 */

#include "schedule/schedule.h"

enum field {
	SECOND_FIELD,
	MINUTE_FIELD,
	HOUR_FIELD,
	DAY_FIELD,
	MONTH_FIELD,
	WEEKDAY_FIELD,
	FIELDS
};

struct field_range {
	const char *name;
	int min, max;
	const char *const *names; /* of the values from min on, three letters each, or NULL */
};
extern const struct field_range field_ranges[FIELDS];

/* The set of all values that the field has. */
uint64_t field_all(enum field f);

/*
 * Reads six fields parted by white space (Unicode's, as in Go) into the sets of *s. ERR_INVALID at
 * "schedule".
 */
MUST_USE enum err fields_parse(struct ctx *c, const char *text, struct schedule *s);

/* How many bytes of white space stand at the start of `text`. */
size_t fields_space(const char *text);

/* Up to 40 bytes of user text for a message, cut at a whole character; arena-owned. */
const char *fields_quote(struct ctx *c, const char *text, size_t size);

#endif
