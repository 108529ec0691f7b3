/*
 * What belongs to a team that one is not in does not exist. Every route of the tables is asked
 * twice, for what is there but not to be seen and for what is not there at all: the answers are the
 * same. A route that is new is walked like the others; a name in its path that this test does not
 * know fails it.
 */

#include "core/buf.h"
#include "web/api/api.h"
#include "web/given_admin.h"

#define SECRET "zebra"
#define TASK   "11111111-2222-4333-8444-555555555555"
#define NOTASK "66666666-7777-4888-8999-aaaaaaaaaaaa"
#define NOTICE "987654500"
#define TWIN   "quagg" /* as long; there is nothing of that name */

enum { ROUTES_MAX = 300, BODY_MAX = 4 * 1024 * 1024 };

/* olga manages another team: of those who are no admins she may do the most. */
struct world {
	struct ctx *c;
	struct caller page, token;
	int64_t run, bulk;
};

static struct world given_olga(struct ctx *c)
{
	struct world w = { .c = c };
	struct account account = { 0 };

	given_people(c);
	given_team(c, "other");
	given_member(c, "other", "olga", ROLE_MANAGER);
	given_job(c, "other", "own");
	IS(account_named(c, "olga", &account), OK);
	w.page = as_account(account.id, "olga");
	w.token = as_token(account.id, "olga", SCOPE_ADMIN);
	return w;
}

static void given_secrets(struct world *w)
{
	struct ctx *c = w->c;
	struct run run = { 0 };

	given_team(c, SECRET);
	given_member(c, SECRET, SECRET "-person", ROLE_EDITOR);
	act_as_cli(c);
	given_job(c, SECRET, SECRET "-job");
	/* Numbers that stand for nothing else in a page. */
	IS(db_script(c, "ALTER TABLE run ALTER COLUMN id RESTART WITH 987654300; "
			"ALTER TABLE bulk ALTER COLUMN id RESTART WITH 987654400"),
	    OK);
	IS(run_request(c, SECRET "-job", "manual", &run), OK);
	w->run = run.id;
	IS(db_script(c, "INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
			"started_at, output_size) SELECT max(id), 'zebra-job', '1-n', 'n', 1, "
			"'running', now(), 6 FROM run; "
			"INSERT INTO output SELECT max(id), 0, 'zebra!' FROM execution"),
	    OK);
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, state, trigger, finished_at, "
			"started_at) SELECT id, name, team_id, 'failed', 'schedule', now(), now() "
			"FROM job WHERE name = 'zebra-job'"),
	    OK);
	IS(db_script(c,
	       "INSERT INTO task (id, type, title, stage, requester, requester_id, team_id, "
	       "req_id, data, data_hash, hash, valid, approver_role, expires_at) "
	       "SELECT '" TASK "', 'request-access', 'Access to zebra', 'wait', a.name, "
	       "a.id, t.id, 'x', '{\"team\":\"zebra\",\"role\":\"viewer\"}', 'x', 'x', "
	       "true, 4, now() + interval '1 day' FROM account a, team t "
	       "WHERE a.name = 'zebra-person' AND t.name = 'zebra'"),
	    OK);
	IS(db_script(c, "INSERT INTO notification (id, task_id, error, notes) OVERRIDING SYSTEM "
			"VALUE VALUES (" NOTICE ", '" TASK "', true, '{\"errors\":[\"zebra\"]}')"),
	    OK);
	struct caller admin = *by(c, "marta");
	ask_site = &api_site;
	struct resp made = ask_json(c, &admin, POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"disable\",\"names\":[\"zebra-job\"]}");
	IS(made.status, 202);
	w->bulk = json_int(json_get(json_of(c, made.body), "id"));
}

static struct resp send_to(
    struct world *w, const struct site *site, enum method m, const char *target, const char *body)
{
	ask_site = site;
	if (site == &api_site)
		return ask_json(w->c, &w->token, m, target, m == GET ? NULL : body);
	const char *form = arena_printf(
	    w->c->arena, "%s%scsrf=the-csrf-token-of-this-test", body, *body ? "&" : "");
	return ask_raw(w->c, &w->page, m, target,
	    m == GET ? &(struct pair){ "", "" }
		     : &(struct pair){ "application/x-www-form-urlencoded", form });
}

/* The text with every `from` as `to`, which is as long or shorter. */
static const char *with(struct ctx *c, const char *text, const char *from, const char *to)
{
	struct buf b;
	const char *at;

	buf_init(&b, c->arena, BODY_MAX);
	for (; (at = strstr(text, from)) != NULL; text = at + strlen(from)) {
		buf_add(&b, text, (size_t)(at - text));
		buf_text(&b, to);
	}
	buf_text(&b, text);
	return b.data;
}

/* ---- paths */

struct names {
	const char *job, *team, *account, *run, *bulk, *task, *notification;
};

