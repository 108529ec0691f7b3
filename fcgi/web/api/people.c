#include "web/api/people.h"

#include <string.h>

struct json *account_json(struct ctx *c, const struct account *account, struct json *teams)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "name", json_string(a, account->name));
	json_set(v, "email", json_string(a, account->email));
	json_set(v, "admin", json_boolean(a, account->admin));
	json_set(v, "dashboard", json_boolean(a, account->dashboard));
	json_set(v, "disabled", json_boolean(a, account->disabled));
	json_set(v, "timezone", json_string(a, account->timezone));
	json_set(v, "created_at", json_time(a, account->created_us));
	json_set(v, "seen_at", json_time(a, account->seen_us.value));
	json_set(v, "teams", teams);
	return v;
}

struct json *team_json(struct ctx *c, const struct team *team, const struct quota *quota)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "name", json_string(a, team->name));
	json_set(v, "description", json_string(a, team->description));
	json_set(v, "keep_days", db_maybe_json(a, team->keep_days));
	json_set(v, "keep_runs", db_maybe_json(a, team->keep_runs));
	json_set(v, "drift", json_string(a, team->drift.text));
	json_set(v, "quota", json_string(a, quota->size.text));
	json_set(v, "max_jobs", db_maybe_json(a, quota->max_jobs));
	json_set(v, "min_interval_s", db_maybe_json(a, quota->min_interval_s));
	json_set(v, "max_running", db_maybe_json(a, quota->max_running));
	json_set(v, "role", json_string(a, role_name((enum role)team->role)));
	json_set(v, "members", json_number(a, team->members));
	json_set(v, "jobs", json_number(a, team->jobs));
	return v;
}

struct json *member_json(struct ctx *c, const struct member *member)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "account", json_string(a, member->account));
	json_set(v, "role", json_string(a, role_name((enum role)member->role)));
	json_set(v, "admin", json_boolean(a, member->admin));
	json_set(v, "disabled", json_boolean(a, member->disabled));
	return v;
}

struct json *invite_json(struct ctx *c, const struct invite *invite)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "task", json_string(a, invite->task));
	json_set(v, "email", json_string(a, invite->email));
	json_set(v, "role", json_string(a, invite->role));
	json_set(v, "status", json_string(a, invite->status));
	json_set(v, "requester", json_string(a, invite->requester));
	json_set(v, "asked_at", json_time(a, invite->asked_us));
	json_set(v, "expires_at", json_time(a, invite->token_us.value));
	return v;
}

struct json *token_json(struct ctx *c, const struct token *token)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "id", json_number(a, token->id));
	json_set(v, "name", json_string(a, token->name));
	json_set(v, "scope", json_string(a, scope_name((enum scope)token->scope)));
	json_set(v, "created_at", json_time(a, token->created_us));
	json_set(v, "expires_at", json_time(a, token->expires_us));
	json_set(v, "used_at", json_time(a, token->used_us.value));
	return v;
}

enum err people_teams(struct ctx *c, int64_t account_id, struct json **out)
{
	struct account_team *teams;
	size_t n;

	TRY(account_teams(c, account_id, &teams, &n));
	*out = json_array(c->arena);
	for (size_t i = 0; i < n; i++) {
		struct json *team = json_object(c->arena);
		json_set(team, "name", json_string(c->arena, teams[i].team));
		json_set(team, "role", json_string(c->arena, role_name((enum role)teams[i].role)));
		json_push(*out, team);
	}
	return OK;
}
