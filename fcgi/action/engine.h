#ifndef ACTION_ENGINE_H
#define ACTION_ENGINE_H

/* engine: asking for a task, and taking it through its stages. */

#include "action/type.h"

struct ask {
	const char *type;
	const struct json *fields; /* an object */
	const char *reason;        /* NULL: none */
	/* Approvals that whoever asks on behalf of a rule demands (job-change); NULL: the type's.
	 */
	const struct approval_rule *rule;
	const char *title, *about; /* "job:hello"; NULL: the type's, nothing */
};
/* Checks the fields, looks for duplicates, and stores the task: prepare follows in work.
 * ERR_INVALID names the field; ERR_CONFLICT "This task already exists."; of a type that may be
 * asked for anonymously `out` may be empty (id NULL), and the answer is constant. */
MUST_USE enum err task_ask(struct ctx *c, const struct ask *ask, struct task *out);
/* Other fields before approval; prepare runs again. */
MUST_USE enum err task_edit(
    struct ctx *c, const char *id, const struct json *fields, struct task *out);

/* One step of the task that waited longest, in one transaction; *did false: nothing was due. */
MUST_USE enum err engine_step(struct ctx *c, bool *did);

#endif
