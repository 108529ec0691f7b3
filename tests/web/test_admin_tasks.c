/* Tasks on the pages: asking, deciding, and what each person sees of it. */

#include "web/given_request.h"

static struct resp decide(
    struct ctx *c, const char *who, const struct task *t, const char *what, const char *comment)
{
	return ask(c, by(c, who), POST, of_task(c, t, ""), "do", what, "hash", t->hash.text,
	    "comment", comment, NULL);
}

SITE_TEST(the_inbox_counts_what_waits_for_the_reader)
{
	struct task t = given_request(c);
	const char *page = PAGE(c, by(c, "maria"), 200, "/tasks");
	HAS(page, "Access to ops as operator");
	HAS(page, "1 waits for you");
	HAS(page, "To approve");
	HAS(page, "Review");
	HAS(PAGE(c, by(c, "maria"), 200, "/jobs"), "<span class=\"plate on\">1<span");
	page = PAGE(c, by(c, "nora"), 200, "/tasks");
	HAS(page, "nothing waits for you");
	HAS(page, "Asked by you");
	HAS(page, "Waits for approval");
	LACKS(page, "Review");
	page = PAGE(c, by(c, "vera"), 200, "/tasks?all=1");
	LACKS(page, "Access to ops");
	HAS(page, "Nothing was asked for yet");
	PAGE(c, by(c, "vera"), 404, of_task(c, &t, ""));
	PAGE(c, by(c, "vera"), 404, of_task(c, &t, "/edit"));
}

SITE_TEST(lists_of_tasks_are_narrowed_on_the_page)
{
	given_request(c);
	HAS(PAGE(c, by(c, "nora"), 200, "/tasks?mine=1"), "Access to ops as operator");
	HAS(PAGE(c, by(c, "maria"), 200,
		"/tasks?all=1&state=open&type=request-access&team=ops"
		"&requester=nora&q=ACCESS"),
	    "Access to ops as operator");
	HAS(PAGE(c, by(c, "maria"), 200, "/tasks?all=1&state=completed"), "No task matches");
	HAS(PAGE(c, by(c, "maria"), 200, "/tasks?job=hello"), "Tasks about");
	PAGE(c, by(c, "maria"), 422, "/tasks?state=nonsense");
	PAGE(c, by(c, "maria"), 422, "/tasks?nonsense=1");
}

SITE_TEST(a_task_page_tells_its_way_and_who_may_still_approve)
{
	struct task t = given_request(c);
	const char *page = PAGE(c, by(c, "maria"), 200, of_task(c, &t, ""));
	HAS(page, "because");
	HAS(page, "nora joins ops as operator.");
	HAS(page, "Waits for 1 more approval");
	HAS(page, "a manager of ops: you; not nora, who asked");
	HAS(page, "value=\"approve\"");
	HAS(page, "value=\"reject\"");
	LACKS(page, "value=\"cancel\"");
	page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, ""));
	LACKS(page, "value=\"approve\"");
	LACKS(page, "value=\"reject\"");
	HAS(page, "Withdraw");
	HAS(page, "Change request");
}

SITE_TEST(approving_on_the_page_does_what_was_asked_for)
{
	struct task t = given_request(c);
	struct resp w = decide(c, "maria", &t, "approve", "welcome");
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), of_task(c, &t, "?done=approved"));
	HAS(PAGE(c, by(c, "maria"), 200, of_task(c, &t, "")), "Is being done");
	work_on(c);
	const char *page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, "?done=approved"));
	HAS(page, "Completed");
	HAS(page, "welcome");
	HAS(PAGE(c, by(c, "marta"), 200, arena_printf(c->arena, "/audit?object=task:%s", t.id)),
	    arena_printf(c->arena, "<a class=\"to\" href=\"%s\">", of_task(c, &t, "")));
	LACKS(page, "data-live");
	YES(holds(c, "(SELECT m.role FROM membership m JOIN account a ON a.id = m.account_id "
		     "WHERE a.name = 'nora') = 2"));
	LACKS(PAGE(c, by(c, "maria"), 200, "/tasks"), "Waits for you");
}

SITE_TEST(what_was_not_looked_at_is_not_approved)
{
	struct task t = given_request(c);
	struct resp w = ask(c, by(c, "maria"), POST, of_task(c, &t, ""), "do", "approve", "hash",
	    "something-else", "comment", "looks good", NULL);
	IS(w.status, 412);
	HAS(w.body, "no longer what was looked at");
	HAS(w.body, "looks good");
	SAME(task_now(c, t.id).state, "requested");
}

