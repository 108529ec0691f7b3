#ifndef ENGINE_GOTEXT_H
#define ENGINE_GOTEXT_H

/*
 * gotext: values in the words that a program written in Go uses for them, because Dkron is one.
 *
 * Moments are nanoseconds since 1970 UTC; 0 stands for Go's zero time, the first of January of the
 * year 1.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schedule/zone.h"

#define GOTEXT_ZERO_TIME "0001-01-01T00:00:00Z"
#define NS_PER_S         INT64_C(1000000000)
#define NS_PER_US        INT64_C(1000)

int64_t gotext_now_ns(void); /* the wall clock */

/* As in JSON: "2026-11-21T12:53:31.478091293+01:00"; a zone of NULL is UTC. */
const char *gotext_time(struct arena *a, int64_t ns, const struct zone *zone);

/* As in sentences: "2026-11-21 12:53:31.478091293 +0100 +01". Go has the name of the zone at the
 * end. */
const char *gotext_stamp(struct arena *a, int64_t ns, const struct zone *zone);

/* UnixNano(): the zero time has a number of its own. */
int64_t gotext_unix_nano(int64_t ns);

/* "1.5s", "1m0s", "2h0m0.1s", "100ms". */
const char *gotext_duration(struct arena *a, int64_t ns);

/* What an errno and a signal are called: "no such file or directory", "killed". */
const char *gotext_errno(struct arena *a, int error);
const char *gotext_signal(struct arena *a, int number);

/* In double quotes, as %q writes it. */
const char *gotext_quote(struct arena *a, const char *s);

/* "1", "t", "T", "TRUE", "true", "True" and their opposites; false: it is none of them. */
bool gotext_bool(const char *s, bool *out);

/* Appends bytes as url.QueryEscape() writes them. */
void gotext_query(struct buf *b, const char *bytes, size_t len);

/* Rewrites JSON text as Go's encoder writes it: "<", ">", "&", U+2028 and U+2029 escaped, and with
 * `pretty` indented by four. */
void gotext_json(struct buf *b, const char *json, bool pretty);

#endif
