/* Who may decide, as whom actions act, and steps that reach outside. */

#include <string.h>

#include "action/given.h"
#include "action/given_token.h"
#include "model/task_work.h"

#define IT    "{\"team\":\"crew\",\"what\":\"it\"}"
#define OTHER "{\"team\":\"crew\",\"what\":\"other\"}"

static struct task given_prepared_as(struct ctx *c, const char *type, const char *who)
{
	test_parts_begin(c);
	act_as(c, who);
	struct task t = given_task(c, type, IT);
	work_on(c);
	return task_now(c, t.id);
}

static void given_people(struct ctx *c)
{
	static const char *const roles[] = { NULL, "vera", "oleg", "edit", "mila" };

	given_config(c);
	given_crew_of_two(c);
	given_team(c, "others");
	for (enum role role = ROLE_VIEWER; role <= ROLE_MANAGER; role++)
		given_member(c, "crew", roles[role], role);
	given_member(c, "others", "otto", ROLE_MANAGER);
	given_account(c, "eve", false);
	given_account(c, "root", true);
	IS(db_script(c,
	       "INSERT INTO approver_group (name) VALUES ('deciders'); INSERT INTO approver "
	       "SELECT g.id, a.id FROM approver_group g, account a WHERE a.name = 'eve'"),
	    OK);
}

struct decider {
	const char *type, *asked_by, *who;
	bool group;
	enum err comes;
};

/* clang-format off */
static const struct decider deciders[] = {
	{ "test", "kwame", "marta", false, OK },
	{ "test", "kwame", "root",  false, OK },
	{ "test", "kwame", "kwame", false, ERR_FORBIDDEN },
	{ "test", "kwame", "vera",  false, ERR_NOT_FOUND },
	{ "test", "kwame", "oleg",  false, ERR_NOT_FOUND },
	{ "test", "kwame", "edit",  false, ERR_NOT_FOUND },
	{ "test", "kwame", "otto",  false, ERR_NOT_FOUND },
	{ "test", "kwame", "eve",   false, ERR_NOT_FOUND },
	{ "test", "marta", "marta", false, ERR_FORBIDDEN },
	{ "test", "marta", "mila",  false, OK },
	{ "test", "root",  "root",  false, ERR_FORBIDDEN },
	{ "test", "root",  "marta", false, OK },
	{ "test", "kwame", "eve",   true,  OK },
	{ "test", "kwame", "marta", true,  ERR_FORBIDDEN },
	{ "test", "kwame", "root",  true,  OK },
	{ "test", "eve",   "eve",   true,  ERR_FORBIDDEN },
	{ "test-admin", "kwame", "root",  false, OK },
	{ "test-admin", "kwame", "marta", false, ERR_FORBIDDEN },
};
/* clang-format on */

static enum err decide(struct ctx *c, void *arg)
{
	const struct decider *d = arg;
	struct task t = given_prepared_as(c, d->type, d->asked_by), seen;

	if (d->group)
		IS(db_script(
		       c, "UPDATE task SET approver_group_id = (SELECT id FROM approver_group)"),
		    OK);
	act_as(c, d->who);
	IS(task_get(c, t.id, &seen), d->comes == ERR_FORBIDDEN ? OK : d->comes);
	IS(task_reject(c, t.id, "", &seen), ERR_INVALID);
	IS(task_approve(c, t.id, t.hash.text, "", &seen), d->comes);
	act_as(c, d->asked_by);
	SAME(task_now(c, t.id).stage, d->comes == OK ? "approve" : "wait");
	if (d->comes == OK)
		return ERR_STALE;
	act_as(c, d->who);
	IS(task_reject(c, t.id, "no", &seen), d->comes);
	return ERR_STALE;
}

SITE_TEST(who_may_decide)
{
	given_people(c);
	for (size_t i = 0; i < LENGTH(deciders); i++) {
		int before = check_failures();
		struct decider d = deciders[i];
		IS(db_atomically(c, decide, &d), ERR_STALE);
		if (check_failures() > before)
			FAIL("decider %zu: %s of what %s asked", i, d.who, d.asked_by);
	}
}

SITE_TEST(a_token_that_may_only_read_decides_and_changes_nothing)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test", "kwame"), seen;

	c->actor.token_id = 1;
	c->actor.scope = SCOPE_READ;
	IS(task_edit(c, t.id, json_of(c, OTHER), &seen), ERR_FORBIDDEN);
	IS(task_cancel(c, t.id, "", &seen), ERR_FORBIDDEN);
	act_as(c, "marta");
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_READ;
	IS(task_approve(c, t.id, t.hash.text, "", &seen), ERR_FORBIDDEN);
	IS(task_reject(c, t.id, "no", &seen), ERR_FORBIDDEN);
	IS(task_comment(c, t.id, "hm", &seen), ERR_FORBIDDEN);
	act_as_cli(c); /* no account that the approval could be of */
	IS(task_approve(c, t.id, t.hash.text, "", &seen), ERR_FORBIDDEN);
	SAME(task_now(c, t.id).stage, "wait");
}

static struct task given_approved_once(struct ctx *c)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test-two", "kwame");

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(t.given, 1);
	return t;
}

