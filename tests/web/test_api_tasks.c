/* Asking for tasks and deciding on them, as JSON. */

#include "action/given_token.h"
#include "action/type_own.h"
#include "model/notification.h"
#include "web/api/api.h"

#define ACCESS "{\"team\":\"crew\",\"role\":\"operator\"}"

static struct resp as(
    struct ctx *c, const char *name, enum method m, const char *target, const char *json)
{
	struct account account = { 0 };

	act_as_cli(c);
	IS(account_named(c, name, &account), OK);
	struct caller caller = as_token(account.id, account.name, SCOPE_WRITE);
	caller.actor.admin = account.admin;
	ask_site = &api_site;
	return ask_json(c, &caller, m, target, json);
}

static struct resp warden(struct ctx *c, enum method m, const char *target, const char *json)
{
	act_as(c, "warden");
	struct caller caller = as_token(c->actor.account_id, "warden", SCOPE_ADMIN);
	caller.actor.admin = true;
	ask_site = &api_site;
	return ask_json(c, &caller, m, target, json);
}

static const char *member(struct ctx *c, const struct resp *w, const char *key)
{
	return json_text(json_get(json_of(c, w->body), key));
}

/* What kwame has asked for, prepared. */
static const char *given_asked(struct ctx *c)
{
	struct resp w = as(
	    c, "kwame", POST, "/api/v1/task-types/request-access?reason=vacation", ACCESS);

	IS(w.status, 202);
	const char *at = resp_find(&w, "Location");
	work_on(c);
	return at;
}

SITE_TEST(api_tells_what_may_be_asked_for)
{
	given_crew_of_two(c);
	struct resp w = as(c, "kwame", GET, "/api/v1/task-types", NULL);
	HAS(w.body, "\"name\":\"request-access\"");
	w = as(c, "kwame", GET, "/api/v1/task-types/request-access", NULL);
	HAS(w.body, "\"kind\":\"role\",\"required\":true,\"rule\":null,"
		    "\"choices\":[\"viewer\",\"operator\",\"editor\",\"manager\"]");
	IS(as(c, "kwame", GET, "/api/v1/task-types/none-such", NULL).status, 404);
}

SITE_TEST(api_shows_a_stranger_only_what_strangers_may_ask_for)
{
	static const char *const hidden[] = { "request-access", "invite", "none-such" };

	given_crew_of_two(c);
	ask_site = &api_site;
	IS(ask_json(c, AS_NOBODY, GET, "/api/v1/task-types/sign-up", NULL).status, 200);
	for (size_t i = 0; i < LENGTH(hidden); i++) {
		const char *at = arena_printf(c->arena, "/api/v1/task-types/%s", hidden[i]);
		struct resp w = ask_json(c, AS_NOBODY, GET, at, NULL);
		IS(w.status, 401);
		HAS(w.body, "Sign in to ask for this.");
		IS(ask_json(c, AS_NOBODY, POST, at, "{}").status, 401);
	}
	struct resp w = as(c, "kwame", GET, "/api/v1/task-types/job-change", NULL);
	IS(w.status, 404);
	HAS(w.body, "made where the change itself is");
}

