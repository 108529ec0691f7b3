#ifndef ENGINE_TIMETABLE_H
#define ENGINE_TIMETABLE_H

/*
 * timetable: which job fires next, in memory.
 *
 * Holds no parsed schedules: ten thousand jobs are to cost little, and one is parsed anew when it
 * fires. Moments are microseconds since 1970.
 */

#include "core/ctx.h"

struct timetable_entry {
	char *name, *schedule, *timezone;
	int64_t added_us; /* "@every" counts from here */
	int64_t next_us;  /* 0: never again */
	int64_t tried_us; /* when its firing was first due and could not be claimed; 0: not so */
	size_t place;     /* in the heap */
	bool seen;        /* by timetable_set() since timetable_mark() */
};

struct timetable;

struct timetable *timetable_create(void);
void timetable_destroy(struct timetable *t); /* NULL is allowed */
size_t timetable_size(const struct timetable *t);

/* Adds a job or replaces its schedule. One that is there already, unchanged, keeps its next firing.
 * A schedule that cannot be read is logged and never fires. */
void timetable_set(struct ctx *c, struct timetable *t, const char *name, const char *schedule,
    const char *timezone, int64_t added_us);
void timetable_remove(struct timetable *t, const char *name); /* when it is there */

/* For reading all jobs anew: what is not set between the two is removed. */
void timetable_mark(struct timetable *t);
void timetable_sweep(struct timetable *t);

/* The entry that fires first, or NULL: none fires any more. */
struct timetable_entry *timetable_first(const struct timetable *t);

/* Up to `max` entries that are due at `now_us`, as they come; they stay where they are. */
size_t timetable_due(
    const struct timetable *t, int64_t now_us, struct timetable_entry **out, size_t max);

/* Its firing is settled: finds the next one after c->now_us. */
void timetable_advance(struct ctx *c, struct timetable *t, struct timetable_entry *e);

#endif
