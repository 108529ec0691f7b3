/*
 * Every way in which a definition can change or a run can start, held against every demand: what
 * is demanded stops it, and nothing else does.
 */

#include "action/type_own.h"
#include "web/given_ways.h"

struct way {
	const char *name;
	const struct site *site; /* NULL: the command line of the machine */
	enum method method;
	const char *target, *body; /* a form, or JSON */
	unsigned kind;             /* enum approval_of */
	void (*then)(struct ctx *c);
};

static void bulk_goes_on(struct ctx *c)
{
	size_t n = 1;

	while (n > 0)
		IS(bulk_batch(c, 100, &n), OK);
}

static void tasks_go_on(struct ctx *c)
{
	work_on(c);
}

#define API      &api_site
#define PAGE     &admin_site
#define EDIT     APPROVE_EDIT
#define FIRES    APPROVE_RUN /* otherwise than before */
#define JSON_NEW "{\"name\":\"fresh\",\"team\":\"crew\",\"schedule\":\"@daily\"," SHELL("true") "}"
#define JSON_OFF(s)                                                                 \
	"{\"name\":\"fresh\",\"team\":\"crew\",\"disabled\":true,\"schedule\":\"" s \
	"\"," SHELL("true") "}"
#define JSON_MANUAL \
	"{\"name\":\"fresh\",\"team\":\"crew\",\"schedule\":\"@manually\"," SHELL("true") "}"
#define LIST(name)   "[{\"name\":\"" name "\",\"schedule\":\"@daily\"," SHELL("true") "}]"
#define FORM(name)   "name=" name "&team=crew&schedule=%40daily&executor=shell&command=true"
#define BULK(action) "{\"action\":\"" action "\",\"names\":[\"backup\"]}"

