#ifndef TESTS_ACTION_GIVEN_APPROVAL_H
#define TESTS_ACTION_GIVEN_APPROVAL_H

/* What tests of approvals begin with: a team that demands them, and its people. */

#include "action/change.h"
#include "action/given_task.h"
#include "model/approval.h"
#include "model/task_change.h"

GIVEN void demand(struct ctx *c, const char *team, int approvals)
{
	IS(db_script(c, arena_printf(c->arena, "UPDATE team SET approvals = %d WHERE name = '%s'",
			    approvals, team)),
	    OK);
}

/* `crew` demands one approval: `eddie` changes jobs, `marta` and `mo` manage. `backup` is a job of
 * its version 1. */
GIVEN void given_guarded_crew(struct ctx *c)
{
	given_team(c, "crew");
	given_member(c, "crew", "eddie", ROLE_EDITOR);
	given_member(c, "crew", "marta", ROLE_MANAGER);
	given_member(c, "crew", "mo", ROLE_MANAGER);
	act_as(c, "eddie");
	given_job(c, "crew", "backup");
	demand(c, "crew", 1);
}

/* `who` says yes to what is there to see. */
GIVEN enum err say_yes(struct ctx *c, const char *who, const char *id)
{
	struct task t;

	act_as(c, who);
	TRY(task_get(c, id, &t));
	return task_approve(c, id, t.hash.text != NULL ? t.hash.text : "", "", &t);
}

#endif