SITE_TEST(api_asks_and_names_the_field_that_is_wrong)
{
	static const struct {
		const char *body, *field, *says;
	} all[] = {
		{ "{}", "team", "is needed" },
		{ "{\"team\":\"crew\"}", "role", "is needed" },
		{ "{\"team\":\"crew\",\"role\":\"king\"}", "role", "must be viewer, operator" },
		{ "{\"team\":\"none\",\"role\":\"viewer\"}", "team", "there is no team none" },
		{ "{\"team\":7,\"role\":\"viewer\"}", "team", "must be text" },
		{ "{\"team\":\"crew\\nBcc: x\",\"role\":\"viewer\"}", "team", "plain text" },
		{ "{\"team\":\"crew\",\"role\":\"viewer\",\"x\":1}", "x",
		    "is no field of this type" },
	};

	given_crew_of_two(c);
	for (size_t i = 0; i < LENGTH(all); i++) {
		struct resp w = as(
		    c, "kwame", POST, "/api/v1/task-types/request-access", all[i].body);
		IS(w.status, 422);
		SAME(c->fault.field, all[i].field);
		HAS(w.body, all[i].says);
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
	ask_site = &api_site;
	IS(ask_json(c, AS_NOBODY, POST, "/api/v1/task-types/request-access", ACCESS).status, 401);
}

SITE_TEST(api_shows_changes_and_decides)
{
	given_crew_of_two(c);
	const char *at = given_asked(c);
	struct resp w = as(c, "kwame", GET, at, NULL);
	HAS(w.body, "\"state\":\"requested\",\"requester\":\"kwame\",\"team\":\"crew\",\"reason\":"
		    "\"vacation\"");
	HAS(w.body, "\"actions\":[{\"name\":\"add_member\",\"state\":\"prepared\",\"valid\":true");
	const char *hash = member(c, &w, "hash");
	w = as(c, "kwame", PUT, at, "{\"team\":\"crew\",\"role\":\"viewer\"}");
	IS(w.status, 200);
	work_on(c);
	const char *approve = arena_printf(c->arena, "%s/approve", at);
	const char *seen = arena_printf(c->arena, "{\"hash\":\"%s\"}", hash);
	IS(as(c, "kwame", POST, approve, seen).status, 403);
	w = as(c, "marta", POST, approve, seen);
	IS(w.status, 412);
	w = as(c, "marta", GET, at, NULL);
	w = as(c, "marta", POST, approve,
	    arena_printf(c->arena, "{\"hash\":\"%s\",\"comment\":\"yes\"}", member(c, &w, "hash")));
	IS(w.status, 200);
	SAME(member(c, &w, "state"), "approved");
	work_on(c);
	w = as(c, "kwame", GET, at, NULL);
	SAME(member(c, &w, "state"), "completed");
	HAS(w.body, "\"approved\":true,\"completed\":true,\"cancelled\":false,\"approved_by\":"
		    "\"marta\"");
	SAME(member(c, &w, "ended_at"), member(c, &w, "completed_at"));
	HAS(w.body, "\"approvals\":[{\"account\":\"marta\",");
	IS(as(c, "kwame", PUT, at, ACCESS).status, 409);
	AUDITED("task_edit", arena_printf(c->arena, "task:%s", member(c, &w, "id")), 1);
}

SITE_TEST(api_tells_admins_alone_all_of_an_address_that_is_called)
{
	struct type_found found;
	const char *secret;

	given_crew_of_two(c);
	given_account(c, "warden", true);
	given_config(c);
	act_as_cli(c);
	struct type_wish wish = { .name = "request-access",
		.definition = json_of(c,
		    "{\"allow_auto_approve\":false,\"additional_actions\":[{\"action\":\"http_"
		    "call\","
		    "\"with\":{\"approve_url\":\"https://x.example/hooks/"
		    "t0ken?k=1\",\"submit_url\":"
		    "\"https://x.example/\"}},{\"action\":\"send_mail\",\"with\":{\"to\":"
		    "\"desk@example.org\",\"email_additional_addresses\":[\"auditor@example.org\"],"
		    "\"subject\":\"S\",\"text\":\"T\"}}]}") };
	IS(type_save(c, &wish, &found, &secret), OK);
	const char *at = given_asked(c);
	for (size_t i = 0; i < 2; i++) {
		static const char *const people[] = { "kwame", "marta" };
		struct resp w = as(c, people[i], GET, at, NULL);
		HAS(w.body, "\"approve_url\":\"https://x.example/...\"");
		HAS(w.body, "\"submit_url\":\"https://x.example/\"");
		HAS(w.body, "desk@example.org");
		LACKS(w.body, "t0ken");
		LACKS(w.body, "auditor@");
	}
	struct resp w = warden(c, GET, at, NULL);
	HAS(w.body, "https://x.example/hooks/t0ken?k=1");
	HAS(w.body, "auditor@example.org");
}

SITE_TEST(api_rejects_comments_and_withdraws)
{
	given_crew_of_two(c);
	const char *at = given_asked(c);
	struct resp w = as(
	    c, "marta", POST, arena_printf(c->arena, "%s/comment", at), "{\"comment\":\"why?\"}");
	IS(w.status, 200);
	HAS(w.body, "\"kind\":\"comment\",\"by\":\"marta\",\"text\":\"why?\"");
	const char *reject = arena_printf(c->arena, "%s/reject", at);
	IS(as(c, "marta", POST, reject, "{\"comment\":\"\"}").status, 422);
	w = as(c, "marta", POST, reject, "{\"comment\":\"not now\"}");
	SAME(member(c, &w, "state"), "rejected");
	HAS(w.body, "\"approved\":false,\"completed\":false,\"cancelled\":true,");
	YES(*member(c, &w, "ended_at") != '\0');
	w = as(c, "kwame", POST, arena_printf(c->arena, "%s/cancel", at), NULL);
	IS(w.status, 409);
	HAS(w.body, "This task has been rejected.");
	at = given_asked(c);
	w = as(c, "kwame", POST, arena_printf(c->arena, "%s/cancel", at), NULL);
	SAME(member(c, &w, "state"), "cancelled");
	AUDITED("task_cancel", arena_printf(c->arena, "task:%s", member(c, &w, "id")), 1);
}

/* How many a list gives. */
static size_t listed(struct ctx *c, const char *who, const char *query)
{
	struct resp w = as(c, who, GET, arena_printf(c->arena, "/api/v1/tasks%s", query), NULL);

	IS(w.status, 200);
	return json_length(json_get(json_of(c, w.body), "items"));
}

SITE_TEST(api_lists_by_whose_state_and_conditions)
{
	given_crew_of_two(c);
	given_account(c, "eve", false);
	given_asked(c);
	IS(listed(c, "kwame", ""), 1);
	IS(listed(c, "eve", ""), 0);
	IS(listed(c, "marta", "?whose=me"), 1);
	IS(listed(c, "marta", "?whose=mine"), 0);
	IS(listed(c, "kwame", "?state=open&type=request-access&team=crew"), 1);
	IS(listed(c, "kwame", "?state=completed,failed"), 0);
	IS(listed(c, "kwame", "?filters=%7B%22title%22%3A%7B%22icontains%22%3A%22CREW%22%7D%7D"),
	    1);
	IS(listed(c, "kwame", "?filters=%7B%22valid%22%3A%7B%22exact%22%3Afalse%7D%7D"), 0);
	struct resp w = as(c, "kwame", GET, "/api/v1/tasks?filters=%7B%22x%22%3A%7B%7D%7D", NULL);
	IS(w.status, 422);
	SAME(c->fault.field, "filters");
}

SITE_TEST(api_token_is_used_once)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *token = token_of(c, &t);
	const char *at = arena_printf(c->arena, "/api/v1/tokens/%s", token);
	given_account(c, "warden", true);
	ask_site = &api_site;
	struct resp w = ask_json(c, AS_NOBODY, GET, at, NULL);
	IS(w.status, 200);
	HAS(w.body, "\"required_fields\":[\"confirm\"],\"requires_authentication\":false");
	w = ask_json(c, AS_NOBODY, POST, at, "{}");
	IS(w.status, 422);
	SAME(c->fault.field, "confirm");
	IS(ask_json(c, AS_NOBODY, POST, at, "{\"confirm\":true}").status, 200);
	IS(ask_json(c, AS_NOBODY, POST, at, "{\"confirm\":true}").status, 404);
	IS(ask_json(c, AS_NOBODY, GET, at, NULL).status, 404);
}

