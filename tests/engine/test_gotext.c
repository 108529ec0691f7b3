/* What Go 1.22 printed for these values, word by word. */

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "engine/gotext.h"
#include "lib/ctx.h"

CTX_TEST(engine_durations_read_as_in_go)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = { { 0, "0s" }, { 1, "1ns" }, { 999, "999ns" }, { 1000, "1\xc2\xb5s" },
		{ 1500, "1.5\xc2\xb5s" }, { 1000000, "1ms" }, { 1500000, "1.5ms" },
		{ 999999999, "999.999999ms" }, { 1000000000, "1s" }, { 1500000000, "1.5s" },
		{ 59000000000, "59s" }, { 60000000000, "1m0s" }, { 61500000000, "1m1.5s" },
		{ 3600000000000, "1h0m0s" }, { 3661000000000, "1h1m1s" }, { -1000000000, "-1s" },
		{ -1500000000, "-1.5s" }, { -100, "-100ns" },
		{ 360000000000001, "100h0m0.000000001s" },
		{ INT64_MAX, "2562047h47m16.854775807s" },
		{ INT64_MIN, "-2562047h47m16.854775808s" } };

	for (size_t i = 0; i < LENGTH(cases); i++)
		SAME(gotext_duration(c->arena, cases[i].ns), cases[i].text);
}

CTX_TEST(engine_moments_read_as_in_go)
{
	static const struct {
		const char *zone;
		int64_t ns;
		const char *json, *stamp;
	} cases[] = {
		{ "UTC", 1795262011478091293, "2026-11-21T11:53:31.478091293Z",
		    "2026-11-21 11:53:31.478091293 +0000 UTC" },
		{ "UTC", 1795262012095308290, "2026-11-21T11:53:32.09530829Z",
		    "2026-11-21 11:53:32.09530829 +0000 UTC" },
		{ "UTC", 1795262013000000000, "2026-11-21T11:53:33Z",
		    "2026-11-21 11:53:33 +0000 UTC" },
		{ "Europe/Madrid", 1785262013100000000, "2026-07-28T20:06:53.1+02:00",
		    "2026-07-28 20:06:53.1 +0200 +02" },
		{ "America/New_York", 1795262011478091293, "2026-11-21T06:53:31.478091293-05:00",
		    "2026-11-21 06:53:31.478091293 -0500 -05" },
		{ "Asia/Tehran", 1795262013000000000, "2026-11-21T15:23:33+03:30",
		    "2026-11-21 15:23:33 +0330 +0330" },
		{ "UTC", 0, "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC" },
	};
	const struct zone *zone;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(zone_find(c, cases[i].zone, &zone), OK);
		SAME(gotext_time(c->arena, cases[i].ns, zone), cases[i].json);
		SAME(gotext_stamp(c->arena, cases[i].ns, zone), cases[i].stamp);
	}
	IS(gotext_unix_nano(0), INT64_C(-6795364578871345152));
	IS(gotext_unix_nano(7), 7);
}

CTX_TEST(engine_words_for_errors_and_signals_are_gos)
{
	SAME(gotext_errno(c->arena, ENOENT), "no such file or directory");
	SAME(gotext_errno(c->arena, EACCES), "permission denied");
	SAME(gotext_errno(c->arena, 99999), "errno 99999");
	SAME(gotext_signal(c->arena, SIGKILL), "killed");
	SAME(gotext_signal(c->arena, SIGSEGV), "segmentation fault");
	SAME(gotext_signal(c->arena, 63), "signal 63");
	SAME(gotext_quote(c->arena, "a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
}

TEST(engine_flags_are_what_go_takes_for_a_bool)
{
	bool value = false;

	YES(gotext_bool("true", &value) && value);
	YES(gotext_bool("T", &value) && value);
	YES(gotext_bool("0", &value) && !value);
	YES(!gotext_bool("", &value));
	YES(!gotext_bool("yes", &value));
	YES(!gotext_bool("tRUE", &value));
}

CTX_TEST(engine_query_values_are_byte_safe)
{
	static const char bytes[] = "a b&c=d/\xc3\xa9\0\xff~._-+%";
	struct buf b;

	buf_init(&b, c->arena, 200);
	gotext_query(&b, bytes, sizeof(bytes) - 1);
	SAME(b.data, "a+b%26c%3Dd%2F%C3%A9%00%FF~._-%2B%25");
}

static const char *rewritten(struct ctx *c, const char *json, bool pretty)
{
	struct buf b;

	buf_init(&b, c->arena, 1000);
	gotext_json(&b, json, pretty);
	return b.data;
}

CTX_TEST(engine_json_is_escaped_as_gos_encoder_does)
{
	SAME(rewritten(c, "{\"a\":\"<&>\\\"\\\\\"}", false),
	    "{\"a\":\"\\u003c\\u0026\\u003e\\\"\\\\\"}");
	SAME(rewritten(c, "\"x\xe2\x80\xa8y\xe2\x80\xa9\xe2\x82\xac\"", false),
	    "\"x\\u2028y\\u2029\xe2\x82\xac\"");
}

CTX_TEST(engine_pretty_json_is_indented_by_four)
{
	SAME(rewritten(c, "{\"a\":{},\"b\":[1,\"x,{\\\"\"],\"c\":[],\"d\":{\"e\":null}}", true),
	    "{\n    \"a\": {},\n    \"b\": [\n        1,\n        \"x,{\\\"\"\n    ],\n    \"c\": "
	    "[],\n"
	    "    \"d\": {\n        \"e\": null\n    }\n}");
}
