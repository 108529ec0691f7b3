/* Access to Dkron's own dashboard. */

#include "action/given_person.h"

SITE_TEST(admins_give_access_to_the_dashboard)
{
	struct task t, again;

	given_config(c);
	given_crew_of_two(c);
	given_account(c, "root2", true);
	act_as(c, "kwame");
	t = asked(c, "request-dashboard", "{}");
	SAME(t.stage, "wait");
	YES(t.valid);
	IS(try_task(c, "request-dashboard", "{}", &again), ERR_CONFLICT);
	IS(try_task(c, "request-dashboard", "{\"account\":\"marta\"}", &again), ERR_INVALID);
	act_as(c, "root2");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT dashboard AND NOT admin FROM account WHERE name = 'kwame')"));
	act_as(c, "kwame");
	t = asked(c, "request-dashboard", "{}");
	YES(!t.valid);
	YES(noted(c, t.id, "kwame may open the dashboard already."));
}

SITE_TEST(access_to_a_team_is_asked_for_oneself)
{
	struct task t;

	given_config(c);
	given_crew_of_two(c);
	act_as(c, "kwame");
	IS(try_task(c, "request-access",
	       "{\"team\":\"crew\",\"role\":\"viewer\",\"account\":\"marta\"}", &t),
	    ERR_INVALID);
	SAME(c->fault.field, "account");
}
