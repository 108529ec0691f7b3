/* Which fires were missed: never one that came, whatever happened in between; and those that did
 * not come. */

#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "lib/ctx.h"
#include "model/expect.h"
#include "schedule/schedule.h"

#define S   US_PER_S
#define T   INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */
#define DAY (86400 * S)

static struct fires fires_of(struct ctx *c, const char *expression, const char *zone)
{
	struct fires f = { .added_us = T };

	IS(schedule_parse(c, expression, zone, "job", &f.schedule), OK);
	return f;
}

struct world {
	struct fires fires;
	struct began *began;
	size_t nbegan;
	struct quiet quiet[4];
	size_t nquiet;
};

static struct expected judge(
    struct ctx *c, struct world *w, int64_t from_us, int64_t until_us, int64_t now_us)
{
	struct expect e = { .fires = &w->fires,
		.judged_us = from_us,
		.until_us = until_us,
		.now_us = now_us,
		.grace_us = 60 * S,
		.began = w->began,
		.nbegan = w->nbegan,
		.quiet = w->quiet,
		.nquiet = w->nquiet };
	struct expected x;

	expect_judge(c->arena, &e, &x);
	return x;
}

/* Everything that fires between, each a little late, and of every `drop`th nothing is heard. */
static void run_all(struct ctx *c, struct world *w, int64_t from_us, int64_t to_us, int drop)
{
	int64_t at_us = from_us;
	int i = 0;

	w->began = arena_alloc(c->arena, 6000, sizeof(*w->began));
	while (fires_next(&w->fires, at_us, &at_us) && at_us <= to_us && w->nbegan < 6000)
		if (drop == 0 || ++i % drop != 0)
			w->began[w->nbegan++] = (struct began){ at_us + random() % 300000, false };
}

CTX_TEST(a_fire_that_came_is_never_missed_and_one_that_did_not_is)
{
	struct began one = { T + 10 * S + 4000, false };
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", ""), .began = &one, .nbegan = 1 };
	struct expected x = judge(c, &w, T, INT64_MAX, T + 75 * S);

	IS(x.n, 2); /* :05 and :15; :10 came */
	IS(x.list[0].at_us, T + 5 * S);
	IS(x.list[1].at_us, T + 15 * S);
	IS(x.list[0].until_us, T + 10 * S - EXPECT_EARLY_US);
	IS(x.judged_us, T + 15 * S);
	IS(x.next_us, T + 20 * S);
	YES(!x.over && !x.more);
}

CTX_TEST(a_late_fire_takes_the_place_before_it)
{
	struct began some[] = { { T + 7 * S, false }, { T + 10 * S, false } };
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", ""), .began = some, .nbegan = 2 };

	IS(judge(c, &w, T, INT64_MAX, T + 70 * S).n, 0);
	some[0].at_us = T + 10 * S + 400000; /* behind the next one */
	IS(judge(c, &w, T, INT64_MAX, T + 70 * S).n, 0);
}

CTX_TEST(a_run_that_began_behind_our_look_answers_nothing_before_it)
{
	struct began some[] = { { T + 5 * S, false }, { T + 75 * S + 9000, false } };
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", ""), .began = some, .nbegan = 2 };

	IS(judge(c, &w, T, INT64_MAX, T + 75 * S - 1000).n, 1); /* :10 */
}

/* Found by random stories: the last fires before a change were answered by the first behind it. */
CTX_TEST(a_run_behind_the_end_of_a_stretch_answers_no_fire_in_it)
{
	struct began one = { T + 20 * S + 9000, false };
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", ""), .began = &one, .nbegan = 1 };
	struct expected x = judge(c, &w, T, T + 16 * S, T + 500 * S);

	IS(x.n, 3); /* :05, :10, :15 */
	IS(x.judged_us, T + 15 * S);
	YES(x.over && !x.more);
}

CTX_TEST(a_request_answers_only_the_fire_beside_it)
{
	struct began one = { T + 5 * S + 20000, true };
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", ""), .began = &one, .nbegan = 1 };

	IS(judge(c, &w, T, INT64_MAX, T + 65 * S).n, 0);
	one.at_us = T + 8 * S;
	IS(judge(c, &w, T, INT64_MAX, T + 65 * S).n, 1);
}

