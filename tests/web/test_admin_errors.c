/* Errors as pages, and what monitoring asks. */

#include "core/config.h"
#include "core/version.h"
#include "db/db.h"
#include "lib/ctx.h"
#include "lib/logged.h"
#include "web/admin/pages.h"
#include "web/given_admin.h"

SITE_TEST(what_is_not_there_says_so_in_our_look)
{
	given_people(c);
	const char *page = PAGE(c, by(c, "vera"), 404, "/jobs/nothing");
	HAS(page, "404, not found");
	HAS(page, "class=\"who\""); /* still in the frame */
	HAS(page, "Request <code>test</code>");
	page = PAGE(c, AS_NOBODY, 404, "/no/such/page");
	HAS(page, "class=\"plain\"");
	HAS(page, "Request <code>test</code>");
	PAGE(c, by(c, "vera"), 400, "/jobs//hello");
	PAGE(c, by(c, "vera"), 400, "/jobs/%ff");
	HAS(PAGE(c, by(c, "vera"), 422, "/jobs?sort=%3Cscript%3E"), "sort: ");
}

SITE_TEST(a_wrong_method_says_which_are_right)
{
	given_people(c);
	struct resp w = ask(c, by(c, "vera"), POST, "/jobs", NULL);
	IS(w.status, 405);
	SAME(resp_find(&w, "Allow"), "GET, HEAD");
	HAS(w.body, "405, ");
	w = ask(c, by(c, "vera"), GET, "/jobs/hello/run", NULL);
	IS(w.status, 405);
	SAME(resp_find(&w, "Allow"), "POST");
}

/* Every error of the closed set has a page, and tells no more than it should. */
CTX_TEST(every_error_has_a_page)
{
	IS(view_setup(c, "templates"), OK);
	view_watch();
	for (enum err e = ERR_INVALID; e <= ERR_INTERNAL; e++) {
		struct req r = {
			.ctx = c, .method = GET, .target = "/x", .path = "/x", .csrf = ""
		};
		struct resp w = { .status = 200 };
		c->actor = (struct actor){ .account = "" };
		fault_set(c, NULL, "the detail of a fault");
		admin_refuse(&r, e, &w);
		if (e == ERR_UNAUTHENTICATED) {
			IS(w.status, 302);
			SAME(resp_find(&w, "Location"), "/sign-in?next=/x");
			continue;
		}
		IS(w.status, status_of(e));
		HAS(w.body, arena_printf(c->arena, "%d, ", w.status));
		if (e == ERR_INTERNAL)
			LACKS(w.body, "the detail of a fault");
		else
			HAS(w.body, "the detail of a fault");
		if (e == ERR_UNAVAILABLE || e == ERR_TOO_MANY)
			YES(resp_find(&w, "Retry-After") != NULL);
		YES(view_missing() == NULL);
	}
}

SITE_TEST(health_is_for_everybody_and_details_are_for_the_token)
{
	struct config config = site_config;
	struct engine_state s = { .version = "4.1.2",
		.leader = "dk-2",
		.nodes = "[]",
		.kind = "dkron",
		.reachable = true,
		.checked_us = c->now_us };
	struct caller monitor = { .cookie = "", .authorization = "Bearer the-token" };

	given_people(c);
	config.ready_token = "the-token";
	c->config = &config;
	struct resp w = ask(c, AS_NOBODY, GET, "/healthz", NULL);
	IS(w.status, 200);
	SAME(w.body, "ok\n");
	w = ask(c, AS_NOBODY, GET, "/version", NULL);
	SAME(w.body, "{\"version\":\"" SIGNALBOX_VERSION "\"}");
	w = ask(c, AS_NOBODY, GET, "/readyz", NULL);
	IS(w.status, 503); /* nobody has looked at the engine yet */
	SAME(w.body, "database ok\nengine unknown\n");
	SAME(ask(c, &monitor, GET, "/readyz", NULL).body,
	    "database ok\nengine unknown, nobody has looked at it yet\n");
	IS(engine_state_put(c, &s, &(bool){ false }), OK);
	w = ask(c, AS_NOBODY, GET, "/readyz", NULL);
	IS(w.status, 200);
	SAME(w.body, "database ok\nengine ok\n");
	w = ask(c, &monitor, GET, "/readyz", NULL);
	SAME(w.body, "database ok\nengine ok dkron 4.1.2, leader dk-2, looked at 0 s ago\n");
	monitor.authorization = "Bearer another";
	SAME(ask(c, &monitor, GET, "/readyz", NULL).body, "database ok\nengine ok\n");
	s.reachable = false;
	s.reason.text = "connection \"refused\"\nat once";
	IS(engine_state_put(c, &s, &(bool){ false }), OK);
	w = ask(c, AS_NOBODY, GET, "/readyz", NULL);
	IS(w.status, 503);
	SAME(w.body, "database ok\nengine failing\n");
	monitor.authorization = "Bearer the-token";
	SAME(ask(c, &monitor, GET, "/readyz", NULL).body,
	    "database ok\nengine failing connection \\\"refused\\\"\\nat once, looked at 0 s "
	    "ago\n");
}

static const char *ready_text(struct ctx *c, const char *authorization)
{
	struct req r = {
		.ctx = c, .method = GET, .target = "/readyz", .authorization = authorization
	};
	struct resp w = { .status = 200 };

	IS(admin_readyz(&r, &w), OK);
	IS(w.status, 503);
	return w.body;
}

CTX_TEST(health_says_to_the_token_why_the_database_is_away)
{
	struct config config = site_config;

	config.ready_token = "the-token";
	c->config = &config;
	logged_begin(LOG_ERROR, LOG_LOGFMT);
	c->db = db_open("host=/nowhere dbname=x password=hunter2", "nobody", DB_PANEL);
	(void)logged_end(c);
	for (int i = 0; i < 2; i++) { /* the second comes within the pause: nobody is asked */
		const char *text = ready_text(c, "Bearer the-token");
		HAS(text, "database failing connection to server on socket \\\"/nowhere/");
		HAS(text, "No such file or directory\\n");
		HAS(text, "\nengine unknown, only the database knows\n");
		LACKS(text, "hunter2");
		YES(strchr(strchr(text, '\n') + 1, '\n')[1] == '\0'); /* a line each */
		SAME(ready_text(c, ""), "database failing\nengine unknown\n");
		SAME(ready_text(c, "Bearer another"), "database failing\nengine unknown\n");
	}
	db_close(c->db);
}

/* libpq quotes an address that it cannot read, with all that stands in it. */
CTX_TEST(health_never_shows_the_address_of_the_database)
{
	struct config config = site_config;

	config.ready_token = "the-token";
	c->config = &config;
	logged_begin(LOG_ERROR, LOG_LOGFMT);
	c->db = db_open("postgresql://me:hunter2@[nowhere/x", NULL, DB_PANEL);
	(void)logged_end(c);
	const char *text = ready_text(c, "Bearer the-token");
	HAS(text, "database failing the address of the database cannot be read\n");
	LACKS(text, "hunter2");
	db_close(c->db);
}
