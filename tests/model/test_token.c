#include <string.h>

#include "model/given.h"

#define DAY_US (INT64_C(86400) * US_PER_S)

SITE_TEST(a_token_speaks_for_its_account)
{
	int64_t id = given_account(c, "marta", false);
	struct token *tokens = NULL;
	const char *text = NULL;
	size_t n = 0;

	act_as(c, "marta");
	IS(token_add(c, id, "deploy", SCOPE_RUN, 30, &text), OK);
	YES(strncmp(text, "sb_", 3) == 0 && strlen(text) == 46);
	c->actor = (struct actor){ .address = "192.0.2.9" };
	IS(token_actor(c, text), OK);
	IS(c->actor.account_id, id);
	SAME(c->actor.account, "marta");
	IS(c->actor.scope, SCOPE_RUN);
	YES(c->actor.token_id > 0 && c->actor.session_id == 0);
	act_as(c, "marta");
	IS(token_list(c, id, &tokens, &n), OK);
	IS(n, 1);
	SAME(tokens[0].name, "deploy");
	SAME(tokens[0].account, "marta");
	IS(tokens[0].scope, SCOPE_RUN);
	IS(tokens[0].expires_us, c->now_us + 30 * DAY_US);
	IS(tokens[0].used_us.value, c->now_us);
}