static const char *value_of(const struct names *n, const char *pattern, const char *var)
{
	static const char *const numbers[] = { "{id}", "{n}" };

	if (text_starts(var, "{token}"))
		return "x";
	if (text_starts(var, "{account}"))
		return "olga";
	if (text_starts(var, "{team}"))
		return n->team;
	if (text_starts(var, "{name}") && strstr(pattern, "/groups/") != NULL)
		return "no-such-group"; /* groups of approvers are for all to see */
	if (text_starts(var, "{name}"))
		return strstr(pattern, "/teams/")      ? n->team
		       : strstr(pattern, "/accounts/") ? n->account
		       : strstr(pattern, "/jobs/")     ? n->job
						       : NULL;
	if ((text_starts(var, "{id}") || text_starts(var, "{other}")) &&
	    strstr(pattern, "/runs/") != NULL)
		return n->run;
	if (text_starts(var, "{id}") && strstr(pattern, "bulk/") != NULL)
		return n->bulk;
	if (text_starts(var, "{type}"))
		return "no-such-type"; /* types are for all */
	if (text_starts(var, "{id}") && strstr(pattern, "/tasks/") != NULL)
		return n->task;
	if (text_starts(var, "{id}") && strstr(pattern, "/notifications/") != NULL)
		return n->notification;
	for (size_t i = 0; i < LENGTH(numbers); i++)
		if (text_starts(var, numbers[i]))
			return "1";
	return NULL;
}

static const char *path_of(struct ctx *c, const char *pattern, const struct names *n)
{
	struct buf b;
	const char *s = pattern, *var;

	buf_init(&b, c->arena, 1000);
	while ((var = strchr(s, '{')) != NULL) {
		const char *value = value_of(n, pattern, var);
		if (value == NULL)
			FAIL("teach this test about the names in %s", pattern);
		buf_add(&b, s, (size_t)(var - s));
		buf_text(&b, value == NULL ? "x" : value);
		s = strchr(var, '}') + 1;
	}
	buf_text(&b, s);
	return b.data;
}

/* ---- the walk */

/* Bodies that get past the checks of what is sent, for whatever takes them. */
static const char *const jsons[] = { "{}", "{\"description\":\"x\"}", "{\"role\":\"viewer\"}",
	"{\"disabled\":true}", "{\"name\":\"mine\"}", "{\"name\":\"x\",\"kind\":\"email\"}",
	"{\"comment\":\"x\",\"hash\":\"x\"}", "{\"team\":\"zebra\",\"role\":\"viewer\"}" };
static const char *const forms[] = { "", "account=olga&role=manager", "name=mine",
	"description=&keep_days=&keep_runs=&drift=", "offset=0",
	"name=zebra-job&schedule=%40hourly&executor=shell&command=true&version=1",
	"do=approve&comment=x&hash=x", "team=zebra&role=viewer" };

static bool same(
    struct ctx *c, const struct resp *there, const struct resp *twin, const struct names *n)
{
	const char *x = there->body == NULL ? "" : there->body;
	const char *y = twin->body == NULL ? "" : twin->body;

	x = with(c, with(c, x, SECRET, TWIN), n[0].run, "RUN");
	y = with(c, y, n[1].run, "RUN");
	x = with(c, x, n[0].bulk, "BULK");
	y = with(c, y, n[1].bulk, "BULK");
	x = with(c, x, n[0].task, "TASK");
	y = with(c, y, n[1].task, "TASK");
	return there->status == twin->status && strcmp(x, y) == 0;
}

/* names[0]: what is there; names[1]: what is not. */
static void walk_one(struct world *w, const struct site *site, const struct route *route,
    const struct names *names, const char *body)
{
	struct ctx *c = w->c;
	const char *target = path_of(c, route->pattern, &names[0]);
	const char *nothing = path_of(c, route->pattern, &names[1]);
	struct resp there = send_to(w, site, route->method, target, body);
	struct resp twin = send_to(w, site, route->method, nothing, with(c, body, SECRET, TWIN));

	if (there.status < 400)
		FAIL("%s %s answers %d", site->name, target, there.status);
	if (!same(c, &there, &twin, names))
		FAIL("%s %s is told from %s: %d %.300s\n--- %d %.300s", site->name, target, nothing,
		    there.status, there.body ? there.body : "", twin.status,
		    twin.body ? twin.body : "");
}

static bool is_mine(const char *pattern)
{
	return strstr(pattern, "/account/") != NULL; /* one's own sessions and tokens */
}

static void walk(struct world *w, const struct site *site, const struct names *names)
{
	bool json = site == &api_site;

	for (size_t i = 0; i < site->nroutes; i++) {
		const struct route *route = &site->routes[i];
		if (strchr(route->pattern, '{') == NULL || is_mine(route->pattern))
			continue;
		size_t n = route->method == GET || route->body == BODY_NONE ? 1 : LENGTH(jsons);
		for (size_t b = 0; b < n; b++)
			walk_one(w, site, route, names,
			    route->body == BODY_NONE ? ""
			    : json                   ? jsons[b]
						     : forms[b]);
	}
}

