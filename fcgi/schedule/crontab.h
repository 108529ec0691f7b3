#ifndef SCHEDULE_CRONTAB_H
#define SCHEDULE_CRONTAB_H

/*
 * crontab: a schedule as systems that watch cron jobs take it: five fields, or an interval.
 *
 * They know no seconds: the first of the six fields goes, and an interval is rounded up to whole
 * minutes, so that nobody is called late who is not.
 */

#include "schedule/schedule.h"

struct crontab {
	const char *fields;   /* five of them; NULL: an interval */
	int64_t value;        /* of the interval */
	const char *unit;     /* "minute", "hour" */
	const char *timezone; /* "UTC" where nobody names one */
};

/* What never fires by itself, such as @manually, is 31 February. */
extern const char crontab_never[];

struct crontab schedule_crontab(struct arena *a, const struct schedule *s);

#endif
