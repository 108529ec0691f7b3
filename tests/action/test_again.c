/* Approving again what is approved: it goes on where it stands still, and else nothing changes. */

#include <string.h>

#include "action/given_token.h"
#include "model/approver.h"

#define IT "{\"team\":\"crew\",\"what\":\"it\"}"

/* kwame asks; marta and mila manage, ada is an admin, olga operates. */
static struct task given_prepared(struct ctx *c, const char *type)
{
	given_config(c);
	given_crew_of_two(c);
	given_member(c, "crew", "mila", ROLE_MANAGER);
	given_member(c, "crew", "olga", ROLE_OPERATOR);
	given_account(c, "ada", true);
	test_parts_begin(c);
	act_as(c, "kwame");
	struct task t = given_task(c, type, IT);
	work_on(c);
	return task_now(c, t.id);
}

static enum err yes_as(struct ctx *c, const char *who, struct task *t, const char *comment)
{
	act_as(c, who);
	return task_approve(c, t->id, t->hash.text, comment, t);
}

static bool said(struct ctx *c, const char *kind, const char *who, const char *text)
{
	return holds(c,
	    "(SELECT count(*) FROM task_note WHERE kind = '%s' AND actor = '%s' AND text = '%s') = "
	    "1",
	    kind, who, text);
}

#define APPROVALS(n)                                                                   \
	do {                                                                           \
		YES(holds(c, "(SELECT count(*) FROM task_approval) = %d", (n)));       \
		AUDITED("task_approve", arena_printf(c->arena, "task:%s", t.id), (n)); \
	} while (0)

SITE_TEST(the_same_yes_twice_counts_once_and_keeps_what_was_said_first)
{
	struct task t = given_prepared(c, "test-two");

	IS(yes_as(c, "marta", &t, "looks right"), OK);
	IS(db_script(c, "UPDATE task_approval SET at = '2020-01-01'"), OK);
	IS(yes_as(c, "marta", &t, ""), OK);
	IS(t.given, 1);
	SAME(t.stage, "wait");
	APPROVALS(1);
	YES(holds(c, "(SELECT comment = 'looks right' AND at = '2020-01-01' FROM task_approval)"));
	AUDITED("task_comment", arena_printf(c->arena, "task:%s", t.id), 0);
	IS(yes_as(c, "marta", &t, "and again"), OK);
	APPROVALS(1);
	YES(said(c, "comment", "marta", "and again"));
	AUDITED("task_comment", arena_printf(c->arena, "task:%s", t.id), 1);
}

/* Of two on their way to the same page the second finds it done, and is told no lie. */
SITE_TEST(who_approves_behind_the_last_one_needed_changes_nothing)
{
	struct task t = given_prepared(c, "test");

	IS(yes_as(c, "marta", &t, ""), OK);
	IS(yes_as(c, "mila", &t, ""), OK);
	SAME(t.state, "approved");
	SAME(t.approved_by.text, "marta");
	IS(t.given, 1);
	APPROVALS(1);
	IS(yes_as(c, "mila", &t, "me, too"), OK);
	APPROVALS(1);
	YES(said(c, "comment", "mila", "me, too"));
	work_on(c);
	YES(holds(c, "(SELECT count(*) = 9 AND count(DISTINCT (action, stage)) = 9 FROM "
		     "test_effect)"));
}

