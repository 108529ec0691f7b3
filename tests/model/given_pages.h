#ifndef TESTS_MODEL_GIVEN_PAGES_H
#define TESTS_MODEL_GIVEN_PAGES_H

/* What tests of lists page by page begin with: filters drawn at random, and the plain question that
 * says what the pages must have shown. */

#include <inttypes.h>
#include <stdlib.h>

#include "model/given.h"

enum { ROUNDS = 40, PAGES_MAX = 3000, IDS_BYTES = 64 * 1024 };

/* What was drawn, and the same as a condition. */
struct draw {
	struct ctx *c;
	const char *where;
};

GIVEN const char *drawn(
    struct draw *d, const char *const *values, size_t n, const char *before, const char *behind)
{
	if (random() % 3 != 0)
		return NULL;
	const char *value = values[random() % (long)n];
	d->where = arena_printf(d->c->arena, "%s AND %s'%s'%s", d->where, before, value, behind);
	return value;
}

GIVEN void told(struct buf *ids, int64_t id)
{
	buf_printf(ids, "%s%" PRId64, ids->len == 0 ? "" : ",", id);
}

/* Many lists are too much for the arena of one request. */
GIVEN void draw_rounds(struct ctx *c, void (*once)(struct ctx *c, unsigned seed))
{
	struct arena *lasting = c->arena, *own = arena_create((size_t)64 * 1024 * 1024);

	for (unsigned seed = 1; seed <= (unsigned)check_rounds(ROUNDS); seed++) {
		c->arena = own;
		act_as_cli(c);
		srandom(seed);
		once(c, seed);
		act_as_cli(c);
		c->arena = lasting;
		arena_reset(own);
	}
	arena_destroy(own);
}

/* A function `name`: the ids on all pages that `list` gives of a query, in the order they came. */
#define PAGES_OF(name, query, row, list)                          \
	static const char *name(struct ctx *c, struct query q)    \
	{                                                         \
		struct buf ids;                                   \
		buf_init(&ids, c->arena, IDS_BYTES);              \
		for (int page = 0; page < PAGES_MAX; page++) {    \
			struct row *rows = NULL;                  \
			size_t n = 0;                             \
			IS(list(c, &q, &rows, &n, &q.after), OK); \
			for (size_t i = 0; i < n; i++)            \
				told(&ids, rows[i].id);           \
			if (q.after == NULL)                      \
				return ids.data;                  \
		}                                                 \
		FAIL("the pages have no end");                    \
		return ids.data;                                  \
	}

struct claim {
	const char *what;
};

GIVEN enum err check_claim(struct ctx *c, void *arg)
{
	return db_script(c, ((struct claim *)arg)->what);
}

/* What the pages showed is what there is, in this order. */
GIVEN void same_as(struct ctx *c, const char *ids, const char *from, const char *order)
{
	struct claim claim = { arena_printf(c->arena,
	    "DO $do$ DECLARE found text; BEGIN SELECT coalesce(string_agg(x.id::text, ',' ORDER BY "
	    "%s), '')"
	    " INTO found FROM %s; ASSERT found = '%s', found; END $do$",
	    order, from, ids) };

	if (db_atomically(c, check_claim, &claim) != OK)
		FAIL("%s: the pages showed %.300s, and not what there is", from, ids);
}

#define OF(list) list, LENGTH(list)

__attribute__((unused)) static const char *const people[] = { "person-1", "person-4", "nobody" };
__attribute__((unused)) static const char *const team_names[] = { "red", "blue" };
__attribute__((unused)) static const char *const some_jobs[] = { "job-7", "job-14", "job-60" };

GIVEN int64_t some_limit(void)
{
	static const int64_t limits[] = { 1, 7, 50, 333, 500 };

	return limits[random() % (long)LENGTH(limits)];
}

#endif
