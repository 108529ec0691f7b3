#ifndef WEB_ADMIN_TEAM_MORE_H
#define WEB_ADMIN_TEAM_MORE_H

/* team_more: what tasks bring to a team's page: who is invited, the quota, what must be approved.
 */

#include "model/team.h"
#include "web/admin/page.h"
#include "web/admin/team_page.h"

/* "" where there is none. */
const char *team_number(struct ctx *c, struct db_maybe_int64 n);

/* For managers. */
MUST_USE enum err team_show_invites(const struct page *p, const struct team *team);
/* `fault` is shown where note->form is QUOTA. */
MUST_USE enum err team_show_quota(const struct page *p, const struct team *team,
    const struct team_note *note, const struct fault *fault);
/* team_approval.c. `fault` is shown where note->form is APPROVAL. */
MUST_USE enum err team_show_approval(const struct page *p, const struct team *team,
    const struct team_note *note, const struct fault *fault);
MUST_USE enum err team_save_approval(struct req *r);

#endif
