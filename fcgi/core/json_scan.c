#include "core/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum { NUMBER_MAX = 100 };

bool json_refuse(struct parser *p, const char *wrong)
{
	if (p->wrong == NULL)
		p->wrong = wrong;
	return false;
}

static const char *path(struct arena *a, const struct inside *in)
{
	if (in->outer == NULL)
		return in->key;
	return arena_printf(a, "%s.%s", path(a, in->outer), in->key);
}

bool json_refuse_value(struct parser *p, const char *wrong)
{
	if (p->wrong == NULL) {
		p->is_json = true;
		p->field = p->inside != NULL ? path(p->arena, p->inside) : NULL;
	}
	return json_refuse(p, wrong);
}

void json_skip_space(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r' &&
						       *p->at != '\v' && *p->at != '\f')))
		p->at++;
}

bool json_take_word(struct parser *p, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len) != 0)
		return json_refuse(p, "expected a value");
	p->at += len;
	return true;
}

static bool hex4(struct parser *p, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int digit = text_hex_digit(json_peek(p));
		if (digit < 0)
			return json_refuse(p, "expected four hexadecimal digits");
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
			return json_refuse_value(
			    p, code == 0 ? "holds \\u0000" : "holds half of a surrogate pair");
		code = 0xfffd;
	}
	*to = put_utf8(*to, code);
	return true;
}

static bool escape(struct parser *p, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	char c = json_peek(p);
	const char *known = c == '\0' ? NULL : strchr(from, c);

	if (c == 'u') {
		p->at++;
		return unicode(p, to);
	}
	if (known == NULL)
		return json_refuse(p, "unknown escape");
	*(*to)++ = into[known - from];
	p->at++;
	return true;
}

/* The text of a string whose opening quote stands at `at`; no escape grows when decoded. */
bool json_take_string(struct parser *p, char **out, size_t *len)
{
	if (!json_take(p, '"'))
		return json_refuse(p, "expected a string in double quotes");
	const char *close = p->at;
	while (close < p->end && *close != '"')
		close += *close == '\\' && close + 1 < p->end ? 2 : 1;
	if (close >= p->end) {
		p->at = p->end;
		return json_refuse(p, "a string without an end");
	}
	char *to = *out = arena_alloc(p->arena, (size_t)(close - p->at) + 1, 1);
	while (p->at < close) {
		size_t n = text_sequence(p->at, (size_t)(close - p->at));
		if (n == 0)
			return json_refuse(p, "not UTF-8");
		if ((unsigned char)*p->at < 0x20)
			return json_refuse(p, "a control character in a string");
		if (json_take(p, '\\')) {
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
	while (json_peek(p) >= '0' && json_peek(p) <= '9')
		p->at++;
}

/* Walks over one number of JSON's grammar; *whole: neither fraction nor exponent. */
static bool number_shape(struct parser *p, bool *whole)
{
	const char *digits;

	(void)json_take(p, '-');
	digits = p->at;
	if (!json_take(p, '0'))
		skip_digits(p);
	*whole = true;
	if (p->at == digits)
		return json_refuse(p, "expected a value");
	if (json_take(p, '.')) {
		*whole = false;
		digits = p->at;
		skip_digits(p);
		if (p->at == digits)
			return json_refuse(p, "expected a digit");
	}
	if (json_take(p, 'e') || json_take(p, 'E')) {
		*whole = false;
		if (!json_take(p, '+'))
			(void)json_take(p, '-');
		digits = p->at;
		skip_digits(p);
		if (p->at == digits)
			return json_refuse(p, "expected a digit");
	}
	return true;
}

struct jsonc_object *json_take_number(struct parser *p)
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
	json_refuse_value(p, "is a number that is too large");
	return NULL;
}
