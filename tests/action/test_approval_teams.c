/* Approvals where more than one team, an admin's own type or the demand itself is in play. */

#include "action/given_attack.h"
#include "action/type_own.h"
#include "model/given_alert.h"
#include "model/team_approval.h"
#include "model/unmanaged.h"

/* ---- two teams */

static void given_other_crew(struct ctx *c)
{
	given_guarded_crew(c);
	given_team(c, "others");
	given_member(c, "others", "otto", ROLE_MANAGER);
	IS(team_member(c, "others", "eddie", ROLE_EDITOR), OK);
	given_account(c, "root", true);
	demand(c, "others", 2);
}

SITE_TEST(of_a_move_between_two_teams_with_a_say_admins_decide)
{
	struct job job;

	given_other_crew(c);
	given_account(c, "ada", true);
	act_as(c, "eddie");
	const char *id = asked(c, job_edit(c,
				      &(struct job_edit){ .name = "backup",
					  .how = JOB_MERGE,
					  .team = "others",
					  .input = json_object(c->arena) },
				      &job));
	IS(now_as(c, "root", id).required, 2);
	IS(say_yes(c, "marta", id), ERR_FORBIDDEN);
	IS(say_yes(c, "otto", id), ERR_FORBIDDEN);
	IS(say_yes(c, "root", id), OK);
	IS(say_yes(c, "ada", id), OK);
	work_on(c);
	SAME(now_as(c, "root", id).state, "completed");
	IS(job_get(c, "backup", &job), OK);
	SAME(job.team, "others");
}

static const char *asked_first(struct ctx *c)
{
	struct run run;

	act_as(c, "eddie");
	return asked(c, run_request(c, "first", "manual", &run));
}

