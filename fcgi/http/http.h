#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

/*
 * http: requests, responses and the routing table, with no idea of FastCGI.
 *
 * A handler reads the request, calls the model, fills the response and returns.
 * It never writes headers for an error: it returns the error, and dispatch()
 * answers for it, as JSON or as a page, whichever the site speaks. Nothing is
 * sent until the handler has returned.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/json.h"

#define KIB (size_t)1024
#define MIB ((size_t)1024 * 1024)

/* Bits, so that a 405 can say which ones are allowed. HEAD is answered wherever GET is. */
enum method { GET = 1, POST = 2, PUT = 4, PATCH = 8, DELETE = 16, METHOD_OTHER = 32 };

/* Zero is nobody, so a route that forgets to say is closed. Rights in a team are the model's
 * business. */
enum access {
	ACCESS_NOBODY = 0,
	ACCESS_PUBLIC,  /* no account needed; the row must say why */
	ACCESS_ACCOUNT, /* any signed-in account */
	ACCESS_ADMIN,
};

enum body_kind {
	BODY_NONE = 0,   /* a body is refused, but for the form of a button: the field csrf and
			    nothing else */
	BODY_FORM,       /* application/x-www-form-urlencoded; into r->form */
	BODY_JSON,       /* into r->json; an empty body is ERR_MALFORMED */
	BODY_JSON_MAYBE, /* as BODY_JSON, but may be empty: then r->json is NULL */
	BODY_RAW,        /* into r->body as it is, whatever Content-Type says */
};

struct pair {
	const char *name, *value;
};

enum { REQ_VARS = 4, REQ_PAIRS = 512 };

/* What arrived. Everything is owned by ctx->arena; text members are never NULL ("" = not sent). */
struct req {
	struct ctx *ctx;
	enum method method;
	bool head;                  /* the method was HEAD: method says GET */
	const char *target;         /* as sent: path and query */
	const char *path;           /* decoded, canonical, starts with a slash */
	struct pair vars[REQ_VARS]; /* from the route's pattern */
	struct pair query[REQ_PAIRS];
	size_t nquery;
	struct pair form[REQ_PAIRS]; /* decoded body fields */
	size_t nform;
	struct json *json;
	const char *body; /* raw bytes */
	size_t body_len;
	const char *cookie, *authorization, *content_type, *if_match, *if_none_match, *origin,
	    *fetch_site, *host, *user_agent, *address, *accept;
	const char *csrf; /* the token this session's forms must carry; "" without a session */
	const struct route *route; /* set by dispatch() */
};

enum { RESP_HEADERS = 16 };

struct resp {
	int status;
	const char *type;
	const char *body; /* arena-owned */
	size_t len;       /* 0 with a body: strlen(body) */
	struct pair headers[RESP_HEADERS];
	size_t nheaders;
	bool broken; /* a header was refused: dispatch() answers 500 instead */
};

struct route {
	enum method method;
	const char *pattern; /* {x} takes one segment, a star at the end anything: "/jobs/{name}" */
	enum err (*handler)(struct req *, struct resp *);
	enum access access;
	enum scope scope; /* least scope that a token needs; 0 = a token cannot come here */
	enum body_kind body;
	size_t limit; /* of the body, bytes */
	const char *
	    why; /* a public route that changes something, or a form without CSRF token, says why */
	const struct route_doc *doc; /* http/doc.h; NULL: a page */
};

/* What a pool serves, and how it speaks. */
struct site {
	const char *name;
	const struct route *routes;
	size_t nroutes;
	/* Finds out who asks: fills ctx->actor and r->csrf. OK with account_id 0 = nobody. NULL:
	 * nobody ever. */
	enum err (*who)(struct req *);
	/* Turns an error (and ctx->fault) into the answer; NULL: json_fault(). */
	void (*refuse)(struct req *, enum err, struct resp *);
};

/*
 * Answers one request: route (404; 405 with Allow), who, access (401, 403), origin and CSRF for
 * anything but GET with a cookie session, body limit, decode, documentation (query, body), handler,
 * answer, one log line.
 *
 * The first row in the table that fits the path says which address is meant, so a literal stands
 * above {x}; of the rows of that address the first that fits the method wins.
 *
 * Cross-site requests. A request that changes something and comes with a browser session (and any
 * form to a public route) is refused when Sec-Fetch-Site or Origin says that it is not ours; ours
 * is the configured address, and whatever name the browser calls us by when it vouches for that. A
 * browser session must also send the form field `csrf`, so it can send forms only; a route that
 * says `why` is spared that, but when its body is not a form the browser must have said by header
 * where it comes from.
 *
 * Answers carry Cache-Control: no-store unless the handler set one; Retry-After with 429 and 503;
 * Allow with 405; WWW-Authenticate with a JSON 401. The detail of an ERR_INTERNAL goes to the log
 * only.
 */
