#ifndef SCHEDULE_SHORTEST_H
#define SCHEDULE_SHORTEST_H

/*
 * shortest: how soon a schedule may fire again.
 */

#include "schedule/schedule.h"

/*
 * The shortest time from one fire to the next of all that come after `now_us`, in seconds; 0 when
 * it never fires twice. Counts the days on which clocks go forward or back, where an hour that
 * comes twice may bring two fires closer than on any other day. *from_us: where that is the reason,
 * the first of such two fires; else 0. A change of the clocks that makes it no shorter than
 * `below_s` may be passed over: INT64_MAX looks at all.
 */
int64_t schedule_shortest(
    const struct schedule *s, int64_t now_us, int64_t below_s, int64_t *from_us);

#endif
