#include "schedule/given.h"
#include "schedule/words.h"

struct row {
	const char *expression, *zone, *words;
};

/* clang-format off */
static const struct row rows[] = {
	{ "* * * * * *", "", "every second" },
	{ "*/10 * * * * *", "", "every 10 seconds" },
	{ "0,20,50 * * * * *", "", "every minute at seconds 0, 20 and 50" },
	{ "0 * * * * *", "", "every minute" },
	{ "30 * * * * *", "", "every minute at second 30" },
	{ "0 */5 * * * *", "", "every 5 minutes" },
	{ "0 */5 * * * *", "Asia/Tokyo", "every 5 minutes" },
	{ "15 */5 * * * *", "", "every 5 minutes at second 15" },
	{ "0 */7 * * * *", "", "every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56" },
	{ "0 5/15 * * * *", "", "every hour at minutes 5, 20, 35 and 50" },
	{ "0 0 * * * *", "", "every hour" },
	{ "0 15 * * * *", "", "every hour at minute 15" },
	{ "0 15 * * * *", "Asia/Kathmandu", "every hour at minute 15, Asia/Kathmandu" },
	{ "0 0 */2 * * *", "", "every 2 hours" },
	{ "0 15 */2 * * *", "", "every 2 hours at minute 15" },
	{ "5 15 */2 * * *", "", "every 2 hours at minute 15 and second 5" },
	{ "0 0 */6 * * *", "", "every day at 00:00, 06:00, 12:00 and 18:00" },
	{ "0 0 8-20/2 * * *", "", "every 2 hours from 08:00 to 20:00" },
	{ "0 30 2 * * *", "", "every day at 02:30" },
	{ "0 30 2 * * *", "Europe/Madrid", "every day at 02:30 Europe/Madrid" },
	{ "0 30 2 * * *", "UTC", "every day at 02:30 UTC" },
	{ "0 30 2 * * *", "Local", "every day at 02:30 server time" },
	{ "7 30 2 * * *", "", "every day at 02:30:07" },
	{ "0 30 2 * * 1-5", "Europe/Madrid", "every weekday at 02:30 Europe/Madrid" },
	{ "0 15 1 * * 0", "", "Sundays at 01:15" },
	{ "0 15 1 * * 0,6", "", "Saturdays and Sundays at 01:15" },
	{ "0 15 1 * * mon-thu", "", "Mondays to Thursdays at 01:15" },
	{ "0 0 9-17 * * 1-5", "", "every hour from 09:00 to 17:00 on weekdays" },
	{ "0 */5 9-17 * * 1-5", "Europe/Madrid",
	  "every 5 minutes from 09:00 to 17:55 on weekdays, Europe/Madrid" },
	{ "0 * 9 * * *", "", "every minute from 09:00 to 09:59" },
	{ "0 */10 9 * * *", "", "every 10 minutes from 09:00 to 09:50" },
	{ "*/15 * 9-17 * * *", "", "every 15 seconds from 09:00:00 to 17:59:45" },
	{ "0 0,30 9,17 * * *", "", "every day at 09:00, 09:30, 17:00 and 17:30" },
	{ "0 */20 * * * 0", "", "every 20 minutes on Sundays" },
	{ "0 0 4 1 * *", "", "on the 1st at 04:00" },
	{ "0 0 4 2,3,11,12,13,21 * *", "", "on the 2nd, 3rd, 11th to 13th and 21st at 04:00" },
	{ "0 0 4 */2 * *", "", "on every 2nd day from the 1st to the 31st at 04:00" },
	{ "0 0 0 1 1 *", "", "every year on 1 January at 00:00" },
	{ "0 0 0 1 */3 *", "", "on the 1st of January, April, July and October at 00:00" },
	{ "0 0 0 * 1 *", "", "every day in January at 00:00" },
	{ "0 0 * * 6-8 *", "", "every hour in June to August" },
	{ "0 0 12 * 3-10 0", "", "Sundays in March to October at 12:00" },
	{ "0 0 0 13 * 5", "", "on the 13th and also on Fridays at 00:00" },
	{ "0 */5 * 13 3 5", "", "every 5 minutes on the 13th and also on Fridays in March" },
	{ "0 0 0 1-31 * 1", "", "every day at 00:00" },
	{ "0 ~ 4 * * *", "", "every day at 04:33" },
	{ "0 ~/15 * * * *", "", "every hour at minutes 33 and 48" },
	{ "0,30 */20 * * * *", "", "every 30 seconds of minutes 0, 20 and 40 of every hour" },
	{ "7 1,2,3,50 3,9,11 * * 2,4", "",
	  "at second 7 of minutes 1 to 3 and 50 of hours 3, 9 and 11 on Tuesdays and Thursdays" },
	{ "0 0 0,5,11,13,14,15,23 * * *", "", "at minute 0 of hours 0, 5, 11, 13 to 15 and 23" },
	{ "0 0 0 31 2 *", "", "never, as there is no such day (every year on 31 February at 00:00)" },
	{ "0 , * * * *", "", "never, as a field has no value" },
	{ "@daily", "Europe/Madrid", "every day at 00:00" },
	{ "@weekly", "", "Sundays at 00:00" },
	{ "@monthly", "", "on the 1st at 00:00" },
	{ "@yearly", "", "every year on 1 January at 00:00" },
	{ "@hourly", "", "every hour" },
	{ "@minutely", "", "every minute" },
	{ "@manually", "", "only when asked" },
	{ "@every 10s", "", "every 10 seconds" },
	{ "@every 1h", "", "every hour" },
	{ "@every 1h30m", "", "every 1 hour and 30 minutes" },
	{ "@every 1ms", "", "every second" },
	{ "@every 11m", "", "every 11 minutes" },
	{ "@at 2026-11-21T10:00:00Z", "", "once, on Sat 21 Nov 2026 at 10:00 UTC" },
	{ "@at 2026-11-25T10:00:05+01:00", "", "once, on Wed 25 Nov 2026 at 09:00:05 UTC" },
	{ "@after 2026-11-21T10:00:00Z <PT2H", "",
	  "once, on Sat 21 Nov 2026 at 10:00 UTC, or up to 2 hours late" },
	{ "CRON_TZ=Asia/Tokyo 0 0 12 * * *", "Europe/Madrid", "every day at 12:00 Asia/Tokyo" },
	{ "TZ=Asia/Tokyo @daily", "", "every day at 00:00 Asia/Tokyo" },
};
/* clang-format on */

TEST(schedules_read_as_english)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
		struct schedule *s = parsed(&c, rows[i].expression, rows[i].zone);
		SAME(schedule_words(&c, s), rows[i].words);
		arena_destroy(c.arena);
	}
}

TEST(a_day_is_that_of_the_zone)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule *s = parsed(&c, "0 0 0 * * *", "Asia/Tokyo");
	int64_t t = moment("2026-12-31T20:00:00Z");

	SAME(schedule_day_words(&c, NULL, t), "Thu 31 Dec 2026");
	SAME(schedule_day_words(&c, s->zone, t), "Fri 1 Jan 2027");
	arena_destroy(c.arena);
}
