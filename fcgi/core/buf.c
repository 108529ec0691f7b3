#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_SIZE = 256 };

void buf_init(struct buf *b, struct arena *a, size_t max)
{
	size_t size = max < FIRST_SIZE ? max : FIRST_SIZE;

	*b = (struct buf){
		.arena = a, .data = arena_alloc(a, size + 1, 1), .size = size, .max = max
	};
}

/* The old bytes stay in the arena until its reset; doubling keeps that below the final size. */
static void grow(struct buf *b, size_t want)
{
	size_t size = b->size;

	while (size < want)
		size = size > b->max / 2 ? b->max : size * 2;
	char *data = arena_alloc(b->arena, size + 1, 1);
	memcpy(data, b->data, b->len);
	b->data = data;
	b->size = size;
}

void buf_add(struct buf *b, const char *bytes, size_t len)
{
	if (b->full || len > b->max - b->len) {
		b->full = true;
		return;
	}
	if (len == 0)
		return;
	if (len > b->size - b->len)
		grow(b, b->len + len);
	memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(small, sizeof(small), fmt, ap);
	if ((size_t)len < sizeof(small))
		buf_add(b, small, (size_t)len);
	else
		buf_text(b, arena_vprintf(b->arena, fmt, again));
	va_end(again);
	va_end(ap);
}
