#include "core/text.h"
#include "model/like.h"
#include "model/people_inside.h"
#include "model/rights.h"

enum { Q_MAX = 200 };

enum err people_check(
    struct ctx *c, const char *q, const char *after, int64_t limit, const char **pattern)
{
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
	*pattern = like_lower(c->arena, q);
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
