/* What the readers found, and the order in which it is taken: parents before children. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/import_inside.h"
#include "model/spec_inside.h"

enum { NOTES_MAX = 1000, DEPTH_MAX = 100, CIRCLE_MAX = 10 };

static void *grown(struct arena *a, const void *list, size_t n, size_t *room, size_t size)
{
	*room = *room == 0 ? 16 : 2 * *room;
	char *copy = arena_alloc(a, *room, size);
	if (n > 0)
		memcpy(copy, list, n * size);
	return copy;
}

enum err entries_add(struct import_entries *entries, int64_t line, struct import_entry **out)
{
	if (entries->n == IMPORT_JOBS_MAX)
		return fail(entries->c, ERR_TOO_LARGE, NULL,
		    "More than %d jobs at once: import them in parts.", IMPORT_JOBS_MAX);
	if (entries->n == entries->room)
		entries->list = grown(entries->c->arena, entries->list, entries->n, &entries->room,
		    sizeof(*entries->list));
	*out = &entries->list[entries->n++];
	**out = (struct import_entry){ .line = line, .name = "" };
	return OK;
}

void entries_note(struct import_entries *entries, int64_t line, const char *fmt, ...)
{
	va_list ap;

	if (entries->nnotes == NOTES_MAX)
		return;
	if (entries->nnotes == entries->notes_room)
		entries->notes = grown(entries->c->arena, entries->notes, entries->nnotes,
		    &entries->notes_room, sizeof(*entries->notes));
	va_start(ap, fmt);
	entries->notes[entries->nnotes++] = (struct import_note){ line,
		arena_vprintf(entries->c->arena, fmt, ap) };
	va_end(ap);
}

/* When an entry comes. */
struct turn {
	int depth;
	int64_t rank;
	size_t index;
};

/* A name that stands there twice is refused the second time. */
static void find_places(struct import_entries *entries)
{
	struct ctx *c = entries->c;

	entries->places = json_object(c->arena);
	for (size_t i = 0; i < entries->n; i++) {
		struct import_entry *entry = &entries->list[i];
		const struct json *first = json_get(entries->places, entry->name);
		if (entry->input == NULL || entry->named_here)
			continue;
		if (first == NULL) {
			json_set(entries->places, entry->name, json_number(c->arena, (int64_t)i));
			continue;
		}
		entry->input = NULL;
		entry->field = "name";
		entry->message = arena_printf(c->arena,
		    "stands in the list already, as number %" PRId64,
		    entries->list[json_int(first)].line);
	}
}

/* The index of the entry that is the parent of this one; -1: none of these. */
static int64_t parent_of(const struct import_entries *entries, const struct import_entry *entry)
{
	const struct json *place = json_get(entries->places, spec_text(entry->input, "parent_job"));

	return entry->input == NULL || place == NULL ? -1 : json_int(place);
}

/* "would close a circle: a runs after b, b runs after a" */
static const char *circle_words(struct import_entries *entries, size_t i)
{
	struct ctx *c = entries->c;
	const char *words = "would close a circle: ";
	int64_t at = (int64_t)i;

	for (int n = 0; n < CIRCLE_MAX; n++) {
		const struct import_entry *entry = &entries->list[at];
		words = arena_printf(c->arena, "%s%s%s runs after %s", words, n > 0 ? ", " : "",
		    entry->name, spec_text(entry->input, "parent_job"));
		at = parent_of(entries, entry);
		if (at == (int64_t)i)
			return words;
	}
	return "hangs on a circle of parents, or on a chain that is too long";
}

/* How many parents among the entries stand above this one; -1: there is no end to them. */
static int depth_of(const struct import_entries *entries, size_t i)
{
	int depth = 0;

	for (int64_t up = parent_of(entries, &entries->list[i]); up >= 0;
	     up = parent_of(entries, &entries->list[up]))
		if (++depth > DEPTH_MAX)
			return -1;
	return depth;
}

/* Where the parent's own list of children has this one; children that it does not name come last.
 */
static int64_t rank_of(const struct import_entries *entries, const struct import_entry *entry)
{
	struct ctx *c = entries->c;
	int64_t up = parent_of(entries, entry);
	const struct json *children = up < 0 ? NULL
					     : json_get(entries->list[up].input, "dependent_jobs");
	size_t n = json_type(children) == JSON_ARRAY ? json_length(children) : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(json_text(json_at(children, i)), spec_engine_name(c, entry->name)) == 0)
			return (int64_t)i;
	return INT32_MAX;
}

static int by_turn(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;

	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* Parents first, and children in the order in which their parent has them. */
const size_t *entries_order(struct import_entries *entries)
{
	size_t *order = arena_alloc(entries->c->arena, entries->n + 1, sizeof(*order));
	struct turn *turns = arena_alloc(entries->c->arena, entries->n + 1, sizeof(*turns));

	find_places(entries);
	for (size_t i = 0; i < entries->n; i++) {
		struct import_entry *entry = &entries->list[i];
		turns[i] = (struct turn){ depth_of(entries, i), rank_of(entries, entry), i };
		if (turns[i].depth >= 0)
			continue;
		entry->field = "parent_job";
		entry->message = circle_words(entries, i);
	}
	for (size_t i = 0; i < entries->n; i++)
		if (turns[i].depth < 0)
			entries->list[i].input = NULL;
	qsort(turns, entries->n, sizeof(*turns), by_turn);
	for (size_t i = 0; i < entries->n; i++)
		order[i] = turns[i].index;
	return order;
}
