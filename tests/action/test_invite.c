/* Inviting somebody into a team. */

#include <string.h>

#include "action/given_person.h"
#include "action/person.h"
#include "model/task.h"

#define INVITE(team, email, role) \
	"{\"team\":\"" team "\",\"email\":\"" email "\",\"role\":\"" role "\"}"

static void given_people(struct ctx *c)
{
	given_config(c);
	given_crew_of_two(c);
	given_addressed(c, "kwame", "kwame@example.org");
	given_member(c, "crew", "eddie", ROLE_EDITOR);
	given_addressed(c, "eddie", "eddie@example.org");
	given_account(c, "dora", false);
	given_addressed(c, "dora", "dora@example.org");
	given_disabled(c, "dora");
	given_account(c, "root2", true);
	given_addressed(c, "root2", "root2@example.org");
	given_account(c, "twin1", false);
	given_account(c, "twin2", false);
	given_addressed(c, "twin1", "twins@example.org");
	given_addressed(c, "twin2", "twins@example.org");
}

/* Each state that the invited person can be in, and each refusal. */
SITE_TEST(an_invitation_knows_whom_it_invites)
{
	static const struct person_case cases[] = {
		{ INVITE("crew", "new.one@example.org", "viewer"), "password", NULL,
		    "There will be a new account new.one." },
		{ INVITE("crew", "KWAME@example.org", "editor"), "confirm", NULL,
		    "The account kwame has this address." },
		{ INVITE("crew", "eddie@example.org", "manager"), "confirm", NULL,
		    "The account eddie has this address." },
		{ INVITE("crew", "eddie@example.org", "viewer"), "", NULL,
		    "eddie has this already." },
		{ INVITE("crew", "dora@example.org", "viewer"), "password", NULL,
		    "The account dora is disabled, and will be enabled again." },
		{ INVITE("crew", "root2@example.org", "viewer"), "confirm", NULL,
		    "marta may not change what root2 is in crew." },
		{ INVITE("crew", "twins@example.org", "viewer"), "confirm", NULL,
		    "Several accounts have this address: say which." },
		{ "{\"team\":\"crew\",\"email\":\"kwame@example.org\",\"role\":\"viewer\","
		  "\"account\":\"dora\"}",
		    "confirm", NULL, "The account dora has another address." },
		{ "{\"team\":\"crew\",\"email\":\"twins@example.org\",\"role\":\"viewer\","
		  "\"account\":\"twin2\"}",
		    "confirm", NULL, "The account twin2 has this address." },
		{ "{\"team\":\"crew\",\"email\":\"kwame@example.org\",\"role\":\"viewer\","
		  "\"account\":\"another\"}",
		    "confirm", NULL, "This address belongs to the account kwame." },
		{ "{\"team\":\"crew\",\"email\":\"n@example.org\",\"role\":\"viewer\","
		  "\"account\":\"Not A Name\"}",
		    NULL,
		    "Not A Name is no name for an account: 1 to 63 letters a-z, digits, - _ or a "
		    "dot.",
		    NULL },
		{ INVITE("crew", "Kwame@elsewhere.org", "viewer"), "password", NULL,
		    "There will be a new account kwame2." },
	};

	given_people(c);
	act_as(c, "marta");
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_person_case(c, "invite", &cases[i]);
}

SITE_TEST(only_managers_invite_and_only_into_their_teams)
{
	struct task t;

	given_people(c);
	given_team(c, "others");
	act_as(c, "eddie");
	IS(try_task(c, "invite", INVITE("crew", "n@example.org", "viewer"), &t), ERR_FORBIDDEN);
	act_as(c, "marta");
	IS(try_task(c, "invite", INVITE("others", "n@example.org", "viewer"), &t), ERR_INVALID);
	IS(try_task(c, "invite", INVITE("crew", "n@example.org", "admin"), &t), ERR_INVALID);
	SAME(c->fault.field, "role");
	IS(try_task(
	       c, "invite", INVITE("crew", "n@example.org\\r\\nBcc: x@example.org", "viewer"), &t),
	    ERR_INVALID);
	SAME(c->fault.field, "email");
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_WRITE;
	IS(try_task(c, "invite", INVITE("crew", "n@example.org", "viewer"), &t), ERR_FORBIDDEN);
}

