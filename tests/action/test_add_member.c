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

/* Who approved it spoke for that team alone. */
SITE_TEST(access_to_a_team_is_not_access_to_another_of_its_name)
{
	struct task t;

	given_crew_of_two(c);
	act_as(c, "kwame");
	t = given_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"manager\"}");
	work_on(c);
	act_as_cli(c);
	struct team team;
	IS(team_edit(c, "crew", &(struct team_change){ .name = "sailors" }, &team), OK);
	given_team(c, "crew");
	act_as(c, "marta");
	t = task_now(c, t.id);
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	YES(holds(c,
	    "(SELECT t.name = 'sailors' FROM membership m JOIN account a ON a.id = m.account_id "
	    "JOIN team t ON t.id = m.team_id WHERE a.name = 'kwame')"));
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
