#ifndef ENGINE_PAYLOAD_H
#define ENGINE_PAYLOAD_H

/* payload: the body of a webhook, as Dkron makes it of the template in interface.md 6. */

#include <stdint.h>

#include "core/buf.h"

struct payload {
	bool post;       /* the last one of a firing; else one of an execution */
	const char *job; /* its name */
	int64_t grp, started_at;
	int64_t finished_at; /* ns; before started_at: it runs */
	bool success;
	const char *output;
	size_t output_len;
	const char *group; /* a line for each execution of the firing (payload_line()), or "" */
};

enum { PAYLOAD_MAX = 3 * 256000 + 256 * 1024 };

/* "\t[Node]: ... [Success]: true\n", with the times as the clocks of `zone` show them. */
struct zone;
const char *payload_line(struct arena *a, int64_t started_at, int64_t finished_at, bool success,
    const struct zone *zone);

/* Dkron's report without as many bytes at its front as the output has. */
const char *payload_tail(struct arena *a, const struct payload *p, size_t *len);

void payload_write(struct buf *b, const struct payload *p);

#endif
