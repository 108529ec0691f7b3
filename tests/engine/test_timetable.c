#include "core/time.h"
#include "engine/timetable.h"
#include "lib/ctx.h"

/* ctx_run() freezes the clock at 2026-11-21T09:42:10Z. */
#define NOW INT64_C(1795254130000000)

static int64_t first_s(const struct timetable *t)
{
	const struct timetable_entry *e = timetable_first(t);

	return e == NULL ? -1 : (e->next_us - NOW) / US_PER_S;
}

CTX_TEST(engine_timetable_gives_the_soonest_first)
{
	struct timetable *t = timetable_create();

	timetable_set(c, t, "hour", "@every 1h", "", NOW);
	timetable_set(c, t, "minute", "0 * * * * *", "", NOW);
	timetable_set(c, t, "soon", "@every 7s", "", NOW);
	timetable_set(c, t, "never", "0 0 0 31 2 *", "", NOW);
	SAME(timetable_first(t)->name, "soon");
	IS(first_s(t), 7);
	timetable_remove(t, "soon");
	SAME(timetable_first(t)->name, "minute");
	IS(first_s(t), 50);
	timetable_remove(t, "minute");
	timetable_remove(t, "nobody");
	IS(first_s(t), 3600);
	IS(timetable_size(t), 2);
	timetable_destroy(t);
}

CTX_TEST(engine_timetable_keeps_order_among_many)
{
	struct timetable *t = timetable_create();
	int64_t last = 0;

	for (int i = 0; i < 500; i++)
		timetable_set(c, t, arena_printf(c->arena, "job-%d", i),
		    arena_printf(c->arena, "@every %ds", 1 + i * 7919 % 1000), "", NOW);
	for (int i = 0; i < 500; i += 3)
		timetable_remove(t, arena_printf(c->arena, "job-%d", i));
	for (size_t n = timetable_size(t); n > 0; n--) {
		struct timetable_entry *e = timetable_first(t);
		YES(e->next_us >= last);
		last = e->next_us;
		timetable_remove(t, e->name);
	}
	IS(timetable_first(t) == NULL, true);
	timetable_destroy(t);
}

CTX_TEST(engine_every_counts_from_when_the_job_was_added)
{
	struct timetable *t = timetable_create();

	timetable_set(c, t, "a", "@every 10s", "", NOW - 3 * US_PER_S);
	IS(first_s(t), 7);
	timetable_set(c, t, "a", "@every 10s", "", NOW);
	IS(first_s(t), 10);
	timetable_destroy(t);
}

CTX_TEST(engine_firing_moves_on_and_never_catches_up)
{
	struct timetable *t = timetable_create();
	struct timetable_entry *due[4];

	timetable_set(c, t, "a", "* * * * * *", "", NOW);
	timetable_set(c, t, "b", "0 0 0 1 1 *", "", NOW);
	IS(timetable_due(t, NOW, due, LENGTH(due)), 0);
	c->now_us = NOW + 30 * US_PER_S; /* half a minute of it was missed */
	IS(timetable_due(t, c->now_us, due, LENGTH(due)), 1);
	timetable_advance(c, t, due[0]);
	IS(first_s(t), 31);
	timetable_destroy(t);
}

CTX_TEST(engine_due_gives_at_most_as_many_as_asked_for)
{
	struct timetable *t = timetable_create();
	struct timetable_entry *due[8];

	for (int i = 0; i < 100; i++)
		timetable_set(c, t, arena_printf(c->arena, "j%d", i), "* * * * * *", "", NOW);
	IS(timetable_due(t, NOW + US_PER_S, due, LENGTH(due)), 8);
	timetable_destroy(t);
}

CTX_TEST(engine_reading_all_anew_keeps_what_is_unchanged_and_drops_what_is_gone)
{
	struct timetable *t = timetable_create();

	timetable_set(c, t, "kept", "* * * * * *", "", NOW);
	timetable_set(c, t, "gone", "* * * * * *", "", NOW);
	c->now_us = NOW + 5 * US_PER_S;
	timetable_mark(t);
	timetable_set(c, t, "kept", "* * * * * *", "", NOW);
	timetable_sweep(t);
	IS(timetable_size(t), 1);
	IS(first_s(t), 1); /* due since then, and still to be claimed */
	timetable_destroy(t);
}

CTX_TEST(engine_change_that_came_late_does_not_fire_in_the_past)
{
	struct timetable *t = timetable_create();

	timetable_set(c, t, "a", "* * * * * *", "", NOW - 3600 * US_PER_S);
	IS(first_s(t), 1);
	timetable_destroy(t);
}
