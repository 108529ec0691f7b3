#ifndef MODEL_RUN_HEAR_H
#define MODEL_RUN_HEAR_H

/*
 * run_hear: what the engine says about its executions becomes runs and executions.
 *
 * Webhook and harvester both end up here, in any order, any number of times, in one round trip. The
 * state of a run is a function of the facts known about its executions (run_settle in
 * sql/migrations/0003_runs.sql), so the order does not matter.
 */

#include "core/ctx.h"

/* One execution as somebody described it. */
struct heard_execution {
	const char *id, *node; /* the engine's id: "<start in ns>-<node>" */
	int64_t start_ns, end_ns;
	bool ended; /* end_ns and ok count */
	bool ok;
	bool settled;    /* no further attempt on this node will follow */
	bool live;       /* said by somebody who sees it: it is not lost */
	int64_t attempt; /* 0 = not told */
	int64_t code;    /* exit code; -1 = not told */
};

enum heard_output {
	HEARD_NO_OUTPUT,
	HEARD_CHUNK,     /* came behind all that was heard before */
	HEARD_HARVESTED, /* the whole, but read as JSON: bytes that are no UTF-8 are gone */
	HEARD_POST,  /* the whole, byte by byte, but behind the job's processors, which may replace
			it */
	HEARD_FINAL, /* the whole, byte by byte, as the job wrote it */
};

struct heard {
	const char *job; /* our name, without namespace */
	int64_t group_ns;
	const struct heard_execution *executions;
	size_t n;
	enum heard_output output; /* of executions[0] */
	const char *bytes;
	size_t len;
	bool count; /* as a webhook, for /metrics */
};

/* *known is false when the job is none of ours: then nothing was kept. */
MUST_USE enum err run_hear(struct ctx *c, const struct heard *heard, bool *known);

/* How long a request to run should wait so that it cannot be taken for a fire of the job's
 * schedule: 0 nearly always, at most 350 ms. */
int64_t run_dispatch_delay_us(
    struct ctx *c, const char *schedule, const char *timezone, const char *job, int64_t now_us);

/* "exit status 3\n..." of a failed command gives 3; -1 when the output does not say. */
int64_t run_exit_code(const char *output, size_t len);

MUST_USE enum err hook_count(struct ctx *c, const char *what); /* "unknown" or "refused" */

/* Something happened to this job: the harvester reads its history at its next turn. ERR_NOT_FOUND:
 * not ours. */
MUST_USE enum err run_harvest_soon(struct ctx *c, const char *job);

struct metric {
	const char *name, *label;
	int64_t value;
};
MUST_USE enum err run_metrics(struct ctx *c, struct metric **out, size_t *n);

#endif