void dispatch(const struct site *site, struct req *r, struct resp *w);
/* Answers for an error found before dispatch(), such as an unreadable target, in the site's own
 * way. */
void dispatch_error(const struct site *site, struct req *r, enum err e, struct resp *w);
/* ERR_UNAUTHENTICATED, with what to do about it. */
MUST_USE enum err guard_stranger(struct req *r);
/* NULL, or what is wrong with a row of a routing table: closed to all, a body without limit, ... */
const char *route_wrong(const struct route *route);

/* ---- making a request: one place for serve/, tests and fuzzers ---- */

/*
 * Splits and decodes a request target: r->path, r->query. Decoded once; what is not the one
 * spelling of its path is ERR_MALFORMED: dot segments, a double slash, escapes of / \ % or of what
 * needs none, control characters, bad UTF-8, a byte that must be escaped. So are more than
 * REQ_PAIRS parameters.
 */
MUST_USE enum err req_target(struct req *r, const char *target);
/* a=b&c=d into pairs; `where` names the thing in the fault ("query", "form"). Bytes must be UTF-8
 * without NUL: ERR_MALFORMED names the parameter. */
MUST_USE enum err req_pairs(
    struct req *r, const char *text, size_t len, const char *where, struct pair *pairs, size_t *n);
/* As req_pairs() for one value that may hold any byte: out/tail of the hook. *out NUL-terminated,
 * length in *len. */
MUST_USE enum err req_decode(
    struct ctx *c, const char *text, size_t len, char **out, size_t *out_len);
void req_init(struct req *r, struct ctx *c); /* an empty request: all texts "" */
enum method req_method(const char *name);
/* The value of one cookie, or NULL. Two of one name: NULL (somebody is playing). */
const char *req_cookie(struct req *r, const char *name);
/* The token of "Authorization: Bearer <token>", or NULL. */
const char *req_bearer(struct req *r);

/* ---- reading it in handlers ---- */

const char *req_var(
    const struct req *r, const char *name); /* from the pattern; asserts that it exists */
MUST_USE enum err req_var_int(
    struct req *r, const char *name, int64_t *out); /* ERR_NOT_FOUND when not a positive integer */

/* Query parameters: absent leaves *out alone. ERR_INVALID: given twice, or out of range. */
MUST_USE enum err query_text(struct req *r, const char *name, const char **out);
MUST_USE enum err query_int(
    struct req *r, const char *name, int64_t min, int64_t max, int64_t *out);
/* ERR_INVALID naming the first parameter that `known` (ended by NULL) does not hold. */
MUST_USE enum err query_only(struct req *r, const char *const *known);

/* Form fields. A missing or repeated one is ERR_INVALID, named after the field. */
MUST_USE enum err form_text(struct req *r, const char *name, const char **out);
MUST_USE enum err form_int(struct req *r, const char *name, int64_t min, int64_t max, int64_t *out);
/* Absent leaves *out alone; twice is ERR_INVALID. */
MUST_USE enum err form_maybe(struct req *r, const char *name, const char **out);
MUST_USE enum err form_flag(
    struct req *r, const char *name, bool *out); /* a checkbox: present = true */
/* ERR_INVALID naming the first field that `known` (ended by NULL) does not hold; "csrf" is always
 * known. */
MUST_USE enum err form_only(struct req *r, const char *const *known);

/* ---- answering ---- */

/* A byte below 0x20 or 0x7f in a value is a bug of ours: the answer becomes a 500. */
void resp_header(struct req *r, struct resp *w, const char *name, const char *value);
void resp_json(struct req *r, struct resp *w, int status, const struct json *v);
void resp_text(
    struct resp *w, int status, const char *text); /* text/plain; arena- or constant-owned */
const char *resp_find(const struct resp *w, const char *name); /* a header's value, or NULL */
/* 303 to a path built here, never to one that a client sent. */
MUST_USE enum err see_other(struct req *r, struct resp *w, const char *fmt, ...) LIKE_PRINTF(3, 4);
/* {"error":{"code","field","message"}} with status, Retry-After, WWW-Authenticate; the default
 * refuse. */
void json_fault(struct req *r, enum err e, struct resp *w);

int status_of(enum err e);           /* http/status.c: the one table */
const char *status_code(enum err e); /* "invalid", "not_found", ... */
const char *status_phrase(int status);

/* True for a path (and query) on this site that a sign-in may lead back to: starts with one slash,
 * canonical. */
bool path_is_local(const char *path);

#endif
