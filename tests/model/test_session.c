#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "model/given.h"
#include "model/knock.h"

#define HOUR_US (INT64_C(3600) * US_PER_S)

SITE_TEST(a_session_begins_with_the_right_password)
{
	int64_t id = given_account_with_password(c, "marta");
	const char *token = NULL;
	struct session *sessions = NULL;
	size_t n = 0;

	c->actor = (struct actor){ .address = "192.0.2.9" };
	IS(session_sign_in(c, "marta", PASSWORD, "A browser/1.0", &token), OK);
	IS(strlen(token), 43);
	c->actor = (struct actor){ .address = "192.0.2.10" };
	IS(session_actor(c, token), OK);
	IS(c->actor.account_id, id);
	SAME(c->actor.account, "marta");
	SAME(c->actor.address, "192.0.2.10");
	IS(c->actor.scope, SCOPE_ADMIN);
	YES(c->actor.session_id > 0 && c->actor.token_id == 0 && !c->actor.admin);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(n, 1);
	SAME(sessions[0].address, "192.0.2.9");
	SAME(sessions[0].agent, "A browser/1.0");
	IS(sessions[0].created_us, c->now_us);
}

SITE_TEST(an_odd_browser_name_is_no_obstacle)
{
	const char *token = NULL, *agents[] = { "", "a\tb", "\xff\xfe", "a\r\nb" };
	struct session *sessions = NULL;
	size_t n = 0;

	given_account_with_password(c, "marta");
	for (size_t i = 0; i < LENGTH(agents); i++)
		IS(session_sign_in(c, "marta", PASSWORD, agents[i], &token), OK);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(n, LENGTH(agents));
}

/* Of this process alone: the machine may be busy with other things. */
static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* What a refusal takes, the least of three. */
static int64_t refusal_us(
    struct ctx *c, const char *account, const char *password, const char **sentence)
{
	int64_t least = INT64_MAX;
	const char *token = NULL;

	for (int i = 0; i < 3; i++) {
		int64_t begin = cpu_us();
		IS(session_sign_in(c, account, password, "", &token), ERR_UNAUTHENTICATED);
		int64_t took = cpu_us() - begin;
		if (took < least)
			least = took;
	}
	*sentence = ctx_fault(c);
	YES(token == NULL);
	return least;
}

SITE_TEST(unknown_disabled_and_wrong_look_the_same)
{
	const char *unknown, *disabled, *wrong, *without, *odd;

	site_hash_in_earnest();
	given_account_with_password(c, "marta");
	given_account_with_password(c, "gone");
	given_account(c, "without", false);
	IS(account_disable(c, "gone", true), OK);
	int64_t slow = refusal_us(c, "marta", "not her password", &wrong);
	int64_t us[] = {
		refusal_us(c, "nobody", PASSWORD, &unknown),
		refusal_us(c, "gone", PASSWORD, &disabled),
		refusal_us(c, "without", PASSWORD, &without),
		refusal_us(c, "no\x01such\xff", PASSWORD, &odd),
	};
	SAME(unknown, wrong);
	SAME(disabled, wrong);
	SAME(without, wrong);
	SAME(odd, wrong);
	for (size_t i = 0; i < LENGTH(us); i++) /* hashing is 20 ms, all else is below one */
		if (us[i] < slow / 2 || us[i] > slow * 2)
			FAIL("%" PRId64 " us, but a wrong password %" PRId64 " us", us[i], slow);
}

SITE_TEST(sign_in_is_limited_by_name_before_anything_is_hashed)
{
	const char *token = NULL;

	given_account_with_password(c, "marta");
	given_account_with_password(c, "other");
	c->actor = (struct actor){ .address = "192.0.2.9" };
	for (int i = 0; i < KNOCKS_PER_NAME; i++)
		IS(session_sign_in(c, "marta", "wrong password", "", &token), ERR_UNAUTHENTICATED);
	int64_t begin = cpu_us();
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), ERR_TOO_MANY);
	YES(cpu_us() - begin < 10000);
	YES(c->fault.retry_s > 0 && c->fault.retry_s <= KNOCK_WINDOW_S + 1);
	IS(session_sign_in(c, "other", PASSWORD, "", &token), OK);
	c->actor = (struct actor){ .address = "192.0.2.9" };
	c->now_us += KNOCK_WINDOW_S * US_PER_S;
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
}

SITE_TEST(the_right_password_clears_the_count)
{
	const char *token = NULL;

	given_account_with_password(c, "marta");
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < KNOCKS_PER_NAME - 1; i++)
			IS(session_sign_in(c, "marta", "wrong password", "", &token),
			    ERR_UNAUTHENTICATED);
		IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	}
}

SITE_TEST(knocks_are_limited_by_address)
{
	c->actor.address = "192.0.2.9";
	for (int i = 0; i < KNOCKS_PER_ADDRESS; i++)
		IS(knock(c, "account", arena_printf(c->arena, "name-%d", i)), OK);
	IS(knock(c, "account", "name-x"), ERR_TOO_MANY);
	c->actor.address = "192.0.2.10";
	IS(knock(c, "account", "name-x"), OK);
}

