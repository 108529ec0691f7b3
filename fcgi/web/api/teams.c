/* /api/v1/teams: teams, their settings and their members. */

#include <string.h>

#include "http/doc.h"
#include "web/api/api.h"
#include "web/api/approvals.h"
#include "web/api/people.h"

enum err api_teams(struct req *r, struct resp *w)
{
	struct team_query q = { .limit = 100 };
	struct json *items = json_array(r->ctx->arena);
	struct team *teams;
	struct quota *quotas;
	const char *next;
	size_t n;

	q.q = param_text(r, "q");
	q.after = param_text(r, "after");
	param_int(r, "limit", &q.limit);
	TRY(team_search(r->ctx, &q, &teams, &n, &next));
	TRY(quota_of_teams(r->ctx, teams, n, &quotas));
	for (size_t i = 0; i < n; i++)
		json_push(items, team_json(r->ctx, &teams[i], &quotas[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

/* What a body says of a team, and where its values are kept. */
struct settings {
	struct team_change change;
	struct db_maybe_int64 keep_days, keep_runs;
	struct db_maybe drift;
};

/* A number, null for the default, or nothing at all. */
static enum err read_keep(struct req *r, const char *name, int64_t max,
    struct db_maybe_int64 *place, const struct db_maybe_int64 **out)
{
	const struct json *v = json_get(r->json, name);

	if (v == NULL)
		return OK;
	*out = place;
	place->set = json_type(v) != JSON_NULL;
	if (!place->set)
		return OK;
	return json_read_int(r->ctx, r->json, name, 1, max, &place->value);
}

static enum err read_settings(struct req *r, struct settings *s)
{
	struct ctx *c = r->ctx;
	const struct json *drift = json_get(r->json, "drift");

	*s = (struct settings){ .change = { .name = NULL } };
	TRY(json_read_text(c, r->json, "name", &s->change.name));
	TRY(json_read_text(c, r->json, "description", &s->change.description));
	TRY(read_keep(r, "keep_days", TEAM_DAYS_MAX, &s->keep_days, &s->change.keep_days));
	TRY(read_keep(r, "keep_runs", TEAM_RUNS_MAX, &s->keep_runs, &s->change.keep_runs));
	if (drift == NULL)
		return OK;
	s->change.drift = &s->drift;
	return json_type(drift) == JSON_NULL ? OK
					     : json_read_text(c, r->json, "drift", &s->drift.text);
}

/* Its counts may have moved meanwhile: they are read anew. */
static enum err answer(struct req *r, struct resp *w, int status, const char *name)
{
	struct team team;
	struct quota quota;

	TRY(team_counted(r->ctx, name, &team));
	TRY(quota_get(r->ctx, team.id, &quota));
	struct json *v = team_json(r->ctx, &team, &quota);
	TRY(approvals_add(r->ctx, team.id, v));
	resp_json(r, w, status, v);
	return OK;
}

/* ---- its quota */

static enum err read_bound(struct req *r, const char *name, struct db_maybe_int64 *out)
{
	const struct json *v = json_get(r->json, name);

	if (v == NULL)
		return OK;
	*out = (struct db_maybe_int64){ .set = json_type(v) != JSON_NULL };
	return out->set ? json_read_int(r->ctx, r->json, name, 1, INT32_MAX, &out->value) : OK;
}

/* Another size brings its own numbers; custom goes on from those that there are. */
static enum err read_quota(struct req *r, struct quota *q)
{
	const struct json *v = json_get(r->json, "quota");
	const char *size = NULL;

	if (v != NULL && json_type(v) != JSON_NULL)
		TRY(json_read_text(r->ctx, r->json, "quota", &size));
	if (v != NULL && (size == NULL || strcmp(size, "custom") != 0))
		*q = quota_of_size(size);
	else if (v != NULL)
		q->size.text = size;
	TRY(read_bound(r, "max_jobs", &q->max_jobs));
	TRY(read_bound(r, "min_interval_s", &q->min_interval_s));
	return read_bound(r, "max_running", &q->max_running);
}

/* What is so already may be said again by anybody. */
static enum err change_quota(struct req *r, const struct team *team)
{
	struct quota now, wanted;

	TRY(quota_get(r->ctx, team->id, &now));
	wanted = now;
	TRY(read_quota(r, &wanted));
	return quota_same(&now, &wanted) ? OK : quota_set(r->ctx, team->name, &wanted);
}

struct changing {
	struct req *r;
	const struct settings *settings;
	const char *name;
	struct team team;
};

static enum err make(struct ctx *c, void *arg)
{
	struct changing *ch = arg;

	TRY(team_make(c, ch->name, &ch->settings->change, &ch->team));
	TRY(change_quota(ch->r, &ch->team));
	return approvals_change(ch->r, &ch->team);
}

static enum err patch(struct ctx *c, void *arg)
{
	struct changing *ch = arg;

	TRY(team_edit(c, ch->name, &ch->settings->change, &ch->team));
	TRY(change_quota(ch->r, &ch->team));
	return approvals_change(ch->r, &ch->team);
}

enum err api_team_add(struct req *r, struct resp *w)
{
	struct settings s;

	TRY(read_settings(r, &s));
	const char *name = s.change.name;
	TRY(db_atomically(
	    r->ctx, make, &(struct changing){ .r = r, .settings = &s, .name = name }));
	TRY(answer(r, w, 201, name));
	resp_header(r, w, "Location", arena_printf(r->ctx->arena, "/api/v1/teams/%s", name));
	return OK;
}

enum err api_team(struct req *r, struct resp *w)
{
	return answer(r, w, 200, req_var(r, "name"));
}

enum err api_team_patch(struct req *r, struct resp *w)
{
	struct settings s;
	struct changing ch = { .r = r, .settings = &s, .name = req_var(r, "name") };

	TRY(read_settings(r, &s));
	TRY(db_atomically(r->ctx, patch, &ch));
	return answer(r, w, 200, ch.team.name);
}

enum err api_team_delete(struct req *r, struct resp *w)
{
	TRY(team_delete(r->ctx, req_var(r, "name")));
	w->status = 204;
	return OK;
}

/* ---- members */

enum err api_members(struct req *r, struct resp *w)
{
	struct team_query q = { .limit = 100 };
	struct json *items = json_array(r->ctx->arena);
	struct member *members;
	struct team team;
	const char *next;
	size_t n;

	q.after = param_text(r, "after");
	param_int(r, "limit", &q.limit);
	TRY(team_named(r->ctx, req_var(r, "name"), &team));
	TRY(team_members(r->ctx, &team, &q, &members, &n, &next));
	for (size_t i = 0; i < n; i++)
		json_push(items, member_json(r->ctx, &members[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

enum err api_member_put(struct req *r, struct resp *w)
{
	const char *text = NULL;
	struct account account;

	TRY(json_read_text(r->ctx, r->json, "role", &text));
	enum role role = role_named(text);
	if (role == ROLE_NONE)
		return fail(
		    r->ctx, ERR_INVALID, "role", "must be viewer, operator, editor or manager");
	TRY(team_member(r->ctx, req_var(r, "name"), req_var(r, "account"), role));
	TRY(account_named(r->ctx, req_var(r, "account"), &account));
	resp_json(r, w, 200,
	    member_json(
		r->ctx, &(struct member){ account.name, role, account.admin, account.disabled }));
	return OK;
}

enum err api_member_delete(struct req *r, struct resp *w)
{
	TRY(team_member(r->ctx, req_var(r, "name"), req_var(r, "account"), ROLE_NONE));
	w->status = 204;
	return OK;
}

/* ---- invitations */

enum err api_invites(struct req *r, struct resp *w)
{
	struct json *items = json_array(r->ctx->arena);
	struct invite *invites;
	struct team team;
	size_t n;

	TRY(team_named(r->ctx, req_var(r, "name"), &team));
	TRY(team_invites(r->ctx, &team, &invites, &n));
	for (size_t i = 0; i < n; i++)
		json_push(items, invite_json(r->ctx, &invites[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}
