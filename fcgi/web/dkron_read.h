#ifndef WEB_DKRON_READ_H
#define WEB_DKRON_READ_H

/*
 * dkron_read: may this be read of Dkron's API? Asked by the auth pool, which can only say yes or
 * no, and again by the gate, which says why not.
 */

#include "http/http.h"

/* ERR_FORBIDDEN without the right dashboard. */
MUST_USE enum err dkron_may_read(struct ctx *c);

/* The query of GET /v1/jobs. ERR_INVALID: what Dkron would answer with a 500, for it cuts its list
 * unchecked. */
MUST_USE enum err dkron_check_list(struct req *r);

#endif
