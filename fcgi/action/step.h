#ifndef ACTION_STEP_H
#define ACTION_STEP_H

/*
 * step: the next thing to do with a task that is due: one action at its stage, or, when all of them
 * are through, what follows the stage. engine.c says when, this is what.
 */

#include "action/inside.h"

/* How often a step is begun, whether it fails or whoever runs it dies; then the task stands still
 * until somebody approves it again. */
enum { STEP_TRIES = 9 };

struct step {
	struct task_due due; /* attempts: this one counts, too */
	struct task_type type;
	const struct stage *stage;
	struct task_action *all;
	size_t n;
	struct task_action *self; /* the one to run; NULL: the stage is through */
	struct call call;
	bool did, claimed, outside; /* outside: it runs without a transaction */
	enum err came;              /* of one that ran outside */
};

/* What is to be done with s->due. */
MUST_USE enum err step_look(struct ctx *c, struct step *s);
/* Runs it; for db_atomically(), too. */
MUST_USE enum err step_run(struct ctx *c, void *step);
/* Writes down what came of it, with the task's row locked. */
MUST_USE enum err step_take(struct ctx *c, struct step *s, enum err came);

/* It stands still, and admins are told why. */
MUST_USE enum err step_fail(struct ctx *c, const struct step *s, const char *why);

/* Until the next attempt behind so many. */
int64_t step_again_ms(int64_t attempts);

#endif
