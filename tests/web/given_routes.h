#ifndef TESTS_WEB_GIVEN_ROUTES_H
#define TESTS_WEB_GIVEN_ROUTES_H

/*
 * Every changing route of the pages and of the API, with something to ask of it that works, and who
 * may. A route that is new fails the tests that walk them until it stands here.
 */

#include "model/given_alert.h"
#include "web/api/api.h"
#include "web/given_admin.h"

/* The least that one must be. Whoever does not say is for admins, who are in no team. */
enum least { ADMIN, MANAGER, EDITOR, OPERATOR, VIEWER, ANYBODY, OWN /* things: not walked */ };

struct step {
	const char *route;  /* method and pattern, as in the tables */
	const char *target; /* %d: the number of `of` */
	const char *body;   /* form or JSON; NULL: none */
	const char *of;     /* whose number stands in the target, a query */
	const char *why;    /* it is not asked here */
	enum least least;   /* who may */
};

#define RUN     "SELECT max(id) FROM run"
#define BULK    "SELECT max(id) FROM bulk"
#define TOKEN   "SELECT max(id) FROM token"
#define SESSION "SELECT max(id) FROM session"
#define CHANNEL "SELECT max(id) FROM channel"
#define TASK    "11111111-2222-4333-8444-555555555555"
#define ASKED   "ASKED" /* marta's request to change `held` */
#define ENGINE  "asks the engine, or waits for what the engine did: in tests/site"
#define SETTING "changes nothing but the reader's own view, or nothing at all"
#define BY_HAND "the session is the test's own and stands in no table"

