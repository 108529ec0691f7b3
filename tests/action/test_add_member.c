/* Access to a team. */

#include "action/given_person.h"

SITE_TEST(access_is_refused_where_it_cannot_be)
{
	struct task t;

	given_config(c);
	given_crew_of_two(c);
	act_as(c, "kwame");
	t = asked(c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	YES(t.valid);
	YES(noted(c, t.id, "kwame joins crew as viewer."));
	IS(try_task(c, "request-access", "{\"team\":\"none\",\"role\":\"viewer\"}", &t),
	    ERR_INVALID);
	SAME(c->fault.field, "team");
	IS(try_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"admin\"}", &t),
	    ERR_INVALID);
	SAME(c->fault.field, "role");
}

SITE_TEST(who_is_disabled_meanwhile_gets_no_access)
{
	struct task t;

	given_config(c);
	given_crew_of_two(c);
	act_as(c, "kwame");
	t = asked(c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	given_disabled(c, "kwame");
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(task_state(c, &t), "failed");
	YES(noted(c, t.id, "The account kwame is disabled."));
	YES(!in_team(c, "crew", "kwame", ROLE_VIEWER));
}
