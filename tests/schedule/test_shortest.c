/* How soon a schedule may fire again, held against the scheduler's own search. */

#include "lib/ctx.h"
#include "schedule/given.h"
#include "schedule/shortest.h"

#define NOW "2026-11-21T12:00:00Z"

static int64_t shortest(struct ctx *c, const char *expression, const char *zone)
{
	int64_t from_us;

	return schedule_shortest(parsed(c, expression, zone), moment(NOW), INT64_MAX, &from_us);
}

CTX_TEST(the_shortest_interval_is_exact)
{
	static const struct {
		const char *expression, *zone;
		int64_t seconds;
	} cases[] = {
		{ "@every 90s", "", 90 },
		{ "@every 1h30m", "Europe/Madrid", 5400 },
		{ "@hourly", "", 3600 },
		{ "@yearly", "", 365 * 86400 },
		{ "@manually", "", 0 },
		{ "@at 2030-01-01T00:00:00Z", "", 0 },
		{ "0 0 0 31 2 *", "", 0 },
		{ "* * * * * *", "Europe/Madrid", 1 },
		{ "0,57 * * * * *", "", 3 },
		{ "0 0,57 * * * *", "", 180 },
		{ "0,59 59,0 * * * *", "", 1 },
		{ "0 0 0,23 * * *", "", 3600 },
		{ "0 0 3 * * 1,4", "", 3 * 86400 },
		{ "0 0 0 1,31 * *", "", 86400 },
		{ "0 0 0 31 12 *", "", 365 * 86400 },
		{ "0 0 0 29 2 *", "", 1461 * 86400 },
		{ "0 0 0 25 12 3", "", 86400 }, /* beside a Wednesday in some years only */
		/* an hour that comes twice, or not at all */
		{ "0 0 3 * * *", "Europe/Madrid", 23 * 3600 },
		{ "0 30 2 * * *", "Europe/Madrid", 3600 },
		{ "0 0,57 2 * * *", "Europe/Madrid", 180 },
		{ "0 0 1,3 * * *", "Europe/Madrid", 3600 },
		{ "0 0 12 * * *", "Asia/Tokyo", 86400 },
		{ "0 30 2 * * 0", "Europe/Madrid", 3600 },
		{ "0 30 2 * * 3", "Europe/Madrid", 7 * 86400 - 3600 },
		{ "0 30 2 28 3 *", "Europe/Madrid", 365 * 86400 },
		{ "0 30 2 25 10 *", "Europe/Madrid", 3600 }, /* in 2037 */
		{ "0 0,30 * * * *", "Australia/Lord_Howe", 1800 },
		{ "0 */20 * * * *", "Australia/Lord_Howe", 1200 },
		{ "CRON_TZ=Europe/Madrid 0 30 2 * * *", "", 3600 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t is = shortest(c, cases[i].expression, cases[i].zone);
		if (is != cases[i].seconds)
			FAIL("%s %s: %lld, not %lld", cases[i].expression, cases[i].zone,
			    (long long)is, (long long)cases[i].seconds);
	}
}

CTX_TEST(a_hash_is_what_it_stands_for_in_this_job)
{
	struct schedule *s = parsed(c, "0 ~ * * * *", "");
	int64_t from_us;

	IS(schedule_shortest(s, moment(NOW), INT64_MAX, &from_us), 3600);
	IS(shortest(c, "0 ~/20 * * * *", "") > 0, true);
}

CTX_TEST(the_change_of_the_clocks_that_makes_it_short_is_named)
{
	int64_t from_us;

	IS(schedule_shortest(
	       parsed(c, "0 30 2 * * *", "Europe/Madrid"), moment(NOW), INT64_MAX, &from_us),
	    3600);
	SAME(stamp(c, from_us), "2027-10-31T00:30:00Z");
	IS(schedule_shortest(
	       parsed(c, "0 30 * * * *", "Europe/Madrid"), moment(NOW), INT64_MAX, &from_us),
	    3600);
	IS(from_us, 0);
}

/* ---- against the search itself */

static uint32_t state = 20261121;

static uint32_t some(uint32_t below)
{
	state = state * 1664525U + 1013904223U;
	return (state >> 8) % below;
}

static const char *some_field(struct ctx *c, int first, int count, int stars)
{
	if (some(4) < (uint32_t)stars)
		return "*";
	const char *list = arena_printf(c->arena, "%d", first + (int)some((uint32_t)count));
	while (some(3) == 0)
		list = arena_printf(c->arena, "%s,%d", list, first + (int)some((uint32_t)count));
	return list;
}

static const char *some_schedule(struct ctx *c)
{
	const char *minute = some_field(c, 0, 60, 0), *hour = some_field(c, 0, 6, 1);

	return arena_printf(c->arena, "%d %s %s %s %s %s", (int)some(60), minute, hour,
	    some_field(c, 1, 31, 3), some_field(c, 1, 12, 3), some_field(c, 0, 7, 2));
}

/* For what heeds no dates three years are all years. */
static int64_t searched(struct ctx *c, const struct schedule *s)
{
	int64_t at, next, least = 0, end = moment("2054-11-01T00:00:00Z");

	(void)c;
	if (!schedule_next(s, moment(NOW), &at))
		return 0;
	for (int i = 0; i < 30000 && schedule_next(s, at, &next) && next < end; i++, at = next)
		if (next > at && (least == 0 || next - at < least))
			least = next - at;
	return least / SECOND_US;
}

CTX_TEST(no_search_finds_two_fires_closer_than_that)
{
	static const char *const zones[] = { "", "Europe/Madrid", "America/Santiago",
		"Australia/Lord_Howe", "America/Havana", "Africa/Casablanca" };

	for (int i = 0; i < check_rounds(150); i++) {
		const char *expression = some_schedule(c), *zone = zones[some(LENGTH(zones))];
		int64_t is = shortest(c, expression, zone);
		int64_t found = searched(c, parsed(c, expression, zone));
		if (is != found)
			FAIL("%s %s: %lld, and %lld was found", expression, zone, (long long)is,
			    (long long)found);
	}
}