static struct names names_of(
    struct ctx *c, const char *word, int64_t run, int64_t bulk, const char *task)
{
	return (struct names){ .job = arena_printf(c->arena, "%s-job", word),
		.team = word,
		.account = arena_printf(c->arena, "%s-person", word),
		.run = arena_printf(c->arena, "%" PRId64, run),
		.bulk = arena_printf(c->arena, "%" PRId64, bulk),
		.task = task,
		.notification = strcmp(task, TASK) == 0 ? NOTICE : "987654590" };
}

SITE_TEST(what_one_may_not_see_is_not_there_on_any_route)
{
	struct world w = given_olga(c);

	given_secrets(&w);
	const struct names names[2] = { names_of(c, SECRET, w.run, w.bulk, TASK),
		names_of(c, TWIN, 987654390, 987654490, NOTASK) };
	walk(&w, &admin_site, names);
	walk(&w, &api_site, names);
	YES(holds(c, "NOT EXISTS (SELECT FROM audit WHERE actor = 'olga')"));
	YES(holds(c, "(SELECT version = 1 AND NOT disabled FROM job WHERE name = 'zebra-job')"));
	YES(holds(c, "(SELECT count(*) FROM run) = 2"));
	YES(holds(c, "(SELECT count(*) FROM membership m JOIN team t ON t.id = m.team_id WHERE "
		     "t.name = 'zebra') = 1"));
}

/* ---- lists, counts, overview: the same before there was anything */

static const char *const queries[] = { "", "?team=" SECRET, "?q=" SECRET, "?job=" SECRET "-job",
	"?tag=" SECRET, "?name=" SECRET "-job", "?from=" SECRET "-job", "?clone=" SECRET "-job",
	"?parent=" SECRET "-job" };

static size_t listen_to(struct world *w, const struct site *site, const char *answers[])
{
	size_t n = 0;

	for (size_t i = 0; i < site->nroutes; i++) {
		const struct route *route = &site->routes[i];
		if (route->method != GET || strchr(route->pattern, '{') != NULL)
			continue;
		for (size_t q = 0; q < LENGTH(queries); q++) {
			const char *target = arena_printf(
			    w->c->arena, "%s%s", route->pattern, queries[q]);
			struct resp r = send_to(w, site, GET, target, "");
			answers[n++] = arena_printf(
			    w->c->arena, "%s %d %s", target, r.status, r.body ? r.body : "");
		}
	}
	return n;
}

static void compare(struct ctx *c, const char *before, const char *after)
{
	size_t i = 0;

	(void)c;
	if (strcmp(before, after) == 0)
		return;
	while (before[i] == after[i])
		i++;
	i = i > 100 ? i - 100 : 0;
	FAIL("%.60s changed:\n%.300s\n---\n%.300s", before, before + i, after + i);
}

SITE_TEST(no_list_count_or_page_tells_that_others_have_anything)
{
	struct world w = given_olga(c);
	const size_t max = ROUTES_MAX * LENGTH(queries);
	const char **before = arena_alloc(c->arena, max, sizeof(char *));
	const char **after = arena_alloc(c->arena, max, sizeof(char *));
	size_t n = listen_to(&w, &admin_site, before), api = listen_to(&w, &api_site, before + n);

	given_secrets(&w);
	IS(listen_to(&w, &admin_site, after), n);
	IS(listen_to(&w, &api_site, after + n), api);
	for (size_t i = 0; i < n + api; i++)
		compare(c, before[i], after[i]);
}

/* What is sent in a body names jobs and teams, too. */
SITE_TEST(no_body_reaches_what_one_may_not_see)
{
	static const struct {
		const char *target, *json;
	} sent[] = {
		{ "/api/v1/jobs", "{\"name\":\"x\",\"executor\":\"shell\",\"executor_config\":{"
				  "\"command\":\"true\"},\"parent_job\":\"zebra-job\"}" },
		{ "/api/v1/jobs",
		    "{\"name\":\"x\",\"schedule\":\"@hourly\",\"team\":\"zebra\","
		    "\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}" },
		{ "/api/v1/jobs/bulk",
		    "{\"action\":\"move\",\"team\":\"zebra\",\"names\":[\"own\"]}" },
	};
	struct world w = given_olga(c);

	given_secrets(&w);
	for (size_t i = 0; i < LENGTH(sent); i++) {
		struct resp there = send_to(&w, &api_site, POST, sent[i].target, sent[i].json);
		struct resp twin = send_to(
		    &w, &api_site, POST, sent[i].target, with(c, sent[i].json, SECRET, TWIN));
		if (there.status != twin.status ||
		    strcmp(with(c, there.body, SECRET, TWIN), twin.body) != 0)
			FAIL("%s: %d %s\n--- %d %s", sent[i].json, there.status, there.body,
			    twin.status, twin.body);
	}
	struct resp bulk = send_to(&w, &api_site, POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"delete\",\"names\":[\"zebra-job\"]}");
	if (bulk.status == 202)
		LACKS(bulk.body, "\"done\":1");
	YES(holds(
	    c, "NOT EXISTS (SELECT FROM audit WHERE actor = 'olga' AND object LIKE '%%zebra%%')"));
	YES(holds(c, "(SELECT version = 1 AND NOT disabled FROM job WHERE name = 'zebra-job')"));
}
