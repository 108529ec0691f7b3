#ifndef CORE_BUF_H
#define CORE_BUF_H

/*
 * buf: text that grows, and cannot exist without its maximum.
 *
 * Lives in an arena. What would pass the maximum is dropped and `full` is set:
 * the owner looks once at the end. Always NUL-terminated.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

struct buf {
	struct arena *arena;
	char *data; /* never NULL */
	size_t len, size, max;
	bool full; /* something did not fit */
};

void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_add(struct buf *b, const char *bytes, size_t len);
void buf_text(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) LIKE_PRINTF(2, 3);

#endif
