#ifndef WEB_ADMIN_REQUEST_FORM_H
#define WEB_ADMIN_REQUEST_FORM_H

/*
 * request_form: a form made from the fields of a task type, and what was typed into it.
 *
 * Fields go by their own names; besides them a form holds `csrf`, `request_reason` and, of a
 * request that is changed, `request_version`: what its editor saw.
 */

#include "action/action.h"
#include "web/admin/page.h"

#define REQUEST_REASON  "request_reason"
#define REQUEST_VERSION "request_version"

struct request_form {
	const struct input *fields;
	struct json *values; /* as far as anything was typed, and as it was typed */
	const char *reason;  /* NULL: none is asked for */
	int status;
	struct fault fault; /* of what was refused; detail NULL: nothing was */
	const char *title, *back;
	int64_t version;              /* of the request that is changed; 0: a new one */
	const struct json *meanwhile; /* what somebody else has made of it; NULL: nothing */
};

/* The form that was sent; a number that is none stays text, for the check of fields to refuse.
 * ERR_INVALID: a field that the form does not have, or one twice. */
MUST_USE enum err request_form_read(struct req *r, struct request_form *form, bool with_reason);
/* What a link has filled in already: query parameters by the names of fields. */
MUST_USE enum err request_form_prefill(struct req *r, struct request_form *form);

/* Who has to manage the team that he asks for chooses among those that he manages: for showing
 * only. */
MUST_USE enum err request_form_own_teams(struct req *r, struct request_form *form);

/* Whether an error is one that the form is shown again for. */
bool request_form_takes(const struct ctx *c, enum err e);

/* {{>FIELDS}} and {{#WRONG}} of `v`. */
MUST_USE enum err request_form_show(
    const struct page *p, struct view *v, const struct request_form *form);

/* What was given for a field, in words; several lines when it is a list or an object. */
const char *request_value(struct ctx *c, const struct input *f, const struct json *value);

#endif
