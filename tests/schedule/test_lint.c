#include "schedule/given.h"
#include "schedule/lint.h"

#define NOW "2026-11-21T10:00:00Z"

/* Up to three warnings in their order, "code: message" each; NULL ends the list. */
struct row {
	const char *expression, *zone;
	const char *warnings[3];
};

static const char *const nothing[] = { "0 30 2 * * *", "0 0 12 1 * *", "@daily", "@manually",
	"@every 10s", "@at 2027-01-01T00:00:00Z", "*/10 */5 */6 * * *", "0 */60 * * * *",
	"0 ~ ~ * * *", "0 0 0 13 * *", "0 0 0 1-31 * 1", "CRON_TZ=Asia/Tokyo 0 30 2 * * *" };

/* clang-format off */
static const struct row rows[] = {
	{ "0 30 2 * * *", "Europe/Madrid",
	  { "dst_skipped: Sun 28 Mar 2027: 02:30 does not exist. The job will not run that day.",
	    "dst_doubled: Sun 31 Oct 2027: 02:30 comes twice. The job will run at 00:30 and at 01:30 UTC." } },
	{ "0 30 2 * * 1-5", "Europe/Madrid", { NULL } },
	{ "0 30 3 * * *", "Europe/Madrid", { NULL } },
	{ "0 */5 * * * *", "Europe/Madrid", { NULL } },
	{ "0 15 */2 * * *", "Europe/Madrid",
	  { "dst_skipped: Sun 28 Mar 2027: 02:15 does not exist. The job will not run then.",
	    "dst_doubled: Sun 31 Oct 2027: 02:15 comes twice. The job will run at 00:15 and at 01:15 UTC." } },
	{ "0 */30 2 * * *", "Europe/Madrid",
	  { "dst_skipped: Sun 28 Mar 2027: 02:00 and 02:30 do not exist. The job will not run that day.",
	    "dst_doubled: Sun 31 Oct 2027: 02:00 and 02:30 come twice. The job will run "
	    "both times: 02:00 at 00:00 and at 01:00 UTC." } },
	{ "0 */10 2 * * *", "Europe/Madrid",
	  { "dst_skipped: Sun 28 Mar 2027: what lies from 02:00 to 02:50 does not exist.",
	    "dst_doubled: Sun 31 Oct 2027: what lies from 02:00 to 02:50 comes twice. The job will run "
	    "both times: 02:00 at 00:00 and at 01:00 UTC." } },
	{ "0 30 2 * * *", "America/New_York",
	  { "dst_skipped: Sun 14 Mar 2027: 02:30 does not exist." } },
	{ "0 15,45 2 * * *", "Australia/Lord_Howe",
	  { "dst_skipped: Sun 3 Oct 2027: 02:15 does not exist. The job will not run then." } },
	{ "0 0 9 * * 5", "Africa/Cairo",
	  { "dst_skipped: Fri 30 Apr 2027: the day has no midnight" } },
	{ "0 30 1 * * 6", "America/Santiago",
	  { "dst_doubled: Sun 5 Sep 2027: the day has no midnight" } },
	{ "@daily", "Europe/Madrid",
	  { "zone_ignored: Dkron does not heed the time zone beside @daily: the job runs by the "
	    "server's clock. CRON_TZ=Europe/Madrid @daily is heeded." } },
	{ "@every 1h", "Europe/Madrid",
	  { "zone_ignored: Dkron does not heed a time zone beside",
	    "every_restarts: The interval begins anew whenever the job is saved" } },
	{ "* * * * * *", "", { "too_often: The job fires every second: up to 86,400 runs a day" } },
	{ "*/2 * * * * *", "", { "too_often: The job fires every two seconds" } },
	{ "@every 1s", "", { "too_often: The job fires every second", "every_restarts: " } },
	{ "0 ~ 4 * * *", "",
	  { "hash_value: ~ stands for a number made of the job's name: with this name it runs every "
	    "day at 04:33." } },
	{ "0 30 2 * * *", "Local", { "zone_local: The zone Local is that of Dkron's server" } },
	{ "0 0 0 31 2 *", "", { "never_fires: Dkron accepts this schedule but will never run" } },
	{ "@at 2026-11-20T10:00:00Z", "",
	  { "past: The moment on Fri 20 Nov 2026 has gone by: the job will not run." } },
	{ "@after 2026-11-20T10:00:00Z <PT2H", "", { "past: The moment on Fri 20 Nov 2026 has gone by:" } },
	{ "@after 2026-11-20T10:00:00Z <P2D", "", { "past: The moment on Fri 20 Nov 2026 has gone by, but" } },
	{ "0 ~/15 * * * *", "",
	  { "hash_step: A step after ~ begins at the job's own number and ends with the field: "
	    "this job runs every hour at minutes 33 and 48." } },
	{ "0  ~ * * * *", "", { "hash_shifted: Two spaces in a row" } },
	{ "0 0 0 13 * 5", "", { "either_day: Day of month and weekday are both given" } },
	{ "0 */7 * * * *", "",
	  { "uneven_step: */7 begins anew each hour: after minute 56 comes minute 0, 4 minutes later." } },
	{ "0 */90 * * * *", "",
	  { "uneven_step: */90 is longer than the hour, and each hour begins anew: it means minute 0 only." } },
	{ "0 0 */5 * * *", "",
	  { "uneven_step: */5 begins anew each day: after hour 20 comes hour 0, 4 hours later." } },
};
/* clang-format on */

