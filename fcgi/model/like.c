#include "model/like.h"

#include <string.h>

#include "core/buf.h"

static char same(char ch)
{
	return ch;
}

char like_letter(char ch)
{
	static const char from[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			  to[] = "abcdefghijklmnopqrstuvwxyz";
	const char *at = ch == '\0' ? NULL : strchr(from, ch);

	if (at != NULL)
		return to[at - from];
	return ch;
}

static const char *part(struct arena *a, const char *text, size_t len, char (*as)(char))
{
	struct buf b;

	buf_init(&b, a, 2 * len + 3);
	buf_text(&b, "%");
	for (size_t i = 0; i < len; i++) {
		char ch = as(text[i]);
		if (strchr("%_\\", ch) != NULL)
			buf_text(&b, "\\");
		buf_add(&b, &ch, 1);
	}
	buf_text(&b, "%");
	return b.data;
}

const char *like_part(struct arena *a, const char *text, size_t len)
{
	return part(a, text, len, same);
}

const char *like_lower(struct arena *a, const char *text)
{
	return part(a, text, strlen(text), like_letter);
}
