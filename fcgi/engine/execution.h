#ifndef ENGINE_EXECUTION_H
#define ENGINE_EXECUTION_H

/* execution: one attempt at a job, as Dkron's API shows it. Its id is "<started_at>-<node>". */

#include "core/json.h"
#include "db/db.h"
#include "schedule/zone.h"

struct engine_execution {
	const char *job;
	int64_t started_at, grp, attempt;
	int64_t finished_at; /* ns; before started_at: it runs */
	bool success, truncated;
	struct db_blob output; /* what is shown of it */
};

extern const struct db_field engine_execution_fields[];

const char *engine_execution_id(struct arena *a, int64_t started_at);

/* The start in an id; false when it is none of this node's. */
bool engine_execution_started(const char *id, int64_t *started_at);

/* Times as the clocks of `zone` show them (NULL: UTC). */
struct json *engine_execution_json(
    struct arena *a, const struct engine_execution *e, const struct zone *zone);

#endif
