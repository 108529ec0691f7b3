/* JSON: what is taken can be written, and reads again as the same; an array read in slices is the
 * same as read at once. */

#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "fuzz/fuzz.h"

static struct json *again(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	MUST(text_is_utf8(text, strlen(text)));
	MUST(json_parse(c, text, strlen(text), &v) == OK);
	return v;
}

static void check_members(struct ctx *c, const struct json *v)
{
	static const char *const none[] = { NULL };
	const char *key;
	struct json *value;
	size_t n = 0;

	for (; json_member(v, n, &key, &value); n++)
		MUST(json_equal(json_get(v, key), value));
	if (json_type(v) == JSON_OBJECT)
		MUST(n == json_length(v) && (json_only(c, v, none) == OK) == (n == 0));
}

static void check(struct ctx *c, const struct json *v)
{
	const char *sorted = json_write_sorted(c->arena, v);

	MUST(json_equal(again(c, json_write(c->arena, v)), v));
	MUST(json_equal(again(c, json_write_pretty(c->arena, v)), v));
	MUST(json_equal(again(c, sorted), v));
	MUST(strcmp(json_write_sorted(c->arena, again(c, sorted)), sorted) == 0);
	check_members(c, v);
}

static void check_slices(
    struct ctx *c, const char *text, size_t size, enum err e, const struct json *whole)
{
	size_t at = 0, n = 0;
	enum err end = OK;

	do {
		struct json *some = NULL;
		end = json_parse_slice(c, text, size, 3, &at, &some);
		for (size_t i = 0; end == OK && e == OK && i < json_length(some); i++)
			MUST(json_equal(json_at(some, i), json_at(whole, n++)));
	} while (end == OK && at < size);
	bool is_list = json_type(whole) == JSON_ARRAY || json_type(whole) == JSON_NULL;
	MUST((end == OK) == (e == OK && is_list));
	MUST(end != OK || n == json_length(whole));
}

FUZZ_ENTRY(json)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct json *v = NULL, *loose = NULL;
	const char *text = (const char *)data;
	enum err e = json_parse(&c, text, size, &v);
	enum err e_loose = json_parse_loose(&c, text, size, &loose);

	MUST(e == OK || ((e == ERR_MALFORMED || e == ERR_INVALID) && c.fault.detail != NULL));
	MUST(e != OK || (e_loose == OK && json_equal(v, loose)));
	if (e_loose == OK)
		check(&c, loose);
	check_slices(&c, text, size, e_loose, loose);
	arena_destroy(c.arena);
	return 0;
}
