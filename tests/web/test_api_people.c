/* Accounts, teams, members and tokens as JSON. */

#include "model/given.h"
#include "web/api/api.h"

static struct resp as(struct ctx *c, const char *name, enum scope scope, enum method m,
    const char *target, const char *json)
{
	struct account account = { 0 };

	act_as_cli(c);
	IS(account_named(c, name, &account), OK);
	struct caller caller = as_token(account.id, account.name, scope);
	caller.actor.admin = account.admin;
	ask_site = &api_site;
	return ask_json(c, &caller, m, target, json);
}

/* By an admin's token of the widest scope. */
static struct resp warden(struct ctx *c, enum method m, const char *target, const char *json)
{
	return as(c, "warden", SCOPE_ADMIN, m, target, json);
}

static struct json *parsed(struct ctx *c, const struct resp *w)
{
	return json_of(c, w->body == NULL ? "null" : w->body);
}

static const char *said(struct ctx *c, const struct resp *w, const char *key)
{
	return json_text(json_get(json_get(parsed(c, w), "error"), key));
}

SITE_TEST(api_makes_changes_and_lists_accounts)
{
	given_account(c, "warden", true);
	struct resp w = warden(c, POST, "/api/v1/accounts",
	    "{\"name\":\"marta\",\"email\":\"m@example.org\",\"password\":\"" PASSWORD
	    "\",\"dashboard\":true}");
	IS(w.status, 201);
	SAME(resp_find(&w, "Location"), "/api/v1/accounts/marta");
	LACKS(w.body, "password");
	IS(warden(c, POST, "/api/v1/accounts", "{\"name\":\"marta\"}").status, 409);
	IS(warden(c, PUT, "/api/v1/teams/ops/members/marta", "{\"role\":\"editor\"}").status, 200);
	w = warden(c, GET, "/api/v1/accounts/marta", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"admin\":false,\"dashboard\":true,\"disabled\":false");
	HAS(w.body, "\"teams\":[{\"name\":\"ops\",\"role\":\"editor\"}]");
	IS(warden(c, PATCH, "/api/v1/accounts/marta", w.body).status, 200); /* as it was answered */
	w = warden(c, PATCH, "/api/v1/accounts/marta", "{\"disabled\":true,\"admin\":true}");
	HAS(w.body, "\"admin\":true,\"dashboard\":true,\"disabled\":true");
	w = warden(c, GET, "/api/v1/accounts?state=disabled&team=ops&right=admin&q=mar", NULL);
	HAS(w.body, "\"teams\":[{\"name\":\"ops\",\"role\":\"editor\"}]}],\"next\":null}");
	w = warden(c, GET, "/api/v1/accounts?limit=1", NULL);
	SAME(json_text(json_get(parsed(c, &w), "next")), "marta");
	w = warden(c, GET, "/api/v1/accounts?limit=1&after=marta", NULL);
	YES(json_type(json_get(parsed(c, &w), "next")) == JSON_NULL);
	IS(warden(c, GET, "/api/v1/accounts/nobody-such", NULL).status, 404);
}

SITE_TEST(api_sets_passwords_and_shows_none)
{
	const char *session = NULL;

	given_account(c, "warden", true);
	given_account(c, "marta", false);
	IS(warden(c, PUT, "/api/v1/accounts/marta/password", "{\"password\":\"short\"}").status,
	    422);
	IS(warden(c, PUT, "/api/v1/accounts/marta/password", "{}").status, 422);
	IS(warden(c, PUT, "/api/v1/accounts/marta/password", "{\"password\":\"" PASSWORD "\"}")
		.status,
	    204);
	IS(session_sign_in(c, "marta", PASSWORD, "", &session), OK);
}

