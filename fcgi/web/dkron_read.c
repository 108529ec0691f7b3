#include "web/dkron_read.h"

#include <string.h>

enum { PLACE_MAX = 1000000000 };

enum err dkron_may_read(struct ctx *c)
{
	if (c->actor.admin || c->actor.dashboard)
		return OK;
	return fail(c, ERR_FORBIDDEN, NULL,
	    "Dkron's dashboard shows every job of every team: it needs the right dashboard. Ask "
	    "for it under Requests, or ask an admin.");
}

static enum err check_sort(struct req *r)
{
	static const char *const sorts[] = { "id", "name", "displayname", "schedule",
		"success_count", "error_count", "last_success", "last_error", "next" };
	const char *sort = NULL;

	TRY(query_text(r, "_sort", &sort));
	for (size_t i = 0; sort != NULL && i < LENGTH(sorts); i++)
		if (strcmp(sort, sorts[i]) == 0)
			return OK;
	return sort == NULL ? OK
			    : fail(r->ctx, ERR_INVALID, "_sort",
				  "must be id, name, displayname, schedule, success_count, "
				  "error_count, last_success, last_error or next");
}

enum err dkron_check_list(struct req *r)
{
	int64_t start = 0, end = PLACE_MAX;

	TRY(check_sort(r));
	TRY(query_int(r, "_start", 0, PLACE_MAX, &start));
	TRY(query_int(r, "_end", 0, PLACE_MAX, &end));
	if (start > end)
		return fail(r->ctx, ERR_INVALID, "_end", "must not be less than _start");
	return OK;
}