SITE_TEST(approving_again_needs_the_right_and_the_hash_as_ever)
{
	struct task t = given_prepared(c, "test"), seen = { 0 };

	IS(yes_as(c, "marta", &t, ""), OK);
	IS(task_approve(c, t.id, "", "", &seen), ERR_STALE);
	SAME(c->fault.field, "hash");
	IS(task_approve(c, t.id, "f00", "", &seen), ERR_STALE);
	IS(yes_as(c, "kwame", &t, ""), ERR_FORBIDDEN);
	act_as(c, "olga");
	IS(task_approve(c, t.id, t.hash.text, "", &seen), ERR_NOT_FOUND);
	act_as(c, "mila");
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_READ;
	IS(task_approve(c, t.id, t.hash.text, "", &seen), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(task_approve(c, t.id, t.hash.text, "", &seen), ERR_FORBIDDEN);
	APPROVALS(1);
}

SITE_TEST(a_failed_task_goes_on_and_who_resumes_it_counts_if_he_is_new)
{
	struct task t = given_prepared(c, "test");

	IS(yes_as(c, "marta", &t, "go"), OK);
	for (int i = 0; i < 2; i++) {
		test_parts[1][TEST_APPROVE].err = ERR_CONFLICT;
		work_on(c);
		test_parts[1][TEST_APPROVE].err = OK;
		SAME(task_now(c, t.id).state, "failed");
		IS(yes_as(c, i == 0 ? "marta" : "mila", &t, "try it again"), OK);
		SAME(t.state, "approved");
		IS(t.given, 1 + i);
	}
	AUDITED("task_approve", arena_printf(c->arena, "task:%s", t.id), 3);
	YES(said(c, "step", "marta", "approved again: try it again"));
	YES(holds(c, "(SELECT comment = 'go' FROM task_approval WHERE account = 'marta')"));
	YES(holds(
	    c, "(SELECT comment = 'try it again' FROM task_approval WHERE account = 'mila')"));
	SAME(t.approved_by.text, "marta");
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	YES(holds(c, "(SELECT count(*) = 9 AND count(DISTINCT (action, stage)) = 9 FROM "
		     "test_effect)"));
}

SITE_TEST(of_a_token_that_ran_out_approving_again_sends_another)
{
	given_config(c);
	struct task t = given_waiting_for_token(c, "confirm");
	const char *old = token_of(c, &t), *fresh;

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	SAME(t.state, "awaiting_token");
	SAME(token_of(c, &t), old);
	IS(db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"), OK);
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	SAME(t.state, "approved");
	YES(holds(c, "(SELECT count(*) FROM task_token) = 0"));
	work_on(c);
	act_as(c, "marta");
	t = task_now(c, t.id);
	SAME(t.state, "awaiting_token");
	fresh = token_of(c, &t);
	YES(strcmp(fresh, old) != 0);
	act_as_stranger(c);
	IS(token_submit(c, old, json_of(c, "{\"confirm\":true}")), ERR_NOT_FOUND);
	IS(token_submit(c, fresh, json_of(c, "{\"confirm\":true}")), OK);
	work_on(c);
	act_as(c, "marta");
	SAME(task_now(c, t.id).state, "completed");
}

/* Purged, it is as gone as one that ran out. */
SITE_TEST(of_a_token_that_was_purged_approving_again_sends_another)
{
	given_config(c);
	struct task t = given_waiting_for_token(c, "confirm");

	act_as(c, "marta");
	IS(db_script(c, "DELETE FROM task_token"), OK);
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	act_as(c, "marta");
	t = task_now(c, t.id);
	SAME(t.state, "awaiting_token");
	YES(*token_of(c, &t) != '\0');
}

/* ---- as what an approval counts */

static const char *capacities(struct ctx *c, const struct task *t)
{
	struct task_approval *all;
	const char *words = "";
	size_t n;

	IS(task_approvals(c, t, &all, &n), OK);
	for (size_t i = 0; i < n; i++)
		words = arena_printf(c->arena, "%s%s%s: %s", words, i > 0 ? ", " : "",
		    all[i].account, all[i].capacity);
	return words;
}

SITE_TEST(an_approval_says_as_what_it_counts)
{
	struct task t = given_prepared(c, "test-two");

	IS(yes_as(c, "marta", &t, ""), OK);
	SAME(capacities(c, &t), "marta: manager of crew");
	/* While it waits it is what it counts as now. */
	act_as_cli(c);
	IS(db_script(c, "UPDATE account SET admin = true WHERE name = 'marta'; UPDATE membership "
			"SET role = 1 WHERE account_id = (SELECT id FROM account WHERE name = "
			"'marta')"),
	    OK);
	SAME(capacities(c, &t), "marta: admin");
	IS(yes_as(c, "mila", &t, ""), OK);
	SAME(t.state, "approved");
	SAME(capacities(c, &t), "marta: admin, mila: manager of crew");
	/* What was, stays. */
	act_as_cli(c);
	IS(team_member(c, "crew", "mila", ROLE_NONE), OK);
	SAME(capacities(c, &t), "marta: admin, mila: manager of crew");
}

SITE_TEST(who_is_of_the_group_counts_as_that_and_operators_where_they_may)
{
	struct task t = given_prepared(c, "test-two");

	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('dba'); INSERT INTO approver "
			"SELECT g.id, a.id FROM approver_group g, account a WHERE a.name = 'olga'; "
			"UPDATE task SET approver_group_id = (SELECT id FROM approver_group)"),
	    OK);
	IS(yes_as(c, "olga", &t, ""), OK);
	SAME(capacities(c, &t), "olga: group dba");
	IS(db_script(c, "UPDATE task SET approver_group_id = NULL, approver_role = 2"), OK);
	SAME(capacities(c, &t), "olga: operator of crew");
	IS(yes_as(c, "ada", &t, ""), OK);
	SAME(capacities(c, &t), "olga: operator of crew, ada: admin");
}
