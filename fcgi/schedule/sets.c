#include "schedule/sets.h"

#include "core/buf.h"

enum { MEMBERS_MAX = 64, JOINED_MAX = 4096 }; /* 64 members of at most 40 bytes */

int set_count(uint64_t set)
{
	return __builtin_popcountll(set);
}

int set_first(uint64_t set)
{
	return __builtin_ctzll(set);
}

int set_last(uint64_t set)
{
	return 63 - __builtin_clzll(set);
}

int set_step(uint64_t set)
{
	if (set_count(set) < 2)
		return 0;
	int first = set_first(set), step = set_first(set & (set - 1)) - first, i = first;

	for (uint64_t rest = set; rest != 0; rest &= rest - 1, i += step)
		if (set_first(rest) != i)
			return 0;
	return step;
}

int set_rhythm(uint64_t set, int modulus)
{
	int step = set_step(set);

	if (step == 0 || modulus % step != 0 || set_first(set) != 0)
		return 0;
	return set_last(set) + step == modulus ? step : 0;
}

const char *set_number(struct ctx *c, int value)
{
	return arena_printf(c->arena, "%d", value);
}

const char *set_join(struct ctx *c, const char *const *items, int count)
{
	struct buf b;

	buf_init(&b, c->arena, JOINED_MAX);
	for (int i = 0; i < count; i++) {
		if (i > 0)
			buf_text(&b, i == count - 1 ? " and " : ", ");
		buf_text(&b, items[i]);
	}
	return b.data;
}

/* How many members stand in a row from `first` on. */
static int run_length(uint64_t set, int first)
{
	uint64_t gaps = ~(set >> first);

	return gaps == 0 ? MEMBERS_MAX : __builtin_ctzll(gaps);
}

const char *set_words(struct ctx *c, uint64_t set, set_name *name)
{
	const char *items[MEMBERS_MAX];
	int count = 0;

	for (int i = 0; i < MEMBERS_MAX;) {
		int run = run_length(set, i);
		if (run == 0) {
			i++;
			continue;
		}
		if (run < 3)
			run = 1;
		items[count++] = run == 1 ? name(c, i)
					  : arena_printf(c->arena, "%s to %s", name(c, i),
						name(c, i + run - 1));
		i += run;
	}
	return set_join(c, items, count);
}
