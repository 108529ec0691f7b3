#ifndef SCHEDULE_PHRASE_H
#define SCHEDULE_PHRASE_H

/*
 * phrase: the times of a day that six fields name, in words. For words.c only.
 */

#include "schedule/schedule.h"

struct phrase {
	const char *text;
	bool clock;  /* "at 02:30", which wants a day in front; else "every hour", which is whole */
	bool rhythm; /* the same in all zones */
};

struct phrase phrase_time(struct ctx *c, const struct schedule *s);

/* "02:30", or "02:30:00" when the second matters. */
const char *phrase_clock(struct ctx *c, int hour, int minute, int second, bool exact);

#endif
