#include "model/given.h"

SITE_TEST(the_audit_tells_who_from_where_and_in_which_request)
{
	given_account(c, "marta", false);
	act_as(c, "marta");
	struct json *before = json_of(c, "{\"a\":1}");
	IS(audit_add(c, "thing_change", "thing:7", before, NULL), OK);
	YES(holds(c, "(SELECT actor = 'marta' AND account_id = (SELECT id FROM account WHERE name "
		     "= 'marta') AND before = '{\"a\": 1}' AND "
		     "after IS NULL AND req_id = 'test' AND address = '192.0.2.8' FROM audit WHERE "
		     "object = 'thing:7')"));
	c->actor = (struct actor){ 0 };
	IS(audit_add(c, "thing_change", "thing:8", NULL, before), OK);
	YES(holds(c, "(SELECT actor = 'nobody' AND account_id IS NULL FROM audit WHERE object = "
		     "'thing:8')"));
}

static enum err script(struct ctx *c, void *sql)
{
	return db_script(c, sql);
}

SITE_TEST(nobody_changes_the_audit)
{
	static const char *const attempts[] = { "UPDATE audit SET actor = 'x'", "DELETE FROM audit",
		"TRUNCATE audit" };

	act_as_cli(c);
	IS(audit_add(c, "thing_change", "thing:7", NULL, NULL), OK);
	for (size_t i = 0; i < LENGTH(attempts); i++)
		YES(db_atomically(c, script, (void *)attempts[i]) != OK);
	AUDITED("thing_change", "thing:7", 1);
}

SITE_TEST(accounts_sessions_and_tokens_are_audited_without_secrets)
{
	static const char *const verbs[] = { "account_add", "sign_in", "password_change",
		"token_add", "token_revoke", "session_revoke", "session_revoke_others", "sign_out",
		"account_disable", "account_enable", "team_add", "team_member" };
	int64_t id = given_account_with_password(c, "marta");
	const char *first = NULL, *second = NULL, *third = NULL, *token = NULL;
	struct token *tokens = NULL;
	size_t n = 0;

	IS(session_sign_in(c, "marta", PASSWORD, "", &first), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &second), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &third), OK);
	IS(token_add(c, id, "ci", SCOPE_READ, 1, &token), OK);
	IS(token_list(c, id, &tokens, &n), OK);
	IS(token_revoke(c, id, tokens[0].id), OK);
	IS(session_actor(c, first), OK);
	int64_t first_id = c->actor.session_id;
	IS(session_actor(c, third), OK);
	IS(session_revoke(c, c->actor.account_id, first_id), OK);
	IS(session_revoke_others(c, c->actor.account_id), OK);
	IS(account_change_password(c, PASSWORD, "another good one"), OK);
	IS(session_sign_out(c), OK);
	given_team(c, "billing");
	IS(team_member(c, "billing", "marta", ROLE_VIEWER), OK);
	IS(account_disable(c, "marta", true), OK);
	IS(account_disable(c, "marta", false), OK);
	for (size_t i = 0; i < LENGTH(verbs); i++)
		if (!holds(c, "EXISTS (SELECT FROM audit WHERE verb = '%s')", verbs[i]))
			FAIL("no %s", verbs[i]);
	const char *const secrets[] = { PASSWORD, "another good one", first, second, third, token,
		"argon2id" };
	for (size_t i = 0; i < LENGTH(secrets); i++)
		YES(holds(c, "NOT EXISTS (SELECT FROM audit a WHERE strpos(a::text, '%s') > 0)",
		    secrets[i]));
}
