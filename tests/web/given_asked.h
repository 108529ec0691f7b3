#ifndef TESTS_WEB_GIVEN_ASKED_H
#define TESTS_WEB_GIVEN_ASKED_H

/* What tests of changes that are asked for through the API begin with. */

#include "action/given_approval.h"
#include "web/api/api.h"

#define SHELL_OTHER                                                                          \
	"{\"schedule\":\"@weekly\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"echo hi\"}}"

/* By a token that is there: what is asked for by one is done only while it holds. */
GIVEN struct caller caller_with(struct ctx *c, const char *name, enum scope scope)
{
	const char *token = NULL;

	act_as(c, name);
	IS(token_add(c, c->actor.account_id, "ci", scope, 1, &token), OK);
	return (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", token) };
}

GIVEN struct resp by(
    struct ctx *c, const char *name, enum method m, const char *target, const char *json)
{
	struct caller who = caller_with(c, name, SCOPE_WRITE);

	ask_site = &api_site;
	return ask_json(c, &who, m, target, json);
}

GIVEN struct resp by_admin_scope(
    struct ctx *c, const char *name, enum method m, const char *target, const char *json)
{
	struct caller who = caller_with(c, name, SCOPE_ADMIN);

	ask_site = &api_site;
	return ask_json(c, &who, m, target, json);
}

GIVEN struct json *body_of(struct ctx *c, const struct resp *w)
{
	return json_of(c, w->body);
}

/* The change is asked for, and nothing else; the task is prepared. */
GIVEN const char *asked(
    struct ctx *c, const char *name, enum method m, const char *target, const char *json)
{
	struct resp w = by(c, name, m, target, json);

	if (w.status != 202)
		FAIL("%s gave %d: %s", target, w.status, w.body);
	const char *id = json_text(json_get(body_of(c, &w), "id"));
	SAME(resp_find(&w, "Location"), arena_printf(c->arena, "/api/v1/tasks/%s", id));
	work_on(c);
	return id;
}

GIVEN const char *state_of(struct ctx *c, const char *id)
{
	act_as(c, "marta");
	return task_now(c, id).state;
}

GIVEN struct job job_now(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as(c, "marta");
	IS(job_get(c, name, &job), OK);
	return job;
}

#endif
