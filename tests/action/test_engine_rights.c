/* What the engine does, it does in `work`, which may do less than whoever owns the tables. */

#include "action/given_told.h"

static void as_work(struct ctx *c)
{
	IS(db_script(c, "SET LOCAL ROLE signalbox_work"), OK);
	work_on(c);
	IS(db_script(c, "RESET ROLE"), OK);
}

SITE_TEST(work_has_the_rights_to_take_a_task_through_all_its_stages)
{
	static const char *const asked[] = {
		"{\"team\":\"crew\",\"email\":\"ines@example.org\",\"role\":\"viewer\"}",
		"{\"team\":\"crew\",\"role\":\"viewer\"}"
	};

	given_reachable_crew(c);
	act_as(c, "marta");
	struct task auto_approved = given_task(c, "invite", asked[0]);
	act_as(c, "kwame");
	struct task decided = given_task(c, "request-access", asked[1]);
	as_work(c);
	SAME(task_now(c, decided.id).state, "requested");
	act_as(c, "marta");
	SAME(task_now(c, auto_approved.id).state, "awaiting_token");
	IS(say_yes(c, "marta", decided.id), OK);
	as_work(c);
	SAME(task_now(c, decided.id).state, "completed");
	YES(holds(c, "NOT EXISTS (SELECT FROM notification WHERE error)"));
	YES(holds(c, "NOT has_table_privilege('signalbox_work', 'task_approval', 'UPDATE')"));
}
