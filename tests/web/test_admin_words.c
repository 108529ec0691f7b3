/* Moments, amounts and lines as the pages write them. */

#include <string.h>

#include "core/time.h"
#include "lib/ctx.h"
#include "web/admin/job_lines.h"
#include "web/admin/when.h"
#include "web/admin/words.h"

/* Saturday, 21 November 2026, 08:42:10 UTC, seen from Madrid, where it is 09:42:10. */
static struct clock madrid(struct ctx *c)
{
	struct clock k = { .arena = c->arena, .zone_name = "Europe/Madrid" };

	IS(zone_find(c, "Europe/Madrid", &k.zone), OK);
	YES(time_parse_rfc3339("2026-11-21T08:42:10Z", &k.now_us));
	return k;
}

static int64_t moment(const char *text)
{
	int64_t us = 0;

	YES(time_parse_rfc3339(text, &us));
	return us;
}

CTX_TEST(near_moments_have_a_day_and_far_ones_a_date)
{
	struct clock k = madrid(c);

	SAME(when_short(&k, moment("2026-11-21T08:40:02Z")), "09:40");
	SAME(when_seconds(&k, moment("2026-11-21T08:40:02Z")), "09:40:02");
	SAME(when_short(&k, moment("2026-11-22T01:30:00Z")), "Sun 02:30");
	SAME(when_short(&k, moment("2026-11-20T23:30:00Z")),
	    "00:30"); /* today there, yesterday in UTC */
	SAME(when_short(&k, moment("2026-11-16T17:04:00Z")), "Mon 18:04");
	SAME(when_short(&k, moment("2026-12-01T03:00:00Z")), "1 Dec 04:00");
	SAME(when_short(&k, moment("2027-01-01T03:00:00Z")), "1 Jan 2027 04:00");
	SAME(when_exact(&k, moment("2026-11-21T08:42:10Z")),
	    "Sat 21 Nov 2026 09:42:10 Europe/Madrid · 08:42:10 UTC");
	SAME(when_day(&k, k.now_us), "Today, Saturday 21 November");
	SAME(when_date(&k, moment("2025-03-03T12:00:00Z")), "Monday 3 March 2025");
	k.zone = NULL;
	SAME(when_exact(&k, moment("2026-11-21T08:42:10Z")), "Sat 21 Nov 2026 08:42:10 UTC");
}

CTX_TEST(relative_moments_are_rounded_down)
{
	struct clock k = madrid(c);

	SAME(when_relative(&k, k.now_us), "just now");
	SAME(when_relative(&k, k.now_us - 38 * 60 * US_PER_S), "38 min ago");
	SAME(when_relative(&k, k.now_us - 3599 * US_PER_S), "59 min ago");
	SAME(when_relative(&k, k.now_us + 7200 * US_PER_S), "in 2 h");
	SAME(when_relative(&k, k.now_us - 10 * 86400 * US_PER_S), "10 d ago");
}

CTX_TEST(a_time_field_is_in_the_readers_zone_and_comes_back)
{
	static const char *const wrong[] = { "", "2026-11-21", "2026-11-21T9:00",
		"2026-02-30T09:00", "2026-11-21T24:00", "2026-11-21T09:60", "2026-11-21 09:00",
		"2026-11-21T09:00:00Z", "2026-11-21T09:00:61", "x026-11-21T09:00",
		"2026-11-21T09:00:0", "-026-11-21T09:00" };
	struct clock k = madrid(c);
	int64_t us = 0;

	SAME(when_field(&k, moment("2026-12-01T08:00:00Z")), "2026-12-01T09:00");
	SAME(when_field(&k, moment("2026-12-01T08:00:05Z")), "2026-12-01T09:00:05");
	YES(when_parse_field(&k, "2026-12-01T09:00", &us));
	IS(us, moment("2026-12-01T08:00:00Z"));
	YES(when_parse_field(&k, "2026-07-01T09:00:05", &us));
	IS(us, moment("2026-07-01T07:00:05Z"));
	YES(when_parse_date(&k, "2026-11-21", &us));
	IS(us, moment("2026-11-20T23:00:00Z"));
	for (size_t i = 0; i < LENGTH(wrong); i++)
		if (when_parse_field(&k, wrong[i], &us))
			FAIL("took %s", wrong[i]);
}

CTX_TEST(amounts_are_short)
{
	struct arena *a = c->arena;

	SAME(words_span(a, 0), "0 ms");
	SAME(words_span(a, 31999), "31 ms");
	SAME(words_span(a, 1450000), "1.4 s");
	SAME(words_span(a, 54 * US_PER_S), "54 s");
	SAME(words_span(a, 72 * US_PER_S), "1 min 12 s");
	SAME(words_span(a, 7500 * US_PER_S), "2 h 05 min");
	SAME(words_span(a, 100 * 3600 * US_PER_S), "4 d 4 h");
	SAME(words_span(a, -1), "0 s");
	SAME(words_size(a, 812), "812 B");
	SAME(words_size(a, 6140), "6.1 kB");
	SAME(words_size(a, 3200000), "3.2 MB");
	SAME(words_number(a, 1234567), "1,234,567");
	SAME(words_number(a, 1002), "1,002");
	SAME(words_count(a, 1, "job", "jobs"), "1 job");
	SAME(words_rate(a, 9996, 10000), "99.9 %");
	SAME(words_rate(a, 10, 10), "100 %");
}

CTX_TEST(browsers_are_told_in_broad_strokes)
{
	struct arena *a = c->arena;

	SAME(words_browser(
		 a, "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"),
	    "Firefox on Linux");
	SAME(
	    words_browser(a,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"),
	    "Safari on iPhone");
	SAME(words_browser(a, "curl/7.88.1"), "curl");
	SAME(words_browser(a, ""), "Unknown browser");
	SAME(words_browser(a, "python-requests/2.31"), "python-requests");
	SAME(words_browser(a, "something"), "something");
}

CTX_TEST(lines_and_maps_are_the_same_thing)
{
	struct json *map = json_object(c->arena), *back = json_object(c->arena);

	json_set(map, "plain", json_string(c->arena, "a=b"));
	json_set(map, "lines", json_string(c->arena, "one\ntwo"));
	json_set(map, "quoted", json_string(c->arena, "\"q\""));
	json_set(map, "empty", json_string(c->arena, ""));
	const char *text = lines_of_map(c, map, NULL, NULL);
	SAME(text, "plain=a=b\nlines=\"one\\ntwo\"\nquoted=\"\\\"q\\\"\"\nempty=");
	IS(lines_to_map(c, "x", text, back), OK);
	YES(json_equal(map, back));
}

CTX_TEST(lines_of_maps_name_the_processor_first)
{
	struct json *back = json_object(c->arena);

	IS(lines_to_maps(c, "x", "log.forward=true\nfiles.log_dir=/a.b\nsyslog\n", back), OK);
	SAME(json_write_sorted(c->arena, back),
	    "{\"files\":{\"log_dir\":\"/a.b\"},\"log\":{\"forward\":\"true\"},\"syslog\":{}}");
	SAME(lines_of_maps(c, back), "log.forward=true\nfiles.log_dir=/a.b\nsyslog");
	IS(lines_to_maps(c, "processors", "log.forward", json_object(c->arena)), ERR_INVALID);
	IS(lines_to_maps(c, "processors", "a=b", json_object(c->arena)), ERR_INVALID);
}
