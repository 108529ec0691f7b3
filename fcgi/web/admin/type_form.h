#ifndef WEB_ADMIN_TYPE_FORM_H
#define WEB_ADMIN_TYPE_FORM_H

/*
 * type_form: the definition of a task type as inputs of a form, and back.
 *
 * An input goes by the way to what it stands for, as faults of definitions do: "fields[2].rule".
 * The form carries the whole definition along; of it changes only what was typed otherwise than it
 * was shown. So what has no input, or could not be shown, stays as it is.
 */

#include "action/type_own.h"
#include "http/http.h"

enum slot_kind {
	SLOT_LINE,
	SLOT_TEXT,
	SLOT_NUMBER,
	SLOT_TIME, /* seconds; "90 s", "15 min", "36 h", "14 d" */
	SLOT_FLAG,
	SLOT_CHOICE,
	SLOT_LIST, /* a list of texts, one a line */
	SLOT_SENT, /* a mail: null or "off" when it is not sent */
};

struct slot_row {
	const char *key, *label, *help;
	enum slot_kind kind;
	const char *choices;  /* "value=label|..." */
	const char *fallback; /* what holds when nothing is said; NULL: "" */
	const char *class;    /* when it is to be seen (signalbox.css); NULL: always */
	bool optional;
};

struct slot {
	const char *group, *name, *id; /* "fields[2]", "fields[2].rule", "fields-2-rule" */
	const struct slot_row *row;
	enum slot_kind kind; /* as the value needs it: a flag may be {{field}} */
	const char *shown;
};

enum { TYPE_SLOTS = 500 };

struct type_form {
	struct json *o;
	const struct task_type *shipped; /* whose settings; NULL: all of an own type */
	const struct slot_row *asks;     /* type_ask_slots, with what the definition offers */
	struct slot *slots;
	size_t n;
};

/* Over *o, which is changed from then on. ERR_INVALID: it is not what a form can show at all. */
MUST_USE enum err type_form_open(
    struct ctx *c, struct json *o, const struct task_type *shipped, struct type_form *out);
/* What was typed goes into the definition. */
MUST_USE enum err type_form_take(struct req *r, struct type_form *form);
/* "add fields", "add actions http_call", "add mails.ended.emails", "up fields 2", "down ...",
 * "remove
 * ...". */
bool type_form_is_move(const char *what);
/* *at: the item that one looks at then ("fields[1]"), or NULL. */
MUST_USE enum err type_form_move(
    struct ctx *c, struct type_form *form, const char *what, const char **at);
/* Names of the inputs, ended by NULL: first those of `others`. */
const char **type_form_names(
    struct ctx *c, const struct type_form *form, const char *const *others, size_t nothers);
/* What stands at the group and has no input: "template, emails"; "" none. */
const char *type_form_rest(struct ctx *c, const struct type_form *form, const char *group);
/* The list of actions: "actions", or "additional_actions" of a type that ships. */
const char *type_form_actions(const struct type_form *form);
const char *type_form_emails(struct ctx *c, const char *stage); /* "mails.ended.emails" */
struct json *type_form_place(
    struct ctx *c, struct json *o, const char *path); /* NULL: nothing there */

/* ---- the tables (type_slots.c), each ended by key NULL */

extern const struct slot_row type_head_slots[], type_field_slots[], type_approval_slots[],
    type_time_slots[], type_mail_slots[], type_told_slots[], type_notified_slots[],
    type_ask_slots[];
/* What comes first in these is not for the defaults of all types. */
enum { TYPE_MAIL_OWN = 2, TYPE_TOLD_OWN = 1, TYPE_NOTIFIED_OWN = 1 };
extern const char *const type_mail_stages[];    /* ended by NULL */
extern const struct slot_row type_sent_slots[]; /* one for each stage */
/* type_ask_slots, with the fields of the definition that may name the team. */
const struct slot_row *type_asks(struct ctx *c, const struct json *definition);
/* The inputs of a generic action; NULL: it is none. */
const struct slot_row *type_action_slots(struct ctx *c, const char *action);

#endif
