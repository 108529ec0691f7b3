#include <stdlib.h>

#include "schedule/given.h"
#include "schedule/zone.h"

struct refusal {
	const char *expression, *zone, *field, *detail;
};

/* clang-format off */
static const struct refusal refusals[] = {
	{ "* * * * *", "", "schedule", "expected exactly 6 fields, found 5" },
	{ "", "", "schedule", "empty spec string: say when" },
	{ "TZ=UTC", "", "schedule", "expected exactly 6 fields, found 0: nothing follows" },
	{ "TZ=", "", "schedule", "expected exactly 6 fields, found 0" },
	{ "CRON_TZ=UTC ", "", "schedule", "expected exactly 6 fields, found 0" },
	{ "CRON_TZ=Mars/Base 0 0 0 * * *", "", "schedule",
	  "provided bad location Mars/Base: unknown time zone Mars/Base" },
	{ "CRON_TZ=/etc/passwd 0 0 0 * * *", "", "schedule", "time: invalid location name" },
	{ "60 * * * * *", "", "schedule", "end of range (60) above maximum (59): 60" },
	{ "0 0 0 * * 7", "", "schedule", "end of range (7) above maximum (6): 7; Sunday is 0" },
	{ "0 0 0 0 * *", "", "schedule", "beginning of range (0) below minimum (1): 0" },
	{ "0 0 0 * * 5-1", "", "schedule", "beginning of range (5) beyond end of range (1): 5-1" },
	{ "0 1-2-3 * * * *", "", "schedule", "too many hyphens: 1-2-3" },
	{ "0 */5/2 * * * *", "", "schedule", "too many slashes: */5/2" },
	{ "0 */0 * * * *", "", "schedule", "step of range should be a positive number: */0" },
	{ "0 */-1 * * * *", "", "schedule", "negative number (-1) not allowed: -1" },
	{ "0 99999999999999999999 * * * *", "", "schedule", "failed to parse int from 9999" },
	{ "0 0 0 L * *", "", "schedule", "failed to parse int from L: the day of month takes" },
	{ "@reboot", "", "schedule", "unrecognized descriptor: @reboot" },
	{ "@every 1d", "", "schedule", "failed to parse duration @every 1d: write hours" },
	{ "@at tomorrow", "", "schedule", "failed to parse date @at tomorrow: write it" },
	{ "@after 2026-12-21T10:15:17Z <P2H", "", "schedule", "failed to parse grace period in @after: P2H" },
	{ "0 0 0 * * *", "CEST", "timezone", "unknown time zone CEST" },
	{ "0 0 0 * * *", "Europe", "timezone", "is a directory" },
	{ "0 0 0 * * *", "../../etc/passwd", "timezone", "time: invalid location name" },
	{ "0 0 0 * * *", "/etc/localtime", "timezone", "time: invalid location name" },
	{ "0 0 0 * * *", "zone.tab", "timezone", "unknown time zone zone.tab" },
	{ "0 0 0 * * *", "Europe/Mad\nrid", "timezone", "unknown time zone: control" },
	{ "@daily", "CEST", "timezone", "unknown time zone CEST" },
	{ "0 0 0 * * *\n", "", "schedule", "must be one line" },
	{ "0\t0 0 * * *", "", "schedule", "must be one line" },
	{ "0 0 0 * *\xc2\x85*", "", "schedule", "must be one line" },
	{ "0 0 0 * * \xff", "", "schedule", "must be one line" },
	{ "0 0 0 * * \xc3", "", "schedule", "must be one line" },
	{ "0 0 0 * * \xed\xa0\x80", "", "schedule", "must be one line" },
};
/* clang-format on */

TEST(refusals_name_the_field_and_begin_as_dkrons)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
		struct schedule *s;
		IS(schedule_parse(&c, r->expression, r->zone, "x", &s), ERR_INVALID);
		SAME(c.fault.field, r->field);
		HAS(c.fault.detail, r->detail);
		arena_destroy(c.arena);
	}
}

TEST(five_fields_are_refused_with_the_very_sentence_of_the_interface)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	struct schedule *s;

	IS(schedule_parse(&c, "* * * * *", "", "x", &s), ERR_INVALID);
	SAME(c.fault.detail, "expected exactly 6 fields, found 5");
	arena_destroy(c.arena);
}

TEST(kinds_are_told_apart)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };

	IS(schedule_kind(parsed(&c, "@manually", "")), SCHEDULE_MANUAL);
	IS(schedule_kind(parsed(&c, "0 0 0 * * *", "")), SCHEDULE_CRON);
	IS(schedule_kind(parsed(&c, "@minutely", "")), SCHEDULE_CRON);
	IS(schedule_kind(parsed(&c, "@every 1h", "")), SCHEDULE_EVERY);
	IS(schedule_kind(parsed(&c, "@at 2026-11-21T10:00:00Z", "")), SCHEDULE_AT);
	IS(schedule_kind(parsed(&c, "@after 2026-11-21T10:00:00Z <PT1H", "")), SCHEDULE_AFTER);
	IS(schedule_kind(parsed(&c, "0 0 0 31 2 *", "")), SCHEDULE_NEVER);
	IS(schedule_kind(parsed(&c, "0 0 0 31 2 1", "")), SCHEDULE_CRON);
	arena_destroy(c.arena);
}

