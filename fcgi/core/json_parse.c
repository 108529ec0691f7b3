/*
 * A strict parser of our own that makes json-c's values: json-c's own parser, even told to be
 * strict, takes duplicate keys, NaN, single quotes and numbers that it then clamps.
 */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_inside.h"
#include "core/text.h"

enum { DEPTH_MAX = 16, NUMBER_MAX = 100, MEMBERS_MAX = 1000 };

struct parser {
	struct arena *arena; /* scratch for strings */
	const char *start, *at, *end;
	const char *wrong; /* set once: what was expected where `at` stands */
	bool loose;        /* \u0000 and lone surrogates become U+FFFD */
};

static struct jsonc_object *value(struct parser *p, int depth);

static bool refuse(struct parser *p, const char *wrong)
{
	if (p->wrong == NULL)
		p->wrong = wrong;
	return false;
}

static char peek(const struct parser *p)
{
	if (p->at == p->end)
		return '\0';
	return *p->at;
}

static void skip_space(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r' &&
						       *p->at != '\v' && *p->at != '\f')))
		p->at++;
}

static bool take(struct parser *p, char c)
{
	if (peek(p) != c || p->at == p->end)
		return false;
	p->at++;
	return true;
}

static bool word(struct parser *p, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len) != 0)
		return refuse(p, "expected a value");
	p->at += len;
	return true;
}

static bool hex4(struct parser *p, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int digit = text_hex_digit(peek(p));
		if (digit < 0)
			return refuse(p, "expected four hexadecimal digits");
		*out = *out << 4 | (unsigned)digit;
		p->at++;
	}
	return true;
}

