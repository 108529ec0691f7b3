/* Import and export through the API's own routing table. */

#include <string.h>

#include "model/given.h"
#include "web/api/api.h"

static struct resp post(struct ctx *c, const char *target, const char *body)
{
	struct caller who = *AS_ADMIN; /* by token: a browser's session sends forms only */

	who.actor.session_id = 0;
	who.actor.token_id = 1;
	ask_site = &api_site;
	return ask_raw(c, &who, POST, target, &(struct pair){ "text/plain", body });
}

static struct resp get(struct ctx *c, const char *target)
{
	ask_site = &api_site;
	return ask_json(c, AS_ADMIN, GET, target, NULL);
}

static const char one[] = "[{\"name\":\"a\",\"schedule\":\"@daily\",\"executor\":\"shell\","
			  "\"executor_config\":{\"command\":\"true\"}}]";

SITE_TEST(api_imports_what_it_previewed)
{
	struct resp w = post(c, "/api/v1/jobs/import?format=dkron&team=ops&preview=1", one);

	IS(w.status, 200);
	SAME(w.body, "{\"create\":[{\"line\":0,\"name\":\"a\",\"team\":\"ops\"}],\"change\":[],"
		     "\"same\":[],\"refused\":[],\"notes\":[]}");
	IS(get(c, "/api/v1/jobs/a").status, 404);
	w = post(c, "/api/v1/jobs/import?format=dkron&team=ops", one);
	IS(w.status, 200);
	HAS(w.body, "\"create\":[{\"line\":0,\"name\":\"a\",\"team\":\"ops\"}]");
	IS(get(c, "/api/v1/jobs/a").status, 200);
	w = post(c, "/api/v1/jobs/import?format=crontab&reason=moved", "0 5 * * * a\n");
	IS(w.status, 200);
	HAS(w.body, "\"name\":\"a-2\"");
	w = get(c, "/api/v1/jobs/a-2/revisions");
	HAS(w.body, "\"reason\":\"moved\"");
}

SITE_TEST(api_imports_all_or_nothing_and_says_which_line_is_wrong)
{
	struct resp w = post(c, "/api/v1/jobs/import?format=crontab", "@daily a\n\n@reboot b\n");

	IS(w.status, 422);
	HAS(w.body, "\"error\":{\"code\":\"invalid\",\"field\":null,\"message\":\"1 of 2 jobs are "
		    "refused, so nothing was imported.\"}");
	HAS(w.body,
	    "\"refused\":[{\"line\":3,\"name\":null,\"field\":\"schedule\",\"message\":\"@reboot");
	IS(get(c, "/api/v1/jobs/a").status, 404);
	w = post(c, "/api/v1/jobs/import?format=crontab&preview=1", "@daily a\n\n@reboot b\n");
	IS(w.status, 200);
	HAS(w.body, "\"refused\":[{\"line\":3,");
}

SITE_TEST(api_import_refuses_what_it_does_not_know)
{
	static const struct {
		const char *target, *body;
		int status;
		const char *field;
	} cases[] = {
		{ "/api/v1/jobs/import", one, 422, "\"format\"" },
		{ "/api/v1/jobs/import?format=yaml", one, 422, "\"format\"" },
		{ "/api/v1/jobs/import?format=dkron&team=nobodys", one, 422, "\"team\"" },
		{ "/api/v1/jobs/import?format=dkron&preview=maybe", one, 422, "\"preview\"" },
		{ "/api/v1/jobs/import?format=dkron&dry=1", one, 422, "\"dry\"" },
		{ "/api/v1/jobs/import?format=dkron&reason=a%0Ab", one, 422, "\"reason\"" },
		{ "/api/v1/jobs/import?format=dkron", "[", 400, "null" },
		{ "/api/v1/jobs/import?format=dkron", "7", 422, "null" },
		{ "/api/v1/jobs/import?format=crontab", "\xff", 422, "null" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = post(c, cases[i].target, cases[i].body);
		if (w.status != cases[i].status)
			FAIL("%s gave %d: %s", cases[i].target, w.status, w.body);
		HAS(w.body, arena_printf(c->arena, "\"field\":%s", cases[i].field));
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(api_exports_by_the_filters_of_the_list)
{
	IS(post(c, "/api/v1/jobs/import?format=dkron", one).status, 200);
	struct resp w = get(c, "/api/v1/jobs/export");
	IS(w.status, 200);
	SAME(w.type, "application/json");
	HAS(w.body, "\"name\":\"a\"");
	LACKS(w.body, "\"team\"");
	HAS(get(c, "/api/v1/jobs/export?format=signalbox").body, "\"team\":\"ops\"");
	SAME(get(c, "/api/v1/jobs/export?enabled=false").body, "[\n]\n");
	SAME(get(c, "/api/v1/jobs/export?tag=none").body, "[\n]\n");
	IS(get(c, "/api/v1/jobs/export?format=xml").status, 422);
	IS(get(c, "/api/v1/jobs/export?limit=3").status, 422);
	IS(get(c, "/api/v1/jobs/export?last=never").status, 422);
}
