#ifndef WEB_ADMIN_CREDENTIALS_H
#define WEB_ADMIN_CREDENTIALS_H

/* credentials: the sessions and tokens of an account as tables with buttons, on one's own page and
 * on an admin's. `base` is the page's address: "/account", "/accounts/marta". */

#include "web/admin/page.h"

/* What ends when all but the reader's own session end. */
struct others {
	size_t n;
	const char *words; /* "2 sessions end: Firefox on Linux from 192.0.2.7, ..." */
};

/* {{SESSION_COUNT}}, and when there are some {{#SOME}} with {{>SESSIONS}}; *n: how many. */
MUST_USE enum err credentials_sessions(
    const struct page *p, int64_t account_id, const char *base, size_t *n, struct others *others);
/* {{#TOKENS}} with {{COUNT}} and {{>TABLE}}, or {{#NO_TOKENS}}. */
MUST_USE enum err credentials_tokens(const struct page *p, int64_t account_id, const char *base);

#endif
