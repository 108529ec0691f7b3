/* Changes of jobs that others have to approve, verb by verb, through the API. */

#include "lib/check.h"
#include "model/bulk.h"
#include "web/given_asked.h"

SITE_TEST(a_change_waits_until_another_approved_it)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup?reason=less%20often",
	    "{\"schedule\":\"@daily\"}");
	IS(job_now(c, "backup").version, 1);
	struct task t = task_now(c, id);
	SAME(t.type, "job-change");
	SAME(t.title, "Change backup");
	SAME(t.about, "job:backup");
	SAME(t.reason, "less often");
	SAME(t.stage, "wait");
	YES(t.valid && t.decider);
	act_as(c, "eddie");
	IS(task_approve(c, id, t.hash.text, "", &t), ERR_FORBIDDEN);
	IS(say_yes(c, "marta", id), OK);
	IS(job_now(c, "backup").version, 1);
	work_on(c);
	SAME(state_of(c, id), "completed");
	struct job job = job_now(c, "backup");
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
	SAME(job.updated_by, "eddie");
	struct resp w = by(c, "eddie", GET, "/api/v1/jobs/backup/revisions", NULL);
	const struct json *newest = json_at(json_get(body_of(c, &w), "items"), 0);
	SAME(json_text(json_get(newest, "made_by")), "eddie");
	SAME(json_text(json_get(newest, "approved_by")), "marta");
	SAME(json_text(json_get(newest, "task")), id);
	SAME(json_text(json_get(newest, "reason")), "less often");
	AUDITED("job_edit", "job:backup", 1);
}

SITE_TEST(a_change_of_nothing_asks_nobody)
{
	given_guarded_crew(c);
	IS(by(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@hourly\"}").status, 200);
}

