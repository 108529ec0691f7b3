#ifndef WORK_ROSTER_H
#define WORK_ROSTER_H

/*
 * roster: the names that the engine's list held a moment ago.
 *
 * Before a new job is written somebody must look whether its name is taken there. When many are
 * new, one look at the list is cheaper than a question for each.
 */

#include "work/worker.h"

struct roster { /* all zero at the beginning */
	struct arena *arena;
	const char **names; /* in byte order */
	size_t n;
	int64_t read_us; /* monotonic; 0: never */
};

/* Reads the list unless it is fresh; a list that cannot be read leaves the roster unknowing. */
void roster_renew(struct worker *w, struct roster *r);
/* True when the list was read a moment ago and did not hold the name. */
bool roster_lacks(const struct roster *r, const char *engine_name);

#endif