SITE_TEST(api_tokens_are_listed_issued_again_and_purged)
{
	struct task t = given_waiting_for_token(c, "confirm");
	const char *reissue = arena_printf(c->arena, "{\"task\":\"%s\"}", t.id);
	given_account(c, "warden", true);
	struct resp w = warden(c, GET, "/api/v1/tokens", NULL);
	HAS(w.body, t.id);
	LACKS(w.body, token_of(c, &t));
	w = warden(c, GET,
	    "/api/v1/tokens?filters=%7B%22task__type%22%3A%7B%22exact%22%3A%22quota%22%7D%7D",
	    NULL);
	HAS(w.body, "\"items\":[]");
	IS(as(c, "marta", GET, "/api/v1/tokens", NULL).status, 403);
	IS(as(c, "kwame", POST, "/api/v1/tokens", reissue).status, 202);
	IS(as(c, "kwame", POST, "/api/v1/tokens", "{\"task\":\"x\"}").status, 404);
	IS(db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"), OK);
	w = warden(c, DELETE, "/api/v1/tokens", NULL);
	HAS(w.body, "{\"purged\":1}");
}

SITE_TEST(api_notifications_are_listed_and_acknowledged)
{
	given_crew_of_two(c);
	given_account(c, "warden", true);
	given_asked(c);
	IS(notification_add(c, NULL, true, "it broke", &(int64_t){ 0 }), OK);
	struct resp w = warden(c, GET, "/api/v1/notifications", NULL);
	HAS(w.body, "\"notes\":{\"errors\":[\"it broke\"]}");
	HAS(w.body, "\"notes\":{\"notes\":[\"'request-access' task needs approval.\"]}");
	struct json *first = json_at(json_get(json_of(c, w.body), "items"), 0);
	const char *id = arena_printf(
	    c->arena, "/api/v1/notifications/%lld", (long long)json_int(json_get(first, "id")));
	IS(as(c, "marta", GET, id, NULL).status, 403);
	SAME(warden(c, GET, id, NULL).body, json_write(c->arena, first));
	IS(warden(c, GET, "/api/v1/notifications/999999999", NULL).status, 404);
	w = warden(c, GET, "/api/v1/status", NULL);
	HAS(w.body, "\"error_notifications\":[{\"id\":");
	HAS(w.body, "\"last_created_task\":{\"id\":");
	HAS(w.body, "\"last_completed_task\":null");
	w = warden(c, POST, arena_printf(c->arena, "%s/acknowledge", id), NULL);
	HAS(w.body, "\"acknowledged\":true");
	HAS(w.body, "\"acknowledged_by\":\"warden\"");
	w = warden(c, GET, "/api/v1/status", NULL);
	HAS(w.body, "\"error_notifications\":[]");
	w = warden(c, GET,
	    "/api/v1/notifications?filters=%7B%22acknowledged%22%3A%7B%22exact%22%3Afalse%7D%7D",
	    NULL);
	LACKS(w.body, "it broke");
	struct json *open = json_at(json_get(json_of(c, w.body), "items"), 0);
	w = warden(c, POST, "/api/v1/notifications/acknowledge",
	    arena_printf(
		c->arena, "{\"ids\":[%lld,999999999]}", (long long)json_int(json_get(open, "id"))));
	HAS(w.body, "{\"acknowledged\":1}");
	static const char *const no_ids[] = { "{\"ids\":\"x\"}", "{\"ids\":[]}",
		"{\"ids\":[1,\"2\"]}", "{\"ids\":[0]}", "{\"ids\":[1.5]}", "{\"ids\":[null]}",
		"{}" };
	for (size_t i = 0; i < LENGTH(no_ids); i++) {
		w = warden(c, POST, "/api/v1/notifications/acknowledge", no_ids[i]);
		if (w.status != 422 || strstr(w.body, "\"field\":\"ids\"") == NULL)
			FAIL("%s: %d %s", no_ids[i], w.status, w.body);
	}
	SAME(c->fault.field, "ids");
}

static const char *status_says(struct ctx *c, const char *key)
{
	struct resp w = warden(c, GET, "/api/v1/status", NULL);

	return json_text(json_get(json_get(json_of(c, w.body), key), "id"));
}

SITE_TEST(api_status_names_what_was_asked_for_last_and_what_was_done_last)
{
	given_crew_of_two(c);
	given_account(c, "warden", true);
	SAME(status_says(c, "last_created_task"), "");
	act_as(c, "kwame");
	struct task first = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	struct task second = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"editor\"}");
	SAME(status_says(c, "last_created_task"), second.id);
	act_as(c, "kwame");
	IS(task_cancel(c, second.id, "", &second), OK);
	SAME(status_says(c, "last_created_task"), second.id); /* withdrawn is not completed */
	SAME(status_says(c, "last_completed_task"), "");
	IS(db_script(c, "UPDATE task SET state = 'completed', stage = 'end', completed = true, "
			"cancelled = false, due_at = NULL, completed_at = now()"),
	    OK);
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE task SET completed_at = now() + interval '1 s' WHERE id = '%s'",
			    first.id)),
	    OK);
	SAME(status_says(c, "last_completed_task"), first.id);
	SAME(status_says(c, "last_created_task"), "");
	IS(as(c, "marta", GET, "/api/v1/status", NULL).status, 403);
}
