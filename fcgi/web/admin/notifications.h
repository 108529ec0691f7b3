#ifndef WEB_ADMIN_NOTIFICATIONS_H
#define WEB_ADMIN_NOTIFICATIONS_H

/* notifications: what admins should know of tasks, and acknowledging it. */

#include "web/admin/page.h"

/* A page of them: `which` is "open", "error" (open errors) or "all"; ERR_INVALID: none of these. */
MUST_USE enum err notifications_list(
    struct page *p, const char *which, const char *after, int64_t open);

/* The newest that nobody has acknowledged, below the inbox; nothing when there are none. */
MUST_USE enum err notifications_waiting(struct page *p, int64_t open);

#endif
