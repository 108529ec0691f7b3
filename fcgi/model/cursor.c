#include "model/cursor.h"

#include <string.h>

#include "core/text.h"
#include "model/base64.h"

enum { CURSOR_MAX = 2000 };

const char *cursor_write(struct ctx *c, const char *place)
{
	return text_base64url(c->arena, (const unsigned char *)place, strlen(place));
}

bool cursor_read(struct ctx *c, const char *after, char **place)
{
	size_t len;

	return strlen(after) <= CURSOR_MAX &&
	       base64_decode(c->arena, after, BASE64_URL, place, &len) && strlen(*place) == len;
}

enum err cursor_refuse(struct ctx *c)
{
	return fail(c, ERR_INVALID, "after",
	    "is no place in this list: take the one that the page before gave");
}