SITE_TEST(a_rejection_needs_its_reason_and_keeps_what_was_typed)
{
	struct task t = given_request(c);
	struct resp w = decide(c, "maria", &t, "reject", "");
	IS(w.status, 422);
	HAS(w.body, "must say why");
	IS(decide(c, "maria", &t, "reject", "not this year").status, 303);
	const char *page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, ""));
	HAS(page, "Rejected by <strong>maria</strong>");
	HAS(page, "not this year");
	IS(decide(c, "maria", &t, "approve", "").status, 409);
}

SITE_TEST(who_asked_decides_nothing_but_to_withdraw)
{
	struct task t = given_request(c);
	IS(decide(c, "nora", &t, "approve", "").status, 403);
	IS(decide(c, "nora", &t, "reject", "x").status, 403);
	IS(decide(c, "nora", &t, "comment", "please").status, 303);
	IS(decide(c, "nora", &t, "explode", "").status, 422);
	IS(decide(c, "nora", &t, "cancel", "").status, 303);
	HAS(PAGE(c, by(c, "nora"), 200, of_task(c, &t, "")), "Cancelled by <strong>nora</strong>");
	IS(decide(c, "vera", &t, "comment", "hello").status, 404);
}

SITE_TEST(a_request_is_made_with_a_form_of_its_type)
{
	given_people(c);
	HAS(PAGE(c, by(c, "nora"), 200, "/requests"), "Access to a team");
	const char *page = PAGE(
	    c, by(c, "nora"), 200, "/requests/new/request-access?team=ops&role=editor");
	HAS(page, "name=\"team\" type=\"text\" value=\"ops\"");
	HAS(page, "<option value=\"editor\" selected>");
	HAS(page, "Reason");
	struct resp w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "team", "ops",
	    "role", "viewer", "request_reason", "to help", NULL);
	IS(w.status, 303);
	HAS(resp_find(&w, "Location"), "?done=asked");
	YES(holds(c, "(SELECT reason = 'to help' AND data = '{\"team\": \"ops\", \"role\": "
		     "\"viewer\"}' FROM task)"));
	w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "team", "ops", "role",
	    "viewer", NULL);
	IS(w.status, 409);
	HAS(w.body, "This task already exists.");
}

SITE_TEST(a_refused_request_says_so_at_the_field_and_keeps_the_rest)
{
	given_people(c);
	struct resp w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "team",
	    "nowhere", "role", "viewer", "request_reason", "to help", NULL);
	IS(w.status, 422);
	HAS(w.body, "<p class=\"error failed\" id=\"e-team\">there is no team nowhere</p>");
	HAS(w.body, "to help");
	HAS(w.body, "value=\"viewer\" selected");
	w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "team", "ops", NULL);
	IS(w.status, 422);
	HAS(w.body, "id=\"e-role\">is needed");
	w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "team", "ops", "rank", "1",
	    NULL);
	IS(w.status, 422);
	PAGE(c, by(c, "nora"), 404, "/requests/new/nothing");
}

SITE_TEST(a_form_of_another_session_asks_for_nothing)
{
	given_people(c);
	struct resp w = ask(c, by(c, "nora"), POST, "/requests/new/request-access", "csrf",
	    "forged", "team", "ops", "role", "viewer", NULL);
	IS(w.status, 403);
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
}

SITE_TEST(a_stranger_signs_in_before_he_asks)
{
	given_people(c);
	struct resp w = ask(c, AS_NOBODY, GET, "/requests/new/request-access", NULL);
	IS(w.status, 302);
	SAME(resp_find(&w, "Location"), "/sign-in?next=/requests/new/request-access");
	w = ask(c, AS_NOBODY, GET, "/requests/new/nothing", NULL);
	IS(w.status, 302);
	IS(ask(c, AS_NOBODY, POST, "/requests/new/request-access", "team", "ops", NULL).status,
	    302);
}

SITE_TEST(a_request_is_changed_before_it_is_approved)
{
	struct task t = given_request(c);
	const char *page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, "/edit"));
	HAS(page, "value=\"operator\" selected");
	struct resp w = ask(c, by(c, "nora"), POST, of_task(c, &t, "/edit"), "request_version", "1",
	    "team", "ops", "role", "nonsense", NULL);
	IS(w.status, 422);
	HAS(w.body, "id=\"e-role\"");
	w = ask(c, by(c, "nora"), POST, of_task(c, &t, "/edit"), "request_version", "1", "team",
	    "ops", "role", "viewer", NULL);
	IS(w.status, 303);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.title, "Access to ops as viewer");
	HAS(PAGE(c, by(c, "nora"), 200, of_task(c, &t, "")), "Changed by <strong>nora</strong>");
	IS(decide(c, "maria", &t, "approve", "").status, 303);
	PAGE(c, by(c, "nora"), 409, of_task(c, &t, "/edit"));
	IS(ask(c, by(c, "nora"), POST, of_task(c, &t, "/edit"), "request_version", "2", "team",
	       "ops", "role", "viewer", NULL)
		.status,
	    409);
	PAGE(c, by(c, "maria"), 403, of_task(c, &t, "/edit"));
}