SITE_TEST(what_is_typed_at_the_door_is_counted_and_not_kept)
{
	IS(knock(c, "account", "a-password-in-the-wrong-field"), OK);
	YES(holds(c, "NOT EXISTS (SELECT FROM knock WHERE key LIKE '%%wrong-field%%')"));
	YES(holds(c, "(SELECT count(*) FROM knock) = 2"));
}

SITE_TEST(an_over_long_name_is_cut_before_it_is_counted)
{
	char name[5000];
	const char *token = NULL;

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < KNOCKS_PER_NAME; i++) {
		name[sizeof(name) - 2] = (char)('a' +
						i); /* what is cut off cannot escape the count */
		IS(knock(c, "account", name), OK);
	}
	IS(session_sign_in(c, name, PASSWORD, "", &token), ERR_TOO_MANY);
}

SITE_TEST(a_session_ends)
{
	const char *token = NULL, *other = NULL;

	given_account_with_password(c, "marta");
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &other), OK);
	IS(session_actor(c, other), OK);
	IS(session_sign_out(c), OK);
	IS(session_actor(c, other), ERR_UNAUTHENTICATED);
	IS(session_actor(c, token), OK);
	IS(session_actor(c, ""), ERR_UNAUTHENTICATED);
	IS(session_actor(c, "x"), ERR_UNAUTHENTICATED);
	IS(session_actor(c, crypt_token(c->arena, "")), ERR_UNAUTHENTICATED);
}

SITE_TEST(an_idle_session_ends_and_a_used_one_lasts_until_its_limit)
{
	const char *token = NULL;
	int64_t begin = c->now_us, idle_us = config_int(site_config.session_idle_s) * US_PER_S;
	int64_t max_us = config_int(site_config.session_max_s) * US_PER_S;

	given_account_with_password(c, "marta");
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	c->now_us = begin + idle_us - 1;
	IS(session_actor(c, token), OK); /* this moves seen_at */
	c->now_us = begin + 2 * idle_us - 2;
	IS(session_actor(c, token), OK);
	c->now_us += idle_us;
	IS(session_actor(c, token), ERR_UNAUTHENTICATED);
	c->now_us = begin;
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	for (c->now_us = begin; c->now_us < begin + max_us; c->now_us += idle_us - HOUR_US)
		IS(session_actor(c, token), OK);
	c->now_us = begin + max_us;
	IS(session_actor(c, token), ERR_UNAUTHENTICATED);
}

SITE_TEST(seen_at_moves_once_a_minute)
{
	const char *token = NULL;
	struct session *sessions = NULL;
	size_t n = 0;

	given_account_with_password(c, "marta");
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	int64_t begin = c->now_us;
	c->now_us = begin + 59 * US_PER_S;
	IS(session_actor(c, token), OK);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(sessions[0].seen_us, begin);
	c->now_us = begin + 61 * US_PER_S;
	IS(session_actor(c, token), OK);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(sessions[0].seen_us, begin + 61 * US_PER_S);
}

SITE_TEST(my_sessions_are_mine_to_revoke)
{
	const char *mine = NULL, *mine2 = NULL, *hers = NULL;
	struct session *sessions = NULL;
	size_t n = 0;

	given_account_with_password(c, "marta");
	given_account_with_password(c, "eve");
	IS(session_sign_in(c, "eve", PASSWORD, "", &hers), OK);
	int64_t hers_id = c->actor.session_id, eve = c->actor.account_id;
	IS(session_sign_in(c, "marta", PASSWORD, "", &mine), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &mine2), OK);
	IS(session_revoke(c, c->actor.account_id, hers_id), ERR_NOT_FOUND);
	IS(session_revoke(c, c->actor.account_id, 999999999), ERR_NOT_FOUND);
	IS(session_list(c, eve, &sessions, &n), ERR_FORBIDDEN);
	HAS(ctx_fault(c), "your own sessions only");
	IS(session_revoke(c, eve, hers_id), ERR_FORBIDDEN);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(n, 2);
	YES(sessions[0].id > sessions[1].id);
	IS(session_revoke(c, c->actor.account_id, sessions[1].id), OK);
	IS(session_revoke(c, c->actor.account_id, sessions[1].id), ERR_NOT_FOUND);
	IS(session_actor(c, mine), ERR_UNAUTHENTICATED);
	IS(session_actor(c, hers), OK);
	IS(session_actor(c, mine2), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &mine), OK);
	IS(session_revoke_others(c, c->actor.account_id), OK);
	IS(session_revoke_others(c, c->actor.account_id), OK);
	IS(session_actor(c, mine2), ERR_UNAUTHENTICATED);
	IS(session_actor(c, mine), OK);
	IS(session_actor(c, hers), OK);
}

struct id {
	int64_t id;
};

/* The password is compared first, and the session made later: what happened in between decides. */
SITE_TEST(no_session_begins_with_a_password_changed_meanwhile)
{
	static const struct db_field fields[] = { DB_FIELD(struct id, id), DB_END };
	int64_t account = given_account_with_password(c, "marta");
	struct id id;

	IS(db_one(c, SQL_SESSION_ADD,
	       DB_ARGS(db_int(account), db_text("the hash before"), db_text("x"), db_text(""),
		   db_text(""), db_int(c->now_us)),
	       fields, &id),
	    ERR_NOT_FOUND);
}
