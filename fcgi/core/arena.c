#include "core/arena.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

#ifdef ARENA_DEBUG
enum { BLOCK_SIZE = 0 }; /* a block each, so that sanitizers see every edge */
#else
enum { BLOCK_SIZE = 16 * 1024 };
#endif

/* An arena that held as much gives its pages back to the system: one list of all jobs must not be
 * what a process weighs for the rest of its life. */
enum { LARGE = 1024 * 1024 };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

struct deferred {
	struct deferred *next;
	void (*release)(void *);
	void *p;
};

struct arena {
	struct block *blocks;
	struct deferred *deferred;
	size_t total, limit;
};

static _Noreturn void exhausted(size_t want)
{
	log_event(NULL, LOG_ERROR, "arena_exhausted", LOG_INT("want", (int64_t)want));
	exit(EXIT_FAILURE);
}

struct arena *arena_create(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		exhausted(sizeof(*a));
	a->limit = limit;
	return a;
}

void arena_reset(struct arena *a)
{
	for (struct deferred *d = a->deferred; d != NULL; d = d->next)
		d->release(d->p);
	a->deferred = NULL;
	for (struct block *next, *b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
	if (a->total > LARGE)
		malloc_trim(0);
	a->total = 0;
}

void arena_destroy(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a);
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t want;

	if (__builtin_mul_overflow(count, size, &want) || want > a->limit - a->total)
		exhausted(want);
	size_t padded = (want + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct block *b = a->blocks;
	if (b == NULL || padded > b->size - b->used) {
		size_t room = padded > BLOCK_SIZE ? want : BLOCK_SIZE;
		b = calloc(1, sizeof(*b) + room);
		if (b == NULL)
			exhausted(want);
		b->size = room;
		b->next = a->blocks;
		a->blocks = b;
	}
	void *p = b->data + b->used;
	b->used = padded < b->size - b->used ? b->used + padded : b->size;
	a->total += want;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_alloc(a, len + 1, 1);

	memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	char *s = arena_alloc(a, (size_t)len + 1, 1);
	vsnprintf(s, (size_t)len + 1, fmt, again);
	va_end(again);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void arena_defer(struct arena *a, void (*release)(void *), void *p)
{
	struct deferred *d = arena_new(a, struct deferred);

	*d = (struct deferred){ .next = a->deferred, .release = release, .p = p };
	a->deferred = d;
}
