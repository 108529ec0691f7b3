/* A change of a job that waits for approval becomes another, through the API. */

#include <string.h>

#include "lib/check.h"
#include "web/given_asked.h"

#define PUT_TASK(who, json) by(c, who, PUT, arena_printf(c->arena, "/api/v1/tasks/%s", id), json)

SITE_TEST(a_change_that_waits_becomes_another_and_its_approvals_are_void)
{
	given_guarded_crew(c);
	demand(c, "crew", 2);
	const char *id = asked(c, "eddie", PATCH, "/api/v1/jobs/backup?reason=less%20often",
	    "{\"schedule\":\"@daily\"}");
	IS(say_yes(c, "marta", id), OK);
	IS(task_now(c, id).given, 1);
	const char *seen = task_now(c, id).hash.text;
	struct resp w = by(c, "eddie", GET, arena_printf(c->arena, "/api/v1/tasks/%s", id), NULL);
	struct json *data = json_get(body_of(c, &w), "data");
	json_set(json_get(data, "definition"), "schedule", json_string(c->arena, "@weekly"));
	w = PUT_TASK("eddie", json_write(c->arena, data));
	IS(w.status, 200);
	SAME(json_text(json_get(body_of(c, &w), "state")), "requested");
	work_on(c);
	act_as(c, "mo");
	struct task t = task_now(c, id);
	IS(t.given, 0);
	SAME(t.reason, "less often");
	YES(t.valid && strcmp(t.hash.text, seen) != 0);
	IS(task_approve(c, id, seen, "", &t), ERR_STALE);
	IS(say_yes(c, "mo", id), OK);
	IS(say_yes(c, "marta", id), OK);
	work_on(c);
	SAME(json_text(json_get(job_now(c, "backup").spec, "schedule")), "@weekly");
	AUDITED("task_edit", arena_printf(c->arena, "task:%s", id), 1);
}

SITE_TEST(what_a_changed_request_may_not_hold_is_named)
{
	given_guarded_crew(c);
	const char *id = asked(
	    c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}");
	static const struct {
		const char *body, *field;
		int status;
	} cases[] = {
		{ "{}", "definition", 422 },
		{ "{\"definition\":[]}", "definition", 422 },
		{ "{\"definition\":{\"schedule\":\"soon\",\"executor\":\"shell\","
		  "\"executor_config\":{\"command\":\"x\"}}}",
		    "definition.schedule", 422 },
		{ "{\"definition\":" SHELL_OTHER ",\"colour\":1}", "colour", 422 },
		{ "{\"definition\":" SHELL_OTHER ",\"team\":\"nowhere\"}", "team", 422 },
		{ "{\"definition\":" SHELL_OTHER ",\"version\":9}", NULL, 412 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = PUT_TASK("eddie", cases[i].body);
		const struct json *error = json_get(body_of(c, &w), "error");
		IS(w.status, cases[i].status);
		if (cases[i].field != NULL)
			SAME(json_text(json_get(error, "field")), cases[i].field);
	}
	IS(PUT_TASK("marta", "{\"definition\":" SHELL_OTHER "}").status, 403);
	SAME(state_of(c, id), "requested");
}

SITE_TEST(a_changed_request_that_nobody_has_to_approve_any_more_is_done)
{
	given_guarded_crew(c);
	const char *id = asked(
	    c, "eddie", PATCH, "/api/v1/jobs/backup", "{\"schedule\":\"@daily\"}");
	demand(c, "crew", 0);
	struct resp w = PUT_TASK("eddie", "{\"definition\":" SHELL_OTHER "}");
	IS(w.status, 200);
	SAME(json_text(json_get(body_of(c, &w), "state")), "cancelled");
	SAME(json_text(json_get(job_now(c, "backup").spec, "schedule")), "@weekly");
}
