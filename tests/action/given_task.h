#ifndef TESTS_ACTION_GIVEN_TASK_H
#define TESTS_ACTION_GIVEN_TASK_H

/* What tests of tasks begin with: people, teams, tasks, and work that goes on with them. */

#include "action/engine.h"
#include "action/given.h"
#include "model/given.h"

/* A team `crew` with a manager `marta`, and `kwame`, who is in no team. */
GIVEN void given_crew_of_two(struct ctx *c)
{
	given_team(c, "crew");
	given_member(c, "crew", "marta", ROLE_MANAGER);
	given_account(c, "kwame", false);
}

/* As whoever acts; fails the test when it is refused. `fields` is JSON. */
GIVEN struct task given_task(struct ctx *c, const char *type, const char *fields)
{
	struct ask ask = { .type = type, .fields = json_of(c, fields), .reason = "because" };
	struct task t = { 0 };

	if (task_ask(c, &ask, &t) != OK)
		FAIL("%s: %s", type, ctx_fault(c));
	return t;
}

/* Work goes on until nothing is due; how many steps it took. */
GIVEN int work_on(struct ctx *c)
{
	bool did = true;
	int steps = 0;

	for (; did && steps < 100; steps++)
		IS(engine_step(c, &did), OK);
	return steps - 1;
}

/* As whoever acts sees it. */
GIVEN struct task task_now(struct ctx *c, const char *id)
{
	struct task t = { 0 };

	IS(task_get(c, id, &t), OK);
	return t;
}

#endif
