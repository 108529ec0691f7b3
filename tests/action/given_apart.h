#ifndef TESTS_ACTION_GIVEN_APART_H
#define TESTS_ACTION_GIVEN_APART_H

/* The team crew with its managers marta and mila, and kwame, where several processes see them. */

#include "action/given.h"
#include "action/given_token.h"
#include "lib/apart.h"

#define IT "{\"team\":\"crew\",\"what\":\"it\"}"

GIVEN void given_crew_apart(struct ctx *c)
{
	test_parts_begin(c);
	given_crew_of_two(c);
	given_member(c, "crew", "mila", ROLE_MANAGER);
}

GIVEN void crew_leaves(struct ctx *c)
{
	IS(db_script(c,
	       "DROP TABLE IF EXISTS test_effect; TRUNCATE task CASCADE; DELETE FROM task_type; "
	       "DELETE "
	       "FROM membership; "
	       "DELETE FROM team WHERE name = 'crew'; DELETE FROM account WHERE name IN ('kwame', "
	       "'marta', 'mila')"),
	    OK);
}

GIVEN struct task given_asked_apart(struct ctx *c, const char *type)
{
	IS(db_script(c, "TRUNCATE task CASCADE; TRUNCATE test_effect"), OK);
	act_as(c, "kwame");
	return given_task(c, type, IT);
}

GIVEN struct task given_prepared_apart(struct ctx *c, const char *type)
{
	struct task t = given_asked_apart(c, type);

	work_on(c);
	return task_now(c, t.id);
}

#endif