static char *put_utf8(char *to, unsigned code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*to++ = (char)(0xe0 | code >> 12);
		} else {
			*to++ = (char)(0xf0 | code >> 18);
			*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Behind "\u": one code point, of which a surrogate pair takes two escapes. */
static bool unicode(struct parser *p, char **to)
{
	unsigned code, low;

	if (!hex4(p, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00 && p->end - p->at >= 6 && p->at[0] == '\\' &&
	    p->at[1] == 'u') {
		const char *before = p->at;
		p->at += 2;
		if (!hex4(p, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		else
			p->at = before;
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000)) {
		if (!p->loose)
			return refuse(
			    p, code == 0 ? "\\u0000 is not allowed" : "half of a surrogate pair");
		code = 0xfffd;
	}
	*to = put_utf8(*to, code);
	return true;
}

static bool escape(struct parser *p, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	char c = peek(p);
	const char *known = c == '\0' ? NULL : strchr(from, c);

	if (c == 'u') {
		p->at++;
		return unicode(p, to);
	}
	if (known == NULL)
		return refuse(p, "unknown escape");
	*(*to)++ = into[known - from];
	p->at++;
	return true;
}

/* The text of a string whose opening quote stands at `at`; no escape grows when decoded. */
static bool string(struct parser *p, char **out, size_t *len)
{
	if (!take(p, '"'))
		return refuse(p, "expected a string in double quotes");
	const char *close = p->at;
	while (close < p->end && *close != '"')
		close += *close == '\\' && close + 1 < p->end ? 2 : 1;
	if (close >= p->end) {
		p->at = p->end;
		return refuse(p, "a string without an end");
	}
	char *to = *out = arena_alloc(p->arena, (size_t)(close - p->at) + 1, 1);
	while (p->at < close) {
		size_t n = text_sequence(p->at, (size_t)(close - p->at));
		if (n == 0)
			return refuse(p, "not UTF-8");
		if ((unsigned char)*p->at < 0x20)
			return refuse(p, "a control character in a string");
		if (take(p, '\\')) {
			if (!escape(p, &to))
				return false;
			continue;
		}
		memcpy(to, p->at, n);
		to += n;
		p->at += n;
	}
	p->at++;
	*len = (size_t)(to - *out);
	return true;
}

static void skip_digits(struct parser *p)
{
	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
}

/* Walks over one number of JSON's grammar; *whole: neither fraction nor exponent. */
static bool number_shape(struct parser *p, bool *whole)
{
	const char *digits;

	(void)take(p, '-');
	digits = p->at;
	if (!take(p, '0'))
		skip_digits(p);
	*whole = true;
	if (p->at == digits)
		return refuse(p, "expected a value");
	if (take(p, '.')) {
		*whole = false;
		digits = p->at;
		skip_digits(p);
		if (p->at == digits)
			return refuse(p, "expected a digit");
	}
	if (take(p, 'e') || take(p, 'E')) {
		*whole = false;
		if (!take(p, '+'))
			(void)take(p, '-');
		digits = p->at;
		skip_digits(p);
		if (p->at == digits)
			return refuse(p, "expected a digit");
	}
	return true;
}

static struct jsonc_object *number(struct parser *p)
{
	char text[NUMBER_MAX + 1] = "";
	const char *first = p->at;
	bool whole;
	int64_t n;
	double d;

	if (!number_shape(p, &whole))
		return NULL;
	size_t len = (size_t)(p->at - first);
	if (len <= NUMBER_MAX) {
		memcpy(text, first, len);
		if (whole && text_int64(text, INT64_MIN, INT64_MAX, &n))
			return json_object_new_int64(n);
		if (!whole && isfinite(d = strtod(text, NULL)))
			return json_object_new_double_s(d, text);
	}
	p->at = first;
	refuse(p, "a number that is too large");
	return NULL;
}

static bool elements(struct parser *p, struct jsonc_object *array, int depth)
{
	skip_space(p);
	if (take(p, ']'))
		return true;
	for (;;) {
		struct jsonc_object *v = value(p, depth + 1);
		if (p->wrong != NULL)
			return false;
		json_check(json_object_array_add(array, v) == 0);
		skip_space(p);
		if (take(p, ']'))
			return true;
		if (!take(p, ','))
			return refuse(p, "expected a comma or ]");
	}
}

static bool member(struct parser *p, struct jsonc_object *object, int depth)
{
	char *key;
	size_t len;

	skip_space(p);
	if (!string(p, &key, &len))
		return false;
	if (json_object_object_get_ex(object, key, NULL))
		return refuse(p, "a key that was there before");
	if (json_object_object_length(object) == MEMBERS_MAX)
		return refuse(p, "an object with too many members");
	skip_space(p);
	if (!take(p, ':'))
		return refuse(p, "expected a colon");
	struct jsonc_object *v = value(p, depth + 1);
	if (p->wrong != NULL)
		return false;
	json_check(json_object_object_add_ex(object, key, v, JSON_C_OBJECT_ADD_KEY_IS_NEW) == 0);
	return true;
}

static bool members(struct parser *p, struct jsonc_object *object, int depth)
{
	skip_space(p);
	if (take(p, '}'))
		return true;
	for (;;) {
		if (!member(p, object, depth))
			return false;
		skip_space(p);
		if (take(p, '}'))
			return true;
		if (!take(p, ','))
			return refuse(p, "expected a comma or }");
	}
}

static struct jsonc_object *container(struct parser *p, int depth)
{
	bool is_array = peek(p) == '[';

	if (depth > DEPTH_MAX) {
		refuse(p, "too many levels");
		return NULL;
	}
	p->at++;
	struct jsonc_object *o = json_belongs(
	    p->arena, is_array ? json_object_new_array() : json_object_new_object());
	if (is_array ? elements(p, o, depth) : members(p, o, depth))
		return o;
	json_object_put(o);
	return NULL;
}

/* NULL is null, or an error when p->wrong is set. */
static struct jsonc_object *value(struct parser *p, int depth)
{
	char *text;
	size_t len;

	skip_space(p);
	switch (peek(p)) {
	case '{':
	case '[':
		return container(p, depth);
	case '"':
		return string(p, &text, &len) ? json_object_new_string_len(text, (int)len) : NULL;
	case 't':
		return word(p, "true") ? json_object_new_boolean(1) : NULL;
	case 'f':
		return word(p, "false") ? json_object_new_boolean(0) : NULL;
	case 'n':
		(void)word(p, "null");
		return NULL;
	default:
		return number(p);
	}
}

static enum err parse(struct ctx *c, struct parser *p, struct json **out)
{
	if (p->end - p->at >= INT32_MAX)
		return fail(c, ERR_MALFORMED, NULL, "Not JSON: too long.");
	struct jsonc_object *o = value(p, 1);
	if (p->wrong == NULL) {
		json_owned(c->arena, o);
		skip_space(p);
		if (p->at < p->end)
			refuse(p, "expected the end");
	}
	if (p->wrong != NULL)
		return fail(c, ERR_MALFORMED, NULL, "Not JSON: %s at byte %zu.", p->wrong,
		    (size_t)(p->at - p->start) + 1);
	*out = json_outside(o);
	return OK;
}

enum err json_parse(struct ctx *c, const char *text, size_t len, struct json **out)
{
	struct parser p = { c->arena, text, text, text + len, NULL, false };

	return parse(c, &p, out);
}

enum err json_parse_loose(struct ctx *c, const char *text, size_t len, struct json **out)
{
	struct parser p = { c->arena, text, text, text + len, NULL, true };

	return parse(c, &p, out);
}