SITE_TEST(api_refuses_wrong_people_and_names_the_field)
{
	static const struct {
		enum method m;
		const char *target, *json, *field;
		int status;
	} wrong[] = {
		{ POST, "accounts", "{}", "name", 422 },
		{ POST, "accounts", "{\"name\":\"A b\"}", "name", 422 },
		{ POST, "accounts", "{\"name\":\"x\",\"email\":\"x\"}", "email", 422 },
		{ POST, "accounts", "{\"name\":\"x\",\"password\":\"x\"}", "password", 422 },
		{ POST, "accounts", "{\"name\":\"x\",\"admin\":1}", "admin", 422 },
		{ POST, "accounts", "{\"name\":\"x\",\"role\":1}", "role", 422 },
		{ POST, "accounts", "[]", "", 422 },
		{ POST, "accounts", "", "", 400 },
		{ PATCH, "accounts/warden", "{\"email\":null}", "email", 422 },
		{ PATCH, "accounts/warden", "{\"admin\":\"yes\"}", "admin", 422 },
		{ PATCH, "accounts/warden", "{\"admin\":false}", "admin", 409 },
		{ PATCH, "accounts/warden", "{\"disabled\":true}", "disabled", 409 },
		{ GET, "accounts?state=x", NULL, "state", 422 },
		{ GET, "accounts?right=x", NULL, "right", 422 },
		{ GET, "accounts?team=x", NULL, "team", 422 },
		{ GET, "accounts?limit=501", NULL, "limit", 422 },
		{ GET, "accounts?after=%7E", NULL, "after", 422 },
		{ GET, "accounts?sort=name", NULL, "sort", 422 },
		{ POST, "teams", "{\"description\":\"x\"}", "name", 422 },
		{ POST, "teams", "{\"name\":\"x\",\"keep_days\":0}", "keep_days", 422 },
		{ POST, "teams", "{\"name\":\"x\",\"keep_runs\":\"9\"}", "keep_runs", 422 },
		{ POST, "teams", "{\"name\":\"x\",\"drift\":\"\"}", "drift", 422 },
		{ PATCH, "teams/ops", "{\"owner\":1}", "owner", 422 },
		{ PATCH, "teams/ops", "{\"quota\":\"huge\"}", "quota", 422 },
		{ PATCH, "teams/ops", "{\"quota\":\"custom\"}", "quota", 422 },
		{ PATCH, "teams/ops", "{\"max_jobs\":3}", "max_jobs", 422 },
		{ PATCH, "teams/ops", "{\"quota\":\"small\",\"max_running\":3}", "max_running",
		    422 },
		{ GET, "teams/none/invites", NULL, "team", 404 },
		{ PATCH, "teams/ops", "{\"description\":\"a\\nb\"}", "description", 422 },
		{ GET, "teams?colour=red", NULL, "colour", 422 },
		{ PUT, "teams/ops/members/warden", "{\"role\":\"boss\"}", "role", 422 },
		{ PUT, "teams/ops/members/warden", "{}", "role", 422 },
		{ PUT, "teams/ops/members/nobody-such", "{\"role\":\"viewer\"}", "account", 404 },
		{ PUT, "teams/none/members/warden", "{\"role\":\"viewer\"}", "team", 404 },
		{ GET, "teams/none/members", NULL, "team", 404 },
		{ POST, "accounts/warden/tokens", "{}", "name", 422 },
		{ POST, "accounts/warden/tokens", "{\"name\":\"x\",\"days\":366}", "days", 422 },
		{ POST, "accounts/warden/tokens", "{\"name\":\"x\",\"scope\":\"all\"}", "scope",
		    422 },
		{ POST, "accounts/warden/tokens", "{\"name\":\"x\",\"scope\":\"admin\"}", "scope",
		    403 },
		{ DELETE, "accounts/warden/tokens/99", NULL, "id", 404 },
		{ DELETE, "account/tokens/x", NULL, "", 404 },
	};

	given_account(c, "warden", true);
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		const char *target = arena_printf(c->arena, "/api/v1/%s", wrong[i].target);
		struct resp w = warden(c, wrong[i].m, target, wrong[i].json);
		if (w.status != wrong[i].status ||
		    strcmp(said(c, &w, "field"), wrong[i].field) != 0)
			FAIL("%s %s: %d %s", target, wrong[i].json ? wrong[i].json : "", w.status,
			    w.body);
	}
	YES(holds(c, "(SELECT count(*) FROM account) = 1 AND (SELECT count(*) FROM team) = 1"));
}

