#ifndef ACTION_INSIDE_H
#define ACTION_INSIDE_H

/* inside: what the files of action share among themselves. */

#include "action/engine.h"

/* Text with {{field}} replaced from the fields; what is no text stays as it is. */
struct json *filled(struct ctx *c, const struct json *pattern, const struct json *fields);
/* "a|b|c" as a list of texts; of NULL, null. */
struct json *choices_json(struct ctx *c, const char *choices);

const char *filled_text(struct ctx *c, const char *pattern, const struct json *fields);

/* The field of a text that is one {{field}} and nothing else; NULL: it is not. */
const char *mark_alone(struct ctx *c, const char *text);
/* What an action is to do; in one that takes answers, {{answer.x}} is what the http_calls of its
 * task were answered so far. */
struct json *answered(
    struct ctx *c, const struct task_action *self, const struct task_action *all, size_t n);
/* Before a step waits (again): ERR_CONFLICT when that has lasted for too long. */
MUST_USE enum err wait_bounded(struct ctx *c, struct call *call);

/* A group of people who approve. ERR_NOT_FOUND. */
MUST_USE enum err type_group_id(struct ctx *c, const char *name, int64_t *id);

/* What a step tells people; in the transaction of the step. */
MUST_USE enum err tell_stage(
    struct ctx *c, const struct task_type *type, const struct task *t, enum mail_stage stage);
MUST_USE enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t);
MUST_USE enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why);

/* What is done at a stage: which actions are still to run there, and what follows when all are
 * through. */
struct stage {
	const char *name, *from, *to; /* states of an action before and behind; NULL: none runs */
	enum err (*finish)(struct ctx *c, struct task_due *d, const struct task_type *type,
	    struct task_action *all, size_t n);
};
const struct stage *stage_named(const char *name); /* NULL: none where work does anything */
bool stage_valid(const struct task_action *all, size_t n);
struct json *stage_json(struct ctx *c, const char *text); /* an empty object for NULL */

#endif
