/* Who is told that a task waits for him, and that it came to nothing. */

#include <string.h>

#include "action/given_told.h"
#include "action/inside.h"
#include "action/type_own.h"
#include "model/message_work.h"

SITE_TEST(whoever_may_approve_is_mailed_once_that_something_waits)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	TOLD("task_waits", "marta mila");
	YES(holds(c,
	    "NOT EXISTS (SELECT FROM message WHERE event = 'task_waits' AND (payload NOT "
	    "LIKE '%%/tasks/%s%%' OR notification_id IS NOT NULL))",
	    t.id));
	/* Something else is to be approved now. */
	act_as(c, "kwame");
	IS(task_edit(c, t.id, json_of(c, "{\"team\":\"crew\",\"role\":\"editor\"}"), &t), OK);
	work_on(c);
	TOLD("task_waits", "marta marta mila mila");
}

SITE_TEST(of_a_group_its_members_are_mailed_and_else_admins)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	struct task_type type;
	IS(type_get(c, t.type, &type), OK);
	IS(db_script(c,
	       "INSERT INTO approver_group (name) VALUES ('keepers'); INSERT INTO approver SELECT "
	       "g.id, a.id FROM approver_group g, account a WHERE a.name IN ('olga', 'kwame'); "
	       "UPDATE task SET approver_group_id = (SELECT id FROM approver_group)"),
	    OK);
	forget_messages(c);
	IS(tell_waits(c, &type, &t), OK);
	TOLD("task_waits", "olga");
	IS(db_script(c, "UPDATE task SET approver_group_id = NULL, approver_role = NULL"), OK);
	forget_messages(c);
	IS(tell_waits(c, &type, &t), OK);
	YES(holds(c, "EXISTS (SELECT FROM message WHERE target = 'ada@example.org')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM message m WHERE NOT EXISTS (SELECT FROM account a "
		     "WHERE a.email = m.target AND a.admin))"));
}

SITE_TEST(a_type_and_a_team_can_do_without_mails_to_those_who_approve)
{
	given_reachable_crew(c);
	IS(db_script(c, "UPDATE team SET approver_mails = false WHERE name = 'crew'"), OK);
	struct task t = asked_for(c, "viewer");
	TOLD("task_waits", "");
	IS(db_script(c, "UPDATE team SET approver_mails = true WHERE name = 'crew'"), OK);
	struct task_type type;
	IS(type_get(c, t.type, &type), OK);
	IS(type_apply(c, json_of(c, "{\"notifications\":{\"approvers\":false}}"), &type), OK);
	IS(tell_waits(c, &type, &t), OK);
	TOLD("task_waits", "");
	IS(type_apply(c,
	       json_of(c, "{\"notifications\":{\"approvers\":true,\"standard\":{\"mails\":["
			  "\"MARTA@example.org\"]}}}"),
	       &type),
	    OK);
	IS(tell_waits(c, &type, &t), OK);
	TOLD("task_waits", "mila");
}

SITE_TEST(no_more_than_fifty_are_mailed)
{
	given_reachable_crew(c);
	IS(db_script(c,
	       "INSERT INTO account (name, email) SELECT 'many' || i, 'many' || i "
	       "|| '@example.org' FROM generate_series(1, 70) i; INSERT INTO membership (team_id, "
	       "account_id, role) SELECT t.id, a.id, 4 FROM team t, account a WHERE t.name = "
	       "'crew' AND a.name LIKE 'many%'"),
	    OK);
	(void)asked_for(c, "viewer");
	YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_waits') = 50"));
}

SITE_TEST(who_was_to_approve_is_not_mailed_when_it_is_decided)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	IS(message_silence(c), OK);
	YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_waits' AND state = "
		     "'waiting') = 2"));
	IS(say_yes(c, "marta", t.id), OK);
	IS(message_silence(c), OK);
	YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_waits' AND state = "
		     "'dropped') = 2"));
}

/* ---- the end */

SITE_TEST(who_asked_is_told_that_it_was_rejected_and_why)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	act_as(c, "marta");
	IS(task_reject(c, t.id, "too many already", &t), OK);
	TOLD("task_ended", "");
	IS(work_on(c), 1);
	TOLD("task_ended", "kwame");
	YES(holds(c,
	    "(SELECT payload LIKE '%%Rejected: Access to crew as viewer%%' AND payload LIKE "
	    "'%%too many already%%' AND payload LIKE '%%marta%%' FROM message WHERE event "
	    "= 'task_ended')"));
	SAME(task_now(c, t.id).state, "rejected");
	IS(work_on(c), 0);
}

