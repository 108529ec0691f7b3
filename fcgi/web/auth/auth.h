#ifndef WEB_AUTH_AUTH_H
#define WEB_AUTH_AUTH_H

/*
 * auth: may this request pass? nginx asks before each request to Dkron's dashboard and API.
 *
 * nginx sends the client's method and raw target with /auth in front, so the route table here is
 * the allow-list: what is not in it is refused, and dispatch() refuses every path that is not
 * canonical. Answers are 204, 401, 403 or 503, nothing else: nginx makes 500 of any other.
 */

#include "http/http.h"

extern const struct site auth_site;

#endif
