#ifndef WEB_ADMIN_TEAM_PAGE_H
#define WEB_ADMIN_TEAM_PAGE_H

/* team_page: a team with its members and settings; its forms come back to it. */

#include "http/http.h"

/* What a form of the page left to say, and what stood in it. */
struct team_note {
	const char *form; /* which one failed: MEMBER, SETTINGS, QUOTA, APPROVAL, RENAME, DELETE;
			     NULL: none */
	const char *account, *role;
	const char *description, *keep_days, *keep_runs, *drift;
	const char *quota, *max_jobs, *min_interval, *max_running;
	const char *name;
};

MUST_USE enum err team_page(
    struct req *r, struct resp *w, int status, const struct team_note *note);

#endif
