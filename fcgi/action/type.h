#ifndef ACTION_TYPE_H
#define ACTION_TYPE_H

/*
 * type: what may be asked for: fields, a chain of actions, who approves, what mails tell of it.
 *
 * The ones that ship are in action/types.c; an admin changes what is told of them below as
 * "setting", and defines types of his own, in the table task_type (action/type_own.c).
 */

#include "action/action.h"

enum asker { ASK_ADMIN, ASK_ANYBODY /* without an account, too */, ASK_ACCOUNT, ASK_MANAGER };
enum duplicates { DUPLICATES_CANCEL, DUPLICATES_BLOCK };
/* ended: rejected, expired, or cancelled by somebody else than who asked. */
enum mail_stage { MAIL_INITIAL, MAIL_TOKEN, MAIL_COMPLETED, MAIL_ENDED, MAIL_STAGES };

enum { TYPE_STEPS = 10, TYPE_FIELDS = 40, TYPE_MAILS = 10 };

enum type_way { WAY_MAIL, WAY_WEBHOOK, TYPE_WAYS };

enum said { UNSAID, SAID_NO, SAID_YES };

/* Goes to `to`, else to who asked if `current_user` says so, else to the one address that the
 * actions name, else to who asked. */
struct type_mail {
	bool off;
	const char *subject;  /* NULL: the default of the stage */
	const char *template; /* mail/<template>.txt and .html; NULL: task-initial, ... */
	const char *text;     /* instead of a template; it and the subject may hold {{field}} */
	const char *to;       /* an address, or NULL */
	enum said current_user;
	const char *reply_to; /* whom it is from, and who gets answers; NULL: SIGNALBOX_MAIL_FROM */
	const char *from;     /* where what bounces goes, with {{task_uuid}}; NULL: to us */
	/* Several mails: each is this one, but for what it says itself. Theirs are none. */
	const struct type_mail *emails;
	size_t nemails; /* 0: this one alone */
};

/* Who is told of a task's notifications; neither: nobody, until somebody looks. */
struct type_tell {
	const char *mails[TYPE_MAILS];          /* ended by NULL */
	const char *template, *reply_to, *from; /* as of type_mail; NULL: task-notification */
	const char *webhook;                    /* NULL: none */
	const char *signed_by; /* the type whose secret that is signed with; NULL: this one */
	bool silent;           /* nobody is told, whoever else is by default */
};

struct type_step {
	const char *action;
	const struct json *with; /* data of the action, with {{field}} in texts; NULL, of what ships
				    alone: the fields as they are */
};

struct task_type {
	const char *name, *title, *help; /* "invite", "Invite somebody" */
	enum asker asker;
	const struct input *fields;         /* NULL: those of its actions, in order */
	struct type_step steps[TYPE_STEPS]; /* ended by action NULL */
	const char *team_field;             /* which field names the team; NULL: none */
	const char *title_pattern;          /* "Invite {{email}} to {{team}}" */
	/* settings */
	bool allow_auto_approve;
	int64_t required;           /* approvals */
	enum role approver_role;    /* in the team; ROLE_NONE: admins */
	const char *approver_group; /* NULL: none */
	enum duplicates duplicates;
	int64_t token_s, expires_s;
	bool token_sign_in; /* whoever submits its token must be signed in */
	struct type_mail mails[MAIL_STAGES];
	struct type_tell standard, errors; /* notifications: it waits for people; it went wrong */
	bool safe_errors[TYPE_WAYS];       /* that it could not be told that way asks for nobody */
	bool quiet;                        /* those who may approve are not mailed that it waits */
	bool own, disabled;
	const char *constant_answer; /* of anonymous types: what everybody is told */
	bool defaults;               /* no type: TYPE_DEFAULTS */
	bool hidden; /* not in the list of what one may ask for: made by other pages (job-change) */
};

MUST_USE enum err type_get(
    struct ctx *c, const char *name, struct task_type *out); /* ERR_NOT_FOUND */
/* Whether the actor may ask for it: ERR_UNAUTHENTICATED, ERR_FORBIDDEN; ERR_NOT_FOUND of one that
 * is hidden. */
MUST_USE enum err type_check_asker(struct ctx *c, const struct task_type *t);
/* For the actor to ask for. To a stranger there is only what strangers may ask for; for all else
 * one signs in first. */
MUST_USE enum err type_to_ask(struct ctx *c, const char *name, struct task_type *out);
/* All that the actor may ask for, by name. */
MUST_USE enum err type_list(struct ctx *c, struct task_type **out, size_t *n);
const struct input *type_fields(struct ctx *c, const struct task_type *t);
struct json *type_json(struct ctx *c, const struct task_type *t);

/* What holds for every type that says nothing else (action/defaults.h): no type itself. */
#define TYPE_DEFAULTS "defaults"
extern const struct task_type type_defaults;

extern const struct task_type shipped_types[];                    /* ended by name NULL */
extern const struct task_type test_types[] __attribute__((weak)); /* as test_actions */

#endif
