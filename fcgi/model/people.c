#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/people_inside.h"
#include "model/rights.h"

enum { Q_MAX = 200, PATTERN_MAX = 2 * 4 * Q_MAX + 3 };

/* Names and addresses hold no other letters than these. */
static char lower(char ch)
{
	static const char from[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			  to[] = "abcdefghijklmnopqrstuvwxyz";
	const char *at = ch == '\0' ? NULL : strchr(from, ch);

	if (at != NULL)
		return to[at - from];
	return ch;
}

enum err people_check(
    struct ctx *c, const char *q, const char *after, int64_t limit, const char **pattern)
{
	struct buf b;

	*pattern = NULL;
	if (limit < 1 || limit > PEOPLE_LIMIT_MAX)
		return fail(c, ERR_INVALID, "limit", "must be from 1 to %d", PEOPLE_LIMIT_MAX);
	if (after != NULL && !name_is_plain(after, "."))
		return fail(c, ERR_INVALID, "after", "is no cursor of this list");
	if (q == NULL || *q == '\0')
		return OK;
	if (!text_is_line(q, 0, Q_MAX))
		return fail(
		    c, ERR_INVALID, "q", "must be one line of at most %d characters", Q_MAX);
	buf_init(&b, c->arena, PATTERN_MAX);
	buf_text(&b, "%");
	for (; *q != '\0'; q++) {
		char ch = lower(*q);
		if (strchr("%_\\", ch) != NULL)
			buf_text(&b, "\\");
		buf_add(&b, &ch, 1);
	}
	buf_text(&b, "%");
	*pattern = b.data;
	return OK;
}

bool people_differ(
    struct json *before, struct json *after, const char *key, struct json *old, struct json *now)
{
	if (json_equal(old, now))
		return false;
	json_set(before, key, old);
	json_set(after, key, now);
	return true;
}
