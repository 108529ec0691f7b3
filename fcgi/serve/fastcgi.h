#ifndef SERVE_FASTCGI_H
#define SERVE_FASTCGI_H

/* fastcgi: one FastCGI request into struct req, struct resp into its answer. Knows no signals, no
 * processes. */

#include <fcgiapp.h>

#include "http/http.h"

/*
 * Copies what nginx sent into the arena, because libfcgi frees it at the end of the request. Of the
 * body at most `body_max` + 1 bytes are kept, which is enough for dispatch() to refuse it, and the
 * rest is read and dropped, so that nginx can send all of it. ERR_MALFORMED: a parameter that we
 * read came twice, or the body is not as long as was said. *r is usable for an answer in any case.
 */
MUST_USE enum err fastcgi_read(FCGX_Request *fcgx, size_t body_max, struct req *r);

/* False when the client is gone. */
bool fastcgi_write(FCGX_Request *fcgx, const struct req *r, const struct resp *w);

#endif
