/* Changes of jobs that others have to approve, verb by verb, through the API. */

#include "action/given_approval.h"
#include "lib/check.h"
#include "web/api/api.h"

/* By a token that is there: what is asked for by one is done only while it holds. */
static struct caller caller_of(struct ctx *c, const char *name)
{
	const char *token = NULL;

	act_as(c, name);
	IS(token_add(c, c->actor.account_id, "ci", SCOPE_WRITE, 1, &token), OK);
	return (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", token) };
}

static struct resp by(
    struct ctx *c, const char *name, enum method m, const char *target, const char *json)
{
	struct caller who = caller_of(c, name);

	ask_site = &api_site;
	return ask_json(c, &who, m, target, json);
}

static struct json *body_of(struct ctx *c, const struct resp *w)
{
	return json_of(c, w->body);
}

/* The change is asked for, and nothing else; the task is prepared. */
static const char *asked(
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

static const char *state_of(struct ctx *c, const char *id)
{
	act_as(c, "marta");
	return task_now(c, id).state;
}

static struct job job_now(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as(c, "marta");
	IS(job_get(c, name, &job), OK);
	return job;
}

SITE_TEST(a_change_waits_until_another_approved_it)
{
	given_guarded_crew(c);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup?reason=less%20often",
	    "{\"schedule\":\"@daily\"}");
	IS(job_now(c, "backup").version, 1);
	struct task t = task_now(c, id);
	SAME(t.type, "job-change");
	SAME(t.title, "Change backup");
	SAME(t.about, "job:backup");
	SAME(t.reason, "less often");
	SAME(t.stage, "wait");
	YES(t.valid && t.decider);
	act_as(c, "eddie");
	IS(task_approve(c, id, t.hash.text, "", &t), ERR_FORBIDDEN);
	IS(say_yes(c, "marta", id), OK);
	IS(job_now(c, "backup").version, 1);
	work_on(c);
	SAME(state_of(c, id), "completed");
	struct job job = job_now(c, "backup");
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
	SAME(job.updated_by, "eddie");
	struct resp w = by(c, "eddie", GET, "/api/v1/jobs/backup/revisions", NULL);
	const struct json *newest = json_at(json_get(body_of(c, &w), "items"), 0);
	SAME(json_text(json_get(newest, "made_by")), "eddie");
	SAME(json_text(json_get(newest, "approved_by")), "marta");
	SAME(json_text(json_get(newest, "task")), id);
	SAME(json_text(json_get(newest, "reason")), "less often");
	AUDITED("job_edit", "job:backup", 1);
}

SITE_TEST(a_change_of_nothing_asks_nobody)
{
	given_guarded_crew(c);
	IS(by(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@hourly\"}").status, 200);
}

SITE_TEST(what_is_wrong_is_said_before_anybody_is_asked)
{
	given_guarded_crew(c);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	IS(by(c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"soon\"}").status, 422);
	IS(by(c, "vera", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}").status, 403);
	IS(by(c, "eddie", POST, "/api/v1/jobs",
	       "{\"name\":\"backup\",\"schedule\":\"@daily\",\"executor\":\"shell\","
	       "\"executor_config\":{\"command\":\"true\"}}")
		.status,
	    409);
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
}
