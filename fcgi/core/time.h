#ifndef CORE_TIME_H
#define CORE_TIME_H

/* time: int64_t microseconds since 1970-01-01 UTC inside, text at the edge. Leap seconds do not
 * exist. */

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

#define US_PER_S INT64_C(1000000)

int64_t time_now_us(void);       /* the only look at the wall clock */
int64_t time_monotonic_us(void); /* for durations */

/* "2026-11-21T09:42:10Z", with a fraction (at most 6 digits, no trailing zeros) when there is one.
 */
const char *time_rfc3339(struct arena *a, int64_t us);

/* Parses RFC 3339 with any offset and up to nine digits of fraction (cut to microseconds), of
 * the years 0 to 9999 UTC. */
bool time_parse_rfc3339(const char *s, int64_t *us);

/* The same with nanoseconds, for Dkron's execution times; false too when it does not fit. */
bool time_parse_rfc3339_ns(const char *s, int64_t *ns);

/* The bound of a list that somebody gave. No bound is 0, and nothing of ours is older than 1970: a
 * moment before that is the first behind it. */
static inline int64_t time_bound(int64_t us)
{
	return us > 0 ? us : 1;
}

const char *time_moment(struct arena *a, int64_t us); /* "21 Nov 02:30 UTC": in mails */

#endif