SITE_TEST(api_shows_one_ones_own_teams_and_lets_managers_manage)
{
	given_account(c, "warden", true);
	given_member(c, "ops", "marta", ROLE_MANAGER);
	given_account(c, "new", false);
	IS(warden(c, POST, "/api/v1/teams",
	       "{\"name\":\"data\",\"description\":\"Numbers\",\"keep_days\":9,\"drift\":\"show\"}")
		.status,
	    201);
	struct resp w = warden(c, GET, "/api/v1/teams", NULL);
	HAS(w.body,
	    "{\"items\":[{\"name\":\"data\",\"description\":\"Numbers\",\"keep_days\":9,"
	    "\"keep_runs\":null,\"drift\":\"show\",\"quota\":null,\"max_jobs\":null,"
	    "\"min_interval_s\":null,\"max_running\":null,\"role\":\"manager\",\"members\":0,"
	    "\"jobs\":0},{\"name\":\"ops\"");
	w = as(c, "marta", SCOPE_READ, GET, "/api/v1/teams", NULL);
	LACKS(w.body, "data");
	HAS(w.body, "\"name\":\"ops\"");
	IS(as(c, "marta", SCOPE_ADMIN, GET, "/api/v1/teams/data", NULL).status, 404);
	IS(as(c, "marta", SCOPE_ADMIN, PATCH, "/api/v1/teams/data", "{}").status, 404);
	IS(as(c, "marta", SCOPE_WRITE, PATCH, "/api/v1/teams/ops", "{\"keep_runs\":5}").status,
	    403);
	w = as(c, "marta", SCOPE_ADMIN, PATCH, "/api/v1/teams/ops",
	    "{\"keep_runs\":5,\"keep_days\":null,\"drift\":null}");
	IS(w.status, 200);
	HAS(w.body, "\"keep_runs\":5,\"drift\":null");
	IS(as(c, "marta", SCOPE_ADMIN, PATCH, "/api/v1/teams/ops", "{\"name\":\"mine\"}").status,
	    403);
	IS(as(c, "marta", SCOPE_ADMIN, DELETE, "/api/v1/teams/ops", NULL).status, 403);
	IS(as(c, "marta", SCOPE_ADMIN, PUT, "/api/v1/teams/ops/members/new",
	       "{\"role\":\"operator\"}")
		.status,
	    200);
	w = as(c, "new", SCOPE_READ, GET, "/api/v1/teams/ops/members", NULL);
	HAS(w.body,
	    "[{\"account\":\"marta\",\"role\":\"manager\",\"admin\":false,\"disabled\":false},"
	    "{\"account\":\"new\",\"role\":\"operator\"");
	IS(as(c, "new", SCOPE_ADMIN, PUT, "/api/v1/teams/ops/members/new", "{\"role\":\"editor\"}")
		.status,
	    403);
	IS(as(c, "marta", SCOPE_ADMIN, DELETE, "/api/v1/teams/ops/members/marta", NULL).status,
	    409);
	IS(as(c, "marta", SCOPE_ADMIN, DELETE, "/api/v1/teams/ops/members/new", NULL).status, 204);
	IS(as(c, "new", SCOPE_READ, GET, "/api/v1/teams/ops", NULL).status, 404);
	w = warden(c, PATCH, "/api/v1/teams/data", "{\"name\":\"numbers\"}");
	HAS(w.body, "\"name\":\"numbers\"");
	IS(warden(c, DELETE, "/api/v1/teams/numbers", NULL).status, 204);
	given_job(c, "ops", "hello");
	w = warden(c, DELETE, "/api/v1/teams/ops", NULL);
	IS(w.status, 409);
	HAS(said(c, &w, "message"), "still has 1 job");
}

SITE_TEST(api_says_who_one_is)
{
	given_member(c, "ops", "marta", ROLE_EDITOR);
	struct resp w = as(c, "marta", SCOPE_RUN, GET, "/api/v1/account", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"name\":\"marta\"");
	HAS(w.body, "\"teams\":[{\"name\":\"ops\",\"role\":\"editor\"}],\"scope\":\"run\",\"by\":"
		    "\"token\"}");
	ask_site = &api_site;
	IS(ask_json(c, AS_NOBODY, GET, "/api/v1/account", NULL).status, 401);
}

SITE_TEST(api_lists_and_revokes_ones_own_tokens)
{
	int64_t id = given_account(c, "marta", false), eve = given_account(c, "eve", false);
	const char *text = NULL, *hers = NULL;
	struct token *tokens = NULL;
	size_t n = 0;

	IS(token_add(c, id, "ci", SCOPE_READ, 9, &text), OK);
	IS(token_add(c, eve, "eve's", SCOPE_READ, 9, &hers), OK);
	IS(token_list(c, eve, &tokens, &n), OK);
	struct caller by = { .authorization = arena_printf(c->arena, "Bearer %s", text) };
	ask_site = &api_site;
	struct resp w = ask_json(c, &by, GET, "/api/v1/account/tokens", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"name\":\"ci\",\"scope\":\"read\"");
	LACKS(w.body, "eve");
	LACKS(w.body, text);
	int64_t own = json_int(json_get(json_at(json_get(parsed(c, &w), "items"), 0), "id"));
	const char *others = arena_printf(c->arena, "/api/v1/account/tokens/%d", (int)tokens[0].id);
	IS(ask_json(c, &by, DELETE, others, NULL).status, 403);
	const char *itself = arena_printf(c->arena, "/api/v1/account/tokens/%d", (int)own);
	IS(ask_json(c, &by, DELETE, itself, NULL).status, 204);
	IS(ask_json(c, &by, GET, "/api/v1/account/tokens", NULL).status, 401);
}

