#ifndef ENGINE_HANDLERS_H
#define ENGINE_HANDLERS_H

/* handlers: what engine_site's routes call; contracts are Dkron's (spec/dkron.md 5.3). */

#include "http/http.h"

/* jobs.c */
enum err engine_jobs_save(struct req *r, struct resp *w);
enum err engine_jobs_show(struct req *r, struct resp *w);
enum err engine_jobs_delete(struct req *r, struct resp *w);
enum err engine_jobs_toggle(struct req *r, struct resp *w);

/* job_list.c */
enum err engine_jobs_list(struct req *r, struct resp *w);

/* job_run.c */

/*
 * Answers when the run has ended, as Dkron does, or after five seconds: a worker is no place to
 * wait for hours. At most all workers but one wait at a time, none while no clock is at work; the
 * others answer at once. The run goes on either way.
 */
enum err engine_jobs_run(struct req *r, struct resp *w);

/* executions.c */
enum err engine_executions_list(struct req *r, struct resp *w);
enum err engine_executions_show(struct req *r, struct resp *w);
enum err engine_executions_forget(struct req *r, struct resp *w);
enum err engine_busy(struct req *r, struct resp *w);

/* cluster.c */
enum err engine_index(struct req *r, struct resp *w);
enum err engine_members(struct req *r, struct resp *w);
enum err engine_leader(struct req *r, struct resp *w);
enum err engine_is_leader(struct req *r, struct resp *w);
enum err engine_health(struct req *r, struct resp *w);
enum err engine_stats(struct req *r, struct resp *w);
enum err engine_pause_show(struct req *r, struct resp *w);
enum err engine_pause(struct req *r, struct resp *w);
enum err engine_unpause(struct req *r, struct resp *w);

/* Shared by the two that start runs: asks the clock for a run of job `name`. *waits: may a worker
 * wait for its end? */
MUST_USE enum err engine_run_ask(
    struct ctx *c, const char *name, int64_t waiters, int64_t *run, bool *waits);

/* True while new definitions are refused. */
MUST_USE enum err engine_is_paused(struct ctx *c, bool *paused);

#endif
