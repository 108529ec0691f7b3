/* Another address for an account. */

#include <string.h>

#include "action/given_person.h"
#include "action/person.h"

#define TO(email) "{\"new_email\":\"" email "\"}"

static void given_people(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_addressed(c, "kwame", "old@example.org");
	given_addressed(c, "marta", "marta@example.org");
}

SITE_TEST(a_new_address_confirms_before_it_holds)
{
	static const struct person_case cases[] = {
		{ TO("new@example.org"), "confirm", NULL,
		    "The address of kwame is to be new@example.org." },
		{ TO("OLD@example.org"), "", "This is the address of kwame already.", NULL },
		/* As any other: only whoever reads mail there comes to know. */
		{ TO("Marta@example.org"), "confirm", NULL,
		    "The address of kwame is to be Marta@example.org." },
	};

	given_people(c);
	act_as(c, "kwame");
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_person_case(c, "change-email", &cases[i]);
}

SITE_TEST(the_old_address_hears_of_the_new_one)
{
	given_people(c);
	act_as(c, "kwame");
	struct task t = asked(c, "change-email", TO("new@example.org"));
	SAME(t.state, "awaiting_token");
	YES(holds(c,
	    "(SELECT count(*) FROM message WHERE target = 'old@example.org' AND kind = 'mail' "
	    "AND payload LIKE '%%new@example.org%%') = 1"));
	YES(holds(c, "(SELECT email = 'old@example.org' FROM account WHERE name = 'kwame')"));
	YES(holds(c,
	    "(SELECT cache->>'email' = 'new@example.org' FROM task_action WHERE task_id = '%s')",
	    t.id));
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT email = 'new@example.org' FROM account WHERE name = 'kwame')"));
	AUDITED("account_edit", "account:kwame", 2);
}

SITE_TEST(an_address_taken_meanwhile_stays_with_who_took_it)
{
	given_people(c);
	act_as(c, "kwame");
	struct task t = asked(c, "change-email", TO("new@example.org"));
	given_addressed(c, "marta", "new@example.org");
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "failed");
	YES(holds(c, "(SELECT email = 'old@example.org' FROM account WHERE name = 'kwame')"));
}

SITE_TEST(a_second_wish_for_an_address_replaces_the_first)
{
	given_people(c);
	act_as(c, "kwame");
	struct task t = asked(c, "change-email", TO("new@example.org"));
	struct task again = asked(c, "change-email", TO("new@example.org"));
	SAME(task_state(c, &t), "cancelled");
	SAME(task_state(c, &again), "awaiting_token");
}

/* Or whoever found it would ask for an address of his own, and then for a new password. */
SITE_TEST(what_a_small_token_asks_for_its_owner_confirms_signed_in)
{
	const char *const yes = "{\"confirm\":true}";
	const char *token;
	struct token_need need;
	struct task t;

	given_people(c);
	act_as(c, "kwame");
	IS(db_script(c,
	       "INSERT INTO token (id, account_id, name, token_hash, scope, expires_at) "
	       "OVERRIDING SYSTEM VALUE SELECT 99, id, 'small', 'h', 3, now() + interval '1 day' "
	       "FROM account WHERE name = 'kwame'"),
	    OK);
	c->actor.token_id = 99;
	c->actor.scope = SCOPE_WRITE;
	struct actor by_token = c->actor;
	t = asked(c, "change-email", TO("new@example.org"));
	SAME(t.state, "awaiting_token");
	token = token_of(c, &t);
	IS(token_find(c, token, &need), OK);
	YES(need.sign_in);
	IS(token_submit(c, token, json_of(c, yes)), ERR_FORBIDDEN);
	SAME(c->fault.detail, "For this a token needs the scope admin.");
	act_as(c, "marta");
	IS(token_submit(c, token, json_of(c, yes)), ERR_FORBIDDEN);
	SAME(c->fault.detail, "Only who asked for this may confirm it, signed in.");
	act_as_stranger(c);
	IS(token_submit(c, token, json_of(c, yes)), ERR_UNAUTHENTICATED);
	act_as(c, "kwame");
	IS(token_submit(c, token, json_of(c, yes)), OK);
	work_on(c);
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT email = 'new@example.org' FROM account WHERE name = 'kwame')"));
	c->actor = by_token;
	c->actor.scope = SCOPE_READ;
	IS(try_task(c, "change-email", TO("newer@example.org"), &t), ERR_FORBIDDEN);
	c->actor = (struct actor){ .address = "192.0.2.7" };
	IS(try_task(c, "change-email", TO("new@example.org"), &t), ERR_UNAUTHENTICATED);
}

/* Neither what is noted nor how it stands says that somebody has the address. */
SITE_TEST(an_address_that_somebody_has_is_asked_for_as_any_other)
{
	given_people(c);
	act_as(c, "kwame");
	struct task t = asked(c, "change-email", TO("marta@example.org"));
	SAME(t.state, "awaiting_token");
	struct task_note *notes;
	size_t n, more;
	act_as(c, "kwame");
	IS(task_notes(c, &t, &notes, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (strstr(notes[i].text, "Another account") != NULL)
			FAIL("kwame reads: %s", notes[i].text);
	act_as_cli(c);
	IS(task_notes(c, &t, &notes, &more), OK);
	YES(more > n && noted(c, t.id, "Another account has this address: marta."));
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "failed");
	SAME(task_now(c, t.id).failure.text, PERSON_HUSHED);
	YES(holds(c, "(SELECT email = 'old@example.org' FROM account WHERE name = 'kwame')"));
}
