#ifndef CORE_ARENA_H
#define CORE_ARENA_H

/*
 * arena: everything one request or one job allocates, released at once.
 *
 * Allocation never fails: past `limit` bytes, or out of memory, the process
 * logs and exits, and the parent starts a fresh worker. Sizes that a client
 * chooses are therefore bounded before they get here.
 *
 * Not thread-safe; one arena belongs to one request.
 */

#include <stdarg.h>
#include <stddef.h>

#define LIKE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

struct arena;

/* Creates an arena that may hold up to `limit` bytes. Free it with arena_destroy(). */
struct arena *arena_create(size_t limit);
void arena_destroy(struct arena *a); /* NULL is allowed */

/* Runs the deferred releases, newest first, and takes all memory back. */
void arena_reset(struct arena *a);

/* Zeroed memory, aligned for any type. Owned by the arena. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
#define arena_new(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))

char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) LIKE_PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) LIKE_PRINTF(2, 0);

/* Calls release(p) at the next reset: the way to own what is not memory. */
void arena_defer(struct arena *a, void (*release)(void *), void *p);

#endif
