#ifndef SCHEDULE_WORDS_H
#define SCHEDULE_WORDS_H

/*
 * words: a schedule as one piece of a sentence, such as "every weekday at 02:30 Europe/Madrid".
 *
 * Never wrong, at the price of length for odd schedules. No capital, no full stop, no markup.
 * A zone is named when somebody chose one and it matters: "every 5 minutes" is the same anywhere.
 */

#include "schedule/schedule.h"

/* Arena-owned. */
const char *schedule_words(struct ctx *c, const struct schedule *s);

/* "Sat 21 Nov 2026", the day of a moment in a zone (NULL is UTC); arena-owned. */
const char *schedule_day_words(struct ctx *c, const struct zone *zone, int64_t t_us);

#endif
