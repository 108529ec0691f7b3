#include "model/base64.h"

#include <stdint.h>
#include <string.h>

static int value_of(char ch, enum base64 kind)
{
	static const char common[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *tail = kind == BASE64_URL ? "-_" : "+/", *at;

	if (ch == '\0')
		return -1;
	if ((at = strchr(common, ch)) != NULL)
		return (int)(at - common);
	return (at = strchr(tail, ch)) != NULL ? 62 + (int)(at - tail) : -1;
}

bool base64_decode(struct arena *a, const char *s, enum base64 kind, char **out, size_t *len)
{
	char *bytes = arena_alloc(a, strlen(s) / 4 * 3 + 4, 1);
	size_t n = 0, digits = 0, padding = 0;
	uint32_t bits = 0;

	for (; *s != '\0'; s++) {
		int value = value_of(*s, kind);
		if (kind == BASE64_STANDARD && (*s == '\n' || *s == '\r'))
			continue;
		if (kind == BASE64_STANDARD && *s == '=') {
			padding++;
			continue;
		}
		if (value < 0 || padding > 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (digits++ % 4 != 0)
			bytes[n++] = (char)(bits >> (6 - (digits - 1) % 4 * 2));
	}
	size_t missing = (4 - digits % 4) % 4;
	if (missing == 3 || padding != (kind == BASE64_STANDARD ? missing : 0))
		return false;
	*out = bytes;
	*len = n;
	return true;
}

char *base64_write(struct arena *a, const char *bytes, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = arena_alloc(a, len / 3 + 1, 4), *to = text;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)(unsigned char)bytes[i] << 16;
		bits |= left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
		bits |= left > 2 ? (unsigned char)bytes[i + 2] : 0;
		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = digits[bits >> 6 & 63];
		*to++ = digits[bits & 63];
		if (left < 3)
			to[-1] = '=';
		if (left < 2)
			to[-2] = '=';
	}
	return arena_strndup(a, text, (size_t)(to - text));
}
