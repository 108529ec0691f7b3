/* Signing up: a team and its first manager. */

#include "action/given_person.h"

#define SIGN_UP(team, email) "{\"team\":\"" team "\",\"email\":\"" email "\"}"

static void given_people(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_addressed(c, "kwame", "kwame@example.org");
	given_account(c, "gone", false);
	given_addressed(c, "gone", "gone@example.org");
	given_disabled(c, "gone");
	given_account(c, "root2", true);
}

static void approved(struct ctx *c, struct task *t)
{
	act_as(c, "root2");
	IS(task_approve(c, t->id, t->hash.text, "", t), OK);
	work_on(c);
	*t = task_now(c, t->id);
}

SITE_TEST(a_sign_up_is_looked_at_before_anybody_decides)
{
	static const struct person_case cases[] = {
		{ SIGN_UP("fresh", "new@example.org"), "password", NULL,
		    "There will be a new account new." },
		{ SIGN_UP("fresh", "kwame@example.org"), "", NULL,
		    "The account kwame has this address." },
		{ SIGN_UP("fresh", "gone@example.org"), "password", NULL,
		    "The account gone is disabled, and will be enabled again." },
		{ SIGN_UP("crew", "new@example.org"), "", "There is a team crew already.", NULL },
		{ "{\"team\":\"fresh\",\"email\":\"x@example.org\",\"account\":\"kwame\"}", "",
		    "The account kwame has another address.", NULL },
	};

	given_people(c);
	act_as_stranger(c);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_person_case(c, "sign-up", &cases[i]);
	YES(holds(c, "NOT EXISTS (SELECT FROM team WHERE name = 'fresh')"));
}

SITE_TEST(a_sign_up_must_be_sound)
{
	struct task t;

	given_people(c);
	act_as_stranger(c);
	IS(try_task(c, "sign-up", SIGN_UP("Not a team", "new@example.org"), &t), ERR_INVALID);
	SAME(c->fault.field, "team");
	IS(try_task(c, "sign-up", SIGN_UP("fresh", "new"), &t), ERR_INVALID);
	SAME(c->fault.field, "email");
}

SITE_TEST(a_new_team_gets_a_manager_who_sets_a_password)
{
	given_people(c);
	act_as_stranger(c);
	struct task t = asked(c, "sign-up", SIGN_UP("fresh", "new@example.org"));
	SAME(t.stage, "wait");
	YES(holds(c, "EXISTS (SELECT FROM notification WHERE task_id = '%s' AND NOT error)", t.id));
	act_as(c, "marta"); /* a manager of another team is nobody here */
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_NOT_FOUND);
	act_as_stranger(c);
	t = asked(c, "sign-up", SIGN_UP("fresh", "new@example.org"));
	SAME(t.state, "cancelled"); /* the first one stands */
	act_as_cli(c);
	YES(holds(c, "(SELECT count(*) FROM task WHERE type = 'sign-up' AND stage = 'wait') = 1"));
	IS(db_script(c, "DELETE FROM task WHERE state = 'cancelled'"), OK);
	t = newest_task(c, "sign-up");
	approved(c, &t);
	SAME(t.state, "awaiting_token");
	YES(in_team(c, "fresh", "new", ROLE_MANAGER));
	YES(holds(c, "(SELECT quota = 'small' AND max_jobs = 20 FROM team WHERE name = 'fresh')"));
	YES(holds(c, "(SELECT password_hash IS NULL FROM account WHERE name = 'new')"));
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(holds(c,
	    "(SELECT password_hash LIKE '$argon2id%%' AND NOT admin AND NOT dashboard FROM "
	    "account WHERE name = 'new')"));
	AUDITED("team_add", "team:fresh", 1);
}

SITE_TEST(who_has_an_account_signs_up_without_a_token)
{
	given_people(c);
	act_as_stranger(c);
	struct task t = asked(c, "sign-up", SIGN_UP("fresh", "kwame@example.org"));
	approved(c, &t);
	SAME(t.state, "completed");
	YES(in_team(c, "fresh", "kwame", ROLE_MANAGER));
}

SITE_TEST(a_disabled_account_signs_up_with_a_new_password)
{
	given_people(c);
	act_as_stranger(c);
	struct task t = asked(c, "sign-up", SIGN_UP("fresh", "gone@example.org"));
	approved(c, &t);
	SAME(t.state, "awaiting_token");
	YES(holds(c, "(SELECT disabled_at IS NOT NULL FROM account WHERE name = 'gone')"));
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(holds(c,
	    "(SELECT disabled_at IS NULL AND password_hash LIKE '$argon2id%%' FROM account "
	    "WHERE name = 'gone')"));
}

SITE_TEST(a_team_made_meanwhile_stops_the_sign_up)
{
	given_people(c);
	act_as_stranger(c);
	struct task t = asked(c, "sign-up", SIGN_UP("fresh", "new@example.org"));
	given_team(c, "fresh");
	approved(c, &t);
	SAME(t.state, "failed");
	YES(holds(c, "NOT EXISTS (SELECT FROM account WHERE name = 'new')"));
}
