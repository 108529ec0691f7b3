#ifndef ACTION_WORDS_H
#define ACTION_WORDS_H

/*
 * words: what a mail of a task may say besides what its template here says: the task, the addresses
 * that the mail goes by, what was typed, and what each action has. templates/README.md lists them
 * for who writes templates; texts and subjects of a type may hold the same in lower case.
 */

#include "action/type.h"

/* How a mail travels; `from` and `reply_to` as a type says them, or NULL. */
struct words_way {
	const char *to, *from, *reply_to;
};

struct words {
	struct json *plain; /* {"task_uuid": "...", "email": "what was typed", ...} */
	struct json *upper; /* {"TASK_UUID": "...", "ACTION_INVITE": [{"EMAIL": "..."}], ...} */
};

MUST_USE enum err words_of(
    struct ctx *c, const struct task *t, const struct words_way *way, struct words *out);

/* Whether a text may hold {{name}} although the type has no field of that name. */
bool words_know(const char *name);

#endif
