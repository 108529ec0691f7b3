/* Two who change a request do not overwrite each other: through the API. */

#include <string.h>

#include "lib/check.h"
#include "web/given_asked.h"

#define VIEWER   "{\"team\":\"crew\",\"role\":\"viewer\"}"
#define OPERATOR "{\"team\":\"crew\",\"role\":\"operator\"}"
#define EDITOR   "{\"team\":\"crew\",\"role\":\"editor\"}"

/* As `who`, with what he saw. */
static struct resp put(
    struct ctx *c, const char *who, const char *target, const char *if_match, const char *json)
{
	struct caller caller = caller_with(c, who, SCOPE_WRITE);

	caller.if_match = if_match;
	ask_site = &api_site;
	return ask_json(c, &caller, PUT, target, json);
}

static const char *error_of(struct ctx *c, const struct resp *w, const char *key)
{
	return json_text(json_get(json_get(body_of(c, w), "error"), key));
}

static const char *given_request(struct ctx *c)
{
	given_crew_of_two(c);
	given_account(c, "ada", true);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", OPERATOR);
	work_on(c);
	return arena_printf(c->arena, "/api/v1/tasks/%s", t.id);
}

static const char *role_now(struct ctx *c, const char *at)
{
	struct resp w = by(c, "kwame", GET, at, NULL);

	return json_text(json_get(json_get(body_of(c, &w), "data"), "role"));
}

SITE_TEST(a_request_is_not_changed_over_a_change_that_its_editor_has_not_seen)
{
	const char *at = given_request(c);
	struct resp w = by(c, "kwame", GET, at, NULL);
	SAME(resp_find(&w, "ETag"), "\"1\"");
	IS(json_int(json_get(body_of(c, &w), "version")), 1);
	w = put(c, "ada", at, "\"1\"", VIEWER);
	IS(w.status, 200);
	SAME(resp_find(&w, "ETag"), "\"2\"");
	work_on(c);
	w = put(c, "kwame", at, "\"1\"", EDITOR);
	IS(w.status, 412);
	SAME(error_of(c, &w, "code"), "stale");
	SAME(error_of(c, &w, "field"), "If-Match");
	SAME(role_now(c, at), "viewer");
	IS(put(c, "kwame", at, "\"x\"", EDITOR).status, 412);
	IS(put(c, "kwame", at, "\"2\"", EDITOR).status, 200);
	IS(put(c, "kwame", at, "*", VIEWER).status, 200);
	IS(put(c, "kwame", at, "", EDITOR).status, 200); /* as before: whatever it is */
	SAME(role_now(c, at), "editor");
}

SITE_TEST(the_hash_that_was_seen_guards_a_change_too)
{
	const char *at = given_request(c);
	struct resp w = by(c, "kwame", GET, at, NULL);
	const char *seen = arena_printf(
	    c->arena, "%s?hash=%s", at, json_text(json_get(body_of(c, &w), "hash")));
	IS(put(c, "ada", at, "", VIEWER).status, 200);
	w = put(c, "kwame", seen, "", EDITOR); /* while it is being prepared there is none */
	IS(w.status, 412);
	SAME(error_of(c, &w, "field"), "hash");
	work_on(c);
	IS(put(c, "kwame", seen, "", EDITOR).status, 412);
	SAME(role_now(c, at), "viewer");
	w = by(c, "kwame", GET, at, NULL);
	seen = arena_printf(
	    c->arena, "%s?hash=%s", at, json_text(json_get(body_of(c, &w), "hash")));
	IS(put(c, "kwame", seen, "", EDITOR).status, 200);
}

/* Its reason alone is no part of the hash, and yet not lost. */
SITE_TEST(a_reason_that_somebody_else_gave_is_not_overwritten_unseen)
{
	const char *at = given_request(c);

	IS(put(c, "ada", arena_printf(c->arena, "%s?reason=for%%20the%%20audit", at), "\"1\"",
	       OPERATOR)
		.status,
	    200);
	IS(put(c, "kwame", arena_printf(c->arena, "%s?reason=holidays", at), "\"1\"", OPERATOR)
		.status,
	    412);
	YES(holds(c, "(SELECT reason = 'for the audit' FROM task)"));
}

SITE_TEST(a_change_of_a_job_that_waits_is_guarded_as_well)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup?reason=less%20often",
	    "{\"schedule\":\"@daily\"}");
	const char *at = arena_printf(c->arena, "/api/v1/tasks/%s", id);
	struct resp w = by(c, "eddie", GET, at, NULL);
	struct json *data = json_get(body_of(c, &w), "data");
	json_set(json_get(data, "definition"), "schedule", json_string(c->arena, "@weekly"));
	IS(put(c, "eddie", at, "\"1\"", json_write(c->arena, data)).status, 200);
	json_set(json_get(data, "definition"), "schedule", json_string(c->arena, "@monthly"));
	w = put(c, "eddie", at, "\"1\"", json_write(c->arena, data));
	IS(w.status, 412);
	HAS(w.body, "changed meanwhile");
	/* Nor is it done unseen once nobody has to be asked any more. */
	demand(c, "crew", 0);
	IS(put(c, "eddie", at, "\"1\"", json_write(c->arena, data)).status, 412);
	SAME(json_text(json_get(job_now(c, "backup").spec, "schedule")), "@hourly");
	IS(put(c, "eddie", at, "\"2\"", json_write(c->arena, data)).status, 200);
	SAME(json_text(json_get(job_now(c, "backup").spec, "schedule")), "@monthly");
}

SITE_TEST(a_group_is_not_changed_over_a_change_that_its_editor_has_not_seen)
{
	static const char at[] = "/api/v1/groups/dba";

	given_crew_of_two(c);
	given_account(c, "ada", true);
	struct caller ada = caller_with(c, "ada", SCOPE_ADMIN);
	ask_site = &api_site;
#define PUT_GROUP(seen, json) (ada.if_match = (seen), ask_json(c, &ada, PUT, at, json))
	IS(PUT_GROUP("\"1\"", "{\"members\":[\"ada\"]}").status,
	    412); /* there is none to be seen */
	struct resp w = PUT_GROUP("", "{\"members\":[\"ada\"]}");
	IS(w.status, 200);
	SAME(resp_find(&w, "ETag"), "\"1\"");
	IS(json_int(json_get(body_of(c, &w), "version")), 1);
	IS(PUT_GROUP("\"1\"", "{\"members\":[\"ada\",\"marta\"]}").status, 200);
	w = PUT_GROUP("\"1\"", "{\"members\":[]}");
	IS(w.status, 412);
	SAME(error_of(c, &w, "code"), "stale");
	SAME(error_of(c, &w, "field"), "If-Match");
	w = by(c, "kwame", GET, at, NULL);
	SAME(resp_find(&w, "ETag"), "\"2\"");
	HAS(w.body, "\"members\":[\"ada\",\"marta\"]");
	/* What GET answered can be put back, and is no change. */
	w = PUT_GROUP("\"2\"", w.body);
	IS(w.status, 200);
	SAME(resp_find(&w, "ETag"), "\"2\"");
	AUDITED("group_set", "group:dba", 2);
}
