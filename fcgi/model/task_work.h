#ifndef MODEL_TASK_WORK_H
#define MODEL_TASK_WORK_H

/*
 * task_work: tasks as action/ makes them and takes them through their stages. The caller holds a
 * transaction wherever a row is locked.
 */

#include "model/task.h"

/* A task that begins. Its actions are made with task_add_action(), in order. */
struct task_new {
	const char *type, *title, *about;
	const char *reason; /* NULL: none, or the one that it has */
	int64_t team_id;    /* 0: none */
	const struct json *data;
	const char *data_hash;
	int64_t required, approver_role; /* enum role; ROLE_NONE: only admins, or the group */
	int64_t approver_group_id;       /* 0: none */
	int64_t expires_us;
};
/* As c->actor; *id is the new UUID. Writes the audit row `task_request`. */
MUST_USE enum err task_add(struct ctx *c, const struct task_new *t, const char **id);
MUST_USE enum err task_add_action(
    struct ctx *c, const char *id, int64_t ord, const char *name, const struct json *data);
/* What an editor has seen of a task. */
struct task_seen {
	int64_t version;  /* 0: whatever it is */
	const char *hash; /* NULL: the same */
};
/* The row is locked. ERR_STALE: it is another by now. */
MUST_USE enum err task_check_seen(
    struct ctx *c, const struct task *t, const struct task_seen *seen);
/* Other data before approval: actions are made anew, approvals are gone, prepare runs again. */
MUST_USE enum err task_replace(
    struct ctx *c, const char *id, const struct task_seen *seen, const struct task_new *t);

/* Whether the actor may ask for something else instead: who asked, or an admin, before approval. */
MUST_USE enum err task_editable(struct ctx *c, const char *id, struct task *out);

/* Open tasks of this type and data, but `except` (NULL: none); they stay locked. */
MUST_USE enum err task_duplicates(
    struct ctx *c, const char *data_hash, const char *except, const char ***ids, size_t *n);
/* Open tasks of the same type and data as this one, which is locked; they stay locked. */
MUST_USE enum err task_same(struct ctx *c, const char *id, const char ***ids, size_t *n);
/* One that is open, whose row is locked. */
MUST_USE enum err task_cancel_system(struct ctx *c, const char *id, const char *why);

/* What work has to go on with: locked until the transaction ends, others skip it. ERR_NOT_FOUND:
 * nothing is due. */
struct task_due {
	struct task task;
	int64_t attempts, token_id, scope;
	const char *address, *req_id;
	struct db_maybe token_data;     /* JSON */
	bool there, admin, token_holds; /* of who asked, now */
};
/* The row under lock, for the rest of the transaction. */
MUST_USE enum err task_get_locked(struct ctx *c, const char *id, struct task *out);
/* What is not taken: steps of the actions `outside`, of the types `full`, or all of them (`none`).
 * Both are arrays as Postgres writes them. */
struct task_except {
	bool none;
	const char *full, *outside;
};
MUST_USE enum err task_take(struct ctx *c, const struct task_except *except, struct task_due *out);
/* One more attempt begins; if it is never heard of again, the next is due in that time. */
MUST_USE enum err task_claim(struct ctx *c, const char *id, int64_t in_ms);
/* The same task once more, locked: ERR_NOT_FOUND when it is not due at that stage any more, or
 * begun by somebody else since (attempts 0: whoever began it). */
MUST_USE enum err task_hold(
    struct ctx *c, const char *id, const char *stage, int64_t attempts, struct task_due *out);

/* What a step of an action came to: its cache, its state, its verdicts, and the task's shared. */
MUST_USE enum err task_action_save(
    struct ctx *c, const struct task *t, const struct task_action *a, const struct json *shared);
MUST_USE enum err task_note_add(struct ctx *c, const char *id, int64_t ord /* -1: the task's */,
    const char *kind, const char *text);
/* The same for admins alone. */
MUST_USE enum err task_aside_add(struct ctx *c, const char *id, int64_t ord, const char *text);

/* Where it goes from here. `due` false: it waits for somebody. Clears `shared` when the stage
 * changes, and wakes work. */
struct task_step {
	const char *state, *stage;
	bool due;
	const char *hash, *title; /* NULL: stays */
	bool valid;
};
MUST_USE enum err task_move(struct ctx *c, const char *id, const struct task_step *step);
MUST_USE enum err task_approved_by_system(struct ctx *c, const char *id);
MUST_USE enum err task_complete(struct ctx *c, const char *id);
/* It stands still: an error notification, state failed; approving it again resumes it. A password
 * that was given is forgotten: then it asks for one anew. */
MUST_USE enum err task_fail(struct ctx *c, const struct task *t, const char *why);
/* Later: what it waits for is not there yet, and that is no failed attempt. */
MUST_USE enum err task_later(struct ctx *c, const char *id, int64_t in_ms);
/* Later, once more; `counts`: as another attempt. */
MUST_USE enum err task_again(struct ctx *c, const char *id, int64_t in_ms, bool counts);
/* One that has ended, and of which all is told. */
MUST_USE enum err task_rest(struct ctx *c, const char *id);
/* "rejected: too dear", and who said so. */
struct task_ending {
	const char *actor, *text;
};
MUST_USE enum err task_ending(struct ctx *c, const char *id, struct task_ending *out);
/* The addresses of those who may approve it, but those of the array `known`. None when its team
 * wants it so. */
enum { TASK_TOLD_MAX = 50 };
struct task_told {
	const char *email;
};
MUST_USE enum err task_told(
    struct ctx *c, const char *id, const char *known, struct task_told **out, size_t *n);

/* The addresses of all of these, each once, and no more than are told that it waits. */
struct task_whom {
	bool asker, named, admins; /* named: what its actions name */
	const char *roles;         /* an array: who has one of them in its team */
	const char *more;          /* an array */
};
MUST_USE enum err task_addresses(
    struct ctx *c, const char *id, const struct task_whom *whom, struct task_told **out, size_t *n);

/* What has expired ends. */
MUST_USE enum err task_expire(struct ctx *c, int64_t *n);

#endif
