/* A new password for whoever reads the account's mail. */

#include "action/given_person.h"

#define FOR(email) "{\"email\":\"" email "\"}"

static void given_people(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_addressed(c, "kwame", "Kwame@example.org");
	given_account(c, "root2", true);
	given_addressed(c, "root2", "root2@example.org");
	given_account(c, "gone", false);
	given_addressed(c, "gone", "gone@example.org");
	given_disabled(c, "gone");
	given_account(c, "twin1", false);
	given_account(c, "twin2", false);
	given_addressed(c, "twin1", "twins@example.org");
	given_addressed(c, "twin2", "twins@example.org");
}

SITE_TEST(a_new_password_is_for_whoever_reads_the_mail)
{
	static const struct person_case cases[] = {
		{ FOR("kwame@EXAMPLE.org"), "password", NULL,
		    "The account kwame has this address." },
		{ "{\"email\":\"twins@example.org\",\"account\":\"twin2\"}", "password", NULL,
		    "The account twin2 has this address." },
		{ FOR("nobody@example.org"), "", "No account has this address.", NULL },
		{ FOR("root2@example.org"), "", "root2 is an admin.", NULL },
		{ FOR("gone@example.org"), "", "The account gone is disabled.", NULL },
		{ FOR("twins@example.org"), "", "More than one account has this address.", NULL },
		{ "{\"email\":\"nobody@example.org\",\"account\":\"kwame\"}", "",
		    "The account kwame has another address.", NULL },
		{ "{\"email\":\"nobody@example.org\",\"account\":\"nobody\"}", "",
		    "There is no account nobody.", NULL },
	};

	given_people(c);
	act_as_stranger(c);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_person_case(c, "reset-password", &cases[i]);
}

/* Neither the answer nor the work before it tells whether there is such an account. */
SITE_TEST(asking_for_a_new_password_tells_nothing)
{
	static const char *const all[] = { FOR("kwame@example.org"), FOR("nobody@example.org"),
		FOR("root2@example.org") };

	given_people(c);
	for (size_t i = 0; i < 2 * LENGTH(all); i++) {
		struct task t = { .id = "" };
		act_as_stranger(c);
		IS(try_task(c, "reset-password", all[i % LENGTH(all)], &t), OK);
		YES(t.id == NULL);
		act_as_cli(c);
		struct task made = newest_task(c, "reset-password");
		SAME(made.state, "requested");
		SAME(made.requester, "");
		YES(holds(c, "(SELECT count(*) FROM task WHERE type = 'reset-password') = %d",
		    (int)i + 1));
	}
	/* Not even a duplicate is looked for before the answer. */
	YES(holds(c, "NOT EXISTS (SELECT FROM task WHERE cancelled)"));
	work_on(c);
	/* What cannot be is not kept open; of two that ask for the same the later one stands. */
	YES(holds(
	    c, "(SELECT count(*) FROM task WHERE type = 'reset-password' AND NOT cancelled) = 1"));
	SAME(newest_task(c, "reset-password").state, "cancelled");
	YES(holds(c, "(SELECT count(*) FROM task_token) = 1"));
}

/* Else each way to write it would be another door, and another mail. */
SITE_TEST(an_address_written_otherwise_is_the_same_address)
{
	static const char *const ways[] = { "kwame@example.org", "KWAME@example.org",
		"kwamE@Example.ORG" };
	struct task t;

	given_people(c);
	for (int i = 0; i < 10; i++) {
		act_as_stranger(c);
		IS(try_task(c, "reset-password",
		       arena_printf(c->arena, "{\"email\":\"%s\"}", ways[i % 3]), &t),
		    OK);
	}
	for (size_t i = 0; i < LENGTH(ways); i++)
		IS(try_task(c, "reset-password",
		       arena_printf(c->arena, "{\"email\":\"%s\"}", ways[i]), &t),
		    ERR_TOO_MANY);
	act_as_cli(c);
	work_on(c);
	YES(holds(c, "(SELECT count(*) FROM task WHERE NOT cancelled) = 1"));
	YES(holds(c, "(SELECT count(*) FROM task_token) = 1"));
}

SITE_TEST(the_token_sets_the_password_and_ends_sessions)
{
	struct task t;
	const char *token;

	given_people(c);
	IS(db_script(c, "INSERT INTO session (account_id, token_hash) SELECT id, 'x' FROM account "
			"WHERE name = 'kwame'"),
	    OK);
	act_as_stranger(c);
	t = asked(c, "reset-password", FOR("kwame@example.org"));
	SAME(t.state, "awaiting_token");
	token = token_of(c, &t);
	IS(token_submit(c, token, json_of(c, "{\"password\":\"short\"}")), ERR_INVALID);
	SAME(c->fault.field, "password");
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT password_hash LIKE '$argon2id%%' AND password_changed_at IS NOT NULL "
		     "FROM account WHERE name = 'kwame')"));
	YES(holds(c, "(SELECT revoked_at IS NOT NULL FROM session WHERE token_hash = 'x')"));
	YES(holds(c, "(SELECT token_data IS NULL FROM task WHERE id = '%s')", t.id));
	AUDITED("password_change", "account:kwame", 1);
}

SITE_TEST(an_admin_made_meanwhile_keeps_the_password)
{
	const bool yes = true;
	struct account account;

	given_people(c);
	act_as_stranger(c);
	struct task t = asked(c, "reset-password", FOR("kwame@example.org"));
	act_as_cli(c);
	IS(account_edit(c, "kwame", &(struct account_change){ .admin = &yes }, &account), OK);
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "failed");
	YES(holds(c, "(SELECT password_hash IS NULL FROM account WHERE name = 'kwame')"));
}
