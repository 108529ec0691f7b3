#ifndef WEB_ADMIN_ALERTS_PAGE_H
#define WEB_ADMIN_ALERTS_PAGE_H

/* alerts_page: a team's notifications as a page: who is told, and what was sent. */

#include "http/http.h"
#include "model/channel.h"
#include "model/message.h"
#include "view/view.h"
#include "web/admin/page.h"

/* What the form that led here has to say; all zero: nothing. */
struct alerts_note {
	bool failed; /* the form is shown again, with c->fault */
	struct channel_wish typed;
	const char *target, *secret; /* a secret to show this once, and whose it is */
};

/* Whether it is on, as CSS and STATE. */
void alerts_state(struct view *v, const struct channel *channel);

/* How a message stands, as CSS and STATE. */
void alerts_message_state(struct view *v, const struct message *message);

MUST_USE enum err alerts_page(
    struct req *r, struct resp *w, int status, const struct alerts_note *note);

/* "/teams/ops/alerts" and what follows. */
const char *alerts_link(struct ctx *c, const char *team, const char *rest);

/* For the page of a job: where it tells, how it stands, what was sent last. */
MUST_USE enum err alerts_of_job(
    const struct page *p, const char *team, int64_t team_id, int64_t job_id, bool notify);

#endif
