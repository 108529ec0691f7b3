#include "schedule/given.h"

/* Three firings in a row, each as Dkron's own library gives them. */
struct row {
	const char *expression, *zone, *after;
	const char *next[3];
};

static void check_row(const struct row *r)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule *s = parsed(&c, r->expression, r->zone);
	const char *at = r->after;

	for (int i = 0; i < 3 && r->next[i] != NULL; i++) {
		at = next_of(&c, s, at);
		if (strcmp(at, r->next[i]) != 0)
			check_fail(__FILE__, __LINE__, "%s %s after %s: %s, not %s", r->expression,
			    r->zone, i == 0 ? r->after : r->next[i - 1], at, r->next[i]);
		at = r->next[i];
	}
	arena_destroy(c.arena);
}

#define CHECK_ROWS(rows)                                                 \
	for (size_t i_ = 0; i_ < sizeof(rows) / sizeof((rows)[0]); i_++) \
	check_row(&(rows)[i_])

/* clang-format off */
TEST(a_time_that_the_spring_day_lacks_is_skipped)
{
	static const struct row rows[] = {
		{ "0 30 2 * * *", "Europe/Madrid", "2027-03-26T12:00:00Z",
		  { "2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z" } },
		{ "0 30 2 * * *", "America/New_York", "2027-03-13T00:00:00Z",
		  { "2027-03-13T07:30:00Z", "2027-03-15T06:30:00Z" } },
		{ "0 15 2 * * *", "Australia/Lord_Howe", "2027-10-01T12:00:00Z",
		  { "2027-10-01T15:45:00Z", "2027-10-03T15:15:00Z" } },
		{ "0 45 2 * * *", "Australia/Lord_Howe", "2027-10-01T17:00:00Z",
		  { "2027-10-02T15:45:00Z", "2027-10-03T15:45:00Z" } },
		{ "0 0 0 * * *", "America/Santiago", "2027-09-04T00:00:00Z",
		  { "2027-09-04T04:00:00Z", "2027-09-06T03:00:00Z" } },
	};
	CHECK_ROWS(rows);
}

TEST(a_time_that_the_autumn_day_has_twice_fires_twice)
{
	static const struct row rows[] = {
		{ "0 30 2 * * *", "Europe/Madrid", "2027-10-30T12:00:00Z",
		  { "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z", "2027-11-01T01:30:00Z" } },
		{ "0 30 1 * * *", "America/New_York", "2027-11-07T00:00:00Z",
		  { "2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z", "2027-11-08T06:30:00Z" } },
		{ "0 45 1 * * *", "Australia/Lord_Howe", "2027-04-03T12:00:00Z",
		  { "2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z", "2027-04-04T15:15:00Z" } },
	};
	CHECK_ROWS(rows);
}

TEST(what_runs_all_day_long_runs_through_a_change)
{
	static const struct row rows[] = {
		{ "0 0 * * * *", "Europe/Madrid", "2027-03-28T00:30:00Z",
		  { "2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z" } },
		{ "0 */30 * * * *", "Australia/Lord_Howe", "2027-10-02T15:00:00Z",
		  { "2027-10-02T15:30:00Z", "2027-10-02T16:00:00Z", "2027-10-02T16:30:00Z" } },
		{ "0 0 */6 * * *", "Europe/Madrid", "2027-03-27T22:30:00Z",
		  { "2027-03-27T23:00:00Z", "2027-03-28T04:00:00Z", "2027-03-28T10:00:00Z" } },
	};
	CHECK_ROWS(rows);
}

/* The library's search takes one o'clock for 23:00 of the day before and goes on to the day after,
 * or reaches 01:00 from 23:00 without asking for the day. We fire when Dkron does. */
TEST(a_day_without_midnight_is_passed_over_or_entered_by_mistake)
{
	static const struct row rows[] = {
		{ "0 0 9 * * 5", "Africa/Cairo", "2027-04-23T12:00:00Z",
		  { "2027-05-07T06:00:00Z" } },
		{ "0 30 1 * * 6", "America/Santiago", "2027-09-04T05:30:00Z",
		  { "2027-09-05T04:30:00Z", "2027-09-11T04:30:00Z" } },
	};
	CHECK_ROWS(rows);
}