SITE_TEST(api_makes_tokens_for_an_account_by_an_admin)
{
	given_account(c, "warden", true);
	given_account(c, "marta", false);
	struct resp w = warden(c, POST, "/api/v1/accounts/marta/tokens",
	    "{\"name\":\"ci\",\"scope\":\"write\",\"days\":3}");
	IS(w.status, 201);
	const char *text = json_text(json_get(parsed(c, &w), "token"));
	struct caller by = { .authorization = arena_printf(c->arena, "Bearer %s", text) };
	w = ask_json(c, &by, GET, "/api/v1/account", NULL);
	HAS(w.body, "\"scope\":\"write\"");
	w = warden(c, GET, "/api/v1/accounts/marta/tokens", NULL);
	HAS(w.body, "\"name\":\"ci\"");
	int64_t id = json_int(json_get(json_at(json_get(parsed(c, &w), "items"), 0), "id"));
	IS(warden(c, DELETE, arena_printf(c->arena, "/api/v1/accounts/warden/tokens/%d", (int)id),
	       NULL)
		.status,
	    404);
	IS(warden(
	       c, DELETE, arena_printf(c->arena, "/api/v1/accounts/marta/tokens/%d", (int)id), NULL)
		.status,
	    204);
	IS(ask_json(c, &by, GET, "/api/v1/account", NULL).status, 401);
}

SITE_TEST(api_of_accounts_is_for_admins_with_a_token_of_scope_admin)
{
	static const struct {
		enum method m;
		const char *target, *json;
	} asks[] = {
		{ GET, "/api/v1/accounts", NULL },
		{ POST, "/api/v1/accounts", "{\"name\":\"x\"}" },
		{ GET, "/api/v1/accounts/warden", NULL },
		{ PATCH, "/api/v1/accounts/marta", "{\"admin\":true}" },
		{ PUT, "/api/v1/accounts/warden/password", "{\"password\":\"" PASSWORD "\"}" },
		{ GET, "/api/v1/accounts/warden/tokens", NULL },
		{ POST, "/api/v1/accounts/warden/tokens", "{\"name\":\"x\"}" },
		{ POST, "/api/v1/teams", "{\"name\":\"x\"}" },
	};

	given_account(c, "warden", true);
	given_member(c, "ops", "marta", ROLE_MANAGER);
	for (size_t i = 0; i < LENGTH(asks); i++) {
		IS(as(c, "marta", SCOPE_ADMIN, asks[i].m, asks[i].target, asks[i].json).status,
		    403);
		IS(as(c, "warden", SCOPE_WRITE, asks[i].m, asks[i].target, asks[i].json).status,
		    403);
		ask_site = &api_site;
		IS(ask_json(c, AS_NOBODY, asks[i].m, asks[i].target, asks[i].json).status, 401);
	}
	YES(holds(c, "(SELECT count(*) FROM account WHERE admin) = 1"));
}

SITE_TEST(api_sets_quotas_for_admins_and_shows_them_to_members)
{
	given_account(c, "warden", true);
	given_member(c, "ops", "marta", ROLE_MANAGER);
	struct resp w = warden(c, PATCH, "/api/v1/teams/ops", "{\"quota\":\"small\"}");
	IS(w.status, 200);
	HAS(w.body, "\"quota\":\"small\",\"max_jobs\":20,\"min_interval_s\":300,\"max_running\":2");
	w = warden(c, PATCH, "/api/v1/teams/ops", "{\"quota\":\"custom\",\"max_jobs\":30}");
	HAS(w.body,
	    "\"quota\":\"custom\",\"max_jobs\":30,\"min_interval_s\":300,\"max_running\":2");
	w = warden(c, PATCH, "/api/v1/teams/ops", "{\"max_running\":null}");
	HAS(w.body, "\"max_jobs\":30,\"min_interval_s\":300,\"max_running\":null");
	/* What is so may be sent back by a manager; anything else may not, and then nothing is
	 * done. */
	IS(as(c, "marta", SCOPE_ADMIN, PATCH, "/api/v1/teams/ops",
	       "{\"quota\":\"custom\",\"max_jobs\":30,\"description\":\"a\"}")
		.status,
	    200);
	IS(as(c, "marta", SCOPE_ADMIN, PATCH, "/api/v1/teams/ops",
	       "{\"max_jobs\":31,\"description\":\"b\"}")
		.status,
	    403);
	YES(holds(c, "(SELECT description = 'a' AND max_jobs = 30 FROM team WHERE name = 'ops')"));
	w = warden(c, PATCH, "/api/v1/teams/ops", "{\"quota\":null}");
	HAS(w.body,
	    "\"quota\":null,\"max_jobs\":null,\"min_interval_s\":null,\"max_running\":null");
	w = warden(c, POST, "/api/v1/teams", "{\"name\":\"data\",\"quota\":\"large\"}");
	IS(w.status, 201);
	HAS(w.body, "\"max_jobs\":2000");
	AUDITED("team_quota", "team:ops", 4);
}