/* clang-format off */
static const struct step pages[] = {
	{ "/sign-in", .why = "model/test_audit.c: sign_in" },
	{ "/sign-out", .why = BY_HAND },
	{ "/token/{token}", .why = "action/test_token.c: token_submit" },
	{ "/tasks/{id}", "/tasks/" TASK, "do=comment&comment=x", .least = MANAGER },
	{ "/tasks/{id}/token", .why = "action/test_token.c: token_reissue" },
	{ "/tasks/{id}/edit", "/tasks/" TASK "/edit", "request_version=1&team=ops&role=viewer" },
	{ "/notifications/acknowledge", "/notifications/acknowledge", "pick=4711" },
	{ "/notifications/{id}/acknowledge", "/notifications/4711/acknowledge", "" },
	{ "/requests/new/{type}", "/requests/new/request-access", "team=spare&role=viewer", .least = ANYBODY },
	{ "/jobs/new", "/jobs/new", "name=fresh&team=ops&schedule=%40daily&executor=shell&command=true", .least = EDITOR },
	{ "/jobs/check", .why = SETTING },
	{ "/jobs/bulk", .why = "asks back first; the API's begins at once" },
	{ "/jobs/bulk/{id}/stop", "/jobs/bulk/%d/stop", "", BULK },
	{ "/runs/bulk", .why = "asks back first; the API's begins at once" },
	{ "/jobs/import", .why = "the API's is the same" },
	{ "/jobs/{name}/edit", .why = "the form has every field; the API's PATCH is the same" },
	{ "/jobs/{name}/enable", "/jobs/idle/enable", "", .least = EDITOR },
	{ "/jobs/{name}/disable", "/jobs/hello/disable", "", .least = EDITOR },
	{ "/jobs/{name}/delete", "/jobs/hello/delete", "", .least = EDITOR },
	{ "/jobs/{name}/run", "/jobs/hello/run", "", .least = OPERATOR },
	{ "/jobs/{name}/revisions/{n}/restore", "/jobs/hello/revisions/1/restore", "", .least = EDITOR },
	{ "/jobs/{name}/adopt", .why = ENGINE },
	{ "/jobs/{name}/revert", .why = ENGINE },
	{ "/runs/{id}/stop", "/runs/%d/stop", "", RUN, .least = OPERATOR },
	{ "/settings/engine/resync", "/settings/engine/resync", "" },
	{ "/settings/engine/unmanaged", .why = ENGINE },
	{ "/settings/engine/cleanup", .why = ENGINE },
	{ "/settings/types/new", "/settings/types/new", "do=save&name=own&definition=%7B%22title%22%3A%22T%22%2C%22fields%22%3A%5B%5D%2C%22actions%22%3A%5B%7B%22action%22%3A%22run_job%22%2C%22with%22%3A%7B%22job%22%3A%22hello%22%7D%7D%5D%7D" },
	{ "/settings/types/{type}", "/settings/types/invite", "do=disable" },
	{ "/account", .why = SETTING },
	{ "/account/password", .why = "model/test_audit.c: password_change" },
	{ "/account/sessions/revoke-others", "/account/sessions/revoke-others", "", .least = ANYBODY },
	{ "/account/sessions/{id}/revoke", .why = "model/test_audit.c: session_revoke" },
	{ "/account/tokens", "/account/tokens", "name=x&scope=read&days=1", .least = ANYBODY },
	{ "/account/tokens/{id}/revoke", "/account/tokens/%d/revoke", "", TOKEN },
	{ "/teams/{team}/alerts", "/teams/ops/alerts", "kind=mail&target=a%40example.org&on_failure=1", .least = MANAGER },
	{ "/teams/{team}/alerts/messages/{id}/again", .why = ENGINE },
	{ "/teams/{team}/alerts/{id}", "/teams/ops/alerts/%d", "on_failure=1&on=1", CHANNEL, .least = MANAGER },
	{ "/teams/{team}/alerts/{id}/delete", "/teams/ops/alerts/%d/delete", "", CHANNEL, .least = MANAGER },
	{ "/teams/{team}/alerts/{id}/secret", "/teams/ops/alerts/%d/secret", "", CHANNEL, .least = MANAGER },
	{ "/teams/{team}/alerts/{id}/test", "/teams/ops/alerts/%d/test", "", CHANNEL, .least = MANAGER },
	{ "/teams", "/teams", "name=fresh&description=" },
	{ "/teams/{name}", "/teams/spare", "description=x&keep_days=3&keep_runs=&drift=" },
	{ "/teams/{name}/approvals", "/teams/spare/approvals", "approvals=1&who=role:manager&edit=on" },
	{ "/settings/groups", "/settings/groups", "name=release&description=&members=otto" },
	{ "/settings/groups/{name}", "/settings/groups/board", "version=1&name=board&description=x&members=otto" },
	{ "/settings/groups/{name}/delete", "/settings/groups/board/delete", "" },
	{ "/teams/{name}/quota", "/teams/spare/quota", "quota=small&max_jobs=&min_interval_s=&max_running=" },
	{ "/teams/{name}/rename", "/teams/spare/rename", "name=renamed" },
	{ "/teams/{name}/delete", "/teams/spare/delete", "" },
	{ "/teams/{name}/members", "/teams/spare/members", "account=nora&role=viewer" },
	{ "/accounts", "/accounts", "name=fresh&email=&password=" },
	{ "/accounts/{name}", "/accounts/nora", "email=n%40example.org" },
	{ "/accounts/{name}/disable", "/accounts/nora/disable", "" },
	{ "/accounts/{name}/enable", "/accounts/gone/enable", "" },
	{ "/accounts/{name}/password", "/accounts/nora/password", "password=" },
	{ "/accounts/{name}/teams", "/accounts/nora/teams", "team=spare&role=viewer" },
	{ "/accounts/{name}/sign-out", "/accounts/otto/sign-out", "" },
	{ "/accounts/{name}/sessions/{id}/revoke", "/accounts/otto/sessions/%d/revoke", "", SESSION },
	{ "/accounts/{name}/tokens/{id}/revoke", "/accounts/marta/tokens/%d/revoke", "", TOKEN },
};

