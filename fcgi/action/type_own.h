#ifndef ACTION_TYPE_OWN_H
#define ACTION_TYPE_OWN_H

/*
 * type_own: task types that admins define, and what they set of those that ship, as JSON:
 *
 *   {"title": "A database", "help": "...", "asker": "anybody|account|manager|admin",
 *    "fields": [{"name", "label", "kind", "required", "min", "max", "choices", "rule", "help"}],
 *    "actions": [{"action": "http_call", "with": {"approve_url": "https://..."}}],
 *    "title_pattern": "Database {{name}}", "team_field": "team", "duplicates": "cancel|block",
 *    "approvals": {"required": 1, "role": "manager", "group": null},
 *    "allow_auto_approve": false, "token_s": 86400, "token_sign_in": false, "expires_s": 1209600,
 *    "mails": {"initial": null, "completed": {"subject", "text"|"template",
 *      "to"|"email_current_user", "reply_to",
 *      "from", "off": false, "emails": [{...}, ...]}, "token": ..., "ended": ...},
 *    "notifications": {"standard": {"mails": [], "template", "reply_to", "from", "webhook": null},
 *      "errors": {..., "silent": false},
 *      "approvers": true, "safe_errors": ["mail", "webhook"]},
 *    "disabled": false}
 *
 * Of a type that ships only what stands from "approvals" on can be set, and "additional_actions",
 * which are as "actions" and follow in their order behind what the type does itself. Whatever is
 * left out is as it is without. Where mails and notifications say nothing, TYPE_DEFAULTS holds;
 * `silent`: nobody is told of a notification all the same. With `emails` a stage has several mails,
 * each as the stage says but for what it says itself. One that is `off` is not sent, and keeps its
 * words; null is off without any. In texts of `with`, {{x}} is what was typed into the field x; in
 * subjects and texts of mails it may also be a word of action/words.h. Every
 * fault names the way to what is wrong: "fields[2].rule".
 */

#include "action/type.h"

enum { TYPE_DEFINITION_BYTES = 64 * 1024 };

/* What stands under that name; `type` is the whole type. */
struct type_found {
	struct task_type type;
	int64_t version; /* 0: one that ships, as it ships */
	struct db_maybe_int64 updated_us;
	const char *updated_by; /* "" of version 0 */
	bool secret;            /* there is one that its calls are signed with */
	bool broken;            /* cannot be read any more: `why` */
	const char *why;
};

/* Pure: no database. `out` is all of an own type, named `name`. */
MUST_USE enum err type_parse(
    struct ctx *c, const char *name, const struct json *definition, struct task_type *out);
/* The same for settings of a type that ships: laid over *out. */
MUST_USE enum err type_apply(struct ctx *c, const struct json *settings, struct task_type *out);
/* Back as JSON, with everything that is in effect; read again it is the same. */
struct json *type_definition(struct ctx *c, const struct task_type *t);

/* For admins. ERR_NOT_FOUND; ERR_FORBIDDEN. */
MUST_USE enum err type_find(struct ctx *c, const char *name, struct type_found *out);
MUST_USE enum err type_find_all(struct ctx *c, struct type_found **out, size_t *n); /* by name */

struct type_wish {
	const char *name;
	const struct json *definition;
	int64_t version; /* that it replaces; 0: whichever */
	bool only_new;   /* ERR_CONFLICT when there is one */
};
/* ERR_STALE: another version stands there. *secret: made just now, and told this once; else NULL.
 */
MUST_USE enum err type_save(
    struct ctx *c, const struct type_wish *wish, struct type_found *out, const char **secret);
/* Without storing anything: would it be taken? */
MUST_USE enum err type_check(struct ctx *c, const struct type_wish *wish, struct task_type *out);
MUST_USE enum err type_set_disabled(struct ctx *c, const char *name, bool disabled);
/* A type that ships is as it ships then; an own one is gone: ERR_CONFLICT while tasks are open. */
MUST_USE enum err type_delete(struct ctx *c, const char *name, int64_t version);
MUST_USE enum err type_secret_new(struct ctx *c, const char *name, const char **secret);

/* What calls and webhooks of the type are signed with; for work. ERR_UNAVAILABLE: there is none,
 * or no key to open it. */
MUST_USE enum err type_secret(struct ctx *c, const char *name, const char **secret);

/* A definition to begin with. */
extern const char type_example[];

#endif