TEST(leap_days_and_far_years_come_right)
{
	static const struct row rows[] = {
		{ "0 0 0 29 2 *", "", "2027-01-01T00:00:00Z",
		  { "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z" } },
		{ "0 0 0 29 2 *", "", "2098-01-01T00:00:00Z", { "never" } },
		{ "0 0 0 29 2 *", "", "2099-01-01T00:00:00Z", { "2104-02-29T00:00:00Z" } },
		{ "0 30 12 1 7 *", "Europe/Madrid", "2100-01-01T00:00:00Z",
		  { "2100-07-01T10:30:00Z" } },
		{ "0 30 12 1 1 *", "Europe/Madrid", "2100-01-01T00:00:00Z",
		  { "2100-01-01T11:30:00Z" } },
		{ "0 30 2 28 3 *", "Europe/Madrid", "2100-01-01T00:00:00Z",
		  { "2101-03-28T00:30:00Z" } },
		{ "0 30 12 1 1 *", "Australia/Lord_Howe", "2101-12-01T00:00:00Z",
		  { "2102-01-01T01:30:00Z" } },
		{ "0 0 0 31 12 *", "", "2026-12-30T00:00:00Z",
		  { "2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z" } },
		{ "0 0 0 1 1 *", "", "1969-12-31T23:59:59Z", { "1970-01-01T00:00:00Z" } },
		{ "* * * * * *", "Europe/Paris", "1890-01-01T00:00:00Z",
		  { "1890-01-01T00:00:01Z" } },
	};
	CHECK_ROWS(rows);
}

TEST(two_restricted_days_fire_on_either)
{
	static const struct row rows[] = {
		{ "0 0 0 13 * 5", "", "2026-11-12T12:00:00Z",
		  { "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z" } },
		{ "0 0 0 */2 * 1", "", "2026-11-21T00:00:00Z",
		  { "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z" } },
		{ "0 0 0 * * 1", "", "2026-11-21T00:00:00Z",
		  { "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z" } },
		{ "0 0 0 */1 * 1", "", "2026-11-21T00:00:00Z",
		  { "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z" } },
	};
	CHECK_ROWS(rows);
}

TEST(the_next_one_is_strictly_later)
{
	static const struct row rows[] = {
		{ "0 0 0 * * *", "", "2026-11-22T00:00:00Z", { "2026-11-23T00:00:00Z" } },
		{ "0 0 0 * * *", "", "2026-11-21T23:59:59.999999Z", { "2026-11-22T00:00:00Z" } },
		{ "@at 2026-11-22T00:00:00Z", "", "2026-11-21T23:59:59Z",
		  { "2026-11-22T00:00:00Z", "never" } },
		{ "@after 2026-11-22T00:00:00Z <PT1H", "", "2026-11-22T00:00:00Z", { "never" } },
		{ "@manually", "", "2026-11-22T00:00:00Z", { "never" } },
	};
	CHECK_ROWS(rows);
}
/* clang-format on */

TEST(impossible_dates_never_fire_and_cost_no_search)
{
	static const char *const impossible[] = { "0 0 0 31 2 *", "0 0 0 30 2 *",
		"0 0 0 31 4,6,9,11 *", "0 , * * * *", ", * * * * *", "0 0 0 , * *", "0 0 0 1 , *",
		"0 0 0 * * ,", "0 0 0 31 , 1" };
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	int64_t begin = cpu_us();

	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		struct schedule *s = parsed(&c, impossible[i], "Europe/Madrid");
		IS(schedule_kind(s), SCHEDULE_NEVER);
		for (int n = 0; n < 1000; n++)
			SAME(next_of(&c, s, "2026-11-21T10:00:00Z"), "never");
	}
	IS(cpu_us() - begin < 500000, true);
	arena_destroy(c.arena);
}