static const struct step calls[] = {
	{ "POST /api/v1/jobs", "/api/v1/jobs", "{\"name\":\"fresh\",\"team\":\"ops\",\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}", .least = EDITOR },
	{ "POST /api/v1/task-types/{type}", "/api/v1/task-types/request-access", "{\"team\":\"spare\",\"role\":\"viewer\"}", .least = ANYBODY },
	{ "PUT /api/v1/task-types/{type}/definition", "/api/v1/task-types/invite/definition", "{\"expires_s\":3600}" },
	{ "POST /api/v1/task-types/{type}/definition/secret", "/api/v1/task-types/far/definition/secret" },
	{ "DELETE /api/v1/task-types/{type}/definition", "/api/v1/task-types/invite/definition" },
	{ "PUT /api/v1/tasks/{id}", "/api/v1/tasks/" TASK, "{\"team\":\"ops\",\"role\":\"operator\"}" },
	{ "POST /api/v1/tasks/{id}/approve", "/api/v1/tasks/" TASK "/approve", "{\"comment\":\"x\",\"hash\":\"x\"}" },
	{ "POST /api/v1/tasks/{id}/reject", "/api/v1/tasks/" TASK "/reject", "{\"comment\":\"x\"}" },
	{ "POST /api/v1/tasks/{id}/cancel", "/api/v1/tasks/" ASKED "/cancel", "{}", .least = MANAGER },
	{ "PUT /api/v1/groups/{name}", "/api/v1/groups/board", "{\"members\":[\"otto\"]}" },
	{ "DELETE /api/v1/groups/{name}", "/api/v1/groups/board" },
	{ "POST /api/v1/tasks/{id}/renew", "/api/v1/tasks/" ASKED "/renew" },
	{ "POST /api/v1/tasks/{id}/comment", "/api/v1/tasks/" TASK "/comment", "{\"comment\":\"x\"}", .least = MANAGER },
	{ "POST /api/v1/tokens", .why = "action/test_token.c: token_reissue" },
	{ "DELETE /api/v1/tokens", .why = "action/test_token.c: token_purge" },
	{ "POST /api/v1/tokens/{token}", .why = "action/test_token.c: token_submit" },
	{ "POST /api/v1/notifications/acknowledge", "/api/v1/notifications/acknowledge", "{\"ids\":[4711]}" },
	{ "POST /api/v1/notifications/{id}/acknowledge", "/api/v1/notifications/4711/acknowledge" },
	{ "POST /api/v1/jobs/bulk", "/api/v1/jobs/bulk", "{\"action\":\"disable\",\"names\":[\"hello\"]}", .least = OWN },
	{ "POST /api/v1/bulk/{id}/stop", "/api/v1/bulk/%d/stop", NULL, BULK },
	{ "POST /api/v1/jobs/import", "/api/v1/jobs/import?format=dkron&team=ops", "[{\"name\":\"fresh\",\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}]", .least = EDITOR },
	{ "PUT /api/v1/jobs/{name}", "/api/v1/jobs/hello", "{\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"false\"}}", .least = EDITOR },
	{ "PATCH /api/v1/jobs/{name}", "/api/v1/jobs/hello", "{\"retries\":5}", .least = EDITOR },
	{ "DELETE /api/v1/jobs/{name}", "/api/v1/jobs/hello", .least = EDITOR },
	{ "POST /api/v1/jobs/{name}/run", "/api/v1/jobs/hello/run", .least = OPERATOR },
	{ "POST /api/v1/jobs/{name}/revisions/{n}/restore", "/api/v1/jobs/hello/revisions/1/restore", .least = EDITOR },
	{ "POST /api/v1/jobs/{name}/adopt", .why = ENGINE },
	{ "POST /api/v1/jobs/{name}/revert", .why = ENGINE },
	{ "POST /api/v1/runs/{id}/stop", "/api/v1/runs/%d/stop", NULL, RUN, .least = OPERATOR },
	{ "DELETE /api/v1/account/tokens/{id}", "/api/v1/account/tokens/%d", NULL, TOKEN },
	{ "POST /api/v1/accounts", "/api/v1/accounts", "{\"name\":\"fresh\"}" },
	{ "PATCH /api/v1/accounts/{name}", "/api/v1/accounts/nora", "{\"email\":\"n@example.org\"}" },
	{ "PUT /api/v1/accounts/{name}/password", "/api/v1/accounts/nora/password", "{\"password\":\"" PASSWORD "\"}" },
	{ "POST /api/v1/accounts/{name}/tokens", "/api/v1/accounts/nora/tokens", "{\"name\":\"x\",\"scope\":\"read\",\"days\":1}" },
	{ "DELETE /api/v1/accounts/{name}/tokens/{id}", "/api/v1/accounts/marta/tokens/%d", NULL, TOKEN },
	{ "POST /api/v1/teams", "/api/v1/teams", "{\"name\":\"fresh\"}" },
	{ "PATCH /api/v1/teams/{name}", "/api/v1/teams/spare", "{\"description\":\"x\"}" },
	{ "DELETE /api/v1/teams/{name}", "/api/v1/teams/spare" },
	{ "PUT /api/v1/teams/{name}/members/{account}", "/api/v1/teams/spare/members/nora", "{\"role\":\"viewer\"}" },
	{ "DELETE /api/v1/teams/{name}/members/{account}", "/api/v1/teams/ops/members/vera", .least = MANAGER },
	{ "POST /api/v1/teams/{name}/alerts", "/api/v1/teams/ops/alerts", "{\"kind\":\"mail\",\"target\":\"a@example.org\"}", .least = MANAGER },
	{ "POST /api/v1/teams/{name}/alerts/messages/{id}/again", .why = ENGINE },
	{ "PATCH /api/v1/teams/{name}/alerts/{id}", "/api/v1/teams/ops/alerts/%d", "{\"on_missed\":false}", CHANNEL, .least = MANAGER },
	{ "DELETE /api/v1/teams/{name}/alerts/{id}", "/api/v1/teams/ops/alerts/%d", NULL, CHANNEL, .least = MANAGER },
	{ "POST /api/v1/teams/{name}/alerts/{id}/secret", "/api/v1/teams/ops/alerts/%d/secret", NULL, CHANNEL, .least = MANAGER },
	{ "POST /api/v1/teams/{name}/alerts/{id}/test", "/api/v1/teams/ops/alerts/%d/test", NULL, CHANNEL, .least = MANAGER },
	{ "POST /api/v1/engine/resync", "/api/v1/engine/resync" },
	{ "POST /api/v1/engine/cleanup", .why = ENGINE },
};
/* clang-format on */

