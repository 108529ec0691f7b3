#ifndef MODEL_TASK_H
#define MODEL_TASK_H

/*
 * task: something that somebody asked for: who, what, why, how far it is, who approved it.
 *
 * This is the record and the decisions of people. What a task does is done by its actions, in
 * `work` (action/engine.h). Whoever may see a task: who asked, who may approve, admins; to others
 * it is ERR_NOT_FOUND. Every decision takes the row's lock, checks that it still stands (guards of
 * prior-systems.md 2.4: ERR_CONFLICT with their sentence) and writes its audit row in the same
 * transaction.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { TASK_REASON_MAX = 2000, TASK_COMMENT_MAX = 2000, TASK_APPROVALS_MAX = 9 };

struct task {
	const char *id; /* a UUID */
	int64_t seq;
	const char *type, *title, *about, *state, *stage, *requester, *reason;
	struct db_maybe_int64 requester_id, team_id;
	struct db_maybe team;
	const char *data_text;   /* the fields as they were given: JSON */
	const char *shared_text; /* what the actions of this stage tell each other: JSON */
	struct db_maybe hash;    /* NULL: not prepared yet */
	bool valid, approved, completed, cancelled;
	int64_t required, given;             /* approvals */
	struct db_maybe_int64 approver_role; /* enum role */
	struct db_maybe approver_group;      /* its name */
	struct db_maybe approved_by, failure;
	int64_t created_us, expires_us;
	struct db_maybe_int64 approved_us, completed_us, ended_us;
	bool mine, decider; /* the actor asked for it; may decide on it */
	bool decided;       /* the actor has approved it already */
	bool manages;       /* the actor may end it for others: an admin, a manager of its team */
	int64_t version;    /* grows by one whenever it is changed: what an editor saw */
};

struct task_action {
	int64_t ord;
	const char *name, *data_text, *cache_text, *state, *token_fields;
	bool valid, need_token;
	struct db_maybe auto_approve; /* "true", "false" or NULL */
};

struct task_note {
	int64_t id, at_us;
	struct db_maybe_int64 ord; /* of the action; not set: the task's */
	const char *kind, *actor, *text;
};

struct task_approval {
	const char *account, *comment, *hash;
	const char *capacity; /* as what: "manager of ops", "group dba", "admin"; "": long ago */
	int64_t at_us;
};

MUST_USE enum err task_get(struct ctx *c, const char *id, struct task *out);
MUST_USE enum err task_actions(
    struct ctx *c, const struct task *t, struct task_action **out, size_t *n);
MUST_USE enum err task_notes(
    struct ctx *c, const struct task *t, struct task_note **out, size_t *n); /* oldest first */
MUST_USE enum err task_approvals(
    struct ctx *c, const struct task *t, struct task_approval **out, size_t *n);

/* ---- decisions */

/* `hash` is what the decider saw: ERR_STALE when it is no longer what would be applied. The last
 * approval that is needed hands the task to work. An approved task may be approved again: one that
 * failed is resumed, of one whose token ran out another is sent; where all is done, or work is at
 * it, nothing changes but that a comment is kept. Nobody counts twice, and who comes after the last
 * one that was needed does not count. ERR_FORBIDDEN: not yours to decide. */
MUST_USE enum err task_approve(
    struct ctx *c, const char *id, const char *hash, const char *comment, struct task *out);
/* `comment` must not be empty. */
MUST_USE enum err task_reject(struct ctx *c, const char *id, const char *comment, struct task *out);
/* Who asked withdraws; admins and managers of its team cancel. Its token dies with it.
 * ERR_FORBIDDEN: anybody else who sees it. */
MUST_USE enum err task_cancel(struct ctx *c, const char *id, const char *comment, struct task *out);
MUST_USE enum err task_comment(
    struct ctx *c, const char *id, const char *comment, struct task *out);

/* ERR_FORBIDDEN: the actor neither asked for it nor manages it. `doing`: "cancel it". */
MUST_USE enum err task_check_party(struct ctx *c, const struct task *t, const char *doing);

/* The task as interface.md 8 shows it; task_json() is without actions, approvals and notes. */
struct json *task_json(struct ctx *c, const struct task *t);
MUST_USE enum err task_json_whole(struct ctx *c, const struct task *t, struct json **out);

#endif
