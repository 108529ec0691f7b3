/* Who may come in: access, scope of tokens, and requests that another site made a browser send. */

#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "http/inside.h"

static const char *const scope_names[] = { "", "read", "run", "write", "admin" };

static enum err token_scope(struct req *r)
{
	struct ctx *c = r->ctx;
	enum scope least = r->route->scope;

	if (c->actor.token_id == 0)
		return OK;
	if (least == SCOPE_NONE)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "This is for people who signed in, not for tokens.");
	if (c->actor.scope < least)
		return fail(c, ERR_FORBIDDEN, NULL, "This needs a token with the scope %s.",
		    scope_names[least]);
	return OK;
}

enum err guard_stranger(struct req *r)
{
	bool program = r->route == NULL || r->route->scope != SCOPE_NONE;

	return fail(r->ctx, ERR_UNAUTHENTICATED, NULL, "%s",
	    req_bearer(r) != NULL
		? "This token is not known here: it is mistyped, was revoked, or has ended."
	    : program ? "Sign in first, or send a token: Authorization: Bearer sb_..."
		      : "Sign in first.");
}

enum err guard_access(struct req *r)
{
	struct ctx *c = r->ctx;

	switch (r->route->access) {
	case ACCESS_PUBLIC:
		return OK;
	case ACCESS_ACCOUNT:
	case ACCESS_ADMIN:
		if (c->actor.account_id == 0)
			return guard_stranger(r);
		if (r->route->access == ACCESS_ADMIN && !c->actor.admin)
			return fail(c, ERR_FORBIDDEN, NULL, "Only an administrator may do this.");
		return token_scope(r);
	case ACCESS_NOBODY:
		break;
	}
	return fail(c, ERR_FORBIDDEN, NULL, "Nobody may do this.");
}

/* True when the browser, by itself, says whose request it is. */
static bool by_cookie(const struct req *r)
{
	return r->ctx->actor.session_id != 0;
}

/* Scheme, host and port of our own address; what a browser puts into Origin. */
static bool is_our_origin(const struct req *r)
{
	const char *url = r->ctx->config->url;
	const char *host = strstr(url, "://");
	size_t len = host == NULL ? strlen(url) : (size_t)(host + 3 - url) + strcspn(host + 3, "/");

	return strlen(r->origin) == len && memcmp(r->origin, url, len) == 0;
}

/* The same site under another name, such as https://127.0.0.1:8443: the browser itself says that
 * the page and the address are of one origin, and so they are by name. No other site can make it
 * say so. */
static bool is_same_origin(const struct req *r)
{
	static const char scheme[] = "https://";
	size_t len = sizeof(scheme) - 1;

	return strcmp(r->fetch_site, "same-origin") == 0 && *r->host != '\0' &&
	       strncmp(r->origin, scheme, len) == 0 && strcmp(r->origin + len, r->host) == 0;
}

enum err guard_origin(struct req *r)
{
	struct ctx *c = r->ctx;
	bool public_form = r->route->access == ACCESS_PUBLIC && r->route->body == BODY_FORM;
	bool said = *r->fetch_site != '\0' || *r->origin != '\0';
	bool is_form = r->route->body == BODY_FORM || r->route->body == BODY_NONE;

	if (r->method == GET || (!by_cookie(r) && !public_form))
		return OK;
	if (*r->fetch_site != '\0' && strcmp(r->fetch_site, "same-origin") != 0 &&
	    strcmp(r->fetch_site, "none") != 0)
		return fail(c, ERR_FORBIDDEN, NULL, "This request comes from another site.");
	if (*r->origin != '\0' && !is_our_origin(r) && !is_same_origin(r))
		return fail(c, ERR_FORBIDDEN, NULL,
		    "This request comes from another site. Signalbox is at %s", c->config->url);
	if (by_cookie(r) && !is_form && (!said || r->route->why == NULL))
		return fail(c, ERR_FORBIDDEN, NULL, "This takes a token, not a browser session.");
	return OK;
}

enum err guard_csrf(struct req *r)
{
	const char *sent = "";

	if (r->method == GET || !by_cookie(r) || r->route->why != NULL)
		return OK;
	if (form_text(r, "csrf", &sent) != OK || *sent == '\0' || !crypt_equal(sent, r->csrf))
		return fail(r->ctx, ERR_FORBIDDEN, "csrf",
		    "This form is not of your present session. Load the page again.");
	return OK;
}
