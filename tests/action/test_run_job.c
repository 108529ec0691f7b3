/* run_job: an own type is no way round what a job demands before it runs. */

#include <string.h>

#include "action/given_approval.h"
#include "action/type_own.h"
#include "model/given_alert.h"

/* A type "xx" that runs `nightly`, a job of crew, for kwame, who is an operator there. */
static void given_runner(struct ctx *c, const char *approvals)
{
	struct type_found found;
	const char *secret;
	const char *definition = arena_printf(c->arena,
	    "{\"title\":\"T\",\"fields\":[{\"name\":\"team\",\"kind\":\"team\",\"required\":true}],"
	    "\"team_field\":\"team\",\"approvals\":%s,\"allow_auto_approve\":true,\"actions\":[{"
	    "\"action\":\"run_job\",\"with\":{\"job\":\"nightly\"}}]}",
	    approvals);

	given_config(c);
	act_as_cli(c);
	if (type_save(c, &(struct type_wish){ .name = "xx", .definition = json_of(c, definition) },
		&found, &secret) != OK)
		FAIL("%s: %s %s", definition, c->fault.field, ctx_fault(c));
}

static void given_nightly(struct ctx *c)
{
	given_crew_of_two(c);
	given_team(c, "vault");
	act_as_cli(c);
	given_job(c, "crew", "nightly");
	IS(team_member(c, "crew", "kwame", ROLE_OPERATOR), OK);
	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('keepers'), ('others')"), OK);
}

static void demand_of_crew(struct ctx *c, int n, const char *role, const char *group)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE team SET approvals = %d, approver_role = %s, "
			    "approver_group_id = (SELECT id FROM approver_group WHERE name = '%s') "
			    "WHERE name = 'crew'",
			    n, role, group)),
	    OK);
}

static struct task asked(struct ctx *c, const char *team)
{
	act_as(c, "kwame");
	struct task t = given_task(c, "xx", arena_printf(c->arena, "{\"team\":\"%s\"}", team));
	work_on(c);
	return task_now(c, t.id);
}

SITE_TEST(a_run_within_a_task_says_whom_the_job_wants_asked)
{
	static const struct row {
		int n;
		const char *role, *group; /* what crew demands */
		const char *approvals;    /* what the type asks */
		const char *team;         /* the task's */
		bool those;               /* those who decide are those whom crew wants */
	} rows[] = {
		{ 0, "4", "", "{\"required\":1,\"role\":\"operator\"}", "crew", true },
		{ 1, "4", "", "{\"required\":1,\"role\":\"manager\"}", "crew", true },
		{ 1, "3", "", "{\"required\":1,\"role\":\"manager\"}", "crew", true },
		{ 1, "4", "", "{\"required\":2,\"role\":\"manager\"}", "crew", true },
		{ 1, "4", "", "{\"required\":1}", "crew", true },
		{ 2, "4", "", "{\"required\":1,\"role\":\"manager\"}", "crew", false },
		{ 1, "4", "", "{\"required\":1,\"role\":\"editor\"}", "crew", false },
		{ 1, "4", "", "{\"required\":1,\"role\":\"manager\"}", "vault", false },
		{ 1, "4", "", "{\"required\":1,\"group\":\"keepers\"}", "crew", false },
		{ 1, "4", "", "{\"required\":0}", "crew", false },
		{ 1, "4", "keepers", "{\"required\":1,\"group\":\"keepers\"}", "crew", true },
		{ 1, "4", "keepers", "{\"required\":1,\"group\":\"keepers\"}", "vault", true },
		{ 1, "4", "keepers", "{\"required\":1}", "crew", true },
		{ 1, "4", "keepers", "{\"required\":1,\"group\":\"others\"}", "crew", false },
		{ 1, "4", "keepers", "{\"required\":1,\"role\":\"manager\"}", "crew", false },
		{ 2, "4", "keepers", "{\"required\":1,\"group\":\"keepers\"}", "crew", false },
	};

	given_nightly(c);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct row *r = &rows[i];
		given_runner(c, r->approvals);
		demand_of_crew(c, r->n, r->role, r->group);
		struct task t = asked(c, r->team);
		bool asks_less = holds(c,
		    "EXISTS (SELECT FROM task_note WHERE task_id = '%s' AND text LIKE '%%and this "
		    "task asks for%%')",
		    t.id);
		bool told = holds(c,
		    "EXISTS (SELECT FROM task_note WHERE task_id = '%s' AND text LIKE '%%runs "
		    "once, if "
		    "%%')",
		    t.id);
		if (r->those == (asks_less || told) || t.valid == asks_less)
			FAIL("%zu: %s, and %s or %s is wanted", i, r->approvals, r->group, r->role);
		act_as(c, "kwame");
		IS(task_cancel(c, t.id, "", &t), OK);
	}
}

SITE_TEST(a_job_that_demands_more_since_is_not_run_by_a_task_that_asked_less)
{
	given_nightly(c);
	given_runner(c, "{\"required\":1,\"role\":\"manager\"}");
	struct task t = asked(c, "crew");
	YES(t.valid);
	demand_of_crew(c, 1, "4", "keepers");
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	YES(strstr(t.failure.text, "of people who may approve it now, and has 0") != NULL);
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
}

SITE_TEST(where_a_run_must_be_approved_it_is_one_of_what_was_approved)
{
	given_nightly(c);
	given_runner(c, "{\"required\":1,\"role\":\"manager\"}");
	demand_of_crew(c, 1, "4", "");
	struct task t = asked(c, "crew");
	IS(db_script(c, "UPDATE job SET version = version + 1 WHERE name = 'nightly'"), OK);
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	YES(strstr(t.failure.text, "The job nightly changed meanwhile") != NULL);
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
}