static uint64_t minutes_for(struct ctx *c, const char *job)
{
	struct schedule *s = NULL;

	IS(schedule_parse(c, "0 ~ * * * *", "", job, &s), OK);
	return s ? s->minutes : 0;
}

/* d is 100, í is 237, a is 97: code points, not bytes. */
TEST(a_job_name_counts_by_code_points)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };

	IS(minutes_for(&c, "backup-db"), INT64_C(1) << 33);
	IS(minutes_for(&c, "día"), INT64_C(1) << (100 + 237 + 97) % 60);
	IS(minutes_for(&c, "日本"), INT64_C(1) << (0x65e5 + 0x672c) % 60);
	IS(minutes_for(&c, "\U0001f600"), INT64_C(1) << 0x1f600 % 60);
	IS(minutes_for(&c, ""), 1);
	IS(minutes_for(&c, NULL), 1);
	arena_destroy(c.arena);
}

static char *repeated(const char *text, size_t times)
{
	size_t size = strlen(text);
	char *all = malloc(size * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(all + i * size, text, size);
	all[size * times] = '\0';
	return all;
}

static void check_long(const char *begin, const char *piece, size_t times, enum err want)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	char *tail = repeated(piece, times);
	struct schedule *s;
	int64_t before = cpu_us();

	IS(schedule_parse(&c, arena_printf(c.arena, "%s%s", begin, tail), "", "x", &s), want);
	IS(cpu_us() - before < 50000, true);
	free(tail);
	arena_destroy(c.arena);
}

TEST(long_input_is_bounded)
{
	check_long("0 0 0 * * ", "1,", 500, OK);
	check_long("0 0 0 * * ", "1,", 508, ERR_INVALID);
	check_long("0 0 0 * * *", " ", 1000, OK);
	check_long("0 0 0 * * ", "~", 900, ERR_INVALID);
	check_long("@every ", "1h", 508, OK);
	check_long("@every ", "9", 1000, ERR_INVALID);
	check_long("@after 2026-12-21T10:15:17Z <PT", "9", 900, ERR_INVALID);
	check_long("", "x", 1000000, ERR_INVALID);
	check_long("CRON_TZ=", "a", 1000, ERR_INVALID);
	check_long("CRON_TZ=", "\u00e9", 500, ERR_INVALID);
}

TEST(too_long_is_said_to_be_too_long)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	char *spaces = repeated(" ", 1014), *wide = repeated("\u3000", 338);
	struct schedule *s;

	IS(schedule_parse(&c, arena_printf(c.arena, "%s* * * * * *", spaces), "", "x", &s),
	    ERR_INVALID);
	SAME(c.fault.detail, "must not be longer than 1024 bytes");
	IS(schedule_parse(&c, arena_printf(c.arena, "%s* * * * * *", wide), "", "x", &s),
	    ERR_INVALID);
	SAME(c.fault.detail, "must not be longer than 1024 bytes");
	IS(schedule_parse(&c, arena_printf(c.arena, "%s* * * * * *", spaces + 1), "", "x", &s), OK);
	free(spaces);
	free(wide);
	arena_destroy(c.arena);
}

TEST(a_message_quotes_little_and_whole_characters)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	char *field = repeated("é", 200);
	struct schedule *s;

	IS(schedule_parse(&c, arena_printf(c.arena, "x%s * * * * *", field), "", "x", &s),
	    ERR_INVALID);
	HAS(c.fault.detail, "é…: the second takes numbers from 0 to 59");
	IS(strlen(c.fault.detail) < 200, true);
	free(field);
	arena_destroy(c.arena);
}

TEST(a_zone_is_read_once_and_odd_spellings_are_not_kept)
{
	struct ctx c = { .arena = arena_create(GIVEN_ARENA) };
	const struct zone *one, *two, *odd;

	IS(zone_find(&c, "Europe/Madrid", &one), OK);
	IS(zone_find(&c, "Europe/Madrid", &two), OK);
	IS(one == two, true);
	IS(zone_find(&c, "Europe//Madrid", &odd), OK);
	IS(odd == one, false);
	IS(zone_find(&c, "Europe//Madrid", &two), OK);
	IS(odd == two, false);
	IS(zone_find(&c, "./UTC", &odd), OK);
	IS(zone_find(&c, "", &one), OK);
	IS(one == NULL, true);
	arena_destroy(c.arena);
}
