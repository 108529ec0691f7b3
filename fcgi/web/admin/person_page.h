#ifndef WEB_ADMIN_PERSON_PAGE_H
#define WEB_ADMIN_PERSON_PAGE_H

/* person_page: one account, as admins see it; its forms come back to it. */

#include "http/http.h"

/* What a form of the page left to say. */
struct person_note {
	const char *form;         /* which one failed: TEAM, RIGHTS, PASSWORD, SWITCH; NULL: none */
	const char *email, *team; /* what stood in it */
	const bool *admin, *dashboard;
	const char *password; /* made, and shown this once */
};

MUST_USE enum err person_page(
    struct req *r, struct resp *w, int status, const struct person_note *note);

#endif
