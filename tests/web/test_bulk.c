/* Bulk actions on the pages and in the API. */

#include "model/bulk.h"
#include "web/api/api.h"
#include "web/given_admin.h"

static void given_three(struct ctx *c)
{
	given_people(c);
	given_ops_job(c, "one", SHELL_JOB);
	given_ops_job(c, "two", SHELL_JOB);
	given_ops_job(c, "three", SHELL_JOB);
}

static void work_off(struct ctx *c)
{
	size_t n = 1;

	act_as_cli(c);
	while (n > 0)
		IS(bulk_batch(c, 10, &n), OK);
}

static const char *location(const struct resp *w)
{
	const char *where = resp_find(w, "Location");

	return where == NULL ? "" : where;
}

/* That person's program, with a token that is there. */
static const struct caller *with_token(struct ctx *c, const char *name)
{
	struct caller *caller = arena_new(c->arena, struct caller);
	const char *text = "";

	act_as(c, name);
	IS(token_add(c, c->actor.account_id, "t", SCOPE_WRITE, 1, &text), OK);
	*caller = (struct caller){ .authorization = arena_printf(c->arena, "Bearer %s", text) };
	return caller;
}

SITE_TEST(the_list_has_boxes_for_who_may_do_something)
{
	given_three(c);
	const char *page = PAGE(c, by(c, "edith"), 200, "/jobs");
	HAS(page, "name=\"pick\" value=\"one\"");
	HAS(page, "value=\"delete\"");
	page = PAGE(c, by(c, "otto"), 200, "/jobs");
	HAS(page, "value=\"run\"");
	LACKS(page, "value=\"delete\"");
	page = PAGE(c, by(c, "vera"), 200, "/jobs");
	LACKS(page, "name=\"pick\"");
}

SITE_TEST(picked_jobs_are_asked_about_once_and_then_done)
{
	given_three(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "disable", "pick",
	    "one", "pick", "two", "q", "", NULL);
	IS(w.status, 200);
	YES(view_missing() == NULL);
	HAS(w.body, "<h1>Disable 2 jobs?</h1>");
	HAS(w.body, "name=\"pick\" value=\"one\"");
	HAS(w.body, "name=\"expected\" value=\"2\"");
	YES(holds(c, "(SELECT count(*) = 0 FROM bulk)"));
	w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "disable", "pick", "one", "pick",
	    "two", "confirmed", "1", "expected", "2", NULL);
	IS(w.status, 303);
	const char *page = PAGE(c, by(c, "edith"), 200, location(&w));
	HAS(page, "Disabling 2 jobs");
	HAS(page, "data-live=\"1\"");
	HAS(page, "http-equiv=\"refresh\"");
	HAS(page, "Stop here");
	work_off(c);
	page = PAGE(c, by(c, "edith"), 200, location(&w));
	HAS(page, "2 jobs disabled");
	HAS(page, "2 done");
	LACKS(page, "data-live=\"1\"");
	LACKS(page, "http-equiv");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/bulk"), "Disable 2 jobs");
	PAGE(c, by(c, "otto"), 404, location(&w));
	HAS(PAGE(c, by(c, "otto"), 200, "/jobs/bulk"), "No bulk action yet");
}

SITE_TEST(all_that_match_a_filter_are_counted_again_when_confirmed)
{
	given_three(c);
	given_ops_job(c, "kiwi-1", SHELL_JOB);
	given_ops_job(c, "kiwi-2", SHELL_JOB);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "delete", "all", "1",
	    "pick", "one", "q", "kiwi", NULL);
	IS(w.status, 200);
	HAS(w.body, "<h1>Delete 2 jobs?</h1>");
	HAS(w.body, "name=\"q\" value=\"kiwi\"");
	LACKS(w.body, "name=\"pick\"");
	HAS(w.body, "danger primary");
	given_ops_job(c, "kiwi-3", SHELL_JOB);
	w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "delete", "all", "1", "q", "kiwi",
	    "confirmed", "1", "expected", "2", NULL);
	IS(w.status, 409);
	HAS(w.body, "by now it would be 3");
	HAS(w.body, "name=\"expected\" value=\"3\"");
	w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "delete", "all", "1", "q", "kiwi",
	    "confirmed", "1", "expected", "3", NULL);
	IS(w.status, 303);
	work_off(c);
	HAS(PAGE(c, by(c, "edith"), 200, location(&w)), "3 jobs deleted");
	PAGE(c, by(c, "edith"), 200, "/jobs/three");
}

SITE_TEST(the_question_says_what_will_be_refused)
{
	given_three(c);
	given_ops_job(c, "child",
	    "{\"parent_job\":\"one\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"x\"}"
	    "}");
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "delete", "pick",
	    "one", "pick", "gone", NULL);
	HAS(w.body, "1 job stays: 1 child that is not chosen");
	HAS(w.body, "1 is not there any more");
	w = ask(c, by(c, "otto"), POST, "/jobs/bulk", "action", "disable", "pick", "one", NULL);
	HAS(w.body, "1 is not yours to do this with");
	w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "move", "pick", "one", NULL);
	IS(w.status, 200);
	HAS(w.body, "<select id=\"to\" name=\"to\"><option selected>ops</option>");
}

