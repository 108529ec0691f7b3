#include "core/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

bool text_int64(const char *s, int64_t min, int64_t max, int64_t *out)
{
	char *end;

	if (s == NULL || !((*s >= '0' && *s <= '9') || (*s == '-' && s[1] >= '0' && s[1] <= '9')))
		return false;
	errno = 0;
	long long n = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0' || n < min || n > max)
		return false;
	*out = n;
	return true;
}

size_t text_sequence(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;

	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	if (n == 0 || p[0] > 0xf4 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what lies past U+10FFFF. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

bool text_is_control(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	if (n == 1)
		return p[0] < 0x20 || p[0] == 0x7f;
	return n == 2 && p[0] == 0xc2 && p[1] < 0xa0; /* U+0080 to U+009F */
}

bool text_is_break(const char *s, size_t n)
{
	return n == 3 && (memcmp(s, "\xe2\x80\xa8", 3) == 0 || memcmp(s, "\xe2\x80\xa9", 3) == 0);
}

static bool is_plain(const char *s, int min, int max, bool lines)
{
	size_t left = strlen(s);
	int count = 0;

	while (left > 0) {
		size_t n = text_sequence(s, left);
		bool allowed = lines && (*s == '\n' || *s == '\t');
		if (n == 0 || ++count > max || (text_is_control(s, n) && !allowed) ||
		    (text_is_break(s, n) && !lines))
			return false;
		s += n;
		left -= n;
	}
	return count >= min;
}

bool text_is_line(const char *s, int min, int max)
{
	return is_plain(s, min, max, false);
}

bool text_is_text(const char *s, int min, int max)
{
	return is_plain(s, min, max, true);
}

bool text_is_utf8(const char *s, size_t len)
{
	while (len > 0) {
		size_t n = text_sequence(s, len);
		if (n == 0)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

char *text_clean(struct arena *a, const char *s, size_t len, size_t *out_len)
{
	char *copy = arena_alloc(a, len + 1, 3), *to = copy;

	while (len > 0) {
		size_t n = *s == '\0' ? 0 : text_sequence(s, len);
		if (n == 0) {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
		} else {
			memcpy(to, s, n);
			to += n;
		}
		s += n ? n : 1;
		len -= n ? n : 1;
	}
	*to = '\0';
	*out_len = (size_t)(to - copy);
	return copy;
}

bool text_is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s >= 0x7f)
			return false;
	return true;
}

char *text_capital(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s);

	if (*copy >= 'a' && *copy <= 'z')
		*copy = (char)(*copy - 'a' + 'A');
	return copy;
}

char *text_line_feeds(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s), *to = copy;

	for (const char *from = copy; *from != '\0'; from++)
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = '\0';
	return copy;
}

/* One byte in a form that a log line can hold. */
static void escape_byte(struct buf *b, unsigned char byte)
{
	static const struct {
		char byte, letter;
	} known[] = { { '\n', 'n' }, { '\r', 'r' }, { '\t', 't' }, { '"', '"' }, { '\\', '\\' } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (byte == (unsigned char)known[i].byte) {
			buf_printf(b, "\\%c", known[i].letter);
			return;
		}
	buf_printf(b, "\\x%02x", byte);
}

char *text_escape(struct arena *a, const char *s)
{
	struct buf b;
	size_t left = strlen(s);

	buf_init(&b, a, left * 4 + 1);
	while (left > 0) {
		size_t n = text_sequence(s, left);
		size_t step = n ? n : 1;
		if (n == 0 || text_is_control(s, n) || text_is_break(s, n) || *s == '"' ||
		    *s == '\\')
			for (size_t i = 0; i < step; i++)
				escape_byte(&b, (unsigned char)s[i]);
		else
			buf_add(&b, s, n);
		s += step;
		left -= step;
	}
	return b.data;
}

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len >= n && strcmp(s + len - n, suffix) == 0;
}

char *text_hex(struct arena *a, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *s = arena_alloc(a, len + 1, 2);

	for (size_t i = 0; i < len; i++) {
		s[2 * i] = digits[bytes[i] >> 4];
		s[2 * i + 1] = digits[bytes[i] & 15];
	}
	return s;
}

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *text_base64url(struct arena *a, const unsigned char *bytes, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *s = arena_alloc(a, len / 3 + 2, 4), *to = s;
	unsigned held = 0;
	int bits = 0;

	for (size_t i = 0; i < len; i++) {
		held = (held << 8 | bytes[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			*to++ = digits[held >> (bits - 6) & 63];
	}
	if (bits > 0)
		*to++ = digits[held << (6 - bits) & 63];
	return s;
}

bool text_is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

char *text_urlencode(struct arena *a, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *copy = arena_alloc(a, strlen(s) + 1, 3), *to = copy;

	for (; *s != '\0'; s++) {
		unsigned char byte = (unsigned char)*s;
		if (text_is_unreserved(*s)) {
			*to++ = *s;
			continue;
		}
		*to++ = '%';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	return copy;
}
