#include "web/auth/auth.h"

#include "web/dkron_read.h"
#include "web/who.h"

static enum err pass(struct req *r, struct resp *w)
{
	TRY(dkron_may_read(r->ctx));
	w->status = 204;
	return OK;
}

static enum err pass_list(struct req *r, struct resp *w)
{
	TRY(dkron_check_list(r));
	return pass(r, w);
}

/* clang-format off */
static const struct route routes[] = {
	{ GET, "/auth/dkron/ui/",                                 pass, ACCESS_ACCOUNT, SCOPE_NONE },
	{ GET, "/auth/dkron/ui/*",                                pass, ACCESS_ACCOUNT, SCOPE_NONE },
	{ GET, "/auth/dkron/v1",                                  pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/",                                 pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/jobs",                             pass_list, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/jobs/{job}",                       pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/jobs/{job}/executions",            pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/jobs/{job}/executions/{execution}", pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/busy",                             pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/stats",                            pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/members",                          pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/leader",                           pass, ACCESS_ACCOUNT, SCOPE_READ },
	{ GET, "/auth/dkron/v1/isleader",                         pass, ACCESS_ACCOUNT, SCOPE_READ },
};
/* clang-format on */

/* The three answers that nginx understands; a database that is away stays a 5xx, so it fails
 * closed. A stranger is told to sign in, also where there is no such path; what cannot be read is
 * refused unasked. */
static void refuse(struct req *r, enum err e, struct resp *w)
{
	bool stranger = r->ctx->actor.account_id == 0;

	if ((e == ERR_NOT_FOUND || e == ERR_METHOD) && stranger)
		e = ERR_UNAUTHENTICATED;
	else if (e != ERR_UNAUTHENTICATED && e != ERR_UNAVAILABLE && e != ERR_INTERNAL)
		e = ERR_FORBIDDEN;
	json_fault(r, e, w);
}

const struct site auth_site = {
	.name = "auth",
	.routes = routes,
	.nroutes = LENGTH(routes),
	.who = web_who,
	.refuse = refuse,
};
