#ifndef TESTS_ACTION_GIVEN_TOLD_H
#define TESTS_ACTION_GIVEN_TOLD_H

/* People who can be reached by mail, and whom the mails of a task are for. */

#include "action/given_approval.h"
#include "action/given_token.h"
#include "action/type_own.h"

GIVEN void given_address(struct ctx *c, const char *account)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE account SET email = '%s@example.org' WHERE name = '%s'",
			    account, account)),
	    OK);
}

GIVEN void given_reachable_crew(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_member(c, "crew", "mila", ROLE_MANAGER);
	given_member(c, "crew", "olga", ROLE_OPERATOR);
	given_member(c, "crew", "nora", ROLE_MANAGER); /* without an address */
	given_account(c, "ada", true);
	given_address(c, "kwame");
	given_address(c, "marta");
	given_address(c, "mila");
	given_address(c, "olga");
	given_address(c, "ada");
}

GIVEN struct task asked_for(struct ctx *c, const char *role)
{
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access",
	    arena_printf(c->arena, "{\"team\":\"crew\",\"role\":\"%s\"}", role));
	work_on(c);
	return task_now(c, t.id);
}

/* Whom messages of that kind are for, in order. */
#define TOLD(event_, names)                                                         \
	YES(holds(c,                                                                \
	    "(SELECT coalesce(string_agg(split_part(target, '@', 1), ' ' ORDER BY " \
	    "target), '') FROM message WHERE event = '%s') = '%s'",                 \
	    event_, names))

GIVEN void forget_messages(struct ctx *c)
{
	IS(db_script(c, "DELETE FROM message"), OK);
}

#endif
