/* Tokens of tasks. */

#include "action/given_token.h"

#include <string.h>

#include "action/type_own.h"
#include "model/notification.h"

#define A_PASSWORD "{\"password\":\"a long password\"}"
#define CONFIRM    "{\"confirm\":true}"

SITE_TEST(a_token_is_looked_at_any_number_of_times_and_used_once)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t);
	struct token_need need;

	act_as_stranger(c);
	for (int i = 0; i < 3; i++)
		IS(token_find(c, token, &need), OK);
	SAME(json_write(c->arena, need.fields), "[\"confirm\"]");
	SAME(json_write(c->arena, need.actions), "[\"add_member\"]");
	SAME(need.title, t.title);
	IS(token_submit(c, token, json_of(c, CONFIRM)), OK);
	IS(token_find(c, token, &need), ERR_NOT_FOUND);
	IS(token_submit(c, token, json_of(c, CONFIRM)), ERR_NOT_FOUND);
	act_as(c, "marta");
	t = task_now(c, t.id);
	SAME(t.stage, "submit");
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	AUDITED("token_submit", arena_printf(c->arena, "task:%s", t.id), 1);
	YES(holds(c, "(SELECT address = '192.0.2.7' AND account_id IS NULL FROM audit WHERE verb = "
		     "'token_submit')"));
}

SITE_TEST(of_a_token_only_its_hash_is_kept)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t);

	IS(strlen(token), 64);
	YES(holds(
	    c, "NOT EXISTS (SELECT FROM task_token k WHERE strpos(k::text, '%s') > 0)", token));
	YES(holds(c, "NOT EXISTS (SELECT FROM message m WHERE strpos(m::text, '%s') > 0)", token));
	YES(holds(c, "NOT EXISTS (SELECT FROM audit a WHERE strpos(a::text, '%s') > 0)", token));
	YES(holds(c, "NOT EXISTS (SELECT FROM task t WHERE strpos(t::text, '%s') > 0)", token));
	SAME(token_of(c, &t), token);
}

SITE_TEST(another_key_gives_no_token_and_none_makes_none)
{
	struct task t = given_waiting_for_token(c, "confirm");
	struct config *config = given_config(c);
	const char *hash, *token;
	struct task_token row;

	IS(task_token_of(c, t.id, &row, &hash), OK);
	config->secret_key = "another key, as long as it has to be";
	IS(task_token_text(c, t.id, hash, &token), ERR_UNAVAILABLE);
	config->secret_key = "";
	IS(token_make(c, &t, 60), ERR_UNAVAILABLE);
}

SITE_TEST(what_a_token_needs_is_named_and_the_token_stays)
{
	static const struct {
		const char *given, *field;
	} refused[] = {
		{ "{}", "password" },
		{ "{\"password\":null,\"confirm\":true}", "password" },
		{ "{\"password\":\"a long password\"}", "confirm" },
		{ "{\"password\":\"short\",\"confirm\":true}", "password" },
		{ "{\"password\":\"a long pass\\nword\",\"confirm\":true}", "password" },
		{ "{\"password\":1234567890123,\"confirm\":true}", "password" },
		{ "{\"password\":\"a long password\",\"confirm\":false}", "confirm" },
		{ "{\"password\":\"a long password\",\"confirm\":\"true\"}", "confirm" },
		{ "{\"password\":\"a long password\",\"confirm\":true,\"admin\":true}", "admin" },
	};
	struct task t = given_waiting_for_token(c, "password confirm");
	const char *token = token_of(c, &t);
	struct token_need need;

	act_as_stranger(c);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		IS(token_submit(c, token, json_of(c, refused[i].given)), ERR_INVALID);
		SAME(c->fault.field, refused[i].field);
		IS(token_find(c, token, &need), OK);
	}
	IS(token_submit(c, token, json_of(c, "[]")), ERR_INVALID);
	IS(token_submit(
	       c, token, json_of(c, "{\"password\":\"a long password\",\"confirm\":true}")),
	    OK);
}