TEST(a_thousand_ordinary_schedules_take_a_moment)
{
	static const char *const ordinary[] = { "0 30 2 * * *", "0 */5 * * * *", "0 0 9-17 * * 1-5",
		"0 0 4 1 * *", "@every 90s", "0 0 0 29 2 *" };
	int64_t begin = cpu_us(), next;

	for (int i = 0; i < 6000; i++) {
		struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
		struct schedule *s = parsed(&c, ordinary[i % 6], "Europe/Madrid");
		IS(schedule_next(s, INT64_C(1795255200) * SECOND_US, &next), true);
		arena_destroy(c.arena);
	}
	IS(cpu_us() - begin < 600000, true); /* a hundredth of it is usual, without sanitizers */
}

TEST(an_interval_counts_from_the_second_the_job_came)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule *s = parsed(&c, "@every 90s", "");
	int64_t added = moment("2026-11-21T10:00:07.9Z"), next;

	IS(schedule_next_from(s, added, added, &next), true);
	SAME(stamp(&c, next), "2026-11-21T10:01:37Z");
	IS(schedule_next_from(s, added, next, &next), true);
	SAME(stamp(&c, next), "2026-11-21T10:03:07Z");
	IS(schedule_next_from(s, added, moment("2026-11-21T11:00:00Z"), &next), true);
	SAME(stamp(&c, next), "2026-11-21T11:00:07Z");
	IS(schedule_next_from(s, added, moment("2020-01-01T00:00:00Z"), &next), true);
	SAME(stamp(&c, next), "2026-11-21T10:01:37Z");
	arena_destroy(c.arena);
}

TEST(the_ends_of_time_are_no_trap)
{
	static const char *const all[] = { "* * * * * *", "0 0 0 29 2 *", "@every 2540400h",
		"@at 9999-12-31T23:59:59Z", "@after 0000-01-01T00:00:00Z <P300Y" };
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	int64_t next;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct schedule *s = parsed(&c, all[i], "Europe/Madrid");
		IS(schedule_next(s, INT64_MAX, &next), false);
		if (schedule_next(s, INT64_MIN, &next))
			IS(next > INT64_MIN, true);
		IS(schedule_next_from(s, INT64_MIN, INT64_MAX, &next), false);
		if (schedule_next_from(s, INT64_MAX, INT64_MIN, &next))
			IS(next > INT64_MIN, true);
		(void)schedule_fires_at(s, INT64_MAX);
		(void)schedule_fires_at(s, INT64_MIN);
	}
	arena_destroy(c.arena);
}

static bool fires(struct ctx *c, const char *expression, const char *zone, const char *at)
{
	return schedule_fires_at(parsed(c, expression, zone), moment(at));
}

TEST(a_run_at_a_firing_second_may_be_the_schedulers)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };

	IS(fires(&c, "0 30 2 * * *", "Europe/Madrid", "2026-11-22T01:30:00.4Z"), true);
	IS(fires(&c, "0 30 2 * * *", "Europe/Madrid", "2026-11-22T01:30:01Z"), false);
	IS(fires(&c, "0 30 2 * * *", "Europe/Madrid", "2026-11-22T02:30:00Z"), false);
	IS(fires(&c, "0 30 1 * * 6", "America/Santiago", "2027-09-05T04:30:00Z"), true);
	IS(fires(&c, "0 30 5 4 9 2", "America/Santiago", "2027-09-05T08:30:00Z"), true);
	IS(fires(&c, "0 30 22 4 9 *", "America/Santiago", "2027-09-06T01:30:00Z"), true);
	IS(fires(&c, "0 30 22 4 9 *", "America/Santiago", "2027-09-07T01:30:00Z"), false);
	IS(fires(&c, "0 0 0 31 2 *", "", "2026-03-03T00:00:00Z"), false);
	IS(fires(&c, "@at 2026-11-21T10:00:00.7Z", "", "2026-11-21T10:00:00Z"), true);
	IS(fires(&c, "@at 2026-11-21T10:00:00Z", "", "2026-11-21T10:00:01Z"), false);
	IS(fires(&c, "@every 1s", "", "2026-11-21T10:00:00Z"), false);
	IS(fires(&c, "@manually", "", "2026-11-21T10:00:00Z"), false);
	arena_destroy(c.arena);
}
