/*
 * A job that one may not see is answered about as one that is not there. Only its name is taken,
 * for names are unique across teams (interface.md 5): that is said, and nothing else about it.
 */

#include "core/buf.h"
#include "lib/check.h"
#include "model/given_run.h"
#include "web/api/api.h"

#define SHELL "\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}"

enum { TEXT_BYTES = 256 * 1024 };

static struct caller program;

static void given_hidden(struct ctx *c)
{
	const char *token = NULL;

	given_team(c, "crew");
	given_team(c, "vault");
	given_scheduled(c, "open", "@daily", "");
	act_as_cli(c);
	given_job(c, "vault", "hidden");
	(void)given_request(c, "hidden");
	given_member(c, "crew", "eddie", ROLE_MANAGER);
	act_as(c, "eddie");
	IS(token_add(c, c->actor.account_id, "ci", SCOPE_ADMIN, 1, &token), OK);
	program = (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", token) };
	ask_site = &api_site;
}

/* With the name in the place of each "%". */
static const char *filled(struct ctx *c, const char *pattern, const char *name)
{
	struct buf b;

	if (pattern == NULL)
		return NULL;
	buf_init(&b, c->arena, TEXT_BYTES);
	for (; *pattern != '\0'; pattern++)
		if (*pattern == '%')
			buf_text(&b, name);
		else
			buf_printf(&b, "%c", *pattern);
	return b.data;
}

/* And back. */
static const char *emptied(struct ctx *c, const char *text, const char *name)
{
	struct buf b;

	buf_init(&b, c->arena, TEXT_BYTES);
	buf_text(&b, "");
	while (text != NULL && *text != '\0') {
		bool here = strncmp(text, name, strlen(name)) == 0;
		buf_printf(&b, "%c", here ? '%' : *text);
		text += here ? strlen(name) : 1;
	}
	return b.data;
}

SITE_TEST(of_a_hidden_job_every_answer_is_that_of_one_that_is_not_there)
{
	static const struct {
		enum method m;
		const char *target, *body;
	} asks[] = {
		{ GET, "/api/v1/jobs/%", NULL },
		{ PUT, "/api/v1/jobs/%", "{\"schedule\":\"@daily\"," SHELL "}" },
		{ PATCH, "/api/v1/jobs/%", "{\"retries\":1}" },
		{ DELETE, "/api/v1/jobs/%", NULL },
		{ POST, "/api/v1/jobs/%/run", NULL },
		{ GET, "/api/v1/jobs/%/revisions", NULL },
		{ POST, "/api/v1/jobs/%/revisions/1/restore", NULL },
		{ POST, "/api/v1/jobs/%/revert", NULL },
		{ GET, "/api/v1/jobs?q=%", NULL },
		{ GET, "/api/v1/jobs?team=vault", NULL },
		{ GET, "/api/v1/runs?job=%", NULL },
		{ GET, "/api/v1/runs?q=%", NULL },
		{ GET, "/api/v1/runs?team=vault", NULL },
		{ GET, "/api/v1/jobs/export?q=%", NULL },
		{ GET, "/api/v1/schedule?expression=@daily&job=%", NULL },
		{ PATCH, "/api/v1/jobs/open", "{\"parent_job\":\"%\"}" },
		{ POST, "/api/v1/jobs/import?format=dkron&preview=1",
		    "[{\"name\":\"open\",\"schedule\":\"@daily\",\"parent_job\":\"%\"," SHELL
		    "}]" },
	};

	given_hidden(c);
	for (size_t i = 0; i < LENGTH(asks); i++) {
		struct resp hidden = ask_json(c, &program, asks[i].m,
		    filled(c, asks[i].target, "hidden"), filled(c, asks[i].body, "hidden"));
		struct resp absent = ask_json(c, &program, asks[i].m,
		    filled(c, asks[i].target, "absent"), filled(c, asks[i].body, "absent"));
		const char *one = emptied(c, hidden.body, "hidden");
		const char *two = emptied(c, absent.body, "absent");
		if (hidden.status != absent.status || strcmp(one, two) != 0)
			FAIL("%s: %d %s, not %d %s", asks[i].target, hidden.status, one,
			    absent.status, two);
	}
}

SITE_TEST(that_a_name_is_taken_is_all_that_is_said_of_a_hidden_job)
{
	static const struct {
		const char *target, *body;
		int status;
	} asks[] = {
		{ "/api/v1/jobs", "{\"name\":\"hidden\",\"schedule\":\"@daily\"," SHELL "}", 409 },
		{ "/api/v1/jobs/import?format=dkron&preview=1",
		    "[{\"name\":\"hidden\",\"schedule\":\"@daily\"," SHELL "}]", 200 },
		{ "/api/v1/jobs/import?format=dkron",
		    "[{\"name\":\"hidden\",\"schedule\":\"@daily\"," SHELL "}]", 422 },
	};

	given_hidden(c);
	for (size_t i = 0; i < LENGTH(asks); i++) {
		struct resp w = ask_json(c, &program, POST, asks[i].target, asks[i].body);
		if (w.status != asks[i].status)
			FAIL("%s: %d %s", asks[i].target, w.status, w.body);
		HAS(w.body, "There is a job hidden already.");
		LACKS(w.body, "vault");
		LACKS(w.body, "hourly");
	}
	YES(holds(c, "(SELECT version = 1 FROM job WHERE name = 'hidden')"));
}
