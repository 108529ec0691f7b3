/* The settings page: what is in effect, without a secret, and how everything is doing. */

#include "core/config.h"
#include "lib/site.h"
#include "model/given.h"
#include "model/loop_state.h"
#include "web/admin/admin.h"
#include "web/given_admin.h"

static struct resp look(struct ctx *c, const struct caller *who)
{
	ask_site = &admin_site;
	return ask(c, who, GET, "/settings", NULL);
}

static struct caller an_admin(struct ctx *c)
{
	struct caller admin = as_account(given_account(c, "root-two", true), "root-two");

	admin.actor.admin = true;
	return admin;
}

SITE_TEST(settings_are_for_administrators)
{
	given_team(c, "crew");
	given_member(c, "crew", "mia", ROLE_MANAGER);
	struct account mia = { 0 };
	IS(account_named(c, "mia", &mia), OK);
	struct caller manager = as_account(mia.id, "mia");

	IS(look(c, &manager).status, 403);
	IS(look(c, AS_NOBODY).status, 302);
	LACKS(ask(c, &manager, GET, "/account", NULL).body, "href=\"/settings\"");
	struct caller admin = an_admin(c);
	IS(look(c, &admin).status, 200);
	HAS(ask(c, &admin, GET, "/account", NULL).body, "href=\"/settings\"");
}

SITE_TEST(settings_show_values_and_where_they_come_from_but_no_secret)
{
	struct config config = site_config;
	struct caller admin = an_admin(c);

	config.hook_token = "the-hook-token";
	config.database_url = "postgresql://u:the-password@h/x";
	config.namespace = "team-<b>";
	config.from[CONFIG_OF_hook_token] = CONFIG_FILE;
	config.from[CONFIG_OF_namespace] = CONFIG_ENVIRONMENT;
	c->config = &config;
	const char *page = look(c, &admin).body;
	LACKS(page, "the-hook-token");
	LACKS(page, "the-password");
	HAS(page, "set, not shown");
	HAS(page, "<code>team-&lt;b&gt;</code>");
	HAS(page, "<code>SIGNALBOX_NAMESPACE</code>");
	HAS(page, ">environment<");
	HAS(page, ">file<");
	HAS(page, ">default<");
}

SITE_TEST(settings_say_what_is_not_well_and_what_to_do)
{
	struct caller admin = an_admin(c);
	const char *page = look(c, &admin).body;

	HAS(page, "Start signalbox work");
	HAS(page, "No loop of");
	IS(db_script(c, "INSERT INTO engine_state (kind, version, leader, reachable, reason) "
			"VALUES ('dkron', '4.1.2', '', false, 'connection refused')"),
	    OK);
	struct loop_state s = { .loop = "reconcile",
		.host = "h1",
		.pid = 7,
		.since_us = c->now_us,
		.took_us = 1200,
		.errors = 3,
		.error.text = "outbox_take: The database is away.",
		.error_us = { .value = c->now_us, .set = true } };
	IS(loop_state_put(c, &s), OK);
	IS(loop_state_put(c, &s), OK); /* the same loop of the same host is one row */
	page = look(c, &admin).body;
	HAS(page, "Engine: connection refused");
	HAS(page, "nothing is lost");
	HAS(page, "outbox_take: The database is away.");
	HAS(page, "at work");
	IS(db_script(c, "UPDATE loop_state SET passed_at = now() - interval '1 h'; UPDATE "
			"engine_state SET reachable = true, leader = 'n1'"),
	    OK);
	page = look(c, &admin).body;
	HAS(page, "silent");
	LACKS(page, "connection refused");
	HAS(page, "dkron 4.1.2, leader n1");
}
