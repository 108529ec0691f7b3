#include "core/json.h"

#include <malloc.h>
#include <string.h>

#include "lib/ctx.h"

static struct json *parsed(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	if (json_parse(c, text, strlen(text), &v) != OK)
		FAIL("%s: %s", text, c->fault.detail);
	return v;
}

static const char *again(struct ctx *c, const char *text)
{
	return json_write(c->arena, parsed(c, text));
}

CTX_TEST(json_survives_reading_and_writing)
{
	static const char *const texts[] = { "null", "true", "false", "0", "-1", "\"\"", "[]", "{}",
		"9223372036854775807", "-9223372036854775808", "1.50", "-0.1e-7", "1e308",
		"[1,[2,[null]],{\"a\":{\"b\":[]}}]", "{\"z\":1,\"a\":2}", "\"\\u0001\\\"\\\\\\n\"",
		"\"\xc3\xa9\xf0\x9f\x98\x80\"" };

	for (size_t i = 0; i < LENGTH(texts); i++)
		SAME(again(c, texts[i]), texts[i]);
	SAME(again(c, " \t\r\n[ 1 , 2 ] \n"), "[1,2]");
	SAME(again(c, "\"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\""),
	    "\"\xc3\xa9\xf0\x9f\x98\x80/\\b\\f\\n\\r\\t\"");
	SAME(again(c, "\"\x7f\xe2\x80\xa8\""), "\"\\u007f\xe2\x80\xa8\"");
	SAME(again(c, "-0"), "0");
}

CTX_TEST(json_refuses_what_is_not_strictly_json)
{
	static const char *const texts[] = { "", " ", "nul", "nulll", "True", "NaN", "Infinity",
		"-Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1_0", "'a'",
		"\"a", "\"a\\", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\t\"",
		"\"\x01\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "[1,]", "[,1]", "[1 2]",
		"[", "]", "[1", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}",
		"{\"a\":1 \"b\":2}", "1 2", "{}x", "/* c */1", "1//c", "#c\n1", "\xef\xbb\xbf{}",
		"[1,2]]", "\v1", "\302\2401", "{\"a\":1]", "[1}", "t", "f", "n", "\"\\", "[\"" };

	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct json *v = NULL;
		if (json_parse(c, texts[i], strlen(texts[i]), &v) != ERR_MALFORMED || v != NULL)
			FAIL("takes %s", texts[i]);
		else
			HAS(c->fault.detail, "Not JSON: ");
	}
	struct json *v = NULL;
	IS(json_parse(c, "1\0", 2, &v), ERR_MALFORMED);
	IS(json_parse(c, "\0", 1, &v), ERR_MALFORMED);
	IS(json_parse(c, "\"a\0b\"", 5, &v), ERR_MALFORMED);
	char *digits = arena_alloc(c->arena, 100001, 1);
	memset(digits, '1', 100000);
	digits[1] = '.';
	IS(json_parse(c, digits, 100000, &v), ERR_INVALID);
	IS(json_parse(c, "[1]x", 3, &v), OK); /* reads no byte past the length */
	IS(json_parse(c, "tru", 3, &v), ERR_MALFORMED);
}

CTX_TEST(json_says_what_is_wrong_and_where)
{
	struct json *v = NULL;

	IS(json_parse(c, "{\"a\":1,a}", 9, &v), ERR_MALFORMED);
	HAS(c->fault.detail, "expected a string in double quotes at byte 8");
	YES(c->fault.field == NULL);
}

