#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

/* inside: what the files of http share; for them alone. */

#include "http/doc.h"
#include "http/http.h"

/* The first row that fits path and method, with r->vars filled. ERR_NOT_FOUND; ERR_METHOD with the
 * methods that would fit in *allowed. */
MUST_USE enum err route_find(
    const struct site *site, struct req *r, const struct route **out, int *allowed);

/* May this actor use this route at all. ERR_UNAUTHENTICATED, ERR_FORBIDDEN. */
MUST_USE enum err guard_access(struct req *r);
/* Does the request come from our own pages, as far as its headers tell. ERR_FORBIDDEN. */
MUST_USE enum err guard_origin(struct req *r);
/* Does its form carry the session's token. ERR_FORBIDDEN. */
MUST_USE enum err guard_csrf(struct req *r);

/* Limit, media type, decoding: r->form or r->json. */
MUST_USE enum err body_read(struct req *r);

/* As field_wrong(), for a parameter of a query, an object, a list. */
const char *param_wrong(struct ctx *c, const struct field *f, const char *value);
const char *shape_wrong(struct ctx *c, const struct shape *shape, const struct json *v);
const char *list_wrong(struct ctx *c, const struct field *f, const struct json *v);

/* Sets members that are still NULL to "". */
void req_fill(struct req *r);

#endif