static struct caller marta;
static const char *asked_id;

GIVEN int64_t number_of(struct ctx *c, const char *query)
{
	int64_t low = 0, high = INT64_C(1) << 40;

	if (!holds(c, "(%s) IS NOT NULL", query))
		FAIL("nothing: %s", query);
	while (low < high) {
		int64_t mid = (low + high) / 2;
		if (holds(c, "(%s) <= %" PRId64, query, mid))
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* A group, an account and a job that are off, a type of one's own, and a request about a job. */
GIVEN void given_people_asked(struct ctx *c)
{
	given_account(c, "gone", false);
	IS(account_disable(c, "gone", true), OK);
	given_ops_job(c, "idle",
	    "{\"schedule\":\"@daily\",\"disabled\":true,\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	given_ops_job(c, "held",
	    "{\"schedule\":\"@daily\",\"approvals\":1,\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	IS(ask_json(c, &marta, PUT, "/api/v1/groups/board", "{\"members\":[]}").status, 200);
	IS(ask_json(c, &marta, PUT, "/api/v1/task-types/far/definition",
	       "{\"title\":\"T\",\"fields\":[],\"actions\":[{\"action\":\"http_call\",\"with\":{"
	       "\"approve_url\":\"https://far.example.org/x\"}}]}")
		.status,
	    201);
	struct resp w = ask_json(c, &marta, PATCH, "/api/v1/jobs/held", "{\"retries\":3}");
	IS(w.status, 202);
	asked_id = json_text(json_get(json_of(c, w.body), "id"));
	YES(*asked_id != '\0');
}

GIVEN void given_all_kinds(struct ctx *c)
{
	const char *token;

	given_config(c);
	given_people(c);
	given_team(c, "spare");
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	marta = *by(c, "marta");
	ask_site = &api_site;
	ask_json(c, &marta, PATCH, "/api/v1/jobs/hello", "{\"retries\":1}");
	ask_json(c, &marta, POST, "/api/v1/jobs/hello/run", NULL);
	ask_json(
	    c, &marta, POST, "/api/v1/jobs/bulk", "{\"action\":\"disable\",\"names\":[\"hello\"]}");
	given_channel(c, "ops", "webhook", "https://hooks.example.org/T1/hidden");
	given_people_asked(c);
	act_as(c, "marta");
	IS(token_add(c, marta.actor.account_id, "x", SCOPE_READ, 1, &token), OK);
	IS(db_script(c,
	       "INSERT INTO task (id, type, title, stage, requester, requester_id, team_id, "
	       "req_id, data, data_hash, hash, valid, expires_at) "
	       "SELECT '" TASK "', 'request-access', 'Access to ops', 'wait', a.name, a.id, "
	       "t.id, 'x', '{}', 'x', 'x', true, now() + interval '1 day' "
	       "FROM account a, team t WHERE a.name = 'nora' AND t.name = 'ops'"),
	    OK);
	IS(db_script(c, "INSERT INTO notification (id, error, notes) OVERRIDING SYSTEM VALUE "
			"VALUES (4711, true, '{\"errors\":[\"x\"]}')"),
	    OK);
	IS(db_script(c, "INSERT INTO session (account_id, token_hash) SELECT id, name "
			"FROM account WHERE name IN ('marta', 'otto') ORDER BY name"),
	    OK);
}

GIVEN const char *target_of(struct ctx *c, const struct step *step)
{
	const char *hole = strstr(step->target, "%d"), *asked = strstr(step->target, ASKED);

	if (asked != NULL)
		return arena_printf(c->arena, "%.*s%s%s", (int)(asked - step->target), step->target,
		    asked_id, asked + strlen(ASKED));
	if (hole == NULL)
		return step->target;
	return arena_printf(c->arena, "%.*s%" PRId64 "%s", (int)(hole - step->target), step->target,
	    number_of(c, step->of), hole + 2);
}

GIVEN const struct step *step_of(const struct step *steps, size_t n, const char *route)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(steps[i].route, route) == 0)
			return &steps[i];
	return NULL;
}