SITE_TEST(who_asked_is_told_of_every_end_but_his_own)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	act_as(c, "kwame");
	IS(task_cancel(c, t.id, "", &t), OK);
	work_on(c);
	TOLD("task_ended", "");
	t = asked_for(c, "viewer");
	act_as(c, "marta");
	IS(task_cancel(c, t.id, "", &t), OK);
	work_on(c);
	TOLD("task_ended", "kwame");
	t = asked_for(c, "viewer");
	int64_t n;
	IS(db_script(c, "UPDATE task SET expires_at = now() - interval '1 s'"), OK);
	IS(task_expire(c, &n), OK);
	IS(n, 1);
	work_on(c);
	SAME(task_now(c, t.id).state, "expired");
	TOLD("task_ended", "kwame kwame");
}

SITE_TEST(a_type_says_otherwise_what_is_told_of_an_end_or_nothing)
{
	struct type_found found;
	const char *secret;

	given_reachable_crew(c);
	static const char *const settings[] = { "{\"mails\":{\"ended\":null}}",
		"{\"mails\":{\"ended\":{\"subject\":\"No {{role}}\",\"text\":\"Sorry.\"}}}" };
	static const char *const told[] = { "", "kwame" };
	for (size_t i = 0; i < LENGTH(settings); i++) {
		act_as_cli(c);
		IS(type_save(c,
		       &(struct type_wish){
			   .name = "request-access", .definition = json_of(c, settings[i]) },
		       &found, &secret),
		    OK);
		struct task t = asked_for(c, "viewer");
		act_as(c, "marta");
		IS(task_reject(c, t.id, "no", &t), OK);
		work_on(c);
		TOLD("task_ended", told[i]);
	}
	YES(holds(c,
	    "(SELECT payload LIKE '%%No viewer%%' AND payload LIKE '%%Sorry.%%' FROM message "
	    "WHERE event = 'task_ended')"));
}

/* It is nothing that an approval could mend. */
SITE_TEST(an_end_that_cannot_be_told_stays_an_end)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	act_as(c, "marta");
	IS(task_reject(c, t.id, "no", &t), OK);
	IS(db_script(c, "UPDATE task SET attempts = 9"), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "rejected");
	YES(holds(c, "(SELECT due_at IS NULL FROM task)"));
	YES(holds(c, "(SELECT count(*) FROM notification WHERE error) = 1"));
}

/* ---- passwords */

SITE_TEST(what_stands_still_keeps_no_password_and_asks_for_one_anew)
{
	given_config(c);
	given_crew_of_two(c);
	test_parts_begin(c);
	test_parts[1][TEST_PREPARE].want = "password";
	test_parts[2][TEST_SUBMIT].err = ERR_CONFLICT;
	given_address(c, "kwame");
	act_as(c, "kwame");
	struct task t = given_task(c, "test", "{\"team\":\"crew\",\"what\":\"it\"}");
	work_on(c);
	IS(say_yes(c, "marta", t.id), OK);
	for (int i = 0; i < 2; i++) {
		work_on(c);
		t = task_now(c, t.id);
		SAME(t.state, "awaiting_token");
		const char *token = token_of(c, &t);
		act_as_stranger(c);
		IS(token_submit(c, token, json_of(c, "{\"password\":\"a long enough password\"}")),
		    OK);
		YES(holds(c, "(SELECT token_data ? 'password_hash' FROM task)"));
		act_as(c, "marta");
		work_on(c);
		t = task_now(c, t.id);
		SAME(t.state, i == 0 ? "failed" : "completed");
		YES(holds(c, "(SELECT token_data IS NULL FROM task)"));
		test_parts[2][TEST_SUBMIT].err = OK;
		if (i == 0)
			IS(say_yes(c, "marta", t.id), OK);
	}
	/* What was done already is not done twice. */
	IS(test_parts[0][TEST_SUBMIT].runs, 1);
	IS(test_parts[1][TEST_SUBMIT].runs, 1);
	IS(test_parts[2][TEST_SUBMIT].runs, 2);
	YES(holds(c, "(SELECT count(*) FROM task_note WHERE text LIKE 'The password that was "
		     "given%%') = 1"));
}