SITE_TEST(a_manager_chooses_among_the_teams_that_he_manages)
{
	given_request(c);
	const char *page = PAGE(c, by(c, "maria"), 200, "/requests/new/quota");
	HAS(page, "<option value=\"ops\" selected>ops</option>");
	LACKS(page, "choose one</option></select>\n  <p class=\"hint\" id=\"h-team\"");
	page = PAGE(c, by(c, "nora"), 200, "/requests/new/quota");
	LACKS(page, "value=\"ops\"");
	struct resp w = ask(
	    c, by(c, "nora"), POST, "/requests/new/quota", "team", "ops", "size", "small", NULL);
	IS(w.status, 422);
	HAS(w.body, "there is no team ops");
}

SITE_TEST(a_task_and_the_job_that_it_is_about_lead_to_each_other)
{
	struct task t = given_request(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	LACKS(PAGE(c, by(c, "maria"), 200, "/jobs/hello"), "id=\"requests\"");
	IS(db_script(c, "UPDATE task SET about = 'job:hello'"), OK);
	HAS(PAGE(c, by(c, "maria"), 200, "/jobs/hello"), of_task(c, &t, ""));
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs/hello"), of_task(c, &t, ""));
	const char *page = PAGE(c, by(c, "maria"), 200, of_task(c, &t, ""));
	HAS(page, "<a href=\"/jobs/hello\">hello</a>");
	HAS(page, "/tasks?job=hello");
	LACKS(PAGE(c, by(c, "nora"), 200, of_task(c, &t, "")), "/jobs/hello");
	IS(decide(c, "maria", &t, "reject", "no").status, 303);
	HAS(PAGE(c, by(c, "maria"), 200, "/jobs/hello"), "Former requests");
	LACKS(PAGE(c, by(c, "maria"), 200, "/jobs/hello"), "Waits for approval");
}

SITE_TEST(there_is_one_table_of_what_one_may_ask_for)
{
	given_people(c);
	const char *page = PAGE(c, by(c, "nora"), 200, "/requests");
	YES(strstr(strstr(page, "<table") + 1, "<table") == NULL);
}

/* ---- strangers */

SITE_TEST(a_stranger_is_told_the_same_whether_or_not_there_is_such_an_account)
{
	struct resp known, unknown;

	given_people(c);
	act_as_cli(c);
	IS(db_script(c, "UPDATE account SET email = 'vera@example.org' WHERE name = 'vera'"), OK);
	HAS(PAGE(c, AS_NOBODY, 200, "/sign-in"), "href=\"/requests/new/reset-password\"");
	const char *page = PAGE(c, AS_NOBODY, 200, "/requests/new/reset-password");
	HAS(page, "type=\"email\"");
	LACKS(page, "Reason");
	LACKS(page, "csrf");
	HAS(PAGE(c, AS_NOBODY, 200, "/requests/new/sign-up"), "Reason");
	known = ask(
	    c, AS_NOBODY, POST, "/requests/new/reset-password", "email", "vera@example.org", NULL);
	unknown = ask(
	    c, AS_NOBODY, POST, "/requests/new/reset-password", "email", "x@example.org", NULL);
	IS(known.status, 200);
	SAME(known.body, unknown.body);
	HAS(known.body, "a mail is on its way");
	unknown = ask(c, AS_NOBODY, POST, "/requests/new/reset-password", "email", "x", NULL);
	IS(unknown.status, 422);
	HAS(unknown.body, "must be an e-mail address");
	HAS(unknown.body, "value=\"x\"");
}

SITE_TEST(a_stranger_who_knocks_too_often_waits)
{
	struct resp w;

	given_people(c);
	for (int i = 0; i < 10; i++)
		w = ask(c, AS_NOBODY, POST, "/requests/new/reset-password", "email",
		    "x@example.org", NULL);
	IS(w.status, 200);
	w = ask(c, AS_NOBODY, POST, "/requests/new/reset-password", "email", "x@example.org", NULL);
	IS(w.status, 429);
	YES(resp_find(&w, "Retry-After") != NULL);
	HAS(w.body, "Too many attempts.");
}

SITE_TEST(every_form_of_a_shipped_type_can_be_shown_and_refused)
{
	given_people(c);
	for (const struct task_type *t = shipped_types; t->name != NULL; t++) {
		if (t->hidden)
			continue;
		const char *path = arena_printf(c->arena, "/requests/new/%s", t->name);
		PAGE(c, by(c, "marta"), 200, path);
		struct resp w = ask(c, by(c, "marta"), POST, path, "nonsense", "1", NULL);
		IS(w.status, 422);
		if (view_missing() != NULL)
			FAIL("%s leaves markers empty", path);
	}
}
