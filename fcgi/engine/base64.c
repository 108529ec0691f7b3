#include "engine/base64.h"

#include <string.h>

static int digit(char byte)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = byte == '\0' ? NULL : strchr(digits, byte);

	return at == NULL ? -1 : (int)(at - digits);
}

static enum err corrupt(struct ctx *c, size_t at)
{
	return fail(c, ERR_INVALID, "payload", "illegal base64 data at input byte %zu", at);
}

static size_t skip_breaks(const char *text, size_t at)
{
	return at + strspn(text + at, "\r\n");
}

/* Behind the first "=": the quantum must be complete and nothing may follow. `held` digits came
 * before. */
static enum err padding(struct ctx *c, const char *text, size_t at, int held)
{
	if (held < 2)
		return corrupt(c, at);
	if (held == 2) {
		size_t second = skip_breaks(text, at + 1);
		if (text[second] != '=')
			return corrupt(c, text[second] == '\0' ? strlen(text) : at);
		at = second;
	}
	size_t rest = skip_breaks(text, at + 1);
	return text[rest] == '\0' ? OK : corrupt(c, rest);
}

enum err gobase64_decode(struct ctx *c, const char *text, const char **out, size_t *len)
{
	char *bytes = arena_alloc(c->arena, strlen(text) / 4 + 1, 3), *to = bytes;
	unsigned bits = 0;
	int held = 0;
	size_t at = 0;

	for (; text[at] != '\0'; at++) {
		int value = digit(text[at]);
		if (text[at] == '\r' || text[at] == '\n')
			continue;
		if (text[at] == '=') {
			TRY(padding(c, text, at, held));
			break;
		}
		if (value < 0)
			return corrupt(c, at);
		bits = bits << 6 | (unsigned)value;
		held = (held + 1) % 4;
		if (held != 1)
			*to++ = (char)(bits >> (held == 0 ? 0 : 8 - 2 * held) & 0xff);
	}
	if (text[at] == '\0' && held != 0)
		return corrupt(c, at - (size_t)held);
	*to = '\0';
	*out = bytes;
	*len = (size_t)(to - bytes);
	return OK;
}
