/* What nginx is told about requests to Dkron, and what the gate says of those that may not pass. */

#include <string.h>

#include "lib/check.h"
#include "lib/site.h"
#include "view/view.h"
#include "web/auth/auth.h"
#include "web/gate/gate.h"

static struct resp asks(struct ctx *c, const struct caller *who, enum method m, const char *target)
{
	return ask_raw(c, who, m, target, &(struct pair){ "", "" });
}

static int auth(struct ctx *c, const struct caller *who, enum method m, const char *target)
{
	ask_site = &auth_site;
	return asks(c, who, m, target).status;
}

SITE_TEST(auth_lets_an_admin_read_dkron)
{
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/ui/"), 204);
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/ui/assets/index-1.js"), 204);
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/v1/jobs?_start=0&_end=10"), 204);
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/v1/jobs/x/executions/1-n"), 204);
}

SITE_TEST(auth_refuses_all_that_is_not_in_the_table)
{
	static const char *const targets[] = { "/auth/dkron/v1/restore", "/auth/dkron/v1/leave",
		"/auth/dkron/v1/pause", "/auth/dkron/debug/vars", "/auth/dkron/metrics",
		"/auth/dkron/v1/jobs/x/toggle", "/auth/dkron/v1/jobs/x/run", "/auth/",
		"/auth/jobs" };

	for (size_t i = 0; i < LENGTH(targets); i++)
		IS(auth(c, AS_ADMIN, GET, targets[i]), 403);
	IS(auth(c, AS_ADMIN, POST, "/auth/dkron/v1/jobs"), 403);
	IS(auth(c, AS_ADMIN, DELETE, "/auth/dkron/v1/jobs/x"), 403);
}

SITE_TEST(auth_refuses_paths_that_are_not_canonical)
{
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/v1/jobs/x%2Frun"), 403);
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/v1/../../etc"), 403);
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron//v1/jobs"), 403);
}

SITE_TEST(auth_tells_who_is_unknown_from_who_may_not)
{
	IS(auth(c, AS_NOBODY, GET, "/auth/dkron/ui/"), 401);
	IS(auth(c, AS_NOBODY, GET, "/auth/dkron/v1/jobs"), 401);
	IS(auth(c, AS_NOBODY, GET, "/auth/dkron/v1/leave"), 401);
	IS(auth(c, AS_SOMEBODY, GET, "/auth/dkron/ui/"), 403);
	struct caller guest = *AS_SOMEBODY;
	guest.actor.dashboard = true;
	IS(auth(c, &guest, GET, "/auth/dkron/ui/"), 204);
}

SITE_TEST(a_list_that_dkron_could_not_cut_is_refused_and_the_gate_names_the_field)
{
	static const struct {
		const char *query, *field;
	} rows[] = { { "_start=-1", "_start" }, { "_start=x", "_start" }, { "_end=-1", "_end" },
		{ "_start=9&_end=1", "_end" }, { "_sort=xx", "_sort" }, { "_sort=", "_sort" } };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *target = arena_printf(
		    c->arena, "/auth/dkron/v1/jobs?%s", rows[i].query);
		IS(auth(c, AS_ADMIN, GET, target), 403);
		ask_site = &gate_site;
		struct resp w = asks(c, AS_ADMIN, GET, target + strlen("/auth"));
		IS(w.status, 422);
		HAS(w.body, arena_printf(c->arena, "\"field\":\"%s\"", rows[i].field));
	}
	IS(auth(c, AS_ADMIN, GET, "/auth/dkron/v1/jobs?_start=0&_end=0&_sort=next&_order=DESC&q=x"),
	    204);
}

SITE_TEST(gate_says_why_a_read_was_refused)
{
	ask_site = &gate_site;
	struct resp w = asks(c, AS_SOMEBODY, GET, "/dkron/v1/jobs/hello");
	IS(w.status, 403);
	HAS(w.body, "needs the right dashboard");
	w = asks(c, AS_SOMEBODY, GET, "/dkron/v1/jobs?_start=-1");
	IS(w.status, 403);
	IS(asks(c, AS_SOMEBODY, GET, "/dkron/v1").status, 403);
	IS(asks(c, AS_SOMEBODY, GET, "/dkron/v1/").status, 403);
	w = asks(c, AS_ADMIN, GET, "/dkron/v1/pause");
	IS(w.status, 403);
	HAS(w.body, "only jobs, executions");
	IS(asks(c, AS_NOBODY, GET, "/dkron/v1/jobs").status, 401);
}

SITE_TEST(gate_refuses_changes_and_says_where_to_do_them)
{
	static const enum method changes[] = { POST, PUT, PATCH, DELETE };
	struct caller admin = *AS_ADMIN;

	admin.fetch_site = "same-origin"; /* as the dashboard in a browser sends it */
	ask_site = &gate_site;
	for (size_t i = 0; i < LENGTH(changes); i++) {
		struct resp w = asks(c, &admin, changes[i], "/dkron/v1/jobs/hello");
		IS(w.status, 403);
		HAS(w.body, "/jobs/hello");
		HAS(w.body, "/api/v1/jobs/hello");
		IS(asks(c, AS_NOBODY, changes[i], "/dkron/v1/jobs/hello").status, 401);
	}
	IS(asks(c, &admin, POST, "/dkron/v1/jobs/hello/toggle").status, 403);
	IS(asks(c, &admin, POST, "/dkron/v1/leave").status, 403);
}

SITE_TEST(gate_says_that_the_embedded_engine_has_no_dashboard)
{
	ask_site = &gate_site;
	IS(view_setup(c, "templates"), OK);
	struct resp w = asks(c, AS_ADMIN, GET, "/dkron/ui/");
	IS(w.status, 200);
	HAS(w.body, "No dashboard here");
	IS(asks(c, AS_NOBODY, GET, "/dkron/ui/").status, 401);
}
