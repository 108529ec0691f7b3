#ifndef MODEL_DRIFT_H
#define MODEL_DRIFT_H

/*
 * drift: the engine's copy of a job of ours is not what we wrote, because somebody changed it
 * there.
 *
 * The full comparison finds it and stores what the engine has, so that pages need not ask. It stays
 * open until a person or the policy settles it: adopt takes the engine's values into a new
 * revision, revert writes ours again. A save of ours settles it too: ours is written.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/outbox_work.h"

struct drift {
	int64_t version;             /* of ours, that it differs from */
	struct db_maybe engine_text; /* JSON, the engine's fields; not set: it is gone there */
	struct json *engine;         /* the same, parsed */
	const char *fields;          /* "schedule, disabled" */
	struct db_maybe refused;     /* why the policy could not adopt it */
	int64_t found_us;
	struct spec_change *changes; /* before: what the engine has; after: ours */
	size_t nchanges;
};

/* ERR_NOT_FOUND: none is open. The job comes from job_get(): who sees it sees its drift. */
MUST_USE enum err drift_get(struct ctx *c, const struct job *job, struct drift *out);
/* The same as the API shows it; null when none is open. */
MUST_USE enum err drift_json(struct ctx *c, const struct job *job, struct json **out);

/* Both need an editor. ERR_CONFLICT: nothing is open, or it is gone and cannot be adopted. adopt:
 * ERR_INVALID names a field that our rules refuse. `version` as in job_edit; `reason` as in an
 * edit, NULL or "": the fields. */
MUST_USE enum err drift_adopt(
    struct ctx *c, const char *name, int64_t version, const char *reason, struct job *out);
MUST_USE enum err drift_revert(struct ctx *c, const char *name, int64_t version, struct job *out);

/* ---- for work ---- */

enum drift_end { DRIFT_SAME, DRIFT_SHOWN, DRIFT_REVERTED, DRIFT_ADOPTED };

/* What the comparison found of a settled job; `engine` NULL: it is gone. Does what the job's policy
 * says, DRIFT_SAME when that was known already. Gone jobs are never adopted: that would delete them
 * here. */
MUST_USE enum err drift_found(struct ctx *c, const struct outbox_job *job, const struct json *spec,
    const struct json *engine, enum drift_end *end);
/* It is as it should be again, by somebody's hand on the engine. */
MUST_USE enum err drift_over(struct ctx *c, const struct outbox_job *job);
/* A write of ours goes over a change that nobody had seen yet: into the audit. */
MUST_USE enum err drift_overwritten(
    struct ctx *c, const struct outbox_item *item, const struct json *engine_job);

struct drift_line {
	const char *name, *fields;
	bool gone;
	struct db_maybe refused;
	int64_t found_us;
};
MUST_USE enum err drift_list(struct ctx *c, size_t max, struct drift_line **out, size_t *n);

#endif
