#include "schedule/crontab.h"

#include "lib/ctx.h"

/* clang-format off */
static const struct {
	const char *expression, *zone, *fields;
	int64_t value;
	const char *unit, *timezone;
} cases[] = {
	{ "@yearly",              "",              "0 0 1 1 *",     0, NULL, "UTC" },
	{ "@annually",            "",              "0 0 1 1 *",     0, NULL, "UTC" },
	{ "@monthly",             "",              "0 0 1 * *",     0, NULL, "UTC" },
	{ "@weekly",              "",              "0 0 * * 0",     0, NULL, "UTC" },
	{ "@daily",               "Europe/Madrid", "0 0 * * *",     0, NULL, "UTC" }, /* Dkron ignores the zone there */
	{ "@midnight",            "",              "0 0 * * *",     0, NULL, "UTC" },
	{ "@hourly",              "",              "0 * * * *",     0, NULL, "UTC" },
	{ "@minutely",            "",              "* * * * *",     0, NULL, "UTC" },
	{ "@manually",            "",              "0 5 31 2 *",    0, NULL, "UTC" },
	{ "@every 5m",            "",              NULL,            5, "minute", "UTC" },
	{ "@every 90m",           "",              NULL,           90, "minute", "UTC" },
	{ "@every 2h",            "",              NULL,            2, "hour",   "UTC" },
	{ "@every 24h",           "",              NULL,           24, "hour",   "UTC" },
	{ "@every 1h30m",         "",              NULL,           90, "minute", "UTC" },
	{ "@every 10s",           "",              NULL,            1, "minute", "UTC" }, /* rounded up: nobody is late who is not */
	{ "@every 90s",           "",              NULL,            2, "minute", "UTC" },
	{ "@every 60s",           "",              NULL,            1, "minute", "UTC" },
	{ "@at 2026-12-24T18:30:00+01:00", "",     "30 17 24 12 *", 0, NULL, "UTC" },
	{ "@after 2026-12-24T18:30:00Z <PT2H", "", "30 18 24 12 *", 0, NULL, "UTC" },
	{ "0 30 2 * * *",         "",              "30 2 * * *",    0, NULL, "UTC" },
	{ "0 30 2 * * *",         "Europe/Madrid", "30 2 * * *",    0, NULL, "Europe/Madrid" },
	{ "CRON_TZ=Asia/Tokyo 0 30 2 * * *", "",   "30 2 * * *",    0, NULL, "Asia/Tokyo" },
	{ "TZ=Asia/Tokyo 0 30 2 * * *", "",        "30 2 * * *",    0, NULL, "Asia/Tokyo" },
	{ "*/10 * * * * *",       "",              "* * * * *",     0, NULL, "UTC" },
	{ "15 */5 8-18 1,15 * 1-5", "",            "*/5 8-18 1,15 * 1-5", 0, NULL, "UTC" },
	{ "0 0 12 ? * MON-FRI",   "",              "0 12 * * 1,2,3,4,5", 0, NULL, "UTC" },
	{ "0 0 12 1 JAN,jul ?",   "",              "0 12 1 1,7 *",  0, NULL, "UTC" },
	{ "  0   5  4  *  *  *  ", "",             "5 4 * * *",     0, NULL, "UTC" },
	{ "0 0 5 31 2 *",         "",              "0 5 31 2 *",    0, NULL, "UTC" },
};
/* clang-format on */

CTX_TEST(every_schedule_has_a_form_for_those_who_watch_cron_jobs)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct schedule *s = NULL;
		if (schedule_parse(c, cases[i].expression, cases[i].zone, "hello", &s) != OK) {
			FAIL("%s: %s", cases[i].expression, ctx_fault(c));
			continue;
		}
		struct crontab t = schedule_crontab(c->arena, s);
		if (cases[i].fields != NULL)
			SAME(t.fields, cases[i].fields);
		else
			SAME(t.unit, cases[i].unit);
		IS(t.value, cases[i].value);
		SAME(t.timezone, cases[i].timezone);
	}
}

/* "~" stands for a number that depends on the job's name: it is told as that number. */
CTX_TEST(a_hashed_field_is_told_as_the_number_that_it_is)
{
	struct schedule *s = NULL;

	IS(schedule_parse(c, "0 ~ 3 * * *", "", "hello", &s), OK);
	struct crontab t = schedule_crontab(c->arena, s);
	LACKS(t.fields, "~");
	HAS(t.fields, " 3 * * *");
}
