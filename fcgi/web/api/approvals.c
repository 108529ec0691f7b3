/* /api/v1/groups, and what a team demands before its jobs change. */

#include "web/api/approvals.h"

#include <string.h>

#include "model/approver.h"
#include "web/api/api.h"

/* ---- of a team */

static struct json *kinds_json(struct ctx *c, const char *kinds)
{
	struct json *list = json_array(c->arena);

	for (const char *s = kinds; *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		json_push(list, json_string_n(c->arena, s, n));
		s += n;
	}
	return list;
}

enum err approvals_add(struct ctx *c, int64_t team_id, struct json *v)
{
	struct team_approval a;

	TRY(team_approval_get(c, team_id, &a));
	json_set(v, "approvals", json_number(c->arena, a.required));
	json_set(v, "approvals_for", kinds_json(c, a.kinds));
	json_set(v, "approver_role", json_string(c->arena, role_name((enum role)a.role)));
	json_set(v, "approver_group", json_string(c->arena, a.group.text));
	json_set(v, "approver_mails", json_boolean(c->arena, a.mails));
	return OK;
}

static enum err read_kinds(struct req *r, const char **out)
{
	const struct json *v = json_get(r->json, "approvals_for");

	if (v == NULL)
		return OK;
	*out = "";
	for (size_t i = 0; i < json_length(v); i++)
		*out = arena_printf(
		    r->ctx->arena, "%s%s%s", *out, i > 0 ? " " : "", json_text(json_at(v, i)));
	return OK;
}

static enum err read_group(struct req *r, const char **out)
{
	const struct json *v = json_get(r->json, "approver_group");

	if (v == NULL)
		return OK;
	*out = NULL;
	return json_type(v) == JSON_NULL ? OK
					 : json_read_text(r->ctx, r->json, "approver_group", out);
}

enum err approvals_change(struct req *r, const struct team *team)
{
	struct team_approval a;
	const char *role = NULL;

	TRY(team_approval_get(r->ctx, team->id, &a));
	TRY(json_read_int(r->ctx, r->json, "approvals", 0, APPROVALS_MAX, &a.required));
	TRY(read_kinds(r, &a.kinds));
	TRY(json_read_text(r->ctx, r->json, "approver_role", &role));
	TRY(read_group(r, &a.group.text));
	TRY(json_read_bool(r->ctx, r->json, "approver_mails", &a.mails));
	if (role != NULL)
		a.role = role_named(role);
	return team_approval_set(r->ctx, team->name, &a);
}

/* ---- groups */

enum err api_groups(struct req *r, struct resp *w)
{
	struct json *items = json_array(r->ctx->arena);
	struct approver_group *groups;
	size_t n;

	TRY(approver_groups(r->ctx, &groups, &n));
	for (size_t i = 0; i < n; i++)
		json_push(items, approver_group_json(r->ctx, &groups[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}

static void answer_group(struct req *r, struct resp *w, const struct approver_group *g)
{
	resp_json(r, w, 200, approver_group_json(r->ctx, g));
	api_version(r, w, g->version);
}

enum err api_group(struct req *r, struct resp *w)
{
	struct approver_group g;

	TRY(approver_group_get(r->ctx, req_var(r, "name"), &g));
	answer_group(r, w, &g);
	return OK;
}

enum err api_group_put(struct req *r, struct resp *w)
{
	struct approver_wish wish = {
		.name = req_var(r, "name"), .description = "", .names = json_get(r->json, "members")
	};
	struct approver_group g;

	if (wish.names == NULL)
		wish.names = json_array(r->ctx->arena);
	TRY(json_read_text(r->ctx, r->json, "description", &wish.description));
	TRY(api_if_match(r, &wish.version));
	TRY(approver_group_put(r->ctx, &wish, &g));
	answer_group(r, w, &g);
	return OK;
}

enum err api_group_delete(struct req *r, struct resp *w)
{
	TRY(approver_group_delete(r->ctx, req_var(r, "name")));
	w->status = 204;
	return OK;
}
