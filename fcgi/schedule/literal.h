#ifndef SCHEDULE_LITERAL_H
#define SCHEDULE_LITERAL_H

/*
 * literal: the moments and durations inside a schedule, as Go and Dkron read them.
 *
 * Each takes all of its text or returns false and leaves *out alone.
 */

#include <stdbool.h>
#include <stdint.h>

/* RFC 3339 with Go's liberties: an hour of one digit, a decimal comma, offsets up to 24:60. */
bool literal_moment(const char *text, int64_t *out_us);

/* "1h30m", "-1.5h", "0", "5µs"; in nanoseconds. */
bool literal_duration(const char *text, int64_t *out_ns);

/*
 * ISO 8601 "P1Y2M3DT4H5M6.5S", years of 365 days and months of 30, not zero; in nanoseconds.
 * Past 292 years the number wraps around, as it does in Dkron.
 */
bool literal_period(const char *text, int64_t *out_ns);

#endif