SITE_TEST(what_is_wrong_is_said_before_anybody_is_asked)
{
	given_guarded_crew(c);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	IS(by(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"soon\"}").status, 422);
	IS(by(c, "vera", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}").status, 403);
	IS(by(c, "eddie", POST, "/api/v1/jobs",
	       "{\"name\":\"backup\",\"schedule\":\"@daily\",\"executor\":\"shell\","
	       "\"executor_config\":{\"command\":\"true\"}}")
		.status,
	    409);
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
}

SITE_TEST(every_verb_waits)
{
	static const struct {
		enum method m;
		const char *target, *body, *type, *title;
	} verbs[] = {
		{ PATCH, "/api/v1/jobs/backup", "{\"retries\":3}", "job-change", "Change backup" },
		{ PATCH, "/api/v1/jobs/backup", "{\"disabled\":true}", "job-change",
		    "Change backup" },
		{ PUT, "/api/v1/jobs/backup", SHELL_OTHER, "job-change", "Change backup" },
		{ DELETE, "/api/v1/jobs/backup", NULL, "job-change", "Delete backup" },
		{ POST, "/api/v1/jobs/backup/run", NULL, "job-run", "Run backup" },
		{ POST, "/api/v1/jobs/backup/revisions/1/restore", NULL, "job-change",
		    "Restore backup" },
		{ POST, "/api/v1/jobs",
		    "{\"name\":\"other\",\"schedule\":\"@daily\",\"executor\":\"shell\","
		    "\"executor_config\":{\"command\":\"true\"}}",
		    "job-change", "Create other" },
	};

	given_guarded_crew(c);
	demand(c, "crew", 0);
	struct job job;
	act_as(c, "eddie");
	IS(job_edit(c,
	       &(struct job_edit){
		   .name = "backup", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}") },
	       &job),
	    OK);
	demand(c, "crew", 2);
	for (size_t i = 0; i < LENGTH(verbs); i++) {
		const char *id = asked(c, "eddie", verbs[i].m, verbs[i].target, verbs[i].body);
		struct task t;
		act_as(c, "marta");
		t = task_now(c, id);
		SAME(t.type, verbs[i].type);
		SAME(t.title, verbs[i].title);
		IS(t.required, 2);
		YES(t.valid);
	}
	IS(job_now(c, "backup").version, 2);
	IS(job_get(c, "other", &job), ERR_NOT_FOUND);
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
}

SITE_TEST(two_have_to_say_yes_and_each_counts_once)
{
	given_guarded_crew(c);
	demand(c, "crew", 2);
	const char *id = asked(c, "eddie", DELETE, "/api/v1/jobs/backup", NULL);
	struct job job;
	IS(say_yes(c, "marta", id), OK);
	IS(say_yes(c, "marta", id), OK);
	work_on(c);
	IS(job_get(c, "backup", &job), OK);
	IS(say_yes(c, "mo", id), OK);
	work_on(c);
	IS(job_get(c, "backup", &job), ERR_NOT_FOUND);
	SAME(state_of(c, id), "completed");
}

SITE_TEST(a_run_and_a_new_job_are_made_once_approved)
{
	given_guarded_crew(c);
	const char *run = asked(c, "eddie", POST, "/api/v1/jobs/backup/run", NULL);
	const char *made = asked(c, "eddie", POST, "/api/v1/jobs",
	    "{\"name\":\"other\",\"schedule\":\"@daily\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	IS(say_yes(c, "marta", run), OK);
	IS(say_yes(c, "mo", made), OK);
	work_on(c);
	SAME(state_of(c, run), "completed");
	SAME(state_of(c, made), "completed");
	YES(holds(c, "(SELECT requested_by FROM run WHERE job_name = 'backup') = 'eddie'"));
	SAME(job_now(c, "other").updated_by, "eddie");
}

SITE_TEST(a_job_that_changed_meanwhile_is_left_alone_until_the_request_is_renewed)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	const char *other = asked(
	    c, "marta", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}");
	act_as(c, "mo");
	struct task t = task_now(c, id);
	IS(say_yes(c, "mo", other), OK);
	IS(say_yes(c, "marta", id), OK);
	work_on(c);
	SAME(state_of(c, other), "completed");
	SAME(state_of(c, id), "failed");
	IS(job_now(c, "backup").version, 2);
	IS(json_int(json_get(job_now(c, "backup").spec, "retries")), 0);
	struct task_change *ch;
	act_as(c, "eddie");
	t = task_now(c, id);
	IS(task_change(c, &t, &ch), OK);
	YES(ch->gone != NULL && ch->renewable);
	IS(by(c, "marta", POST, arena_printf(c->arena, "/api/v1/tasks/%s/renew", id), NULL).status,
	    403);
	const char *again = asked(
	    c, "eddie", POST, arena_printf(c->arena, "/api/v1/tasks/%s/renew", id), NULL);
	SAME(state_of(c, id), "cancelled");
	IS(task_now(c, again).given, 0);
	IS(say_yes(c, "mo", again), OK);
	work_on(c);
	struct job job = job_now(c, "backup");
	IS(job.version, 3);
	IS(json_int(json_get(job.spec, "retries")), 3);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
}

SITE_TEST(what_needs_nobody_any_more_is_done_when_it_is_renewed)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	demand(c, "crew", 0);
	IS(by(c, "marta", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}").status, 200);
	struct resp w = by(
	    c, "eddie", POST, arena_printf(c->arena, "/api/v1/tasks/%s/renew", id), NULL);
	IS(w.status, 200);
	SAME(json_text(json_get(body_of(c, &w), "id")), id);
	SAME(json_text(json_get(body_of(c, &w), "state")), "cancelled");
	IS(job_now(c, "backup").version, 3);
}

SITE_TEST(nobody_says_yes_to_what_can_no_longer_be)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	struct job job;
	act_as_cli(c);
	IS(job_set_disabled(c, "backup", true, &job), OK);
	IS(say_yes(c, "marta", id), ERR_CONFLICT);
	HAS(ctx_fault(c), "changed meanwhile: cli saved revision 2");
}

SITE_TEST(a_demand_that_grew_is_not_met_by_former_approvals)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	IS(say_yes(c, "marta", id), OK);
	demand(c, "crew", 2);
	work_on(c);
	SAME(state_of(c, id), "failed");
	IS(job_now(c, "backup").version, 1);
}

SITE_TEST(the_number_of_a_job_is_lowered_only_with_its_approval)
{
	given_guarded_crew(c);
	demand(c, "crew", 0);
	IS(by(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"approvals\":2}").status, 200);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"approvals\":0}");
	act_as(c, "marta");
	IS(task_now(c, id).required, 2);
}

SITE_TEST(what_is_done_is_not_withdrawn_although_the_task_is_not_through)
{
	bool did;

	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	struct task t;
	IS(say_yes(c, "marta", id), OK);
	IS(engine_step(c, &did), OK);
	IS(job_now(c, "backup").version, 2);
	act_as(c, "eddie");
	IS(task_cancel(c, id, "", &t), ERR_CONFLICT);
	work_on(c);
	SAME(state_of(c, id), "completed");
}

