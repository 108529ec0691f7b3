#ifndef ACTION_ACTION_H
#define ACTION_ACTION_H

/*
 * action: one thing that a task does, in three stages.
 *
 *   prepare  looks whether it can be done and says so (valid, notes); changes nothing
 *   approve  people, or the rules, said yes: most actions do their work here
 *   submit   the holder of the token said yes, too (or no token was needed): the rest
 *
 * A step runs in `work`, within one transaction together with the record that it ran: so it is done
 * once, whatever dies when. What reaches outside of the database says `outside`: its steps run
 * without a transaction, at least once, and must say the same key each time (call->key). One that
 * asks another system does not wait for it: it says action_ask() and returns OK, and is called once
 * more, within the transaction that records it, with call->answer.
 *
 * A step that returns ERR_UNAVAILABLE is tried again later. Any other error rolls the step back,
 * puts an error notification in front of the admins and leaves the task standing; approving it
 * again resumes it at this action. What is merely not right for what was asked ("no such account")
 * is no error: action_refuse() sets valid to false and notes why. A step that has to wait for
 * something (a run that goes on) says action_wait() and returns OK: its cache and notes are kept,
 * and it is called again, for ACTION_WAIT_MAX_S at most.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "model/task_work.h"

enum input_kind {
	INPUT_LINE = 1,
	INPUT_TEXT, /* lines */
	INPUT_EMAIL,
	INPUT_NUMBER,
	INPUT_FLAG,
	INPUT_CHOICE, /* one of choices */
	INPUT_NAMES,  /* a list of lines */
	INPUT_ACCOUNT,
	INPUT_TEAM,
	INPUT_ROLE,
	INPUT_JOB,
	INPUT_JSON,     /* an object, judged by the action itself */
	INPUT_PASSWORD, /* only of tokens: never stored, only its hash is */
	INPUT_CONFIRM,  /* only of tokens: must be true */
};

struct input {
	const char *name, *label, *help;
	enum input_kind kind;
	bool required;
	int64_t min, max;    /* of the number, or of characters; both 0: any */
	const char *choices; /* "a|b|c" */
	const char *rule;    /* a regular expression that the whole text must match, or NULL */
};

struct remote_ask; /* remote/http.h */
struct remote_answer;

/* One action of one task at one stage. Owned by the engine. */
struct call {
	const struct task *task;
	struct task_action *self;
	const struct json *data;  /* what it is to do */
	struct json *cache;       /* of this action; kept for good */
	struct json *shared;      /* of all actions, until the stage ends */
	const struct json *token; /* what the token's holder gave; NULL before */
	const char *key;          /* the same whenever this step is tried again */
	struct json *notes;       /* action_note() */
	struct json *asides;      /* action_hush() */
	struct json *applies;     /* prepare: what would be applied; goes into the task's hash */
	int64_t wait_ms;          /* action_wait() */
	int64_t again_ms;         /* with ERR_UNAVAILABLE: not sooner than that; 0: nothing said */
	const struct remote_ask *ask;       /* action_ask() */
	const struct remote_answer *answer; /* to it; NULL: not asked yet */
};

struct action {
	const char *name;           /* of programs: "send_mail" */
	const char *title;          /* of people: "Send a mail" */
	const char *help;           /* what it does, behind "It": "sends a mail" */
	const struct input *fields; /* ended by name NULL */
	enum err (*prepare)(struct ctx *c, struct call *call);
	enum err (*approve)(struct ctx *c, struct call *call);
	enum err (*submit)(struct ctx *c, struct call *call); /* NULL, each: nothing to do */
	bool outside;
	bool system;  /* acts as the system, not as who asked: for strangers and what no one may
			 alone */
	bool generic; /* may stand in types of admins (type_own.h) */
	bool answers; /* its lines and texts may hold {{answer.x}}: what an http_call before it got
		       */
	/* What the table of fields cannot say of them, or NULL; texts may hold {{field}}.
	 * ERR_INVALID names the field. */
	enum err (*check)(struct ctx *c, const struct json *with);
};

extern const struct action *const actions[]; /* action/table.c: ended by NULL */
/* Of the tests alone (tests/action/given.c): the program defines none, and this is NULL. */
extern const struct action *const test_actions[] __attribute__((weak));
const struct action *action_named(const char *name); /* NULL: none */

const char *input_kind_name(enum input_kind kind);
enum input_kind input_kind_named(const char *name); /* 0: none */
bool input_is_text(enum input_kind kind);           /* one that is sent as text */

/* ---- for actions */

void action_refuse(struct ctx *c, struct call *call, const char *fmt, ...) LIKE_PRINTF(3, 4);
void action_note(struct ctx *c, struct call *call, const char *fmt, ...) LIKE_PRINTF(3, 4);
/* For admins alone: whether an address has an account, whose it is. */
void action_aside(struct ctx *c, struct call *call, const char *fmt, ...) LIKE_PRINTF(3, 4);
/* What was noted behind the first `from` becomes that, too. */
void action_hush(struct ctx *c, struct call *call, size_t from);
/* The token's holder must give these fields ("password", "confirm"). */
void action_want(struct call *call, const char *fields);
/* ... and must be who asked, signed in: what was asked for is more than the API token that asked
 * may do. */
void action_want_asker(struct ctx *c, struct call *call);
/* Unsaid: no opinion. One false makes the task wait for people. */
void action_auto(struct call *call, bool yes);
/* Not through yet: called again in that time, unless it refused. */
enum { ACTION_WAIT_MAX_S = 30 * 86400 };
void action_wait(struct call *call, int64_t ms);
/* Another system is asked, at most 45 seconds long; `ask` is the arena's. */
void action_ask(struct call *call, const struct remote_ask *ask);
/* The one address that the task's mails go to; two different ones in a task are an error. */
void action_email(struct ctx *c, struct call *call, const char *address);
/* Another that a send_mail behind it may be told to use (email_task_cache). */
void action_email_too(struct ctx *c, struct call *call, const char *address);
/* Of an action that has a field `at`: whether it is for that stage; approve unless told. */
bool call_is_at(const struct call *call, const char *stage);
const char *call_text(const struct call *call, const char *field); /* "" when not given */

/* Given fields against their table: ERR_INVALID names the field. *out holds them in the order of
 * the table, defaults filled in; unknown ones are ERR_INVALID. */
MUST_USE enum err input_check(
    struct ctx *c, const struct input *fields, const struct json *given, struct json **out);

#endif
