#include "engine/timetable.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "schedule/schedule.h"

/* A change that reached us later than this starts from now instead of from when it was made. */
#define LATE_US (60 * US_PER_S)

struct timetable {
	struct timetable_entry **all; /* by name */
	size_t count, size;
	struct timetable_entry **heap; /* those that fire, the first on top; as large as `all` */
	size_t nheap;
};

static void *must(void *p)
{
	if (p != NULL)
		return p;
	log_event(NULL, LOG_ERROR, "out_of_memory", LOG_TEXT("for", "timetable"));
	exit(EXIT_FAILURE);
}

struct timetable *timetable_create(void)
{
	return must(calloc(1, sizeof(struct timetable)));
}

static void free_entry(struct timetable_entry *e)
{
	free(e->name);
	free(e->schedule);
	free(e->timezone);
	free(e);
}

void timetable_destroy(struct timetable *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		free_entry(t->all[i]);
	free(t->all);
	free(t->heap);
	free(t);
}

size_t timetable_size(const struct timetable *t)
{
	return t->count;
}

/* ---- the heap ---- */

enum { NOWHERE = 0 }; /* places count from 1 */

static void put(struct timetable *t, size_t place, struct timetable_entry *e)
{
	t->heap[place - 1] = e;
	e->place = place;
}

static int64_t due_at(const struct timetable *t, size_t place)
{
	return t->heap[place - 1]->next_us;
}

static void sift(struct timetable *t, size_t place)
{
	struct timetable_entry *e = t->heap[place - 1];

	for (; place > 1 && due_at(t, place / 2) > e->next_us; place /= 2)
		put(t, place, t->heap[place / 2 - 1]);
	for (size_t below; (below = place * 2) <= t->nheap; place = below) {
		if (below < t->nheap && due_at(t, below + 1) < due_at(t, below))
			below++;
		if (due_at(t, below) >= e->next_us)
			break;
		put(t, place, t->heap[below - 1]);
	}
	put(t, place, e);
}

static void leave_heap(struct timetable *t, struct timetable_entry *e)
{
	size_t place = e->place;

	if (place == NOWHERE)
		return;
	struct timetable_entry *last = t->heap[--t->nheap];
	e->place = NOWHERE;
	if (last == e)
		return;
	put(t, place, last);
	sift(t, place);
}

static void set_next(struct timetable *t, struct timetable_entry *e, int64_t next_us)
{
	leave_heap(t, e);
	e->next_us = next_us;
	e->tried_us = 0;
	if (next_us == 0)
		return;
	put(t, ++t->nheap, e);
	sift(t, e->place);
}

/* ---- the entries by name ---- */

static size_t find(const struct timetable *t, const char *name, bool *found)
{
	size_t low = 0, high = t->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(t->all[middle]->name, name);
		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct timetable_entry *insert(struct timetable *t, size_t at, const char *name)
{
	struct timetable_entry *e = must(calloc(1, sizeof(*e)));

	if (t->count == t->size) {
		t->size = t->size == 0 ? 64 : t->size * 2;
		t->all = must(reallocarray(t->all, t->size, sizeof(struct timetable_entry *)));
		t->heap = must(reallocarray(t->heap, t->size, sizeof(struct timetable_entry *)));
	}
	memmove(t->all + at + 1, t->all + at, (t->count - at) * sizeof(struct timetable_entry *));
	t->all[at] = e;
	t->count++;
	e->name = must(strdup(name));
	return e;
}

static void remove_at(struct timetable *t, size_t at)
{
	struct timetable_entry *e = t->all[at];

	leave_heap(t, e);
	t->count--;
	memmove(t->all + at, t->all + at + 1, (t->count - at) * sizeof(struct timetable_entry *));
	free_entry(e);
}

void timetable_remove(struct timetable *t, const char *name)
{
	bool found;
	size_t at = find(t, name, &found);

	if (found)
		remove_at(t, at);
}

static void plan(struct ctx *c, struct timetable *t, struct timetable_entry *e, int64_t after_us)
{
	struct schedule *s;
	int64_t next = 0;

	if (schedule_parse(c, e->schedule, e->timezone, e->name, &s) != OK)
		log_event(c, LOG_WARN, "schedule_unreadable", LOG_TEXT("job", e->name),
		    LOG_TEXT("reason", c->fault.detail));
	else if (!schedule_next_from(s, e->added_us, after_us, &next))
		next = 0;
	set_next(t, e, next);
}

static void replace(char **old, const char *new)
{
	free(*old);
	*old = must(strdup(new));
}

void timetable_set(struct ctx *c, struct timetable *t, const char *name, const char *schedule,
    const char *timezone, int64_t added_us)
{
	bool found;
	size_t at = find(t, name, &found);
	struct timetable_entry *e = found ? t->all[at] : insert(t, at, name);

	e->seen = true;
	if (found && e->added_us == added_us && strcmp(e->schedule, schedule) == 0 &&
	    strcmp(e->timezone, timezone) == 0)
		return;
	replace(&e->schedule, schedule);
	replace(&e->timezone, timezone);
	e->added_us = added_us;
	plan(c, t, e, added_us);
	if (e->next_us != 0 && e->next_us < c->now_us - LATE_US)
		plan(c, t, e, c->now_us);
}

void timetable_mark(struct timetable *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->all[i]->seen = false;
}

void timetable_sweep(struct timetable *t)
{
	for (size_t i = t->count; i > 0; i--)
		if (!t->all[i - 1]->seen)
			remove_at(t, i - 1);
}

struct timetable_entry *timetable_first(const struct timetable *t)
{
	return t->nheap == 0 ? NULL : t->heap[0];
}

/* Due entries stand together at the top of the heap: below one that is not due, nothing is. */
static void collect(const struct timetable *t, size_t place, int64_t now_us,
    struct timetable_entry **out, size_t max, size_t *n)
{
	if (place > t->nheap || *n == max || due_at(t, place) > now_us)
		return;
	out[(*n)++] = t->heap[place - 1];
	collect(t, place * 2, now_us, out, max, n);
	collect(t, place * 2 + 1, now_us, out, max, n);
}

size_t timetable_due(
    const struct timetable *t, int64_t now_us, struct timetable_entry **out, size_t max)
{
	size_t n = 0;

	collect(t, 1, now_us, out, max, &n);
	return n;
}

void timetable_advance(struct ctx *c, struct timetable *t, struct timetable_entry *e)
{
	plan(c, t, e, c->now_us);
}
