/* Errors as pages, in our look. Nothing here asks the database for more than it can do without. */

#include <string.h>

#include "core/text.h"
#include "web/admin/admin.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

/* clang-format off */
static const struct refusal {
	enum err e;
	const char *name;     /* behind the status */
	const char *headline;
	const char *advice;   /* when the fault says nothing */
} refusals[] = {
	{ ERR_INVALID,     "not accepted",  "This cannot be accepted as it is", "Nothing was changed." },
	{ ERR_MALFORMED,   "not readable",  "This request cannot be read", "Nothing was changed." },
	{ ERR_FORBIDDEN,   "not allowed",   "You may not do this", "Your account lacks the right for it. Nothing was changed." },
	{ ERR_NOT_FOUND,   "not found",     "There is nothing here", "It was deleted, or never was, or is not yours to see." },
	{ ERR_METHOD,      "not this way",  "This address does not take that", "Go back and use the buttons of the page." },
	{ ERR_CONFLICT,    "in conflict",   "This does not fit what is there now", "Look at the page again: somebody may have been faster." },
	{ ERR_STALE,       "changed meanwhile", "Somebody changed this meanwhile", "Nothing was changed. Look at the page again." },
	{ ERR_TOO_LARGE,   "too large",     "That is more than is taken here", "Nothing was changed." },
	{ ERR_UNSUPPORTED, "not this form", "This is not a form of ours", "Nothing was changed." },
	{ ERR_TOO_MANY,    "too often",     "Too many attempts", "Wait a moment and try again." },
	{ ERR_UNAVAILABLE, "not available", "The database does not answer", "Nothing was changed. It may be back in a moment." },
	{ ERR_INTERNAL,    "our mistake",   "Something went wrong here", "It is in our log under the request below. Nothing was half done." },
};
/* clang-format on */

static const struct refusal *refusal_of(enum err e)
{
	for (size_t i = 0; i < LENGTH(refusals); i++)
		if (refusals[i].e == e)
			return &refusals[i];
	return &refusals[LENGTH(refusals) - 1];
}

/* Only a page can be come back to; a form that was sent leads to the page of the same address. */
static const char *way_back(const struct req *r)
{
	if (r->method == GET)
		return path_is_local(r->target) ? r->target : "/";
	for (size_t i = 0; r->route != NULL && i < admin_site.nroutes; i++)
		if (admin_site.routes[i].method == GET &&
		    strcmp(admin_site.routes[i].pattern, r->route->pattern) == 0)
			return path_is_local(r->target) ? r->target : "/";
	return "/";
}

/* Slashes may stand in a query as they are, and read better. */
static const char *encode_path(struct ctx *c, const char *path)
{
	char *encoded = text_urlencode(c->arena, path), *to = encoded;

	for (const char *from = encoded; *from != '\0'; from++) {
		*to = *from;
		if (strncmp(from, "%2F", 3) == 0) {
			*to = '/';
			from += 2;
		}
		to++;
	}
	*to = '\0';
	return encoded;
}

static enum err to_sign_in(struct req *r, struct resp *w)
{
	TRY(see_other(r, w, "/sign-in?next=%s", encode_path(r->ctx, way_back(r))));
	w->status = 302;
	return OK;
}

/* "schedule: must not be empty" becomes a sentence. */
static const char *sentence(struct ctx *c, const struct refusal *what, const struct fault *fault)
{
	if (what->e == ERR_INTERNAL || fault->detail == NULL)
		return what->advice;
	if (fault->field == NULL)
		return fault->detail;
	return arena_printf(c->arena, "%s: %s", fault->field, fault->detail);
}

static enum err show_refusal(struct req *r, enum err e, const struct fault *fault, struct resp *w)
{
	const struct refusal *what = refusal_of(e);
	int status = status_of(what->e);
	struct page p;

	/* The rail needs the database; without it, or without an account, the page stands alone. */
	if (r->ctx->actor.account_id == 0 || e == ERR_UNAVAILABLE || e == ERR_INTERNAL ||
	    page_open(&p, r, w, "error.html") != OK)
		page_open_plain(&p, r, w, "error.html");
	view_text(p.v, "STATUS", arena_printf(r->ctx->arena, "%d", status));
	view_text(p.v, "NAME", what->name);
	view_text(p.v, "HEADLINE", what->headline);
	view_text(p.v, "SENTENCE", sentence(r->ctx, what, fault));
	if (p.me.id == 0)
		view_show(p.v, "ALONE");
	if (r->method == GET && (e == ERR_UNAVAILABLE || e == ERR_TOO_MANY))
		view_text(view_section(p.v, "AGAIN"), "HREF", way_back(r));
	return page_show(&p, status, what->headline);
}

void admin_refuse(struct req *r, enum err e, struct resp *w)
{
	struct fault fault = r->ctx->fault; /* what follows may set another */
	enum err shown;

	if (e == ERR_TOO_MANY || e == ERR_UNAVAILABLE)
		resp_header(r, w, "Retry-After",
		    arena_printf(r->ctx->arena, "%d", fault.retry_s > 0 ? fault.retry_s : 10));
	if (e == ERR_UNAUTHENTICATED)
		shown = to_sign_in(r, w);
	else
		shown = show_refusal(r, e, &fault, w);
	if (shown != OK)
		resp_text(w, status_of(e), "Something went wrong.\n");
}
