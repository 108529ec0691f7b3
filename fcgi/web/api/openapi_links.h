#ifndef WEB_API_OPENAPI_LINKS_H
#define WEB_API_OPENAPI_LINKS_H

/*
 * openapi_links: what may be asked next of a thing that was answered.
 *
 * Nothing is written down twice: a thing is at home where GET of an address with one variable
 * answers one of its shape that has a field of that name; whatever answers the same shape leads to
 * the routes there, and a list leads to those of its first item.
 */

#include "core/json.h"
#include "http/doc.h"

/* The object `links` of an answer; NULL: it leads nowhere. */
struct json *openapi_links(struct arena *a, const struct route *route, const struct answer *answer);

#endif