CTX_TEST(json_that_is_not_taken_names_the_member)
{
	static const struct {
		const char *text, *field, *why;
	} rows[] = {
		{ "{\"a\":1,\"a\":2}", "a", "is given twice, at byte 11" },
		{ "{\"a\":1,\"\\u0061\":2}", "a", "is given twice" },
		{ "{\"a\":null,\"a\":2}", "a", "is given twice" },
		{ "{\"t\":{\"a\":1,\"a\":2}}", "t.a", "is given twice" },
		{ "{\"b\":{\"x\":1},\"n\":9223372036854775808}", "n", "too large" },
		{ "{\"n\":-9223372036854775809}", "n", "too large" },
		{ "{\"n\":[1,99999999999999999999]}", "n", "too large" },
		{ "{\"n\":1e309}", "n", "too large" },
		{ "{\"n\":{\"m\":-1e309}}", "n.m", "too large" },
		{ "[1,99999999999999999999]", NULL, "The JSON is a number that is too large, at" },
		{ "{\"s\":\"\\u0000\"}", "s", "holds \\u0000" },
		{ "{\"s\":\"\\ud800\"}", "s", "surrogate" },
		{ "{\"s\":\"\\ude00\"}", "s", "surrogate" },
		{ "{\"s\":\"\\ud800\\u0041\"}", "s", "surrogate" },
		{ "{\"s\":\"\\ud800\\ud800\"}", "s", "surrogate" },
		{ "{\"s\":\"\\ud800x\"}", "s", "surrogate" },
		{ "{\"s\":{\"\\u0000\":1}}", "s", "holds \\u0000" },
		{ "{\"\\u0000\":1}", NULL, "holds \\u0000" },
		{ "{\"s\":1,\"d\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}", "d",
		    "has too many levels" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct json *v = NULL;
		IS(json_parse(c, rows[i].text, strlen(rows[i].text), &v), ERR_INVALID);
		HAS(c->fault.detail, rows[i].why);
		if (rows[i].field == NULL)
			YES(c->fault.field == NULL);
		else
			SAME(c->fault.field, rows[i].field);
	}
}

CTX_TEST(json_has_a_greatest_depth)
{
	struct json *v = NULL;

	SAME(again(c, "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"), "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]");
	IS(json_parse(c, "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 34, &v), ERR_INVALID);
	HAS(c->fault.detail, "too many levels");
	char *deep = arena_alloc(c->arena, 1000001, 1);
	memset(deep, '[', 1000000);
	IS(json_parse(c, deep, 1000000, &v), ERR_INVALID);
	for (size_t i = 0; i < 1000000; i++)
		deep[i] = "{\"a\":"[i % 5];
	IS(json_parse(c, deep, 1000000, &v), ERR_INVALID);
}

CTX_TEST(json_objects_have_a_greatest_size)
{
	char *text = arena_alloc(c->arena, 20000, 1);
	struct json *v = NULL;
	size_t len = 0;

	for (int i = 0; i < 1000; i++)
		len += (size_t)snprintf(text + len, 20000 - len, "%c\"k%d\":1", i ? ',' : '{', i);
	text[len++] = '}';
	IS(json_parse(c, text, len, &v), OK);
	IS((int64_t)json_length(v), 1000);
	len--;
	len += (size_t)snprintf(text + len, 20000 - len, ",\"more\":1}");
	IS(json_parse(c, text, len, &v), ERR_INVALID);
	HAS(c->fault.detail, "too many members");
}

/* `n` times what, as an array. */
static const char *many(struct ctx *c, const char *what, size_t n)
{
	size_t len = strlen(what), at = 0;
	char *text = arena_alloc(c->arena, n * (len + 1) + 2, 1);

	for (size_t i = 0; i < n; i++) {
		text[at++] = i == 0 ? '[' : ',';
		memcpy(text + at, what, len);
		at += len;
	}
	text[at] = ']';
	return text;
}

/* Three bytes of text are hundreds of memory: a few MB would end whoever reads them. */
CTX_TEST(json_of_tiny_values_is_refused_before_it_fills_the_memory)
{
	static const char *const tiny[] = { "{}", "[]", "[{}]", "{\"a\":{}}", "1" };
	static const char job[] =
	    "{\"name\":\"a-job\",\"schedule\":\"@every 10m\",\"tags\":{\"a\":"
	    "\"b:1\"},\"metadata\":{},\"processors\":{\"log\":{\"forward\":"
	    "\"true\"}},\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"},\"dependent_jobs\":[],\"retries\":0,\"disabled\":false}";
	struct json *v = NULL;
	size_t at = 0;

	for (size_t i = 0; i < LENGTH(tiny); i++) {
		const char *text = many(c, tiny[i], 8000000 / (strlen(tiny[i]) + 1)),
			   *few = many(c, tiny[i], 40000);
		IS(json_parse(c, text, strlen(text), &v), ERR_INVALID);
		HAS(c->fault.detail, "The JSON has too many values, at byte ");
		at = 0;
		IS(json_parse_slice(c, text, strlen(text), SIZE_MAX, &at, &v), ERR_INVALID);
		size_t before = mallinfo2()
				    .uordblks; /* what is let through takes what was thought */
		IS(json_parse(c, few, strlen(few), &v), OK);
		YES(mallinfo2().uordblks - before < 80 * 1000 * 1000);
	}
	const char *jobs = many(c, job, 20000);
	IS(json_parse(c, jobs, strlen(jobs), &v), OK);
	IS((int64_t)json_length(v), 20000);
}

CTX_TEST(json_loose_reads_what_programs_printed)
{
	struct json *v = NULL;

	static const char printed[] = "\"a\\u0000\\ud800b\\ude00\\ud83d\\ude00\"";

	IS(json_parse_loose(c, printed, strlen(printed), &v), OK);
	SAME(json_text(v), "a\xef\xbf\xbd\xef\xbf\xbd"
			   "b\xef\xbf\xbd\xf0\x9f\x98\x80");
	IS(json_parse_loose(c, "{\"a\":1,\"a\":2}", 13, &v), ERR_INVALID);
	IS(json_parse_loose(c, "\"\xff\"", 3, &v), ERR_MALFORMED);
}

/* The elements of all slices of at most `max`, one array behind the other. */
static enum err slices(struct ctx *c, const char *text, size_t max, const char **out)
{
	size_t at = 0, len = strlen(text);

	*out = "";
	do {
		struct json *some;
		TRY(json_parse_slice(c, text, len, max, &at, &some));
		YES(json_length(some) <= max);
		*out = arena_printf(c->arena, "%s%s", *out, json_write(c->arena, some));
	} while (at < len);
	return OK;
}

CTX_TEST(json_arrays_can_be_read_in_slices)
{
	static const struct {
		const char *text;
		size_t max;
		const char *slices;
	} cases[] = {
		{ " [ 1 , 2 , 3 ] ", 1, "[1][2][3]" },
		{ "[1,[2,{}],\"]\"]", 2, "[1,[2,{}]][\"]\"]" },
		{ "[1,2]", 2, "[1,2]" },
		{ "[\"\\u0000\"]", 9, "[\"\xef\xbf\xbd\"]" },
		{ "[ ]", 1, "[]" },
		{ "null\n", 1, "[]" },
	};
	static const char *const refused[] = { "", "{}", "1", "nul", "[", "[1", "[1,", "[1,]",
		"[1 2]", "[1]]", "[],", "null,", "[1,2}" };
	const char *got;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(slices(c, cases[i].text, cases[i].max, &got), OK);
		SAME(got, cases[i].slices);
	}
	for (size_t i = 0; i < LENGTH(refused); i++)
		for (size_t max = 1; max < 4; max++)
			IS(slices(c, refused[i], max, &got), ERR_MALFORMED);
}

CTX_TEST(json_tells_null_from_absent)
{
	struct json *v = parsed(c, "{\"a\":null,\"b\":[null]}");

	YES(json_get(v, "a") != NULL);
	IS(json_type(json_get(v, "a")), JSON_NULL);
	YES(json_get(v, "c") == NULL);
	IS(json_type(NULL), JSON_NULL);
	YES(json_at(json_get(v, "b"), 0) != NULL);
	YES(json_at(json_get(v, "b"), 1) == NULL);
	YES(json_get(json_get(v, "b"), "x") == NULL);
	YES(json_get(NULL, "x") == NULL);
	YES(json_at(NULL, 0) == NULL);
	IS((int64_t)json_length(NULL), 0);
}

CTX_TEST(json_values_have_types)
{
	struct json *v = parsed(c, "[null,true,1,1.0,\"s\",[],{}]");
	static const enum json_type types[] = { JSON_NULL, JSON_BOOL, JSON_INT, JSON_DOUBLE,
		JSON_STRING, JSON_ARRAY, JSON_OBJECT };

	IS((int64_t)json_length(v), 7);
	for (size_t i = 0; i < LENGTH(types); i++) {
		IS(json_type(json_at(v, i)), types[i]);
		IS(json_int(json_at(v, i)), i == 2);
		IS(json_bool(json_at(v, i)), i == 1);
		SAME(json_text(json_at(v, i)), i == 4 ? "s" : "");
	}
}

CTX_TEST(json_members_come_in_the_order_of_the_text)
{
	struct json *v = parsed(c, "{\"z\":1,\"a\":null}"), *value = NULL;
	const char *key = NULL;

	YES(json_member(v, 0, &key, &value));
	SAME(key, "z");
	IS(json_int(value), 1);
	YES(json_member(v, 1, &key, &value));
	SAME(key, "a");
	YES(value != NULL);
	YES(!json_member(v, 2, &key, &value));
	YES(!json_member(parsed(c, "[1]"), 0, &key, &value));
}

CTX_TEST(json_readers_check_type_and_range)
{
	struct json *v = parsed(c, "{\"t\":\"x\",\"b\":true,\"i\":5,\"n\":null,\"d\":1.0}");
	const char *text = "as it was";
	bool flag = false;
	int64_t n = 7;

	IS(json_read_text(c, v, "absent", &text), OK);
	SAME(text, "as it was");
	IS(json_read_text(c, v, "t", &text), OK);
	SAME(text, "x");
	IS(json_read_bool(c, v, "b", &flag), OK);
	YES(flag);
	IS(json_read_int(c, v, "absent", 0, 1, &n), OK);
	IS(n, 7);
	IS(json_read_int(c, v, "i", 5, 5, &n), OK);
	IS(n, 5);
	IS(json_read_int(c, v, "i", 6, 9, &n), ERR_INVALID);
	SAME(ctx_fault(c), "i: must be a whole number from 6 to 9");
	IS(json_read_int(c, v, "d", 0, 9, &n), ERR_INVALID);
	IS(json_read_int(c, v, "n", 0, 9, &n), ERR_INVALID);
	IS(json_read_int(c, v, "b", 0, 9, &n), ERR_INVALID);
	IS(json_read_text(c, v, "n", &text), ERR_INVALID);
	SAME(c->fault.field, "n");
	IS(json_read_text(c, v, "i", &text), ERR_INVALID);
	IS(json_read_bool(c, v, "n", &flag), ERR_INVALID);
	IS(json_read_bool(c, v, "i", &flag), ERR_INVALID);
}

CTX_TEST(json_only_names_the_unknown_key)
{
	static const char *const known[] = { "a", "b", NULL };

	IS(json_only(c, parsed(c, "{\"b\":1,\"a\":1}"), known), OK);
	IS(json_only(c, parsed(c, "{}"), known), OK);
	IS(json_only(c, parsed(c, "{\"a\":1,\"zz\":1}"), known), ERR_INVALID);
	SAME(c->fault.field, "zz");
	IS(json_only(c, parsed(c, "[]"), known), ERR_INVALID);
}

CTX_TEST(json_values_are_made_and_owned_by_the_arena)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *list = json_array(a), *s = json_string(a, "x");

	json_set(o, "s", s);
	json_set(o, "again", s); /* one value in two places */
	json_set(o, "none", NULL);
	json_set(o, "null", json_string(a, NULL));
	json_set(o, "n", json_number(a, INT64_MIN));
	json_set(o, "b", json_boolean(a, true));
	json_set(o, "at", json_time(a, c->now_us));
	json_set(o, "never", json_time(a, 0));
	json_push(list, json_string_n(a, "a\0b\xff", 4));
	json_push(list, NULL);
	json_set(o, "list", list);
	json_set(o, "gone", json_number(a, 1));
	json_remove(o, "gone");
	json_remove(o, "never there");
	json_set(o, "n", json_number(a, 2));
	SAME(json_write(a, o),
	    "{\"s\":\"x\",\"again\":\"x\",\"none\":null,\"null\":null,\"n\":2,\"b\":true,"
	    "\"at\":\"2026-11-21T09:42:10Z\",\"never\":null,"
	    "\"list\":[\"a\\u0000b\xef\xbf\xbd\",null]}");
}

