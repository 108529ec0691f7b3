#ifndef MODEL_TASK_LIST_H
#define MODEL_TASK_LIST_H

/* task_list: many tasks at once, of those that the actor may see, and how many there are. */

#include "model/task.h"

enum { TASK_LIST_MAX = 500 };

/* What waits for the actor: he may decide on it and has not yet, or it failed and he may resume it.
 */
enum task_whose { TASKS_ALL, TASKS_FOR_ME, TASKS_MINE };

/* NULL: any. */
struct task_query {
	enum task_whose whose;
	const char *state; /* several with commas between; "open": all that have not ended */
	const char *type, *team, *requester, *job, *q;
	const char *filters; /* model/filter.h */
	int64_t limit;       /* 0: TASK_LIST_MAX */
	const char *after;   /* a cursor that a list gave */
};

/* Newest first; *next NULL: that was all. ERR_INVALID names the filter. */
MUST_USE enum err task_list(
    struct ctx *c, const struct task_query *query, struct task **out, size_t *n, const char **next);

/* How many wait for the actor; all counts end at 1000. */
MUST_USE enum err task_waits(struct ctx *c, int64_t *n);

struct task_counts {
	int64_t mine;          /* of his own, those that have not ended */
	int64_t notifications; /* not acknowledged; 0 for who is no admin */
};
MUST_USE enum err task_counts(struct ctx *c, struct task_counts *out);

/* Names of who may still approve, at most 8: *more says that there are others. */
enum { TASK_DECIDERS = 8 };
MUST_USE enum err task_deciders(
    struct ctx *c, const struct task *t, const char ***names, size_t *n, bool *more);

/* The newest that is not completed, or the one that was completed last. ERR_NOT_FOUND: there is
 * none. For admins, who see all. */
MUST_USE enum err task_last(struct ctx *c, bool completed, struct task *out);

#endif
