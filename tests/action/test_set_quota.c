/* The quota of a team. */

#include "action/given_person.h"
#include "model/quota.h"

#define SIZE(size)   "{\"team\":\"crew\",\"size\":\"" size "\"}"
#define CUSTOM(rest) "{\"team\":\"crew\",\"size\":\"custom\"" rest "}"

static void given_quota(struct ctx *c, const char *size)
{
	struct quota q = quota_of_size(size);

	act_as_cli(c);
	IS(quota_set(c, "crew", &q), OK);
}

/* What a manager asks for when the team has `now`, and whether anybody is asked. */
SITE_TEST(a_quota_is_given_by_its_rules)
{
	static const struct {
		const char *now; /* NULL: no bounds */
		bool lately;     /* another request was granted 29 days ago, else 31 */
		const char *asked, *state;
		bool valid;
	} cases[] = {
		{ NULL, false, SIZE("large"), "completed", true },
		{ "small", false, SIZE("medium"), "completed", true },
		{ "medium", false, SIZE("large"), "completed", true },
		{ "small", true, SIZE("medium"), "requested", true },
		{ "large", true, SIZE("small"), "completed", true },
		{ "medium", true, SIZE("medium"), "completed", true },
		{ "small", false, SIZE("large"), "requested", true },
		{ "small", false, CUSTOM(",\"max_jobs\":1"), "requested", true },
		{ NULL, false, CUSTOM(",\"max_running\":1"), "requested", true },
		{ "small", false, CUSTOM(""), "requested", false },
		{ "small", false, "{\"team\":\"crew\",\"size\":\"medium\",\"max_jobs\":5}",
		    "requested", false },
	};

	given_config(c);
	given_crew_of_two(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		act_as_cli(c);
		IS(db_script(c, "DELETE FROM task"), OK);
		given_quota(c, cases[i].now);
		act_as(c, "marta");
		IS(db_script(c,
		       arena_printf(c->arena,
			   "INSERT INTO task (type, requester, req_id, team_id, data, data_hash, "
			   "state, stage, completed, completed_at, expires_at, due_at) SELECT "
			   "'quota', 'x', 'x', id, '{}', 'x', 'completed', 'end', true, now() - "
			   "interval '%d days', now(), NULL FROM team WHERE name = 'crew'",
			   cases[i].lately ? 29 : 31)),
		    OK);
		struct task t = asked(c, "quota", cases[i].asked);
		if (strcmp(t.state, cases[i].state) != 0 || t.valid != cases[i].valid)
			FAIL("%zu %s: %s, valid %d", i, cases[i].asked, t.state, t.valid);
	}
}

SITE_TEST(a_quota_below_what_is_used_is_refused)
{
	given_config(c);
	given_crew_of_two(c);
	act_as(c, "marta");
	given_job(c, "crew", "one");
	given_job(c, "crew", "two");
	struct task t = asked(c, "quota", CUSTOM(",\"max_jobs\":1"));
	YES(!t.valid);
	YES(noted(c, t.id, "There are 2 jobs, more than 1."));
	t = asked(c, "quota", CUSTOM(",\"min_interval_s\":3601"));
	YES(!t.valid);
	YES(noted(c, t.id, "The job one fires again after 3600 s, sooner than 3601 s."));
	t = asked(c, "quota", CUSTOM(",\"min_interval_s\":3600"));
	YES(t.valid);
}

SITE_TEST(admins_decide_on_a_quota_of_ones_own)
{
	given_config(c);
	given_crew_of_two(c);
	given_account(c, "root2", true);
	given_quota(c, "small");
	act_as(c, "marta");
	struct task t = asked(c, "quota", CUSTOM(",\"max_jobs\":21,\"max_running\":4"));
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_FORBIDDEN);
	act_as(c, "root2");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT quota = 'custom' AND max_jobs = 21 AND min_interval_s IS NULL AND "
		     "max_running = 4 FROM team WHERE name = 'crew')"));
	AUDITED("team_quota", "team:crew", 2);
	act_as(c, "kwame");
	IS(try_task(c, "quota", SIZE("small"), &t), ERR_INVALID);
}
