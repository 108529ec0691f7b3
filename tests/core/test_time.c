#include "core/time.h"

#include <inttypes.h>

#include "lib/ctx.h"

CTX_TEST(rfc3339_shows_what_is_there)
{
	SAME(time_rfc3339(c->arena, 0), "1970-01-01T00:00:00Z");
	SAME(time_rfc3339(c->arena, c->now_us), "2026-11-21T09:42:10Z");
	SAME(time_rfc3339(c->arena, c->now_us + 120000), "2026-11-21T09:42:10.12Z");
	SAME(time_rfc3339(c->arena, c->now_us + 1), "2026-11-21T09:42:10.000001Z");
	SAME(time_rfc3339(c->arena, -1), "1969-12-31T23:59:59.999999Z");
	SAME(time_rfc3339(c->arena, INT64_C(-62135596800000000)), "0001-01-01T00:00:00Z");
	SAME(time_rfc3339(c->arena, INT64_C(253402300799999999)), "9999-12-31T23:59:59.999999Z");
}

CTX_TEST(rfc3339_reads_every_offset_and_fraction)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T18:30:00.5-05:30", 500000 },
		{ "1970-01-01T00:00:00.123456789Z", 123456 },
		{ "1970-01-01T00:00:00.000000Z", 0 },
		{ "2024-02-29T00:00:00Z", INT64_C(1709164800000000) },
		{ "2000-02-29T23:59:59Z", INT64_C(951868799000000) },
		{ "0001-01-01T00:00:00Z", INT64_C(-62135596800000000) },
		{ "9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999) },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t us = -7;
		YES(time_parse_rfc3339(cases[i].text, &us));
		if (us != cases[i].us)
			FAIL("%s is %" PRId64, cases[i].text, us);
		int64_t again = 0;
		YES(time_parse_rfc3339(time_rfc3339(c->arena, us), &again));
		IS(again, us);
	}
}

TEST(rfc3339_refuses_what_is_no_time)
{
	static const char *const bad[] = { "", "2026", "2026-11-21", "2026-11-21T09:42:10",
		"2026-11-21 09:42:10Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
		"2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00Zx",
		"2026-01-01T00:00:00+01:00x", "+026-01-01T00:00:00Z", " 2026-01-01T00:00:00Z",
		"2026-1-1T00:00:00Z", "99999-01-01T00:00:00Z", "2026-01-01T00:00:0",
		"2026-01-01T00:00:00-", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-00:01" };

	for (size_t i = 0; i < LENGTH(bad); i++) {
		int64_t us = 7;
		if (time_parse_rfc3339(bad[i], &us) || us != 7)
			FAIL("takes %s", bad[i]);
	}
}

TEST(rfc3339_in_nanoseconds_must_fit)
{
	int64_t ns = 7;

	YES(time_parse_rfc3339_ns("2026-11-21T09:42:10.123456789Z", &ns));
	IS(ns, INT64_C(1795254130123456789));
	YES(time_parse_rfc3339_ns("1969-12-31T23:59:59.999999999Z", &ns));
	IS(ns, -1);
	YES(!time_parse_rfc3339_ns("0001-01-01T00:00:00Z", &ns)); /* Dkron's "never" */
	YES(!time_parse_rfc3339_ns("2263-01-01T00:00:00Z", &ns));
	IS(ns, -1);
}

TEST(clocks_go_forward)
{
	int64_t monotonic = time_monotonic_us();

	YES(time_monotonic_us() >= monotonic);
	YES(time_now_us() > INT64_C(1700000000000000));
}
