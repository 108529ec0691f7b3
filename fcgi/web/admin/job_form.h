#ifndef WEB_ADMIN_JOB_FORM_H
#define WEB_ADMIN_JOB_FORM_H

/* job_form: the page with the job form, for a new job and for one that is there. */

#include "web/admin/job_fields.h"
#include "web/admin/page.h"

struct edit {
	struct page p;
	const char *name; /* of the job that is changed; NULL: a new one */
	const char *team; /* of that job; "" */
	int64_t version;
	const struct json *base; /* its definition, or what a new one starts from */
	struct job_form shown, typed;
	const char *request, *request_title; /* a request that is changed, and where; NULL: none */
	int64_t request_version;             /* of the request, as its editor saw it */
	const char *merged; /* what somebody else changed meanwhile; NULL: nothing */
};

/* Shows what was typed. With a status other than 200 the fault of ctx stands at its field and on
 * top. ERR_FORBIDDEN: there is no team in which the actor may make jobs. */
MUST_USE enum err job_form_show(struct edit *ed, int status);

/* ERR_INVALID "reason": one line, and not a long one. */
MUST_USE enum err job_form_reason(struct ctx *c, const char *reason);

/* The job moved on from `version` while the form lay open: fields that the person left alone take
 * what is shown there now, the others keep what was typed, and `merged` says what others changed.
 */
MUST_USE enum err job_form_merge(struct edit *ed, int64_t version);

#endif
