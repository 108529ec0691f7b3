#ifndef WEB_HOOK_GROUP_H
#define WEB_HOOK_GROUP_H

/*
 * group: the end of Dkron's report: "\nExecution group: <int64>\n" and a line for each execution of
 * the group, as far as the server knew them. A job's output stands before it and may imitate it:
 * the last counts.
 */

#include "web/hook/payload.h"

/* Fills p->group_ns and adds the executions behind p->executions[0], which is in the list too and
 * stays what the payload itself said. False: this is no end of a report. */
MUST_USE bool group_parse(struct ctx *c, const char *tail, size_t len, struct payload *p);

#endif
