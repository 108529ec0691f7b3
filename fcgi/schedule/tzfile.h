#ifndef SCHEDULE_TZFILE_H
#define SCHEDULE_TZFILE_H

/*
 * tzfile: what a zone is made of, and how it is read from TZif, versions 2 and 3. For zone.c only.
 */

#include <stddef.h>

#include "schedule/tzrule.h"
#include "schedule/zone.h"

struct zone {
	size_t count;
	int32_t before;   /* the offset before the first change */
	int32_t *offsets; /* from times[i] on; behind times in the same allocation */
	bool has_rule;
	struct tzrule rule; /* from the last change on */
	int64_t times[];
};

/* Parses the bytes of a file, trusting none of them; NULL when they are none. Free with free(). */
struct zone *tzfile_parse(const void *data, size_t size);

#endif