GIVEN const char *route_name(struct ctx *c, const struct site *site, const struct route *route)
{
	static const char *const methods[] = {
		[POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE"
	};

	if (site == &admin_site)
		return route->pattern;
	return arena_printf(c->arena, "%s %s", methods[route->method], route->pattern);
}

/* ---- asking */

struct visit {
	const struct site *site;
	enum method method;
	const struct step *step;
};

GIVEN struct resp send_step(struct ctx *c, const struct visit *v, const struct caller *who)
{
	const char *target = target_of(c, v->step);

	ask_site = v->site;
	if (v->site == &api_site)
		return ask_json(c, who, v->method, target, v->step->body);
	return ask_raw(c, who, v->method, target,
	    &(struct pair){ "application/x-www-form-urlencoded",
		arena_printf(c->arena, "%s%scsrf=the-csrf-token-of-this-test", v->step->body,
		    *v->step->body ? "&" : "") });
}

/* Each in a transaction that `look` ends with ERR_STALE, so that all is as before. */
GIVEN void walk_routes(struct ctx *c, const struct site *site, const struct step *steps, size_t n,
    enum err (*look)(struct ctx *c, void *visit))
{
	for (size_t i = 0; i < site->nroutes; i++) {
		const struct route *route = &site->routes[i];
		if (route->method == GET)
			continue;
		const char *name = route_name(c, site, route);
		const struct step *step = step_of(steps, n, name);
		if (step == NULL)
			FAIL("teach given_routes.h about %s", name);
		else if (step->why == NULL)
			IS(db_atomically(c, look, &(struct visit){ site, route->method, step }),
			    ERR_STALE);
	}
}

#endif