SITE_TEST(a_run_that_starts_jobs_of_others_is_theirs_to_approve)
{
	struct run run;
	struct job job;

	given_other_crew(c);
	demand(c, "crew", 0);
	act_as_cli(c);
	given_job(c, "crew", "first");
	IS(job_add(c, "second", "crew",
	       json_of(c, "{\"parent_job\":\"first\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"true\"}}"),
	       NULL, &job),
	    OK);
	IS(job_add(c, "third", "others",
	       json_of(c, "{\"parent_job\":\"second\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"true\"}}"),
	       NULL, &job),
	    OK);
	const char *id = asked_first(c);
	IS(now_as(c, "root", id).required, 2);
	IS(say_yes(c, "marta", id), ERR_FORBIDDEN);
	IS(say_yes(c, "otto", id), OK);
	IS(say_yes(c, "root", id), OK);
	work_on(c);
	SAME(now_as(c, "root", id).state, "completed");
	YES(holds(c, "(SELECT count(*) = 1 FROM run WHERE job_name = 'first')"));
	demand(c, "crew", 1); /* now both have a say */
	id = asked_first(c);
	IS(now_as(c, "root", id).required, 2);
	IS(say_yes(c, "marta", id), ERR_FORBIDDEN);
	IS(say_yes(c, "otto", id), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(job_set_disabled(c, "second", true, &job), OK); /* nothing runs behind it */
	demand(c, "crew", 0);
	act_as(c, "eddie");
	IS(run_request(c, "first", "manual", &run), OK);
}

/* ---- types of admins that run jobs */

static const char *given_running(struct ctx *c, const char *more)
{
	struct type_found found;
	const char *secret;
	struct task t;

	given_config(c);
	act_as_cli(c);
	if (type_save(c,
		&(struct type_wish){ .name = "xx",
		    .definition = json_of(
			c, arena_printf(c->arena,
			       "{\"title\":\"T\",\"fields\":[{\"name\":\"job\",\"kind\":"
			       "\"job\",\"required\":true},{\"name\":\"team\",\"kind\":"
			       "\"team\",\"required\":true}],\"team_field\":\"team\",%s}",
			       more)) },
		&found, &secret) != OK)
		FAIL("%s %s", c->fault.field, ctx_fault(c));
	act_as(c, "eddie");
	t = given_task(c, "xx", "{\"job\":\"backup\",\"team\":\"others\"}");
	work_on(c);
	return t.id;
}

#define RUNS "\"actions\":[{\"action\":\"run_job\",\"with\":{\"job\":\"{{job}}\"}}]"

SITE_TEST(approvers_of_another_team_do_not_approve_a_run_of_this_one)
{
	given_other_crew(c);
	const char *id = given_running(c, "\"approvals\":{\"role\":\"manager\"}," RUNS);
	IS(say_yes(c, "otto", id), OK);
	work_on(c);
	stopped(c, id, "needs 1 approval of people who may approve it now, and has 0");
	IS(say_yes(c, "root", id), OK);
	work_on(c);
	YES(holds(c, "(SELECT requested_by = 'eddie' FROM run WHERE job_name = 'backup')"));
}

SITE_TEST(who_made_a_request_another_one_does_not_approve_the_run)
{
	struct task t;

	given_other_crew(c);
	const char *id = given_running(c, "\"approvals\":{\"role\":\"manager\"}," RUNS);
	act_as(c, "root");
	IS(task_edit(c, id, json_of(c, "{\"job\":\"backup\",\"team\":\"crew\"}"), &t), OK);
	work_on(c);
	IS(say_yes(c, "root", id), OK);
	work_on(c);
	stopped(c, id, "needs 1 approval of people who may approve it now, and has 0");
	IS(say_yes(c, "marta", id), OK);
	work_on(c);
	YES(holds(c, "EXISTS (SELECT FROM run WHERE job_name = 'backup')"));
}

SITE_TEST(a_task_that_approves_itself_runs_no_job_that_others_must_approve)
{
	given_other_crew(c);
	const char *id = given_running(c, "\"allow_auto_approve\":true,\"approvals\":{\"required\":"
					  "1,\"role\":\"manager\"}," RUNS);
	IS(db_script(c, "UPDATE task_action SET auto_approve = true"), OK);
	IS(db_script(c, "UPDATE task SET approved = true, stage = 'approve', state = 'approved', "
			"approved_by = 'system', due_at = now()"),
	    OK);
	work_on(c);
	stopped(c, id, "needs 1 approval of people who may approve it now, and has 0");
}

/* ---- the demand itself */

static enum err set_team(struct ctx *c, const char *who, struct team_approval *wanted)
{
	act_as(c, who);
	return team_approval_set(c, "crew", wanted);
}

SITE_TEST(what_jobs_demand_is_not_made_less_by_their_team)
{
	struct team_approval said = { 0, "create edit enable delete run", ROLE_MANAGER, { NULL } };

	given_other_crew(c);
	demand(c, "crew", 0);
	struct team_approval role = said, runs = said, group = said, more = said;
	role.role = ROLE_OPERATOR;
	runs.kinds = "edit";
	group.group.text = "board";
	more.required = 1;
	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('board')"), OK);
	IS(db_script(c, "UPDATE job SET spec = spec || '{\"approvals\":2}'"), OK);
	IS(set_team(c, "marta", &role), ERR_FORBIDDEN);
	IS(set_team(c, "marta", &runs), ERR_FORBIDDEN);
	IS(set_team(c, "marta", &group), ERR_FORBIDDEN);
	IS(set_team(c, "marta", &more), OK);
	IS(set_team(c, "marta", &said), ERR_FORBIDDEN);
	IS(set_team(c, "root", &said), OK);
	IS(set_team(c, "root", &group), OK);
	IS(set_team(c, "root", &said), OK);
	IS(db_script(c, "UPDATE job SET spec = spec || '{\"approvals\":0}'"), OK);
	IS(set_team(c, "marta", &role), OK);
}

SITE_TEST(only_the_machine_itself_is_asked_by_nobody)
{
	struct job job;

	given_guarded_crew(c);
	given_account(c, "cli", true);
	act_as(c, "cli");
	IS(job_set_disabled(c, "backup", true, &job), ERR_FORBIDDEN);
	c->actor = (struct actor){ .account = "signalbox", .admin = true, .scope = SCOPE_ADMIN };
	IS(job_set_disabled(c, "backup", true, &job), ERR_FORBIDDEN);
	c->actor = (struct actor){ .admin = true, .scope = SCOPE_ADMIN };
	IS(job_set_disabled(c, "backup", true, &job), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(job_set_disabled(c, "backup", true, &job), OK);
	AUDITED("job_disable", "job:backup", 1);
}

/* ---- taking over */

SITE_TEST(what_is_taken_over_is_what_was_approved_and_else_is_asked_for_anew)
{
	struct task t;
	struct job job;

	given_guarded_crew(c);
	given_account(c, "root", true);
	IS(db_script(c, "INSERT INTO unmanaged (name, definition) VALUES ('theirs', "
			"'{\"name\":\"theirs\",\"schedule\":\"@weekly\",\"executor\":\"shell\","
			"\"executor_config\":{\"command\":\"true\"}}')"),
	    OK);
	act_as(c, "root");
	const char *id = asked(
	    c, unmanaged_adopt(c, "theirs", &(struct unmanaged_how){ .team = "crew" }, &job));
	IS(say_yes(c, "marta", id), OK);
	IS(db_script(c, "UPDATE unmanaged SET definition = definition || '{\"retries\":5}'"), OK);
	work_on(c);
	t = now_as(c, "root", id);
	SAME(t.state, "failed");
	HAS(t.failure.text, "no longer what was approved");
	IS(change_renew(c, id, &t), OK);
	work_on(c);
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	act_as(c, "root");
	IS(job_get(c, "theirs", &job), OK);
	IS(json_int(json_get(job.spec, "retries")), 5);
	AUDITED("job_adopt", "job:theirs", 1);
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
}