SITE_TEST(admins_ask_like_everybody)
{
	given_guarded_crew(c);
	given_account(c, "root", true);
	const char *id = asked(c, "root", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	IS(say_yes(c, "root", id), ERR_FORBIDDEN);
	IS(say_yes(c, "marta", id), OK);
}

SITE_TEST(many_at_once_are_refused_where_others_must_approve)
{
	given_guarded_crew(c);
	struct resp w = by(c, "eddie", POST, "/api/v1/jobs/import?format=crontab&team=crew",
	    "0 1 * * * /bin/true\n");
	HAS(w.body, "needs the approval of 1 other");
	YES(holds(c, "(SELECT count(*) FROM job) = 1"));
	w = by(c, "eddie", POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"disable\",\"names\":[\"backup\"]}");
	size_t n = 1;
	act_as_cli(c);
	while (n > 0)
		IS(bulk_batch(c, 100, &n), OK);
	YES(holds(c, "(SELECT message FROM bulk_item) LIKE '%%needs the approval of 1 other%%'"));
	IS(job_now(c, "backup").version, 1);
}

SITE_TEST(a_hidden_type_is_asked_for_only_by_the_change_itself)
{
	given_guarded_crew(c);
	IS(by(c, "eddie", POST, "/api/v1/task-types/job-change",
	       "{\"job\":\"backup\",\"team\":\"crew\",\"version\":1,\"verb\":\"job_delete\"}")
		.status,
	    404);
}

SITE_TEST(managers_demand_more_and_only_admins_less)
{
	given_guarded_crew(c);
	given_account(c, "root", true);
	struct resp w = by_admin_scope(c, "marta", PATCH, "/api/v1/teams/crew",
	    "{\"approvals\":2,\"approvals_for\":[\"run\",\"edit\",\"create\",\"enable\",\"delete\"]"
	    "}");
	IS(w.status, 200);
	IS(json_int(json_get(body_of(c, &w), "approvals")), 2);
	SAME(json_text(json_at(json_get(body_of(c, &w), "approvals_for"), 0)), "create");
	AUDITED("team_approvals", "team:crew", 1);
	static const char *const less[] = { "{\"approvals\":1}", "{\"approvals_for\":[\"edit\"]}",
		"{\"approver_role\":\"editor\"}" };
	for (size_t i = 0; i < LENGTH(less); i++)
		IS(by_admin_scope(c, "marta", PATCH, "/api/v1/teams/crew", less[i]).status, 403);
	IS(by_admin_scope(c, "root", PATCH, "/api/v1/teams/crew", less[0]).status, 200);
	IS(by_admin_scope(
	       c, "root", PATCH, "/api/v1/teams/crew", "{\"approver_group\":\"nobodys\"}")
		.status,
	    422);
	IS(by_admin_scope(c, "marta", PATCH, "/api/v1/teams/crew", "{\"approvals\":10}").status,
	    422);
	IS(by_admin_scope(c, "marta", PATCH, "/api/v1/teams/crew", "{\"approvals_for\":[\"eat\"]}")
		.status,
	    422);
}

SITE_TEST(a_group_approves_instead_of_managers)
{
	given_guarded_crew(c);
	given_account(c, "root", true);
	given_account(c, "ada", false);
	IS(by_admin_scope(c, "root", PUT, "/api/v1/groups/board",
	       "{\"description\":\"says yes\",\"members\":[\"ada\",\"eddie\"]}")
		.status,
	    200);
	IS(by_admin_scope(c, "root", PUT, "/api/v1/groups/board", "{\"members\":[\"nobody\"]}")
		.status,
	    422);
	IS(by_admin_scope(c, "root", PATCH, "/api/v1/teams/crew", "{\"approver_group\":\"board\"}")
		.status,
	    200);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"retries\":3}");
	IS(say_yes(c, "marta", id), ERR_FORBIDDEN);
	IS(say_yes(c, "eddie", id), ERR_FORBIDDEN);
	IS(say_yes(c, "ada", id), OK);
	work_on(c);
	IS(job_now(c, "backup").version, 2);
	IS(by_admin_scope(c, "root", DELETE, "/api/v1/groups/board", NULL).status, 409);
	IS(by(c, "marta", PUT, "/api/v1/groups/board", "{\"members\":[]}").status, 403);
	AUDITED("group_set", "group:board", 1);
}