SITE_TEST(an_existing_account_joins_when_it_confirms)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "kwame@example.org", "editor"));
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "awaiting_token");
	SAME(t.approved_by.text, "system");
	YES(!in_team(c, "crew", "kwame", ROLE_EDITOR));
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "crew", "kwame", ROLE_EDITOR));
	YES(holds(
	    c, "(SELECT count(*) FROM audit WHERE verb = 'team_member' AND actor = 'marta') = 1"));
}

SITE_TEST(a_new_account_chooses_its_password)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "New.One@example.org", "viewer"));
	work_on(c);
	SAME(task_state(c, &t), "awaiting_token");
	YES(holds(c, "NOT EXISTS (SELECT FROM account WHERE name = 'new.one')"));
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "crew", "new.one", ROLE_VIEWER));
	YES(holds(c,
	    "(SELECT password_hash LIKE '$argon2id%%' AND password_changed_at IS NOT NULL AND NOT "
	    "admin AND NOT dashboard AND email = 'New.One@example.org' FROM account WHERE name = "
	    "'new.one')"));
	AUDITED("account_add", "account:new.one", 1);
}

SITE_TEST(a_disabled_account_is_enabled_with_a_new_password)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "dora@example.org", "operator"));
	work_on(c);
	YES(holds(c, "(SELECT disabled_at IS NOT NULL FROM account WHERE name = 'dora')"));
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(holds(c,
	    "(SELECT disabled_at IS NULL AND password_hash LIKE '$argon2id%%' FROM account "
	    "WHERE name = 'dora')"));
	YES(in_team(c, "crew", "dora", ROLE_OPERATOR));
}

SITE_TEST(who_has_the_role_already_needs_no_token)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "eddie@example.org", "operator"));
	work_on(c);
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "crew", "eddie", ROLE_EDITOR));
}

SITE_TEST(an_invitation_ends_with_the_right_to_invite)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "kwame@example.org", "editor"));
	work_on(c);
	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_VIEWER), OK);
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "failed");
	YES(!in_team(c, "crew", "kwame", ROLE_EDITOR));
	YES(holds(
	    c, "(SELECT count(*) FROM notification WHERE error AND task_id = '%s') = 1", t.id));
}

/* A token that was to confirm never sets a password, nor does the other way round let anybody in.
 */
SITE_TEST(what_the_token_gives_must_be_what_the_account_needs)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "kwame@example.org", "editor"));
	work_on(c);
	given_disabled(c, "kwame");
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "failed");
	YES(holds(c, "(SELECT disabled_at IS NOT NULL FROM account WHERE name = 'kwame')"));
	act_as(c, "marta");
	t = given_task(c, "invite", INVITE("crew", "late@example.org", "editor"));
	work_on(c);
	given_account(c, "late", false);
	given_addressed(c, "late", "late@example.org");
	token_gives(c, &t, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "crew", "late", ROLE_EDITOR));
	YES(holds(c, "(SELECT password_hash IS NULL FROM account WHERE name = 'late')"));
}

static void renamed(struct ctx *c, const char *from, const char *to)
{
	struct team team;

	act_as_cli(c);
	IS(team_edit(c, from, &(struct team_change){ .name = to }, &team), OK);
}

SITE_TEST(an_invitation_follows_its_team_and_not_its_name)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = given_task(c, "invite", INVITE("crew", "kwame@example.org", "editor"));
	struct task late = given_task(c, "invite", INVITE("crew", "n@example.org", "viewer"));
	work_on(c);
	renamed(c, "crew", "sailors");
	given_team(c, "crew"); /* another one, and marta manages it, too */
	IS(team_member(c, "crew", "marta", ROLE_MANAGER), OK);
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "sailors", "kwame", ROLE_EDITOR));
	YES(!in_team(c, "crew", "kwame", ROLE_EDITOR));
	IS(team_delete(c, "sailors"), OK);
	token_gives(c, &late, "{\"password\":\"" PASSWORD "\"}");
	SAME(task_state(c, &late), "failed");
	YES(noted(c, late.id, "The team crew of this request is gone."));
	YES(holds(c, "NOT EXISTS (SELECT FROM account WHERE email = 'n@example.org')"));
}

/* In what the address is written otherwise than in the account is nobody's business but whoever
 * typed it: mail goes to where the account's mail goes. */
