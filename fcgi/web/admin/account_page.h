#ifndef WEB_ADMIN_ACCOUNT_PAGE_H
#define WEB_ADMIN_ACCOUNT_PAGE_H

/* account_page: one page for all that a person sets for itself; its forms come back to it. */

#include "http/http.h"

/* What a form of the page left to say. All members may be NULL or "". */
struct account_note {
	const char *form; /* which one failed: PREFERENCES, PASSWORD or TOKEN; the fault says how */
	const char *new_token; /* shown this once */
	const char *token_name, *token_scope,
	    *token_days;      /* what stood in the form for a new token */
	const char *timezone; /* what stood in the preferences */
};

MUST_USE enum err account_page(
    struct req *r, struct resp *w, int status, const struct account_note *note);

#endif
