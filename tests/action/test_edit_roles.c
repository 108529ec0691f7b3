/* Changing what somebody is in a team. */

#include "action/given_person.h"

#define ROLE(account, role) "{\"team\":\"crew\",\"account\":\"" account "\",\"role\":\"" role "\"}"

static void given_people(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_member(c, "crew", "eddie", ROLE_EDITOR);
	given_member(c, "crew", "mona", ROLE_MANAGER);
	given_account(c, "root2", true);
	act_as_cli(c);
	IS(team_member(c, "crew", "root2", ROLE_VIEWER), OK);
}

SITE_TEST(a_role_is_changed_by_who_may)
{
	static const struct {
		const char *fields;
		bool valid;
		const char *note;
	} cases[] = {
		{ ROLE("eddie", "viewer"), true, "eddie in crew: editor becomes viewer." },
		{ ROLE("eddie", "viewer"), true, "eddie is that already: there is nothing to do." },
		{ ROLE("eddie", "manager"), true, "eddie in crew: viewer becomes manager." },
		{ ROLE("eddie", "none"), true, "eddie in crew: manager becomes none." },
		{ ROLE("kwame", "operator"), true, "kwame in crew: none becomes operator." },
		{ ROLE("mona", "editor"), true, "mona in crew: manager becomes editor." },
		{ ROLE("root2", "manager"), false, "marta may not change what root2 is in crew." },
		{ ROLE("marta", "editor"), false,
		    "Another manager of crew, or an admin, can take your role away." },
		{ ROLE("nobody", "editor"), false, "There is no account nobody." },
	};

	given_people(c);
	act_as(c, "marta");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct task t = asked(c, "edit-roles", cases[i].fields);
		SAME(t.state, cases[i].valid ? "completed" : "requested");
		IS(t.valid, cases[i].valid);
		if (!noted(c, t.id, cases[i].note))
			FAIL("%s: not noted: %s", cases[i].fields, cases[i].note);
	}
	YES(in_team(c, "crew", "kwame", ROLE_OPERATOR));
	YES(in_team(c, "crew", "mona", ROLE_EDITOR));
	YES(in_team(c, "crew", "root2", ROLE_VIEWER));
	YES(in_team(c, "crew", "marta", ROLE_MANAGER));
	YES(holds(
	    c, "(SELECT count(*) FROM audit WHERE verb = 'team_member' AND actor = 'marta') = 5"));
}

SITE_TEST(a_role_is_no_admin_and_is_asked_for_by_managers)
{
	struct task t;

	given_people(c);
	act_as(c, "marta");
	IS(try_task(c, "edit-roles", ROLE("eddie", "admin"), &t), ERR_INVALID);
	SAME(c->fault.field, "role");
	act_as(c, "eddie");
	IS(try_task(c, "edit-roles", ROLE("eddie", "manager"), &t), ERR_FORBIDDEN);
	act_as(c, "kwame");
	IS(try_task(c, "edit-roles", ROLE("kwame", "viewer"), &t), ERR_INVALID);
	SAME(c->fault.field, "team");
}

/* The right is looked at when it is done, not when it was asked for. */
SITE_TEST(who_is_no_manager_any_more_changes_no_role)
{
	struct task t;

	given_people(c);
	act_as(c, "marta");
	t = given_task(c, "edit-roles", ROLE("eddie", "viewer"));
	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_EDITOR), OK);
	work_on(c);
	t = task_now(c, t.id);
	YES(!t.valid);
	YES(in_team(c, "crew", "eddie", ROLE_EDITOR));
}

SITE_TEST(admins_change_the_roles_of_admins)
{
	given_people(c);
	given_account(c, "root3", true);
	act_as(c, "root3");
	struct task t = asked(c, "edit-roles", ROLE("root2", "manager"));
	SAME(t.state, "completed");
	YES(in_team(c, "crew", "root2", ROLE_MANAGER));
}
