#ifndef TESTS_MODEL_GIVEN_RUN_H
#define TESTS_MODEL_GIVEN_RUN_H

/* What tests of runs begin with: a job, requests, and an engine that says things. */

#include "model/given.h"
#include "model/run.h"
#include "model/run_hear.h"
#include "model/run_work.h"

#define NS_PER_MS INT64_C(1000000)
/* A moment in the middle of a second: 2026-11-21T12:00:00.500Z. */
#define T0 (INT64_C(1795262400500) * NS_PER_MS)

GIVEN void given_scheduled(
    struct ctx *c, const char *name, const char *schedule, const char *parent)
{
	struct job job = { 0 };
	const char *spec = arena_printf(c->arena,
	    "{\"schedule\":\"%s\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}"
	    ",\"parent_job\":\"%s\"}",
	    schedule, parent);

	act_as_cli(c);
	if (job_add(c, name, "crew", json_of(c, spec), NULL, &job) != OK)
		FAIL("%s: %s", name, ctx_fault(c));
}

GIVEN int64_t given_request(struct ctx *c, const char *job)
{
	struct run run = { 0 };

	act_as_cli(c);
	if (run_request(c, job, "manual", &run) != OK)
		FAIL("%s: %s", job, ctx_fault(c));
	return run.id;
}

/* Handed over at that moment. */
GIVEN int64_t given_dispatched(struct ctx *c, const char *job, int64_t at_ns)
{
	int64_t id = given_request(c, job);

	IS(db_script(
	       c, arena_printf(c->arena, "UPDATE run SET dispatched_at = at(%lld) WHERE id = %lld",
		      (long long)(at_ns / 1000), (long long)id)),
	    OK);
	return id;
}

/* The engine says of one execution on node n1 that it began, and, when end_ns is not 0, how it
 * ended. */
GIVEN void heard_one(
    struct ctx *c, const char *job, int64_t group_ns, int64_t start_ns, int64_t end_ns, bool ok)
{
	struct heard_execution e = { .node = "n1",
		.start_ns = start_ns,
		.end_ns = end_ns,
		.ended = end_ns != 0,
		.ok = ok,
		.settled = end_ns != 0,
		.live = end_ns == 0,
		.code = -1 };
	bool known = false;

	e.id = arena_printf(c->arena, "%lld-n1", (long long)start_ns);
	IS(run_hear(c,
	       &(struct heard){ .job = job, .group_ns = group_ns, .executions = &e, .n = 1 },
	       &known),
	    OK);
	YES(known);
}

GIVEN struct run run_now(struct ctx *c, int64_t id)
{
	struct run run = { .state = "?", .trigger = "?" };

	act_as_cli(c);
	if (run_get(c, id, &run) != OK)
		FAIL("run %lld: %s", (long long)id, ctx_fault(c));
	return run;
}

#endif
