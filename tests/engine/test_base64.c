/* What Go's base64.StdEncoding made of these texts. */

#include "engine/base64.h"
#include "lib/ctx.h"

CTX_TEST(engine_base64_is_read_as_go_reads_it)
{
	static const struct {
		const char *text, *bytes;
	} good[] = { { "", "" }, { "aGVsbG8=", "hello" }, { "aGVs\nbG8=", "hello" },
		{ "aGV=", "he" }, { "aG==", "h" }, { "aGVsbG8=\n", "hello" }, { "aG=\n=", "h" },
		{ "\n\n", "" }, { "aGVsbG8h", "hello!" } };
	const char *bytes;
	size_t len;

	for (size_t i = 0; i < LENGTH(good); i++) {
		IS(gobase64_decode(c, good[i].text, &bytes, &len), OK);
		SAME(bytes, good[i].bytes);
	}
	IS(gobase64_decode(c, "AP8A", &bytes, &len), OK);
	IS(len, 3);
	IS((unsigned char)bytes[1], 0xff);
}

CTX_TEST(engine_base64_names_the_byte_at_fault)
{
	static const struct {
		const char *text;
		int at;
	} bad[] = { { "aGVsbG8", 4 }, { "a$b", 1 }, { "====", 0 }, { "aG=", 3 }, { "aGVsbG8=x", 8 },
		{ "aGVsbG8==", 8 }, { "a", 0 }, { "aGVs=", 4 }, { "-_-_", 0 } };
	const char *bytes;
	size_t len;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		IS(gobase64_decode(c, bad[i].text, &bytes, &len), ERR_INVALID);
		SAME(c->fault.detail,
		    arena_printf(c->arena, "illegal base64 data at input byte %d", bad[i].at));
	}
}