SITE_TEST(a_password_is_stored_as_its_hash_alone)
{
	struct task t = given_waiting_for_token(c, "password");
	const char *token = token_of(c, &t);

	act_as_stranger(c);
	IS(token_submit(c, token, json_of(c, A_PASSWORD)), OK);
	YES(holds(c, "(SELECT token_data->>'password_hash' LIKE '$argon2id$%%' AND token_data - "
		     "'password_hash' = '{}' FROM task)"));
	YES(holds(
	    c, "NOT EXISTS (SELECT FROM task t WHERE strpos(t::text, 'a long password') > 0)"));
	YES(holds(c, "NOT EXISTS (SELECT FROM audit t WHERE strpos(t::text, 'argon2') > 0)"));
	work_on(c);
	YES(holds(c, "(SELECT token_data IS NULL AND completed FROM task)"));
}

SITE_TEST(unknown_used_and_expired_tokens_look_the_same)
{
	static const char zeros[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t), *unknown;
	struct token_need need;

	act_as_stranger(c);
	IS(token_find(c, zeros, &need), ERR_NOT_FOUND);
	unknown = c->fault.detail;
	SAME(unknown, "This token does not exist or has expired.");
	IS(token_find(c, "x", &need), ERR_NOT_FOUND);
	SAME(c->fault.detail, unknown);
	IS(db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"), OK);
	IS(token_submit(c, token, json_of(c, CONFIRM)), ERR_NOT_FOUND);
	SAME(c->fault.detail, unknown);
	YES(holds(c, "NOT EXISTS (SELECT FROM task_token)"));
	act_as(c, "marta");
	SAME(task_now(c, t.id).state, "awaiting_token");
}

SITE_TEST(a_token_that_is_issued_again_replaces_the_former_one)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *former = token_of(c, &t);
	struct token_need need;

	act_as(c, "kwame");
	IS(token_reissue(c, t.id), OK);
	const char *token = token_of(c, &t);
	YES(strcmp(token, former) != 0);
	IS(token_find(c, former, &need), ERR_NOT_FOUND);
	IS(token_find(c, token, &need), OK);
	given_account(c, "eve", false);
	act_as(c, "eve");
	IS(token_reissue(c, t.id), ERR_NOT_FOUND);
	act_as(c, "marta");
	for (int i = 0; i < 8; i++) /* and two before */
		IS(token_reissue(c, t.id), OK);
	IS(token_reissue(c, t.id), ERR_TOO_MANY);
	AUDITED("token_reissue", arena_printf(c->arena, "task:%s", t.id), 9);
}

SITE_TEST(a_token_is_issued_again_only_where_one_is_waited_for)
{
	struct task t = given_prepared_with(c, "confirm");

	act_as(c, "marta");
	IS(token_reissue(c, t.id), ERR_CONFLICT);
	SAME(c->fault.detail, "This task has not been approved.");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	const char *token = token_of(c, &t);
	IS(token_submit(c, token, json_of(c, CONFIRM)), OK);
	IS(token_reissue(c, t.id), ERR_CONFLICT);
	work_on(c);
	IS(token_reissue(c, t.id), ERR_CONFLICT);
	SAME(c->fault.detail, "This task has already been completed.");
}

SITE_TEST(a_type_may_demand_that_its_tokens_are_used_signed_in)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t), *secret;
	struct type_wish wish = { .name = "request-access",
		.definition = json_of(c, "{\"token_sign_in\":true}") };
	struct type_found found;
	struct token_need need;

	act_as_cli(c);
	IS(type_save(c, &wish, &found, &secret), OK);
	act_as_stranger(c);
	IS(token_find(c, token, &need), OK);
	YES(need.sign_in);
	IS(token_submit(c, token, json_of(c, CONFIRM)), ERR_UNAUTHENTICATED);
	act_as(c, "kwame");
	IS(token_submit(c, token, json_of(c, CONFIRM)), OK);
}