static void check_row(const struct row *r)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule_warning *w;
	struct schedule *s = parsed(&c, r->expression, r->zone);
	size_t count = schedule_lint(&c, s, moment(NOW), &w), want = 0;

	for (; want < 3 && r->warnings[want] != NULL; want++)
		if (want < count)
			HAS(arena_printf(c.arena, "%s: %s", w[want].code, w[want].message),
			    r->warnings[want]);
	if (count != want)
		check_fail(__FILE__, __LINE__, "%s %s has %zu warnings, not %zu", r->expression,
		    r->zone, count, want);
	IS(count == 0, w == NULL);
	arena_destroy(c.arena);
}

/* Notes are no warnings. */
static void check_silent(const char *expression)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule_warning *w;
	size_t count = schedule_lint(&c, parsed(&c, expression, ""), moment(NOW), &w);

	for (size_t i = 0; i < count; i++)
		if (!w[i].note)
			check_fail(__FILE__, __LINE__, "%s: %s", expression, w[i].message);
	arena_destroy(c.arena);
}

TEST(lint_says_what_surprises)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

TEST(lint_leaves_plain_schedules_in_peace)
{
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		check_silent(nothing[i]);
}

/* Morocco leaves summer time for Ramadan: four changes in some years. */
TEST(lint_stays_within_its_bounds)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule_warning *w;
	struct schedule *s = parsed(&c, "*/7 */7 */7 13 * 5", "Africa/Casablanca");

	IS(schedule_lint(&c, s, moment(NOW), &w) <= 24, true);
	IS(schedule_lint(&c, s, INT64_MAX, &w) <= 24, true);
	IS(schedule_lint(&c, s, INT64_MIN, &w) <= 24, true);
	arena_destroy(c.arena);
}

static const char *six(struct ctx *c, const char *expression)
{
	const char *found = schedule_six_fields(c, expression, "", "x");

	return found ? found : "none";
}

TEST(five_fields_are_offered_as_six)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };

	SAME(six(&c, "30 2 * * *"), "0 30 2 * * *");
	SAME(six(&c, " 30\t2  * * *"), "0 30 2 * * *");
	SAME(six(&c, "30 2 * * 7"), "0 30 2 * * 0");
	SAME(six(&c, "30 2 * * 1,7"), "0 30 2 * * 1,0");
	SAME(six(&c, "30 2 * * 5-7"), "0 30 2 * * 5-6,0");
	SAME(six(&c, "30 2 * * 1-7"), "0 30 2 * * 0-6");
	SAME(six(&c, "0 4 1 * 0-7"), "0 0 4 1 * 0-6"); /* each day in cron; with * only the first */
	SAME(six(&c, "30 2 * * Fri-Sun"), "0 30 2 * * 5-6,0");
	SAME(six(&c, "30 25 * * *"), "none");
	SAME(six(&c, "30 2 * * 8"), "none");
	SAME(six(&c, "30 2 * *"), "none");
	SAME(six(&c, "0 30 2 * * *"), "none");
	SAME(six(&c, "@daily"), "none");
	SAME(six(&c, ""), "none");
	IS(c.fault.detail == NULL, true);
	arena_destroy(c.arena);
}

TEST(the_hint_is_a_sentence)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };

	SAME(schedule_hint(&c, "30 2 * * *", "Europe/Madrid", "x"),
	    "Pasted from a crontab? With seconds in front, 0 30 2 * * * means every day at 02:30 "
	    "Europe/Madrid");
	IS(schedule_hint(&c, "30 2 * * * *", "", "x") == NULL, true);
	IS(schedule_hint(&c, "30 2 * * *", "Mars/Base", "x") == NULL, true);
	arena_destroy(c.arena);
}
