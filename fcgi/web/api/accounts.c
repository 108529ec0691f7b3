/* /api/v1/account and /api/v1/accounts: who I am; and for admins, everybody. */

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "http/doc.h"
#include "model/rights.h"
#include "web/api/api.h"
#include "web/api/people.h"

/* ---- who asks */

static const char *by_what(const struct actor *actor)
{
	if (actor->session_id != 0)
		return "session";
	return actor->token_id == TOKEN_OF_ISSUER ? "jwt" : "token";
}

enum err api_me(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct account me;
	struct json *teams;

	TRY(account_get(c, c->actor.account_id, &me));
	TRY(people_teams(c, me.id, &teams));
	struct json *v = account_json(c, &me, teams);
	json_set(v, "scope", json_string(c->arena, scope_name(c->actor.scope)));
	json_set(v, "by", json_string(c->arena, by_what(&c->actor)));
	resp_json(r, w, 200, v);
	return OK;
}

static enum err answer_tokens(struct req *r, struct resp *w, int64_t account_id)
{
	struct json *items = json_array(r->ctx->arena);
	struct token *tokens;
	size_t n;

	TRY(token_list(r->ctx, account_id, &tokens, &n));
	for (size_t i = 0; i < n; i++)
		json_push(items, token_json(r->ctx, &tokens[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}

static enum err revoke(struct req *r, struct resp *w, int64_t account_id)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(token_revoke(r->ctx, account_id, id));
	w->status = 204;
	return OK;
}

enum err api_my_tokens(struct req *r, struct resp *w)
{
	return answer_tokens(r, w, r->ctx->actor.account_id);
}

enum err api_my_token_revoke(struct req *r, struct resp *w)
{
	return revoke(r, w, r->ctx->actor.account_id);
}

/* ---- everybody */

/* The list holds each account's teams as one value, with roles as numbers. */
static enum err listed_teams(struct ctx *c, const struct account *account, struct json **out)
{
	TRY(json_parse(c, account->teams, strlen(account->teams), out));
	for (size_t i = 0; i < json_length(*out); i++) {
		struct json *team = json_at(*out, i);
		enum role role = (enum role)json_int(json_get(team, "role"));
		json_set(team, "role", json_string(c->arena, role_name(role)));
	}
	return OK;
}

enum err api_accounts(struct req *r, struct resp *w)
{
	struct account_query q = { .limit = 100 };
	struct json *items = json_array(r->ctx->arena), *teams;
	struct account *accounts;
	const char *next;
	size_t n;

	q.q = param_text(r, "q");
	q.state = param_text(r, "state");
	q.right = param_text(r, "right");
	q.team = param_text(r, "team");
	q.after = param_text(r, "after");
	param_int(r, "limit", &q.limit);
	TRY(account_search(r->ctx, &q, &accounts, &n, &next));
	for (size_t i = 0; i < n; i++) {
		TRY(listed_teams(r->ctx, &accounts[i], &teams));
		json_push(items, account_json(r->ctx, &accounts[i], teams));
	}
	api_answer_list(r, w, items, next);
	return OK;
}

static enum err answer(struct req *r, struct resp *w, int status, const struct account *account)
{
	struct json *teams;

	TRY(people_teams(r->ctx, account->id, &teams));
	resp_json(r, w, status, account_json(r->ctx, account, teams));
	return OK;
}

enum err api_account_add(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct account_new new = { .name = NULL };
	struct account account;

	TRY(json_read_text(c, r->json, "name", &new.name));
	TRY(json_read_text(c, r->json, "email", &new.email));
	TRY(json_read_text(c, r->json, "password", &new.password));
	TRY(json_read_bool(c, r->json, "admin", &new.admin));
	TRY(json_read_bool(c, r->json, "dashboard", &new.dashboard));
	TRY(account_make(c, &new, &account));
	TRY(answer(r, w, 201, &account));
	resp_header(r, w, "Location", arena_printf(c->arena, "/api/v1/accounts/%s", account.name));
	return OK;
}

enum err api_account(struct req *r, struct resp *w)
{
	struct account account;

	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	return answer(r, w, 200, &account);
}

/* A flag that may be left out; `place` holds its value. */
static enum err maybe_flag(struct req *r, const char *name, bool *place, const bool **out)
{
	*out = json_get(r->json, name) == NULL ? NULL : place;
	return json_read_bool(r->ctx, r->json, name, place);
}

enum err api_account_patch(struct req *r, struct resp *w)
{
	struct account_change change = { .email = NULL };
	struct account account;
	bool admin, dashboard, disabled;

	TRY(json_read_text(r->ctx, r->json, "email", &change.email));
	TRY(maybe_flag(r, "admin", &admin, &change.admin));
	TRY(maybe_flag(r, "dashboard", &dashboard, &change.dashboard));
	TRY(maybe_flag(r, "disabled", &disabled, &change.disabled));
	TRY(account_edit(r->ctx, req_var(r, "name"), &change, &account));
	return answer(r, w, 200, &account);
}

enum err api_account_password(struct req *r, struct resp *w)
{
	const char *password = "";
	struct account account;

	TRY(json_read_text(r->ctx, r->json, "password", &password));
	TRY(account_check_password(r->ctx, password));
	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	TRY(account_set_password(r->ctx, account.id, password, 0));
	w->status = 204;
	return OK;
}

enum err api_account_tokens(struct req *r, struct resp *w)
{
	struct account account;

	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	return answer_tokens(r, w, account.id);
}

enum err api_account_token_revoke(struct req *r, struct resp *w)
{
	struct account account;

	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	return revoke(r, w, account.id);
}

/* For whoever sets up programs by program. Its most is the scope write, so that who has got hold of
 * a token of scope admin cannot make it last (model/token.h). */
enum err api_account_token_add(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	const char *name = "", *scope = "read", *text;
	struct json *v = json_object(c->arena);
	struct account account;
	int64_t days = 90;

	TRY(json_read_text(c, r->json, "name", &name));
	TRY(json_read_text(c, r->json, "scope", &scope));
	TRY(json_read_int(c, r->json, "days", 1, 365, &days));
	TRY(account_named(c, req_var(r, "name"), &account));
	TRY(token_add(c, account.id, name, scope_named(scope), days, &text));
	json_set(v, "token", json_string(c->arena, text));
	resp_json(r, w, 201, v);
	return OK;
}
