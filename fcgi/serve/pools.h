#ifndef SERVE_POOLS_H
#define SERVE_POOLS_H

/*
 * pools: what `signalbox serve` can serve. A pool is one site behind one socket, with a role of its
 * own in the database, so that a hole in one cannot use the rights of another.
 */

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"
#include "http/http.h"

struct pool {
	const char *name;
	const struct site *site;
	const char *role;      /* in the database */
	enum db_set set;       /* of statements */
	int answer_s;          /* a request that takes longer costs its worker */
	const char *templates; /* a folder of them, or one; "" all, NULL none */
};

extern const struct pool pools[];
extern const size_t npools;

const struct pool *pool_named(const char *name); /* NULL when there is none */

/* The largest body that any route of the pool takes. */
size_t pool_body_max(const struct pool *pool);

#endif