SITE_TEST(whoever_has_an_account_is_mailed_at_its_own_address)
{
	static const char *const asked_for[][2] = {
		{ "KWAME@Example.Org", "kwame@example.org" },
		{ "Dora@example.org", "dora@example.org" },
		{ "Some.One@Example.org", "Some.One@Example.org" },
	};

	given_people(c);
	for (size_t i = 0; i < LENGTH(asked_for); i++) {
		act_as(c, "marta");
		struct task t = given_task(c, "invite",
		    arena_printf(c->arena,
			"{\"team\":\"crew\",\"email\":\"%s\",\"role\":\"viewer\"}",
			asked_for[i][0]));
		work_on(c);
		SAME(task_state(c, &t), "awaiting_token");
		if (!holds(c, "(SELECT target FROM message WHERE task_id = '%s') = '%s'", t.id,
			asked_for[i][1]))
			FAIL("%s is not mailed at %s", asked_for[i][0], asked_for[i][1]);
	}
}

SITE_TEST(an_invitation_is_sent_once_whoever_asks)
{
	struct task t;

	given_people(c);
	given_member(c, "crew", "mona", ROLE_MANAGER);
	act_as(c, "marta");
	(void)given_task(c, "invite", INVITE("crew", "n@example.org", "viewer"));
	act_as(c, "mona");
	IS(try_task(c, "invite", INVITE("crew", "n@example.org", "viewer"), &t), ERR_CONFLICT);
	SAME(c->fault.detail, "This task already exists.");
	IS(try_task(c, "invite", INVITE("crew", "N@Example.org", "viewer"), &t), ERR_CONFLICT);
	IS(try_task(c, "invite", INVITE("crew", "n@example.org", "editor"), &t), OK);
}

/* ---- whether an address has an account is for admins alone */

static const char *as_read(struct ctx *c, const char *who, const char *id)
{
	struct task t;
	struct json *o;

	act_as(c, who);
	t = task_now(c, id);
	IS(task_json_whole(c, &t, &o), OK);
	return json_write(c->arena, o);
}

/* What differs because it is another request: its number, its times, the address. */
static const char *without(struct ctx *c, const char *text, const char *email, const struct task *t)
{
	const char *cut[] = { email, t->id, t->hash.text != NULL ? t->hash.text : t->id };
	const char *out = text;

	for (size_t i = 0; i < LENGTH(cut); i++)
		for (const char *s; (s = strstr(out, cut[i])) != NULL;)
			out = arena_printf(
			    c->arena, "%.*s*%s", (int)(s - out), out, s + strlen(cut[i]));
	for (const char *s; (s = strstr(out, "\":\"20")) != NULL;) /* each time, of any year */
		out = arena_printf(c->arena, "%.*s@%s", (int)(s - out), out, strchr(s, 'Z') + 1);
	return out;
}

SITE_TEST(who_invites_reads_the_same_whoever_has_the_address_and_an_admin_reads_more)
{
	static const char *const emails[] = { "nobody@example.org", "kwame@example.org",
		"dora@example.org", "root2@example.org", "twins@example.org" };
	const char *first = NULL;

	given_people(c);
	given_member(c, "crew", "mona", ROLE_MANAGER);
	for (size_t i = 0; i < LENGTH(emails); i++) {
		act_as(c, "marta");
		struct task t = asked(c, "invite",
		    arena_printf(c->arena,
			"{\"team\":\"crew\",\"email\":\"%s\",\"role\":\"viewer\"}", emails[i]));
		SAME(task_state(c, &t), "awaiting_token");
		const char *read = without(c, as_read(c, "marta", t.id), emails[i], &t);
		YES(strstr(as_read(c, "mona", t.id), "A mail goes to") != NULL);
		if (first == NULL)
			first = read;
		SAME(read, first);
		YES(strcmp(without(c, as_read(c, "root2", t.id), emails[i], &t), read) != 0);
	}
}

/* It goes on until the mail was answered, and then it cannot be. */
SITE_TEST(an_invitation_that_cannot_be_fails_when_its_mail_was_answered)
{
	given_people(c);
	act_as(c, "marta");
	struct task t = asked(c, "invite", INVITE("crew", "root2@example.org", "viewer"));
	token_gives(c, &t, "{\"confirm\":true}");
	SAME(task_state(c, &t), "failed");
	SAME(task_now(c, t.id).failure.text, PERSON_HUSHED);
	YES(!in_team(c, "crew", "root2", ROLE_VIEWER));
	act_as(c, "marta");
	YES(strstr(as_read(c, "marta", t.id), "may not change") == NULL);
	YES(strstr(as_read(c, "root2", t.id), "marta may not change what root2 is in crew.") !=
	    NULL);
}
