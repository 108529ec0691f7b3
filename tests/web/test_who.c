/* From credentials to the actor, where they are not ours: a JWT of the configured issuer. */

#include "model/given.h"
#include "remote/given_issuer.h"
#include "view/view.h"
#include "web/admin/admin.h"
#include "web/api/api.h"
#include "web/auth/auth.h"

static struct caller by_jwt(struct ctx *c, const char *account)
{
	const char *token = signed_with(c, JWT_ALG_RS256, rsa_private, claims_for(c, account, ""));

	return (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", token) };
}

static struct resp get(struct ctx *c, const char *account, const char *target)
{
	struct caller caller = by_jwt(c, account);

	return ask_json(c, &caller, GET, target, NULL);
}

SITE_TEST(a_jwt_speaks_for_its_account_as_far_as_the_configuration_lets_it)
{
	struct config config = *given_issuer(c, "RS256", rsa_public);

	given_member(c, "ops", "marta", ROLE_EDITOR);
	c->config = &config;
	ask_site = &api_site;
	struct resp w = get(c, "marta", "/api/v1/account");
	IS(w.status, 200);
	HAS(w.body, "\"scope\":\"read\",\"by\":\"jwt\"");
	YES(holds(c, "(SELECT seen_at IS NOT NULL FROM account WHERE name = 'marta')"));
	struct caller caller = by_jwt(c, "marta");
	static const char job[] = "{\"name\":\"hello\",\"schedule\":\"@hourly\",\"executor\":"
				  "\"shell\",\"executor_config\":{\"command\":\"true\"}}";
	IS(ask_json(c, &caller, POST, "/api/v1/jobs", job).status, 403);
	config.jwt_scope = "write";
	IS(ask_json(c, &caller, POST, "/api/v1/jobs", job).status, 201);
	config.jwt_scope = "admin";
	IS(ask_json(c, &caller, GET, "/api/v1/accounts", NULL).status, 403); /* marta is none */
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	IS(ask_json(c, &caller, GET, "/account", NULL).status, 403); /* pages are for people */
}

SITE_TEST(a_jwt_of_nobody_or_of_a_disabled_account_is_refused)
{
	given_issuer(c, "RS256", rsa_public);
	given_account(c, "marta", false);
	ask_site = &api_site;
	IS(get(c, "marta", "/api/v1/account").status, 200);
	IS(get(c, "nobody", "/api/v1/account").status, 401);
	IS(get(c, "Marta", "/api/v1/account").status, 401);
	act_as_cli(c);
	IS(account_disable(c, "marta", true), OK);
	struct resp w = get(c, "marta", "/api/v1/account");
	IS(w.status, 401);
	HAS(resp_find(&w, "WWW-Authenticate"), "Bearer");
}

SITE_TEST(a_right_taken_away_bites_on_the_next_jwt_inside_the_dashboard)
{
	struct account account;
	bool yes = true, no = false;

	given_issuer(c, "RS256", rsa_public);
	given_account(c, "marta", false);
	ask_site = &auth_site;
	IS(get(c, "marta", "/auth/dkron/v1/jobs").status, 403);
	act_as_cli(c);
	IS(account_edit(c, "marta", &(struct account_change){ .dashboard = &yes }, &account), OK);
	IS(get(c, "marta", "/auth/dkron/v1/jobs").status, 204);
	act_as_cli(c);
	IS(account_edit(c, "marta", &(struct account_change){ .dashboard = &no }, &account), OK);
	IS(get(c, "marta", "/auth/dkron/v1/jobs").status, 403);
}

SITE_TEST(a_stranger_hears_what_to_show_and_a_bad_token_that_it_is_bad)
{
	struct caller wrong = { .authorization = "Bearer sb_nosuchtoken" };

	ask_site = &api_site;
	struct resp w = ask_json(c, &wrong, GET, "/api/v1/jobs", NULL);
	IS(w.status, 401);
	HAS(w.body, "This token is not known here");
	w = ask_json(c, &wrong, GET, "/api/v1/nothing", NULL);
	IS(w.status, 401);
	HAS(w.body, "This token is not known here");
	w = ask_json(c, AS_NOBODY, GET, "/api/v1/jobs", NULL);
	IS(w.status, 401);
	HAS(w.body, "send a token");
}