/* clang-format off */
static const struct way ways[] = {
	{ "create",          API,  POST,   "/api/v1/jobs", JSON_NEW, APPROVE_CREATE | FIRES },
	{ "create, page",    PAGE, POST,   "/jobs/new", FORM("fresh"), APPROVE_CREATE | FIRES },
	{ "import",          API,  POST,   "/api/v1/jobs/import?format=dkron&team=crew", LIST("fresh"), APPROVE_CREATE | FIRES },
	{ "import, change",  API,  POST,   "/api/v1/jobs/import?format=dkron", LIST("backup"), EDIT | FIRES },
	{ "adopt theirs",    API,  POST,   "/api/v1/jobs/theirs/adopt", "{\"team\":\"crew\"}", APPROVE_CREATE | FIRES },
	{ "adopt theirs, page", PAGE, POST, "/settings/engine/unmanaged", "team=crew&pick=theirs", APPROVE_CREATE | FIRES },
	{ "move into it",    API,  PATCH,  "/api/v1/jobs/first", "{\"team\":\"crew\"}", APPROVE_CREATE | FIRES },
	{ "edit",            API,  PATCH,  "/api/v1/jobs/backup", "{\"retries\":3}", EDIT },
	{ "edit, null",      API,  PATCH,  "/api/v1/jobs/backup", "{\"notify\":null,\"retries\":null}", EDIT },
	{ "its approvals",   API,  PATCH,  "/api/v1/jobs/backup", "{\"approvals\":1}", EDIT },
	{ "its drift policy", API, PATCH,  "/api/v1/jobs/backup", "{\"drift\":\"adopt\"}", EDIT },
	{ "replace",         API,  PUT,    "/api/v1/jobs/backup", "{\"schedule\":\"@weekly\"," SHELL("echo hi") "}", EDIT | FIRES },
	{ "edit, page",      PAGE, POST,   "/jobs/backup/edit", "version=2&" FORM("backup"), EDIT | FIRES },
	{ "restore",         API,  POST,   "/api/v1/jobs/backup/revisions/1/restore", NULL, EDIT },
	{ "restore, page",   PAGE, POST,   "/jobs/backup/revisions/1/restore", "", EDIT },
	{ "adopt a drift",   API,  POST,   "/api/v1/jobs/backup/adopt", NULL, EDIT | FIRES },
	{ "adopt a drift, page", PAGE, POST, "/jobs/backup/adopt", "", EDIT | FIRES },
	{ "tie to a parent", API,  PATCH,  "/api/v1/jobs/backup", "{\"parent_job\":\"first\"}", EDIT | FIRES },
	{ "move away",       API,  PATCH,  "/api/v1/jobs/backup", "{\"team\":\"spare\"}", APPROVE_ALL },
	{ "move away, bulk", API,  POST,   "/api/v1/jobs/bulk", "{\"action\":\"move\",\"team\":\"spare\",\"names\":[\"backup\"]}", APPROVE_ALL, bulk_goes_on },
	{ "another time",    API,  PATCH,  "/api/v1/jobs/backup", "{\"schedule\":\"@every 1s\"}", EDIT | FIRES },
	{ "another zone",    API,  PATCH,  "/api/v1/jobs/backup", "{\"timezone\":\"Asia/Tokyo\"}", EDIT | FIRES },
	{ "from another day", API, PATCH,  "/api/v1/jobs/backup", "{\"starts_at\":\"2030-01-02T03:04:05Z\"}", EDIT | FIRES },
	{ "to another day",  API,  PATCH,  "/api/v1/jobs/backup", "{\"expires_at\":\"2040-01-02T03:04:05Z\"}", EDIT | FIRES },
	{ "one at a time",   API,  PATCH,  "/api/v1/jobs/backup", "{\"concurrency\":\"forbid\"}", EDIT | FIRES },
	{ "another time, off", API, PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@every 1s\",\"disabled\":true}", EDIT | APPROVE_ENABLE },
	{ "create, off",     API,  POST,   "/api/v1/jobs", JSON_OFF("@daily"), APPROVE_CREATE },
	{ "create, by hand", API,  POST,   "/api/v1/jobs", JSON_MANUAL, APPROVE_CREATE },
	{ "enable",          API,  PATCH,  "/api/v1/jobs/idle", "{\"disabled\":false}", APPROVE_ENABLE | FIRES },
	{ "enable, page",    PAGE, POST,   "/jobs/idle/enable", "", APPROVE_ENABLE | FIRES },
	{ "enable, bulk",    API,  POST,   "/api/v1/jobs/bulk", "{\"action\":\"enable\",\"names\":[\"idle\"]}", APPROVE_ENABLE | FIRES, bulk_goes_on },
	{ "its parent's time", API, PATCH, "/api/v1/jobs/first", "{\"schedule\":\"@every 1s\"}", FIRES },
	{ "its parent's time, page", PAGE, POST, "/jobs/first/edit", "version=1&name=first&team=spare&schedule=%40weekly&executor=shell&command=true", FIRES },
	{ "its parent's time, import", API, POST, "/api/v1/jobs/import?format=dkron", "[{\"name\":\"first\",\"schedule\":\"@weekly\"," SHELL("true") "}]", FIRES },
	{ "its parent's words", API, PATCH, "/api/v1/jobs/first", "{\"description\":\"x\"}", 0 },
	{ "disable its parent", API, PATCH, "/api/v1/jobs/first", "{\"disabled\":true}", 0 },
	{ "move its parent", API,  PATCH,  "/api/v1/jobs/first", "{\"team\":\"third\"}", 0 },
	{ "disable",         API,  PATCH,  "/api/v1/jobs/backup", "{\"disabled\":true}", APPROVE_ENABLE },
	{ "disable, page",   PAGE, POST,   "/jobs/backup/disable", "", APPROVE_ENABLE },
	{ "disable, bulk",   API,  POST,   "/api/v1/jobs/bulk", BULK("disable"), APPROVE_ENABLE, bulk_goes_on },
	{ "disable, edit",   API,  PATCH,  "/api/v1/jobs/backup", "{\"disabled\":true,\"retries\":3}", APPROVE_ENABLE | EDIT },
	{ "delete",          API,  DELETE, "/api/v1/jobs/backup", NULL, APPROVE_DELETE },
	{ "delete, page",    PAGE, POST,   "/jobs/backup/delete", "", APPROVE_DELETE },
	{ "delete, bulk",    API,  POST,   "/api/v1/jobs/bulk", BULK("delete"), APPROVE_DELETE, bulk_goes_on },
	{ "cleanup",         API,  POST,   "/api/v1/engine/cleanup", "{\"days\":30}", APPROVE_DELETE },
	{ "run",             API,  POST,   "/api/v1/jobs/backup/run", NULL, APPROVE_RUN },
	{ "run, page",       PAGE, POST,   "/jobs/backup/run", "", APPROVE_RUN },
	{ "run, bulk",       API,  POST,   "/api/v1/jobs/bulk", BULK("run"), APPROVE_RUN, bulk_goes_on },
	{ "run its parent",  API,  POST,   "/api/v1/jobs/first/run", NULL, APPROVE_RUN },
	{ "run by a task",   API,  POST,   "/api/v1/task-types/xx", "{}", APPROVE_RUN, tasks_go_on },
};

