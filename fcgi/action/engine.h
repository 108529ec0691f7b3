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
	struct task_seen seen;     /* task_edit_as() alone */
};
/* Checks the fields, looks for duplicates, and stores the task: prepare follows in work.
 * ERR_INVALID names the field; ERR_CONFLICT "This task already exists."; of a type that may be
 * asked for anonymously `out` may be empty (id NULL), and the answer is constant. */
MUST_USE enum err task_ask(struct ctx *c, const struct ask *ask, struct task *out);
/* Other fields before approval; prepare runs again. */
MUST_USE enum err task_edit(
    struct ctx *c, const char *id, const struct json *fields, struct task *out);

/* The same of what was seen of it: ERR_STALE when it is another by now. Its fields, reason (NULL:
 * stays), and of a task that a rule demands its title, what it is about and who approves become
 * those of `ask`, whose type does not count. */
MUST_USE enum err task_edit_as(
    struct ctx *c, const char *id, const struct ask *ask, struct task *out);

/* What may not be begun now: steps that reach outside, all of them or those of some types. All
 * zero: everything may. */
struct engine_room {
	bool none;
	const char *const *full; /* names of types */
	size_t n;
};

/* A step that waits for another system; `ask` is borrowed from the ctx that began it. */
struct outing {
	struct arena *arena;
	const struct remote_ask *ask;
	const char *task, *type, *stage, *req_id, *state, *data_text;
	int64_t attempts, ord;
};

/* One step of the task that waited longest; *did false: nothing was due. *outing is not NULL when
 * another system has to be asked: whoever does so ends it with engine_end(), which frees it. Who
 * dies before leaves a task that is due again. */
MUST_USE enum err engine_begin(
    struct ctx *c, const struct engine_room *room, bool *did, struct outing **outing);
MUST_USE enum err engine_end(
    struct ctx *c, struct outing *outing, const struct remote_answer *answer);

#endif
