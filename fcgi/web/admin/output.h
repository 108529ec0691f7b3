#ifndef WEB_ADMIN_OUTPUT_H
#define WEB_ADMIN_OUTPUT_H

/* output: what an execution printed, as numbered lines on its run's page and as plain text. */

#include "model/run.h"
#include "web/admin/page.h"

/* Which part of which output: `chosen` is the engine's id of an execution, NULL: the last started;
 * `from` the byte that the part begins with, which is in line number `line`. */
struct output_part {
	const struct run *run;
	const char *chosen;
	const struct execution *executions;
	size_t n;
	int64_t from, line;
	bool end; /* its last part instead, whatever `from` and `line` are */
};

/* Fills section OUTPUT of the run's page. */
MUST_USE enum err output_show(const struct page *p, const struct output_part *part);

#endif
