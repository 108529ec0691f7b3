#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

/* job: a definition as the embedded engine stores it and as Dkron's API shows it. */

#include "core/json.h"
#include "db/db.h"

struct engine_job {
	const char *name, *displayname, *timezone, *schedule, *owner, *owner_email;
	int64_t success_count, error_count;
	struct db_maybe_int64 last_success, last_error; /* ns */
	bool disabled;
	struct db_maybe tags, metadata; /* JSON; without text when they were not given */
	int64_t retries;
	struct db_maybe dependent_jobs, parent_job, processors;
	const char *concurrency, *executor;
	struct db_maybe executor_config;
	const char *status;
	bool ephemeral;
	struct db_maybe_int64 starts_at, expires_at; /* us */
	bool here;                                   /* its tags fit this node */
	int64_t added_at;                            /* us; "@every" counts from here */
	int64_t next_at; /* ns, 0 = never; not stored: engine_job_plan() */
};

extern const struct db_field engine_job_fields[];

MUST_USE enum err engine_job_get(
    struct ctx *c, const char *name, struct engine_job *out); /* ERR_NOT_FOUND */

/* Is a clock at work? *since_us: when it began, from which "@every" counts anew. */
MUST_USE enum err engine_clock(struct ctx *c, bool *works, int64_t *since_us);

/*
 * Fills next_at. Unlike Dkron's, which it computes without the job's zone and keeps, this is the
 * moment at which the clock will start it.
 */
void engine_job_plan(struct ctx *c, struct engine_job *job, int64_t since_us);

/* The definition, with what engine_job_plan() found, as the API shows it. */
MUST_USE enum err engine_job_json(struct ctx *c, const struct engine_job *job, struct json **out);

#endif
