#ifndef TESTS_ACTION_GIVEN_ATTACK_H
#define TESTS_ACTION_GIVEN_ATTACK_H

/* What tests begin with that try to get round an approval: requests of eddie's about `backup`. */

#include "action/given_approval.h"
#include "lib/check.h"
#include "model/run.h"

/* What came of it is asked for, and prepared; its id. */
GIVEN const char *asked(struct ctx *c, enum err e)
{
	struct task t = { .id = "" };

	if (change_ask(c, e, "because", &t) != OK)
		FAIL("not asked for: %d %s", e, ctx_fault(c));
	work_on(c);
	return t.id;
}

GIVEN const char *asked_edit(struct ctx *c, const char *patch)
{
	struct job_edit edit = { .name = "backup", .how = JOB_MERGE, .input = json_of(c, patch) };
	struct job job;

	act_as(c, "eddie");
	return asked(c, job_edit(c, &edit, &job));
}

GIVEN const char *asked_end(struct ctx *c)
{
	act_as(c, "eddie");
	return asked(c, job_delete(c, "backup", 0));
}

GIVEN const char *asked_run(struct ctx *c)
{
	struct run run;

	act_as(c, "eddie");
	return asked(c, run_request(c, "backup", "manual", &run));
}

GIVEN const char *asked_retries(struct ctx *c)
{
	return asked_edit(c, "{\"retries\":3}");
}

GIVEN struct task now_as(struct ctx *c, const char *who, const char *id)
{
	act_as(c, who);
	return task_now(c, id);
}

/* It stands still, and nothing was done. */
GIVEN void stopped(struct ctx *c, const char *id, const char *why)
{
	struct task t = now_as(c, "eddie", id);

	SAME(t.state, "failed");
	if (t.failure.text == NULL || strstr(t.failure.text, why) == NULL)
		FAIL("%s, not: %s", t.failure.text, why);
	YES(holds(c, "(SELECT version = 1 FROM job WHERE name = 'backup')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
}

#endif