SITE_TEST(what_failed_is_told_with_its_reason)
{
	given_three(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "run", "pick", "one",
	    "pick", "gone", "confirmed", "1", "expected", "2", NULL);
	IS(w.status, 303);
	work_off(c);
	const char *page = PAGE(
	    c, by(c, "edith"), 200, arena_printf(c->arena, "%s?state=failed", location(&w)));
	HAS(page, "There is no job gone");
	LACKS(page, "href=\"/jobs/one\"");
	page = PAGE(c, by(c, "edith"), 200, location(&w));
	HAS(page, "href=\"/jobs/one\"");
	HAS(page, ">run ");
	PAGE(c, by(c, "edith"), 422, arena_printf(c->arena, "%s?state=odd", location(&w)));
}

SITE_TEST(queued_runs_are_taken_back_together)
{
	struct run run;

	given_three(c);
	act_as_cli(c);
	IS(run_request(c, "one", "manual", &run), OK);
	const char *page = PAGE(c, by(c, "otto"), 200, "/runs?state=queued");
	HAS(page, "name=\"pick\" value=\"");
	HAS(page, "value=\"stop\"");
	LACKS(PAGE(c, by(c, "otto"), 200, "/runs"), "name=\"pick\"");
	LACKS(PAGE(c, by(c, "vera"), 200, "/runs?state=queued"), "name=\"pick\"");
	struct resp w = ask(
	    c, by(c, "otto"), POST, "/runs/bulk", "action", "stop", "all", "1", "job", "one", NULL);
	IS(w.status, 200);
	YES(view_missing() == NULL);
	HAS(w.body, "<h1>Take back 1 run?</h1>");
	HAS(w.body, "action=\"/runs/bulk\"");
	w = ask(c, by(c, "otto"), POST, "/runs/bulk", "action", "stop", "all", "1", "job", "one",
	    "confirmed", "1", "expected", "1", NULL);
	IS(w.status, 303);
	work_off(c);
	HAS(PAGE(c, by(c, "otto"), 200, location(&w)), "1 run taken back");
	IS(ask(c, by(c, "otto"), POST, "/runs/bulk", "action", "stop", "all", "1", "colour", "red",
	       NULL)
		.status,
	    422);
	IS(ask(c, by(c, "otto"), POST, "/runs/bulk", "action", "delete", "pick", "1", NULL).status,
	    422);
}

SITE_TEST(a_wrong_bulk_form_is_named)
{
	given_three(c);
	IS(ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "disable", NULL).status, 422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "explode", "pick", "one", NULL)
		.status,
	    422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "stop", "pick", "1", NULL).status,
	    422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "move", "pick", "one", "confirmed",
	       "1", "expected", "1", "to", "nowhere", NULL)
		.status,
	    422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/bulk", "action", "disable", "pick", "one",
	       "confirmed", "1", NULL)
		.status,
	    422);
}

SITE_TEST(the_api_takes_a_bulk_action_and_tells_how_far_it_is)
{
	given_three(c);
	ask_site = &api_site;
	const struct caller *edith = with_token(c, "edith");
	struct resp w = ask_json(c, edith, POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"disable\",\"names\":[\"one\",\"gone\"]}");
	IS(w.status, 202);
	HAS(location(&w), "/api/v1/bulk/");
	HAS(w.body, "\"state\":\"waiting\"");
	work_off(c);
	const char *where = location(&w);
	w = ask_json(c, by(c, "edith"), GET, where, NULL);
	IS(w.status, 200);
	HAS(w.body, "\"state\":\"done\",\"total\":2,\"done\":1,\"unchanged\":0,\"failed\":1");
	HAS(w.body, "{\"job\":\"gone\",\"state\":\"failed\",\"code\":\"not_found\"");
	w = ask_json(
	    c, by(c, "edith"), GET, arena_printf(c->arena, "%s/items?limit=1", where), NULL);
	HAS(w.body, "\"next\":\"1\"");
	w = ask_json(c, by(c, "edith"), POST, arena_printf(c->arena, "%s/stop", where), NULL);
	IS(w.status, 409);
	IS(ask_json(c, by(c, "otto"), GET, where, NULL).status, 404);
}

SITE_TEST(the_api_takes_a_filter_instead_of_names)
{
	static const char *const wrong[] = { "{}", "[]", "{\"action\":\"disable\"}",
		"{\"action\":\"disable\",\"names\":[\"one\"],\"filter\":{}}",
		"{\"action\":\"disable\",\"names\":\"one\"}",
		"{\"action\":\"disable\",\"filter\":{\"colour\":\"red\"}}",
		"{\"action\":\"disable\",\"filter\":{\"q\":1}}",
		"{\"action\":\"stop\",\"names\":[\"1\"]}",
		"{\"action\":\"move\",\"names\":[\"one\"]}",
		"{\"action\":\"disable\",\"names\":[\"one\"],\"team\":\"ops\"}" };

	given_three(c);
	ask_site = &api_site;
	struct resp w = ask_json(c, by(c, "edith"), POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"disable\",\"filter\":{\"q\":\"t\"},\"expected\":3}");
	IS(w.status, 409);
	w = ask_json(c, by(c, "edith"), POST, "/api/v1/jobs/bulk",
	    "{\"action\":\"disable\",\"filter\":{\"q\":\"t\"},\"expected\":2}");
	IS(w.status, 202);
	HAS(w.body, "\"filter\":{\"q\":\"t\"}");
	for (size_t i = 0; i < LENGTH(wrong); i++)
		IS(ask_json(c, by(c, "edith"), POST, "/api/v1/jobs/bulk", wrong[i]).status, 422);
}
