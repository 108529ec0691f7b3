#include "core/text.h"

#include <string.h>

#include "lib/ctx.h"

TEST(int64_takes_whole_decimals_in_range_only)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-", "--1", "0x10", "1e3", "1.0",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999", "1_000",
		"\xd9\xa1" };
	int64_t n = 42;

	for (size_t i = 0; i < LENGTH(bad); i++)
		if (text_int64(bad[i], INT64_MIN, INT64_MAX, &n))
			FAIL("takes %s", bad[i]);
	YES(!text_int64(NULL, 0, 9, &n));
	YES(!text_int64("10", 0, 9, &n));
	YES(!text_int64("-1", 0, 9, &n));
	IS(n, 42);
	YES(text_int64("9223372036854775807", INT64_MIN, INT64_MAX, &n));
	IS(n, INT64_MAX);
	YES(text_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
	IS(n, INT64_MIN);
	YES(text_int64("007", 0, 9, &n));
	IS(n, 7);
}

TEST(line_is_utf8_without_control_characters)
{
	static const char *const bad[] = { "a\nb", "a\tb", "a\rb", "\x1b[1m", "\x7f", "\xc2\x85",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
		"\x80" };

	for (size_t i = 0; i < LENGTH(bad); i++)
		if (text_is_line(bad[i], 0, 100))
			FAIL("takes line %zu", i);
	YES(text_is_line("", 0, 10));
	YES(!text_is_line("", 1, 10));
	YES(text_is_line("na\xc3\xafve \xf0\x9f\x98\x80", 7, 7)); /* code points, not bytes */
	YES(!text_is_line("na\xc3\xafve \xf0\x9f\x98\x80", 1, 6));
	YES(text_is_line("\xf4\x8f\xbf\xbf\xed\x9f\xbf\xc2\xa0", 3, 3));
}

TEST(text_may_have_tabs_and_line_feeds)
{
	YES(text_is_text("a\n\tb\xe2\x80\xa8", 1, 10));
	YES(!text_is_text("a\rb", 1, 10));
	YES(!text_is_text("a\x01", 1, 10));
	YES(!text_is_text("\xc2\x80", 1, 10));
	YES(!text_is_text("a\nb", 1, 2));
}

TEST(utf8_counts_bytes_and_may_hold_nul)
{
	YES(text_is_utf8("a\0b", 3));
	YES(text_is_utf8("", 0));
	YES(!text_is_utf8("\xc3\xa9", 1)); /* the second byte is not ours */
	YES(!text_is_utf8("a\xff", 2));
}

CTX_TEST(clean_replaces_each_bad_byte)
{
	size_t len;

	SAME(text_clean(c->arena, "a\0b\xff\xc3\xa9\xe2\x82", 8, &len),
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
	IS((int64_t)len, 16);
	SAME(text_clean(c->arena, "", 0, &len), "");
	IS((int64_t)len, 0);
}

CTX_TEST(line_feeds_replace_what_a_textarea_sends)
{
	SAME(text_line_feeds(c->arena, "a\r\nb\r\n\r\nc\rd"), "a\nb\n\nc\rd");
}

CTX_TEST(escape_leaves_one_harmless_line)
{
	SAME(text_escape(c->arena, "a\n\r\t\"\\\x1b\x7f\xff\xe2\x80\xa8\xc2\x85\xc3\xa9"),
	    "a\\n\\r\\t\\\"\\\\\\x1b\\x7f\\xff\\xe2\\x80\\xa8\\xc2\\x85\xc3\xa9");
}

TEST(starts_and_ends_compare_whole_affixes)
{
	YES(text_starts("hello", "he") && text_starts("x", "") && !text_starts("h", "he"));
	YES(text_ends("hello", "lo") && text_ends("x", "") && !text_ends("o", "lo"));
}

CTX_TEST(encodings_follow_their_standards)
{
	static const unsigned char bytes[] = { 0, 0xff, 0x10, 0xfb, 0xef };
	static const char *const rfc4648[] = { "", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE",
		"Zm9vYmFy" };

	SAME(text_hex(c->arena, bytes, sizeof(bytes)), "00ff10fbef");
	for (size_t i = 0; i < LENGTH(rfc4648); i++)
		SAME(text_base64url(c->arena, (const unsigned char *)"foobar", i), rfc4648[i]);
	SAME(text_base64url(c->arena, (const unsigned char *)"\xfb\xff\xbf", 3), "-_-_");
	SAME(text_urlencode(c->arena, "a b/\xc3\xa9~%"), "a%20b%2F%C3%A9~%25");
	SAME(text_urlencode(c->arena, ""), "");
	IS(text_hex_digit('f'), 15);
	IS(text_hex_digit('F'), 15);
	IS(text_hex_digit('g'), -1);
	IS(text_hex_digit('\0'), -1);
}
