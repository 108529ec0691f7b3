/* A request that has run out is over, also while nobody is there to write that down. */

#include <string.h>

#include "action/given.h"
#include "action/given_token.h"

#define IT "{\"team\":\"crew\",\"what\":\"it\"}"

static void run_out(struct ctx *c)
{
	IS(db_script(c, "UPDATE task SET expires_at = now() - interval '1 day'"), OK);
}

static struct task given_prepared(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	test_parts_begin(c);
	act_as(c, "kwame");
	struct task t = given_task(c, "test", IT);
	work_on(c);
	return task_now(c, t.id);
}

static void is_over(struct ctx *c, enum err e)
{
	IS(e, ERR_CONFLICT);
	SAME(c->fault.detail, "This task has been expired.");
}

SITE_TEST(what_has_run_out_is_decided_no_more_although_work_is_away)
{
	struct task t = given_prepared(c);

	run_out(c);
	is_over(c, task_edit(c, t.id, json_of(c, IT), &t));
	is_over(c, task_cancel(c, t.id, "", &t));
	act_as(c, "marta");
	is_over(c, task_approve(c, t.id, t.hash.text, "", &t));
	is_over(c, task_reject(c, t.id, "no", &t));
	IS(task_comment(c, t.id, "too late", &t), OK);
	YES(holds(c, "(SELECT state = 'requested' AND NOT cancelled FROM task)"));
	act_as(c, "kwame");
	struct task again = given_task(c, "test", IT); /* in whose way it does not stand */
	YES(strcmp(again.id, t.id) != 0);
}

SITE_TEST(what_failed_and_has_run_out_is_not_resumed)
{
	struct task t = given_prepared(c);

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	test_parts[1][TEST_APPROVE].err = ERR_CONFLICT;
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	run_out(c);
	is_over(c, task_approve(c, t.id, t.hash.text, "", &t));
}

/* What people approved goes on, however long that takes. */
SITE_TEST(what_was_approved_in_time_does_not_run_out_while_it_is_done)
{
	struct task t = given_prepared(c);
	int64_t n = 1;

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	run_out(c);
	IS(task_expire(c, &n), OK);
	IS(n, 0);
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
}

/* A mail says until when its link is good: so long the request lives. */
SITE_TEST(a_request_lives_as_long_as_its_token)
{
	struct task t = given_waiting_for_token(c, "confirm");

	IS(db_script(c, "UPDATE task SET expires_at = now() + interval '1 minute'"), OK);
	act_as(c, "marta");
	IS(token_reissue(c, t.id), OK);
	YES(holds(c, "(SELECT t.expires_at - k.expires_at BETWEEN interval '-1 s' AND "
		     "interval '1 s' AND k.expires_at > now() + interval '23 "
		     "hours' FROM task t JOIN task_token k ON k.task_id = t.id)"));
	IS(db_script(c, "UPDATE task SET expires_at = now() + interval '9 days'"), OK);
	IS(token_reissue(c, t.id), OK);
	YES(holds(c, "(SELECT expires_at = now() + interval '9 days' FROM task)"));
}