CTX_TEST(json_value_outlives_its_place)
{
	struct json *o = parsed(c, "{\"a\":[1],\"b\":\"x\",\"c\":null}");
	struct json *a = json_get(o, "a"), *b = json_get(o, "b");

	json_remove(o, "a");
	json_set(o, "b", json_number(c->arena, 2));
	json_set(o, "c", a);
	SAME(json_write(c->arena, o), "{\"b\":2,\"c\":[1]}");
	SAME(json_write(c->arena, a), "[1]");
	SAME(json_text(b), "x");
}

CTX_TEST(json_is_written_sorted_or_pretty)
{
	struct json *v = parsed(c, "{\"b\":[1,{\"d\":1,\"c\":2}],\"a\":{},\"B\":[]}");

	SAME(json_write_sorted(c->arena, v), "{\"B\":[],\"a\":{},\"b\":[1,{\"c\":2,\"d\":1}]}");
	SAME(json_write_pretty(c->arena, v),
	    "{\n  \"b\": [\n    1,\n    {\n      \"d\": 1,\n"
	    "      \"c\": 2\n    }\n  ],\n  \"a\": {},\n  \"B\": []\n}");
}

CTX_TEST(json_equality_does_not_see_the_order_of_keys)
{
	YES(json_equal(
	    parsed(c, "{\"a\":[1,null],\"b\":2}"), parsed(c, "{\"b\":2,\"a\":[1,null]}")));
	YES(!json_equal(parsed(c, "[1,2]"), parsed(c, "[2,1]")));
	YES(!json_equal(parsed(c, "{\"a\":1}"), parsed(c, "{\"a\":1,\"b\":null}")));
	YES(!json_equal(parsed(c, "1"), parsed(c, "\"1\"")));
	YES(json_equal(parsed(c, "null"), parsed(c, "null")));
	YES(json_equal(NULL, parsed(c, "null")));
	YES(!json_equal(parsed(c, "null"), parsed(c, "0")));
}
