#ifndef WEB_ADMIN_TASK_WAY_H
#define WEB_ADMIN_TASK_WAY_H

/* task_way: "The way of this request": what happened to it, in order, and what is still to come. */

#include "web/admin/task_page.h"

struct way_step {
	const char *css, *words;
	const char *link, *href; /* behind the words; NULL: none */
	const char *who, *says;  /* a person, and what he said; NULL, each */
	const char *more;        /* a second line of ours; NULL: none */
	int64_t at_us;           /* 0: no time */
};

/* {{#STEP}} of `v`. */
void way_show(const struct task_shown *s, struct view *v, const struct way_step *step);

/* Of a job-change or job-run: the steps behind the approvals; *moves: they change by themselves. */
MUST_USE enum err task_result(const struct task_shown *s, struct view *v, bool *moves);
/* ... and what was checked before them; NULL: that cannot be read. */
const char *task_checked(const struct task_shown *s);

#endif