SITE_TEST(a_token_dies_with_its_task)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t);
	struct token_need need;

	act_as(c, "kwame");
	IS(task_cancel(c, t.id, "", &t), OK);
	IS(token_find(c, token, &need), ERR_NOT_FOUND);
	IS(token_reissue(c, t.id), ERR_CONFLICT);
	SAME(c->fault.detail, "This task has been cancelled.");
}

SITE_TEST(one_address_tries_so_many_tokens_and_no_more)
{
	struct token_need need;

	act_as_stranger(c);
	for (int i = 0; i < 600; i++)
		IS(token_find(c, "x", &need), ERR_NOT_FOUND);
	IS(token_find(c, "x", &need), ERR_TOO_MANY);
	YES(c->fault.retry_s > 0);
	c->actor.address = "192.0.2.8";
	IS(token_find(c, "x", &need), ERR_NOT_FOUND);
}

SITE_TEST(admins_list_tokens_and_purge_those_that_expired)
{
	struct task t = given_waiting_for_token(c, "confirm");
	struct task_token *list;
	const char *next;
	int64_t gone;
	size_t n;

	act_as(c, "kwame");
	IS(task_token_list(c, &(struct task_token_query){ NULL, NULL, 10 }, &list, &n, &next),
	    ERR_FORBIDDEN);
	IS(task_token_purge(c, &gone), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(task_token_purge(c, &gone), OK);
	IS(gone, 0);
	IS(task_token_list(c, &(struct task_token_query){ NULL, NULL, 10 }, &list, &n, &next), OK);
	IS(n, 1);
	SAME(list[0].task_id, t.id);
	YES(next == NULL && !list[0].expired);
	IS(db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"), OK);
	IS(task_token_purge(c, &gone), OK);
	IS(gone, 1);
}

SITE_TEST(conditions_see_what_a_token_and_its_notification_belong_to)
{
	static const struct {
		const char *filters;
		size_t tokens, notifications;
	} all[] = {
		{ "{\"task_type\":{\"exact\":\"request-access\"}}", 1, 1 },
		{ "{\"title\":{\"icontains\":\"CREW\"}}", 1, 1 },
		{ "{\"task__action__name\":{\"exact\":\"add_member\"}}", 1, 1 },
		{ "{\"task__notes\":{\"contains\":\"kwame joins\"}}", 1, 1 },
		{ "{\"task__task_type\":{\"exact\":\"invite\"}}", 0, 0 },
		{ "{\"task__pk\":{\"isnull\":false}}", 1, 1 },
		{ "{\"pk\":{\"isnull\":false},\"task_id\":{\"isnull\":false}}", 1, 1 },
		{ "{\"expired\":{\"exact\":false}}", 1, SIZE_MAX },
		{ "{\"expired\":{\"exact\":true}}", 0, SIZE_MAX },
		{ "{\"acknowledged_by\":{\"exact\":\"signalbox\"},\"acknowledged_at\":{\"gt\":"
		  "\"2020-01-01\"}}",
		    SIZE_MAX, 1 },
		{ "{\"acknowledged_at\":{\"isnull\":true}}", SIZE_MAX, 0 },
	};
	struct notification *notices;
	struct task_token *tokens;
	const char *next;

	given_waiting_for_token(c, "confirm");
	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(all); i++) {
		struct task_token_query t = { all[i].filters, NULL, 10 };
		struct notification_query k = {
			.kind = NOTIFICATIONS_STANDARD, .filters = all[i].filters, .limit = 10
		};
		size_t n = SIZE_MAX, m = SIZE_MAX;
		enum err e = task_token_list(c, &t, &tokens, &n, &next),
			 f = notification_list(c, &k, &notices, &m, &next);
		IS(e, all[i].tokens == SIZE_MAX ? ERR_INVALID : OK);
		IS(f, all[i].notifications == SIZE_MAX ? ERR_INVALID : OK);
		if (n != all[i].tokens || m != all[i].notifications)
			FAIL("%s: %zu tokens, %zu notifications", all[i].filters, n, m);
	}
}