CTX_TEST(nothing_is_expected_outside_the_stretch_or_its_bounds)
{
	struct world w = { .fires = fires_of(c, "*/5 * * * * *", "") };

	IS(judge(c, &w, T, T + 4 * S, T + 500 * S).n, 0);
	YES(judge(c, &w, T, T + 4 * S, T + 500 * S).over);
	IS(judge(c, &w, T, T + 11 * S, T + 500 * S).n, 2);
	w.fires.starts_us = T + 60 * S;
	w.fires.expires_us = T + 70 * S;
	struct expected x = judge(c, &w, T, INT64_MAX, T + 500 * S);
	IS(x.n, 2); /* 60 and 65 */
	YES(x.over);
	w.fires.schedule = NULL; /* disabled, or a child */
	YES(judge(c, &w, T, INT64_MAX, T + 500 * S).over);
}

CTX_TEST(a_skipped_hour_is_not_expected_and_a_doubled_one_twice)
{
	/* 2027-03-28 lacks 02:30 in Madrid, 2027-10-31 has it twice. */
	struct world spring = { .fires = fires_of(c, "0 30 2 * * *", "Europe/Madrid") };
	struct world autumn = spring;

	IS(judge(c, &spring, INT64_C(1806188400000000), INT64_MAX, INT64_C(1806274800000000)).n, 0);
	IS(judge(c, &autumn, INT64_C(1824933600000000), INT64_MAX, INT64_C(1825023600000000)).n, 2);
}

CTX_TEST(every_is_missed_behind_two_intervals_only)
{
	struct began some[] = { { T + 60 * S, false } };
	struct world w = { .fires = fires_of(c, "@every 1m", ""), .began = some, .nbegan = 1 };

	IS(judge(c, &w, T, INT64_MAX, T + 60 * S + 120 * S + 60 * S).n, 0);
	struct expected x = judge(c, &w, T, INT64_MAX, T + 60 * S + 120 * S + 80 * S);
	IS(x.n, 1);
	IS(x.list[0].at_us, T + 120 * S);
	IS(x.next_us, T + 180 * S);
}

CTX_TEST(every_begins_anew_with_the_engine)
{
	struct began some[] = { { T + 5 * S, false }, { T + 52 * S, false } };
	struct world w = { .fires = fires_of(c, "@every 5s", ""),
		.began = some,
		.nbegan = 2,
		.quiet = { { T + 6 * S, T + 22 * S, QUIET_AWAY, "refused" } },
		.nquiet = 1 };
	struct expected x = judge(c, &w, T, INT64_MAX, T + 110 * S);

	IS(x.n, 3); /* 10, 15, 20: while it was away; nothing of the time it took to come back */
	IS(x.list[0].at_us, T + 10 * S);
	IS(x.list[2].at_us, T + 20 * S);
	IS(x.judged_us, T + 52 * S);
}

/* Found by random stories: it had stopped firing right before the engine went. */
CTX_TEST(every_is_missed_while_the_engine_is_away_whatever_was_before)
{
	struct world w = { .fires = fires_of(c, "@every 40s", ""),
		.quiet = { { T + 70 * S, T + 1000 * S, QUIET_AWAY, "refused" } },
		.nquiet = 1 };
	struct expected x = judge(c, &w, T, INT64_MAX, T + 1010 * S);

	YES(x.n >= 20);
	IS(x.list[0].at_us, T + 80 * S);
}

CTX_TEST(every_is_missed_while_nobody_watches)
{
	struct world w = { .fires = fires_of(c, "@every 1m", ""),
		.quiet = { { T + 10 * S, T + 3600 * S, QUIET_UNWATCHED, NULL } },
		.nquiet = 1 };

	IS(judge(c, &w, T, INT64_MAX, T + 3600 * S).n, 57);
}

CTX_TEST(at_is_missed_once_and_then_over)
{
	struct world w = { .fires = fires_of(c, "@at 2026-11-21T12:05:00Z", "") };
	struct expected x = judge(c, &w, T, INT64_MAX, T + 400 * S);

	IS(x.n, 1);
	IS(x.list[0].at_us, T + 300 * S);
	YES(x.over);
	IS(judge(c, &w, T + 300 * S, INT64_MAX, T + 4000 * S).n, 0); /* saved too late */
}

/* It was due when the engine was away, and had an hour. */
CTX_TEST(after_may_be_as_late_as_its_grace_says)
{
	struct began one = { T + 3000 * S, false };
	struct world w = { .fires = fires_of(c, "@after 2026-11-21T12:05:00Z <PT1H", "") };

	IS(judge(c, &w, T, INT64_MAX, T + 3600 * S).n, 0);
	IS(judge(c, &w, T, INT64_MAX, T + 4000 * S).n, 1);
	w.began = &one;
	w.nbegan = 1;
	IS(judge(c, &w, T, INT64_MAX, T + 4000 * S).n, 0);
}

