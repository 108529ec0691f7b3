/* The one way through: nothing else decides in which order a request is judged. */

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/time.h"
#include "http/inside.h"

enum { RETRY_UNAVAILABLE_S = 5, RETRY_TOO_MANY_S = 60 };

/* An answer that a public page can give without knowing who asks is given also when nobody can find
 * out. */
static enum err who(const struct site *site, struct req *r)
{
	enum err e = site->who == NULL ? OK : site->who(r);

	if (e == OK || r->route->access != ACCESS_PUBLIC)
		return e;
	log_event(r->ctx, LOG_WARN, "who_unknown", LOG_TEXT("detail", r->ctx->fault.detail));
	r->ctx->actor = (struct actor){ .account = "", .address = r->address };
	r->csrf = "";
	return OK;
}

/* A site may say "no such page" otherwise to somebody it knows than to a stranger. */
static enum err no_route(const struct site *site, struct req *r, enum err e)
{
	struct fault why = r->ctx->fault;

	if (site->who != NULL && site->who(r) != OK)
		log_event(
		    r->ctx, LOG_WARN, "who_unknown", LOG_TEXT("detail", r->ctx->fault.detail));
	r->ctx->fault = why;
	return e;
}

static enum err handle(const struct site *site, struct req *r, struct resp *w, int *allowed)
{
	enum err found = route_find(site, r, &r->route, allowed);

	if (found != OK)
		return no_route(site, r, found);
	TRY(who(site, r));
	TRY(guard_access(r));
	TRY(guard_origin(r));
	TRY(body_read(r));
	TRY(guard_csrf(r));
	TRY(doc_check(r));
	TRY(r->route->handler(r, w));
	return w->broken ? ERR_INTERNAL : OK;
}

static void allow(struct req *r, struct resp *w, int allowed)
{
	static const struct {
		enum method method;
		const char *name;
	} names[] = { { GET, "GET, HEAD" }, { POST, "POST" }, { PUT, "PUT" }, { PATCH, "PATCH" },
		{ DELETE, "DELETE" } };
	struct buf b;

	buf_init(&b, r->ctx->arena, 80);
	for (size_t i = 0; i < LENGTH(names); i++)
		if ((allowed & (int)names[i].method) != 0)
			buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", names[i].name);
	resp_header(r, w, "Allow", b.data);
}

static void retry_after(struct req *r, struct resp *w, int standard_s)
{
	int s = r->ctx->fault.retry_s > 0 ? r->ctx->fault.retry_s : standard_s;

	resp_header(r, w, "Retry-After", arena_printf(r->ctx->arena, "%d", s));
}

/* What every client may rely on, however a site words its errors. */
static void error_headers(struct req *r, enum err e, struct resp *w)
{
	if (e == ERR_UNAVAILABLE && resp_find(w, "Retry-After") == NULL)
		retry_after(r, w, RETRY_UNAVAILABLE_S);
	if (e == ERR_TOO_MANY && resp_find(w, "Retry-After") == NULL)
		retry_after(r, w, RETRY_TOO_MANY_S);
	if (w->status == 401 && strcmp(w->type, "application/json") == 0)
		resp_header(r, w, "WWW-Authenticate", "Bearer");
}

/* A path that holds a secret is logged as its pattern, whatever else is wrong with the request. */
static const char *logged_path(const struct site *site, const struct req *r)
{
	for (size_t i = 0; i < site->nroutes; i++) {
		const char *pattern = site->routes[i].pattern, *hole = strstr(pattern, "{token}");
		if (hole != NULL && strncmp(r->path, pattern, (size_t)(hole - pattern)) == 0)
			return pattern;
	}
	return r->path;
}

/* The fault of a bug is for the log; the reader gets the number under which it stands there. */
static void hide(const struct site *site, struct req *r)
{
	struct ctx *c = r->ctx;

	log_event(c, LOG_ERROR, "internal", LOG_TEXT("path", logged_path(site, r)),
	    LOG_TEXT("detail", c->fault.detail));
	fault_set(c, NULL, "Something went wrong. It is in the log under %s.", c->req_id);
}

static void clear(struct resp *w)
{
	*w = (struct resp){ .status = 200, .type = "text/html; charset=utf-8" };
}

static void finish(struct req *r, struct resp *w)
{
	if (w->body != NULL && w->len == 0)
		w->len = strlen(w->body);
	if (resp_find(w, "Cache-Control") == NULL)
		resp_header(r, w, "Cache-Control", "no-store");
}

void dispatch_error(const struct site *site, struct req *r, enum err e, struct resp *w)
{
	req_fill(r);
	if (e == ERR_INTERNAL)
		hide(site, r);
	clear(w);
	if (site->refuse != NULL)
		site->refuse(r, e, w);
	else
		json_fault(r, e, w);
	if (w->broken) {
		clear(w);
		json_fault(r, ERR_INTERNAL, w);
	}
	error_headers(r, e, w);
	finish(r, w);
}

static void log_request(
    const struct site *site, const struct req *r, const struct resp *w, int64_t begin_us)
{
	static const char *const names[] = { [GET] = "GET",
		[POST] = "POST",
		[PUT] = "PUT",
		[PATCH] = "PATCH",
		[DELETE] = "DELETE" };
	const char *method = r->head                             ? "HEAD"
			     : (size_t)r->method < LENGTH(names) ? names[r->method]
								 : "other";

	log_event(r->ctx, LOG_INFO, "request", LOG_TEXT("method", method),
	    LOG_TEXT("path", logged_path(site, r)), LOG_INT("status", w->status),
	    LOG_INT("took_us", time_monotonic_us() - begin_us), LOG_INT("bytes", (int64_t)w->len),
	    LOG_TEXT("account", r->ctx->actor.account));
}

void dispatch(const struct site *site, struct req *r, struct resp *w)
{
	int64_t begin_us = time_monotonic_us();
	int allowed = 0;

	req_fill(r);
	r->route = NULL;
	clear(w);
	enum err e = handle(site, r, w, &allowed);
	if (e == OK)
		finish(r, w);
	else
		dispatch_error(site, r, e, w);
	if (e == ERR_METHOD && resp_find(w, "Allow") == NULL)
		allow(r, w, allowed);
	log_request(site, r, w, begin_us);
}
