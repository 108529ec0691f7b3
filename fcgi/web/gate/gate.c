#include "web/gate/gate.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "static_names.h"
#include "view/view.h"
#include "web/dkron_read.h"
#include "web/who.h"

static enum err refuse_change(struct req *r, const char *sentence)
{
	return fail(r->ctx, ERR_FORBIDDEN, NULL, "%s", sentence);
}

static enum err change(struct req *r, struct resp *w)
{
	(void)w;
	return refuse_change(r, arena_printf(r->ctx->arena,
				    "Dkron is read-only here: change and run jobs at %sjobs or "
				    "through /api/v1/jobs, so that it is checked, "
				    "recorded and not undone.",
				    r->ctx->config->url));
}

static enum err change_job(struct req *r, struct resp *w)
{
	const char *name = req_var(r, "job"), *space = r->ctx->config->namespace;

	(void)w;
	if (text_starts(name, space))
		name += strlen(space);
	return refuse_change(r, arena_printf(r->ctx->arena,
				    "Dkron is read-only here: change or run this job at %sjobs/%s "
				    "or through /api/v1/jobs/%s.",
				    r->ctx->config->url, text_urlencode(r->ctx->arena, name),
				    text_urlencode(r->ctx->arena, name)));
}

/* Reads come here only after the auth pool refused them. */
static enum err refuse_read(struct req *r, struct resp *w)
{
	(void)w;
	TRY(dkron_may_read(r->ctx));
	return fail(r->ctx, ERR_FORBIDDEN, NULL,
	    "Of Dkron's API only jobs, executions, busy, stats, members and the leader can be read "
	    "here.");
}

static enum err refuse_list(struct req *r, struct resp *w)
{
	TRY(dkron_may_read(r->ctx));
	TRY(dkron_check_list(r));
	return refuse_read(r, w);
}

/* The embedded engine has no dashboard of its own. */
static enum err no_dashboard(struct req *r, struct resp *w)
{
	struct view *v = view_new(r->ctx);

	view_text(v, "CSS", STATIC_CSS);
	view_text(v, "ICON", STATIC_ICON);
	view_text(v, "REQ_ID", r->ctx->req_id);
	return view_render(v, "no-dashboard.html", &w->body);
}

/* clang-format off */
#define CHANGES (POST | PUT | PATCH | DELETE)
#define WHY "takes no form token, for it changes nothing: it says where to go"
static const struct route routes[] = {
	{ CHANGES, "/dkron/v1/jobs/{job}",     change_job,   ACCESS_ACCOUNT, SCOPE_READ, BODY_RAW, MIB, WHY },
	{ CHANGES, "/dkron/v1/jobs/{job}/*",   change_job,   ACCESS_ACCOUNT, SCOPE_READ, BODY_RAW, MIB, WHY },
	{ CHANGES, "/dkron/v1/*",              change,       ACCESS_ACCOUNT, SCOPE_READ, BODY_RAW, MIB, WHY },
	{ GET,     "/dkron/v1/jobs",           refuse_list,  ACCESS_ACCOUNT, SCOPE_READ },
	{ GET,     "/dkron/v1",                refuse_read,  ACCESS_ACCOUNT, SCOPE_READ },
	{ GET,     "/dkron/v1/",               refuse_read,  ACCESS_ACCOUNT, SCOPE_READ },
	{ GET,     "/dkron/v1/*",              refuse_read,  ACCESS_ACCOUNT, SCOPE_READ },
	{ GET,     "/dkron/ui/",               no_dashboard, ACCESS_ACCOUNT, SCOPE_NONE },
};
/* clang-format on */

const struct site gate_site = {
	.name = "gate",
	.routes = routes,
	.nroutes = LENGTH(routes),
	.who = web_who,
	.refuse = json_fault,
};