SITE_TEST(wrong_tokens_are_not_made)
{
	int64_t id = given_account(c, "marta", false);
	char name[82];
	const char *text = NULL;
	struct token *tokens = NULL;
	size_t n = 0;

	memset(name, 'a', 81);
	name[81] = '\0';
	act_as(c, "marta");
	static const struct {
		const char *name;
		int scope, days;
		const char *field;
	} wrong[] = {
		{ "", SCOPE_READ, 30, "name" },
		{ "a\nb", SCOPE_READ, 30, "name" },
		{ "\xff", SCOPE_READ, 30, "name" },
		{ "x", SCOPE_NONE, 30, "scope" },
		{ "x", 5, 30, "scope" },
		{ "x", SCOPE_ADMIN, 30, "scope" },
		{ "x", SCOPE_READ, 0, "days" },
		{ "x", SCOPE_READ, 366, "days" },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(token_add(
		       c, id, wrong[i].name, (enum scope)wrong[i].scope, wrong[i].days, &text),
		    ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	IS(token_add(c, id, name, SCOPE_READ, 30, &text), ERR_INVALID);
	IS(token_list(c, id, &tokens, &n), OK);
	IS(n, 0);
}

SITE_TEST(a_revoked_or_expired_token_is_refused)
{
	int64_t id = given_account(c, "marta", false);
	struct token *tokens = NULL;
	const char *text = NULL, *other = NULL;
	size_t n = 0;

	act_as(c, "marta");
	IS(token_add(c, id, "one", SCOPE_READ, 1, &text), OK);
	IS(token_add(c, id, "two", SCOPE_READ, 2, &other), OK);
	IS(token_list(c, id, &tokens, &n), OK);
	IS(n, 2);
	if (n == 0)
		return;
	IS(token_revoke(c, id, tokens[0].id), OK);
	IS(token_revoke(c, id, tokens[0].id), ERR_NOT_FOUND);
	IS(token_actor(c, text), ERR_UNAUTHENTICATED);
	IS(token_actor(c, other), OK);
	c->now_us += 2 * DAY_US;
	IS(token_actor(c, other), ERR_UNAUTHENTICATED);
	static const char *const odd[] = { "", "sb_", "x",
		"sb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"SB_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sb_\xff\xfe" };
	for (size_t i = 0; i < LENGTH(odd); i++)
		IS(token_actor(c, odd[i]), ERR_UNAUTHENTICATED);
}

SITE_TEST(tokens_of_others_are_out_of_reach)
{
	int64_t id = given_account(c, "marta", false), eve = given_account(c, "eve", false);
	struct token *tokens = NULL;
	const char *text = NULL;
	size_t n = 0;

	act_as(c, "marta");
	IS(token_add(c, id, "one", SCOPE_READ, 1, &text), OK);
	IS(token_list(c, id, &tokens, &n), OK);
	act_as(c, "eve");
	IS(token_add(c, id, "mine", SCOPE_READ, 1, &text), ERR_FORBIDDEN);
	IS(token_list(c, id, &tokens, &n), ERR_FORBIDDEN);
	IS(token_list(c, 0, &tokens, &n), ERR_FORBIDDEN);
	IS(token_revoke(c, id, tokens[0].id), ERR_FORBIDDEN);
	IS(token_revoke(c, 0, tokens[0].id), ERR_FORBIDDEN);
	IS(token_revoke(c, eve, tokens[0].id), ERR_NOT_FOUND);
	act_as_cli(c);
	IS(token_list(c, 0, &tokens, &n), OK);
	IS(n, 1);
	IS(token_revoke(c, 0, tokens[0].id), OK);
	IS(token_add(c, 999999, "x", SCOPE_READ, 1, &text), ERR_NOT_FOUND);
}

SITE_TEST(a_token_does_not_beget_tokens)
{
	int64_t id = given_account(c, "marta", false);
	const char *text = NULL, *more = NULL;

	act_as(c, "marta");
	IS(token_add(c, id, "one", SCOPE_WRITE, 1, &text), OK);
	IS(token_actor(c, text), OK);
	IS(token_add(c, id, "two", SCOPE_READ, 1, &more), ERR_FORBIDDEN);
}

TEST(scopes_have_names)
{
	SAME(scope_name(SCOPE_WRITE), "write");
	IS(scope_named("run"), SCOPE_RUN);
	IS(scope_named("Run"), SCOPE_NONE);
	IS(scope_named(""), SCOPE_NONE);
	IS(scope_named(NULL), SCOPE_NONE);
	YES(scope_name(SCOPE_NONE) == NULL);
}

SITE_TEST(the_scope_admin_is_for_who_looks_after_others)
{
	int64_t marta = given_account(c, "marta", false);
	const char *text = NULL;

	act_as(c, "marta");
	IS(token_add(c, marta, "x", SCOPE_ADMIN, 1, &text), ERR_INVALID);
	act_as_cli(c);
	IS(team_member(c, "ops", "marta", ROLE_EDITOR), OK);
	IS(token_add(c, marta, "x", SCOPE_ADMIN, 1, &text), ERR_INVALID);
	IS(team_member(c, "ops", "marta", ROLE_MANAGER), OK);
	act_as(c, "marta");
	IS(token_add(c, marta, "x", SCOPE_ADMIN, 1, &text), OK);
	IS(token_actor(c, text), OK);
	IS(token_add(c, marta, "y", SCOPE_WRITE, 1, &text), OK);
	IS(token_add(c, marta, "y", SCOPE_ADMIN, 1, &text), ERR_FORBIDDEN);
	SAME(c->fault.field, "scope");
}

SITE_TEST(a_token_of_any_scope_sees_its_likes_and_revokes_itself)
{
	int64_t id = given_account(c, "marta", false);
	const char *text = NULL, *other = NULL;
	struct token *tokens = NULL;
	size_t n = 0;

	act_as(c, "marta");
	IS(token_add(c, id, "one", SCOPE_READ, 1, &text), OK);
	IS(token_add(c, id, "two", SCOPE_READ, 1, &other), OK);
	IS(token_actor(c, text), OK);
	IS(token_list(c, id, &tokens, &n), OK);
	IS(n, 2);
	IS(token_revoke(c, id, tokens[1].id), ERR_FORBIDDEN);
	HAS(c->fault.detail, "scope admin");
	IS(token_revoke(c, id, tokens[0].id), OK);
	IS(token_actor(c, text), ERR_UNAUTHENTICATED);
	IS(token_actor(c, other), OK);
}
