#ifndef WEB_ADMIN_GANTT_H
#define WEB_ADMIN_GANTT_H

/* gantt: the executions of one run on one axis of time; above its line it went well, below it did
 * not. */

#include "model/run.h"
#include "web/admin/page.h"

struct gantt {
	const struct page *p;
	int64_t from_us, to_us; /* of the axis */
	bool open;              /* something goes on: the present is drawn */
};

struct gantt gantt_of(const struct page *p, const struct execution *executions, size_t n);

/* {{>NAME}}: the axis for the head of the table. */
void gantt_axis(const struct gantt *g, struct view *v, const char *name);

/* {{>NAME}}: one execution. */
void gantt_bar(const struct gantt *g, struct view *v, const char *name, const struct execution *e);

#endif