static void mila_alone_is_not_two(struct ctx *c, struct task *t)
{
	struct task_approval *all;
	size_t n;

	act_as(c, "mila");
	IS(task_approve(c, t->id, t->hash.text, "", t), OK);
	IS(t->given, 1);
	SAME(t->stage, "wait");
	IS(task_approvals(c, t, &all, &n), OK);
	IS(n, 1);
	act_as(c, "root");
	IS(task_approve(c, t->id, t->hash.text, "", t), OK);
	SAME(t->stage, "approve");
}

SITE_TEST(the_approval_of_somebody_who_left_the_team_does_not_count)
{
	struct task t = given_approved_once(c);

	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_NONE), OK);
	mila_alone_is_not_two(c, &t);
}

SITE_TEST(the_approval_of_a_disabled_account_does_not_count)
{
	struct task t = given_approved_once(c);

	IS(db_script(c, "UPDATE account SET disabled_at = now() WHERE name = 'marta'"), OK);
	mila_alone_is_not_two(c, &t);
}

SITE_TEST(what_was_approved_stays_approved_when_an_approver_leaves)
{
	struct task t = given_approved_once(c);

	act_as(c, "mila");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_NONE), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "completed");
	IS(t.given, 2);
}

/* ---- as whom */

SITE_TEST(actions_act_as_who_asked_with_what_he_may_now)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test", "kwame");

	SAME(test_parts[0][TEST_PREPARE].as, "kwame");
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(db_script(c, "UPDATE account SET disabled_at = now() WHERE name = 'kwame'"), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	SAME(t.failure.text, "The account kwame is disabled.");
	IS(test_parts[0][TEST_APPROVE].runs, 0);
	IS(db_script(c, "UPDATE account SET disabled_at = NULL; UPDATE task SET token_id = 4711"),
	    OK);
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(
	    task_now(c, t.id).failure.text, "The token that asked for this is revoked or expired.");
}

/* ---- outside */

static const char *its_id;
static int edits;

static void edit_meanwhile(struct ctx *c)
{
	struct actor me = c->actor;
	struct task t;

	if (edits++ > 0)
		return;
	act_as(c, "kwame");
	IS(task_edit(c, its_id, json_of(c, OTHER), &t), OK);
	c->actor = me;
}

static void cancel_meanwhile(struct ctx *c)
{
	struct actor me = c->actor;
	struct task t;

	act_as(c, "marta");
	IS(task_cancel(c, its_id, "", &t), OK);
	c->actor = me;
}

SITE_TEST(what_came_of_a_step_outside_is_not_taken_for_what_was_asked_meanwhile)
{
	given_people(c);
	test_parts_begin(c);
	act_as(c, "kwame");
	struct task t = given_task(c, "test-outside", IT);
	its_id = t.id;
	edits = 0;
	test_parts[1][TEST_PREPARE].meanwhile = edit_meanwhile;
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.stage, "wait");
	YES(t.valid);
	IS(test_parts[1][TEST_PREPARE].runs, 2);
	YES(holds(c,
	    "(SELECT data->>'what' = 'other' AND state = 'prepared' FROM task_action WHERE "
	    "ord = 1)"));
	YES(holds(c, "(SELECT count(*) FROM task_note WHERE text = 'test_outside: prepare') = 1"));
}

SITE_TEST(a_task_that_was_cancelled_during_a_step_outside_stays_cancelled)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test-outside", "kwame");

	its_id = t.id;
	test_parts[1][TEST_APPROVE].meanwhile = cancel_meanwhile;
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	SAME(task_now(c, t.id).state, "cancelled");
	IS(test_parts[2][TEST_APPROVE].runs, 0);
}

SITE_TEST(a_step_outside_says_the_same_key_each_time_and_is_not_begun_for_ever)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test-outside", "kwame");

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	test_parts[1][TEST_APPROVE].err = ERR_UNAVAILABLE;
	for (int i = 0; i < 9; i++) {
		SAME(task_now(c, t.id).state, "approved");
		IS(db_script(c, "UPDATE task SET due_at = now() WHERE due_at IS NOT NULL"), OK);
		work_on(c);
	}
	IS(test_parts[1][TEST_APPROVE].runs, 9);
	YES(holds(c,
	    "(SELECT count(DISTINCT key) = 1 AND count(*) = 9 FROM test_effect WHERE action = "
	    "'test_outside' AND stage = 'approve')"));
	SAME(task_now(c, t.id).failure.text, "test_outside broke");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(db_script(c, "UPDATE task SET attempts = 9"), OK); /* whoever ran it died each time */
	work_on(c);
	IS(test_parts[1][TEST_APPROVE].runs, 9);
	SAME(task_now(c, t.id).failure.text, "It was begun 9 times and never ended.");
}

SITE_TEST(a_step_outside_that_waits_is_looked_at_as_often_as_it_takes)
{
	given_people(c);
	struct task t = given_prepared_as(c, "test-outside", "kwame");

	test_parts[1][TEST_APPROVE].waits = 20;
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	for (int i = 0; i < 20; i++) {
		work_on(c);
		SAME(task_now(c, t.id).stage, "approve");
		IS(db_script(c, "UPDATE task SET due_at = now()"), OK);
	}
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	IS(test_parts[1][TEST_APPROVE].runs, 21);
	IS(test_parts[2][TEST_APPROVE].runs, 1);
}
