#ifndef TESTS_WEB_GIVEN_REQUEST_H
#define TESTS_WEB_GIVEN_REQUEST_H

/* What tests of a task's pages begin with: nora asks for a role in ops; maria manages it. */

#include "action/given_task.h"
#include "web/given_admin.h"

#define ACCESS "{\"team\":\"ops\",\"role\":\"operator\"}"

GIVEN struct task given_request(struct ctx *c)
{
	given_people(c);
	given_member(c, "ops", "maria", ROLE_MANAGER);
	act_as(c, "nora");
	struct task t = given_task(c, "request-access", ACCESS);
	work_on(c);
	return task_now(c, t.id);
}

GIVEN const char *of_task(struct ctx *c, const struct task *t, const char *more)
{
	return arena_printf(c->arena, "/tasks/%s%s", t->id, more);
}

#endif