static const struct {
	const char *name;
	int team, jobs;
	const char *kinds;
} demands[] = {
	{ "nobody", 0, 0, "create edit enable delete run" },
	{ "nothing", 2, 0, "" },
	{ "the team", 1, 0, "create edit enable delete run" },
	{ "the team, new ones", 1, 0, "create" },
	{ "the team, edits", 1, 0, "edit" },
	{ "the team, switches", 1, 0, "enable" },
	{ "the team, ends", 1, 0, "delete" },
	{ "the team, runs", 1, 0, "run" },
	{ "the jobs", 0, 1, "create edit enable delete run" },
	{ "the jobs, but no runs", 0, 1, "create edit enable delete" },
	{ "both", 1, 2, "create edit enable delete run" },
};
/* clang-format on */

static unsigned kinds_of(const char *list)
{
	static const char *const names[] = { "create", "edit", "enable", "delete", "run" };
	unsigned all = 0;

	for (size_t i = 0; i < LENGTH(names); i++)
		all |= strstr(list, names[i]) != NULL ? 1U << i : 0;
	return all;
}

/* A job's own number is about what is done to it; and about runs where its team wants that. One
 * that is new to the team had none. */
static bool is_held(size_t demand_at, unsigned kind)
{
	unsigned kinds = kinds_of(demands[demand_at].kinds);
	unsigned own = (EDIT | APPROVE_ENABLE | APPROVE_DELETE) | (kinds & APPROVE_RUN);

	if ((kind & APPROVE_CREATE) != 0 && kind != APPROVE_ALL)
		own = 0;
	return (demands[demand_at].team > 0 && (kind & kinds) != 0) ||
	       (demands[demand_at].jobs > 0 && (kind & own) != 0);
}

static struct caller browser, program; /* both are root */

