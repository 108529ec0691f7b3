/* The way of a task. */

#include "action/given_task.h"

#define ACCESS "{\"team\":\"crew\",\"role\":\"operator\"}"

SITE_TEST(what_is_asked_for_is_done_once_it_is_approved)
{
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", ACCESS);
	SAME(t.title, "Access to crew as operator");
	SAME(t.state, "requested");
	IS(work_on(c), 2);
	t = task_now(c, t.id);
	SAME(t.stage, "wait");
	YES(t.valid && t.mine && !t.decider);
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_FORBIDDEN);
	act_as(c, "marta");
	IS(task_approve(c, t.id, "another", "", &t), ERR_STALE);
	IS(task_approve(c, t.id, t.hash.text, "welcome", &t), OK);
	SAME(t.state, "approved");
	YES(holds(c, "NOT EXISTS (SELECT FROM membership m JOIN account a ON a.id = m.account_id "
		     "WHERE a.name = 'kwame')"));
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "completed");
	YES(holds(c, "(SELECT m.role FROM membership m JOIN account a ON a.id = m.account_id "
		     "WHERE a.name = 'kwame') = 2"));
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_CONFLICT);
	AUDITED("task_request", arena_printf(c->arena, "task:%s", t.id), 1);
	AUDITED("task_approve", arena_printf(c->arena, "task:%s", t.id), 1);
	AUDITED("task_complete", arena_printf(c->arena, "task:%s", t.id), 1);
}

SITE_TEST(a_task_of_others_is_not_there)
{
	given_crew_of_two(c);
	given_account(c, "eve", false);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", ACCESS), seen;
	act_as(c, "eve");
	IS(task_get(c, t.id, &seen), ERR_NOT_FOUND);
	IS(task_get(c, "x", &seen), ERR_NOT_FOUND);
	IS(task_cancel(c, t.id, "", &seen), ERR_NOT_FOUND);
}

SITE_TEST(the_same_request_is_made_once)
{
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", ACCESS), again;
	struct ask ask = { .type = "request-access", .fields = json_of(c, ACCESS) };
	IS(task_ask(c, &ask, &again), ERR_CONFLICT);
	IS(task_cancel(c, t.id, "", &t), OK);
	SAME(t.state, "cancelled");
	IS(task_ask(c, &ask, &again), OK);
}

SITE_TEST(a_task_that_cannot_be_taken_up_holds_up_no_other)
{
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct task bad = given_task(c, "request-access", ACCESS);
	IS(db_script(c, "UPDATE task SET type = 'gone', due_at = now() - interval '1 h'"), OK);
	struct task good = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	work_on(c);
	SAME(task_now(c, good.id).stage, "wait");
	SAME(task_now(c, bad.id).state, "failed");
	SAME(task_now(c, bad.id).failure.text, "There is no task type gone.");
	YES(holds(c, "(SELECT count(*) FROM notification WHERE error) = 1"));
}

/* Who approves for one team would otherwise approve for another. */
SITE_TEST(a_request_that_names_another_team_now_waits_for_its_approvers)
{
	given_crew_of_two(c);
	given_team(c, "vault");
	given_member(c, "vault", "olga", ROLE_MANAGER);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", ACCESS);
	work_on(c);
	IS(task_edit(c, t.id, json_of(c, "{\"team\":\"vault\",\"role\":\"operator\"}"), &t), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.team.text, "vault");
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_NOT_FOUND);
	act_as(c, "olga");
	t = task_now(c, t.id);
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
}

SITE_TEST(what_an_admin_edits_stays_a_request_of_who_asked)
{
	given_crew_of_two(c);
	given_account(c, "ada", true);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", ACCESS), again;
	act_as(c, "ada");
	IS(task_edit(c, t.id, json_of(c, "{\"team\":\"crew\",\"role\":\"viewer\"}"), &t), OK);
	struct ask ask = { .type = "request-access",
		.fields = json_of(c, "{\"team\":\"crew\",\"role\":\"viewer\"}") };
	act_as(c, "kwame");
	IS(task_ask(c, &ask, &again), ERR_CONFLICT);
}

SITE_TEST(what_is_decided_waits_for_nobody)
{
	static const char *const comments[] = { "", "no" };
	struct task t;

	given_crew_of_two(c);
	for (size_t i = 0; i < LENGTH(comments); i++) {
		act_as(c, "kwame");
		t = given_task(c, "request-access",
		    i == 0 ? "{\"team\":\"crew\",\"role\":\"operator\"}"
			   : "{\"team\":\"crew\",\"role\":\"viewer\"}");
		work_on(c);
		YES(holds(c, "EXISTS (SELECT FROM notification WHERE acknowledged_at IS NULL)"));
		act_as(c, "marta");
		t = task_now(c, t.id);
		IS(i == 0 ? task_approve(c, t.id, t.hash.text, "", &t)
			  : task_reject(c, t.id, comments[i], &t),
		    OK);
		YES(holds(
		    c, "NOT EXISTS (SELECT FROM notification WHERE acknowledged_at IS NULL)"));
	}
}
