#ifndef WEB_ADMIN_NOTIFICATIONS_H
#define WEB_ADMIN_NOTIFICATIONS_H

/* notifications: what admins should know of tasks, and acknowledging it. */

#include "model/notification.h"
#include "web/admin/page.h"

/* A page of them: `which` is "open", "error" (open errors) or "all"; ERR_INVALID: none of these. */
MUST_USE enum err notifications_list(
    struct page *p, const char *which, const char *after, int64_t open);

/* The newest that nobody has acknowledged, below the inbox; nothing when there are none. */
MUST_USE enum err notifications_waiting(struct page *p, int64_t open);

/* WORD and CSS: an error, or something to know. */
void notifications_kind(struct view *v, const struct notification *n);
/* What its page is called: what it is about. */
const char *notifications_title(const struct notification *n);

#endif