static void given_root(struct ctx *c)
{
	const char *token = NULL;

	act_as(c, "root");
	IS(token_add(c, c->actor.account_id, "ci", SCOPE_ADMIN, 1, &token), OK);
	program = (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", token) };
	browser = as_account(c->actor.account_id, "root");
	browser.actor.admin = true;
}

static void go(struct ctx *c, const struct way *w)
{
	ask_site = w->site;
	if (w->site == PAGE)
		(void)ask_raw(c, &browser, w->method, w->target,
		    &(struct pair){ "application/x-www-form-urlencoded",
			arena_printf(c->arena, "%s%scsrf=the-csrf-token-of-this-test", w->body,
			    *w->body ? "&" : "") });
	else
		(void)ask_json(c, &program, w->method, w->target, w->body);
	if (w->then != NULL) {
		act_as(c, "root");
		w->then(c);
	}
}

struct visit {
	size_t way, demand;
};

static enum err visit(struct ctx *c, void *arg)
{
	const struct visit *v = arg;
	const struct way *w = &ways[v->way];
	bool held = is_held(v->demand, w->kind);

	go(c, w);
	if (is_as_before(c) != held)
		FAIL("%s, demanded by %s: %s", w->name, demands[v->demand].name,
		    held ? "it was done" : "it was not done");
	return ERR_STALE; /* all of it is taken back */
}

static enum err visit_all(struct ctx *c, void *arg)
{
	size_t demand = *(const size_t *)arg;

	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE team SET approvals = %d, approvals_for = '%s' WHERE name = "
			    "'crew'",
			    demands[demand].team, demands[demand].kinds)),
	    OK);
	if (demands[demand].jobs > 0)
		jobs_demand(c, demands[demand].jobs);
	remember(c);
	for (size_t w = 0; w < LENGTH(ways); w++)
		IS(db_atomically(c, visit, &(struct visit){ w, demand }), ERR_STALE);
	return ERR_STALE;
}

/* That runs a job, and asks nobody. */
static void given_type_that_runs(struct ctx *c)
{
	struct type_found found;
	const char *secret;

	act_as_cli(c);
	const char *definition = "{\"title\":\"T\",\"fields\":[],\"allow_auto_approve\":true,"
				 "\"approvals\":{\"required\":0},"
				 "\"actions\":[{\"action\":\"run_job\",\"with\":{\"job\":"
				 "\"backup\"}}]}";
	if (type_save(c, &(struct type_wish){ .name = "xx", .definition = json_of(c, definition) },
		&found, &secret) != OK)
		FAIL("%s %s", c->fault.field, ctx_fault(c));
}

SITE_TEST(whatever_is_demanded_stops_every_way_and_nothing_else_does)
{
	given_ways(c);
	given_type_that_runs(c);
	given_root(c);
	for (size_t d = 0; d < LENGTH(demands); d++)
		IS(db_atomically(c, visit_all, &d), ERR_STALE);
}

/* Nobody presses a button that does something else than it says. */
SITE_TEST(the_page_of_a_parent_says_that_its_run_must_be_approved)
{
	static const char says[] = "Somebody else has to approve it";

	given_ways(c);
	given_root(c);
	ask_site = PAGE;
	LACKS(ask(c, &browser, GET, "/jobs/first", NULL).body, says);
	demand(c, "crew", 1);
	HAS(ask(c, &browser, GET, "/jobs/first", NULL).body, says);
	IS(db_script(c, "UPDATE team SET approvals_for = 'edit' WHERE name = 'crew'"), OK);
	LACKS(ask(c, &browser, GET, "/jobs/first", NULL).body, says);
}

SITE_TEST(the_form_of_a_parent_says_which_changes_others_must_approve)
{
	static const char says[] = "others have to approve it first";

	given_ways(c);
	given_root(c);
	ask_site = PAGE;
	LACKS(ask(c, &browser, GET, "/jobs/first/edit", NULL).body, says);
	LACKS(ask(c, &browser, GET, "/jobs/new", NULL).body, says);
	demand(c, "crew", 1);
	IS(db_script(c, "UPDATE team SET approvals_for = 'run' WHERE name = 'crew'"), OK);
	HAS(ask(c, &browser, GET, "/jobs/first/edit", NULL).body, says);
	HAS(ask(c, &browser, GET, "/jobs/backup/edit", NULL).body, says);
	HAS(ask(c, &browser, GET, "/jobs/idle", NULL).body, "ask-switch");
	LACKS(ask(c, &browser, GET, "/jobs/backup", NULL).body, "ask-switch");
	IS(db_script(c, "UPDATE team SET approvals_for = 'run edit' WHERE name = 'crew'"), OK);
	LACKS(ask(c, &browser, GET, "/jobs/backup/edit", NULL).body, says);
}
