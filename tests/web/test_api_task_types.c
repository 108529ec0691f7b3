/* Definitions of task types through the API. */

#include "action/given_task.h"
#include "action/type_own.h"
#include "model/given_alert.h"
#include "web/api/api.h"

#define AT "/api/v1/task-types/database/definition"

static struct json *body_of(struct ctx *c, const struct resp *w)
{
	return json_of(c, w->body);
}

SITE_TEST(the_defaults_of_all_types_are_put_as_a_definition_and_are_no_type)
{
	static const char at[] = "/api/v1/task-types/defaults/definition";

	ask_site = &api_site;
	given_config(c);
	struct resp w = ask_json(c, AS_ADMIN, GET, at, NULL);
	IS(w.status, 200);
	SAME(resp_find(&w, "ETag"), "\"0\"");
	w = ask_json(
	    c, AS_ADMIN, PUT, at, "{\"notifications\":{\"errors\":{\"mails\":[\"a@b.org\"]}}}");
	IS(w.status, 200);
	HAS(w.body, "a@b.org");
	AUDITED("task_type_edit", "task_type:defaults", 1);
	w = ask_json(c, AS_ADMIN, PUT, at, "{\"expires_s\":3600}");
	IS(w.status, 422);
	HAS(w.body, "\"expires_s\"");
	IS(ask_json(c, AS_ADMIN, GET, "/api/v1/task-types/defaults", NULL).status, 404);
	IS(ask_json(c, AS_ADMIN, POST, "/api/v1/task-types/defaults", "{}").status, 404);
	w = ask_json(c, AS_ADMIN, GET, "/api/v1/task-types", NULL);
	LACKS(w.body, "\"defaults\"");
	IS(ask_json(c, AS_ADMIN, DELETE, at, NULL).status, 204);
}

SITE_TEST(a_definition_is_put_seen_and_deleted_through_the_api)
{
	ask_site = &api_site;
	given_config(c);
	struct resp w = ask_json(c, AS_ADMIN, PUT, AT, type_example);
	IS(w.status, 201);
	SAME(resp_find(&w, "ETag"), "\"1\"");
	YES(strncmp(json_text(json_get(body_of(c, &w), "secret")), "whsec_", 6) == 0);
	w = ask_json(c, AS_ADMIN, GET, AT, NULL);
	IS(w.status, 200);
	struct json *definition = json_get(body_of(c, &w), "definition");
	YES(json_get(body_of(c, &w), "secret") == NULL);
	w = ask_json(c, AS_ADMIN, PUT, AT, json_write(c->arena, definition));
	IS(w.status, 200);
	YES(json_equal(definition, json_get(body_of(c, &w), "definition")));
	w = ask_json(c, AS_ADMIN, POST, AT "/secret", NULL);
	IS(w.status, 200);
	YES(strncmp(json_text(json_get(body_of(c, &w), "secret")), "whsec_", 6) == 0);
	w = ask_json(c, AS_ADMIN, GET, "/api/v1/task-types/database", NULL);
	IS(w.status, 200);
	AUDITED("task_type_secret", "task_type:database", 1);
	IS(ask_json(c, AS_ADMIN, POST, "/api/v1/task-types/invite/definition/secret", NULL).status,
	    409);
	IS(ask_json(c, AS_ADMIN, DELETE, AT, NULL).status, 204);
	IS(ask_json(c, AS_ADMIN, GET, AT, NULL).status, 404);
}

SITE_TEST(what_a_type_that_ships_does_besides_is_put_and_seen_through_the_api)
{
	static const char at[] = "/api/v1/task-types/quota/definition";

	ask_site = &api_site;
	given_config(c);
	struct resp w = ask_json(c, AS_ADMIN, PUT, at,
	    "{\"additional_actions\":[{\"action\":\"http_call\",\"with\":{\"approve_url\":"
	    "\"https://x.example/"
	    "\"}}],\"mails\":{\"completed\":{\"emails\":[{},{\"to\":\"a@b.example\"}]}}}");
	IS(w.status, 200);
	YES(strncmp(json_text(json_get(body_of(c, &w), "secret")), "whsec_", 6) == 0);
	struct json *definition = json_get(body_of(c, &w), "definition");
	IS(json_length(json_get(definition, "additional_actions")), 1);
	w = ask_json(c, AS_ADMIN, PUT, at, json_write(c->arena, definition));
	IS(w.status, 200);
	YES(json_equal(definition, json_get(body_of(c, &w), "definition")));
	w = ask_json(c, AS_ADMIN, GET, "/api/v1/task-types/quota", NULL);
	struct json *does = json_get(body_of(c, &w), "actions");
	IS(json_length(does), 2);
	SAME(json_text(json_get(json_at(does, 1), "name")), "http_call");
	w = ask_json(c, AS_ADMIN, PUT, at, "{\"additional_actions\":[{\"action\":\"set_quota\"}]}");
	IS(w.status, 422);
	SAME(json_text(json_get(json_get(body_of(c, &w), "error"), "field")),
	    "additional_actions[0].action");
	IS(ask_json(c, AS_ADMIN, DELETE, at, NULL).status, 204);
}

SITE_TEST(a_fault_of_a_definition_names_the_way_to_it)
{
	ask_site = &api_site;
	struct resp w = ask_json(c, AS_ADMIN, PUT, AT,
	    "{\"title\":\"T\",\"fields\":[{\"name\":\"a\",\"kind\":\"line\",\"rule\":\"(\"}],"
	    "\"actions\":[]}");
	IS(w.status, 422);
	SAME(json_text(json_get(json_get(body_of(c, &w), "error"), "field")), "fields[0].rule");
}

SITE_TEST(definitions_are_for_admins_alone)
{
	ask_site = &api_site;
	int64_t id = given_account(c, "kwame", false);
	struct caller kwame = as_token(id, "kwame", SCOPE_ADMIN);
	IS(ask_json(c, &kwame, GET, AT, NULL).status, 403);
	IS(ask_json(c, &kwame, PUT, AT, type_example).status, 403);
	IS(ask_json(c, &kwame, DELETE, AT, NULL).status, 403);
	IS(ask_json(c, AS_NOBODY, GET, AT, NULL).status, 401);
}