CTX_TEST(an_unseen_change_of_leader_gives_no_false_miss_of_every)
{
	for (int64_t every = 1; every < 4000; every = every * 2 + 1) {
		char text[32];
		snprintf(text, sizeof(text), "@every %llds", (long long)every);
		struct world w = { .fires = fires_of(c, text, "") };
		int64_t at_us = T;
		w.began = arena_alloc(c->arena, 500, sizeof(*w.began));
		while (w.nbegan < 500) {
			/* A new leader begins the interval anew, some ten seconds behind its
			 * election. */
			at_us += w.nbegan % 7 == 6 ? random() % (every * S) + 12 * S + every * S
						   : every * S;
			w.began[w.nbegan++] = (struct began){ at_us + random() % 100000, false };
		}
		struct expected x = judge(c, &w, T, INT64_MAX, at_us);
		if (x.n != 0)
			FAIL("@every %llds: %zu missed", (long long)every, x.n);
		arena_reset(c->arena);
	}
}

static const char *const expressions[] = { "* * * * * *", "*/5 * * * * *", "0 * * * * *",
	"30 */7 * * * *", "0 0 * * * *", "0 30 2 * * *", "0 15 1,2,3 * * 0", "0 0 0 1 * *",
	"0 ~ ~ * * *", "@hourly", "@daily" };
static const char *const zones[] = { "", "Europe/Madrid", "America/New_York", "Asia/Kolkata",
	"Australia/Lord_Howe" };

/* Judged in steps of any length, as the worker comes by, over a change of definition each time. */
static size_t missed_in_steps(struct ctx *c, struct world *w, int64_t from_us, int64_t to_us)
{
	size_t n = 0;

	for (int64_t now_us = from_us, judged_us = from_us; now_us < to_us;) {
		now_us += 1 + random() % 1000 * ((to_us - from_us) / 10000);
		struct expected x;
		do {
			x = judge(c, w, judged_us, to_us, now_us);
			YES(x.judged_us > judged_us || !x.more);
			judged_us = x.judged_us;
			n += x.n;
		} while (x.more);
	}
	return n;
}

CTX_TEST(random_edits_zones_and_pauses_never_give_a_false_miss)
{
	srandom(20261121);
	for (int i = 0; i < 200; i++) {
		const char *expression = expressions[random() % (long)LENGTH(expressions)];
		const char *zone = *expression == '@' ? "" : zones[random() % (long)LENGTH(zones)];
		int64_t long_us = (int64_t[]){ 300 * S, 3600 * S, 30 * DAY }[random() % 3];
		int64_t from_us = T + random() % (400 * DAY / S) * S + random() % S;
		struct world w = { .fires = fires_of(c, expression, zone) };

		if (i % 5 == 0)
			w.fires.starts_us = from_us + random() % long_us;
		if (i % 7 == 0)
			w.fires.expires_us = from_us + random() % long_us;
		/* The history goes on as long as the list is; what is behind it is not judged. */
		run_all(c, &w, from_us - 3 * S, from_us + long_us + 60 * S, 0);
		int64_t to_us = w.nbegan == 6000 ? w.began[5999].at_us - 60 * S : from_us + long_us;
		size_t n = missed_in_steps(c, &w, from_us, to_us);
		if (n != 0)
			FAIL("%s %s: %zu false ones", expression, zone, n);
		arena_reset(c->arena);
	}
}

CTX_TEST(what_did_not_come_is_found_however_often_one_looks)
{
	srandom(20261122);
	for (int i = 0; i < 300; i++) {
		const char *expression = expressions[1 + random() % 4];
		int64_t from_us = T + random() % (400 * DAY / S) * S;
		struct world w = { .fires = fires_of(c, expression, "") };
		int drop = 2 + (int)(random() % 9);

		run_all(c, &w, from_us, from_us + 5400 * S, drop);
		size_t came = w.nbegan;
		run_all(c, &w, from_us, from_us + 5400 * S, 0);
		size_t all = w.nbegan - came;
		w.nbegan = 0;
		run_all(c, &w, from_us, from_us + 5400 * S, drop);
		size_t found = missed_in_steps(c, &w, from_us, from_us + 5400 * S);
		/* Those of the last minute may still come. */
		if (found > all - came || found + 15 < all - came)
			FAIL(
			    "%s, each %dth: %zu of %zu found", expression, drop, found, all - came);
		arena_reset(c->arena);
	}
}
