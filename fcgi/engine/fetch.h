#ifndef ENGINE_FETCH_H
#define ENGINE_FETCH_H

/* fetch: the executor "http": one request, in a process of its own. */

#include <stdbool.h>

#include "core/json.h"

/*
 * Does what the configuration says and writes to `fd` what Dkron would store: the reason on a line
 * of its own when it failed, then warnings, then the body of the answer. True: the request was a
 * success.
 */
bool fetch_run(const struct json *config, int fd);

/* True when the text of a body matches a pattern of Go's: POSIX extended, and \d \s \w. A pattern
 * that cannot be read matches nothing, as in Dkron. */
bool fetch_matches(struct arena *a, const char *pattern, const char *body);

#endif
