/* The way of a request on its page: what has been, what is to come, and where it led. */

#include "action/given_approval.h"
#include "action/given_token.h"
#include "web/given_admin.h"

static void look_at_pages(struct ctx *c)
{
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
}

/* eddie wants `backup` of crew otherwise, and marta has to say yes. */
static struct task given_patch(struct ctx *c, const char *patch)
{
	const struct job_edit edit = {
		.name = "backup", .input = json_of(c, patch), .how = JOB_MERGE
	};
	struct task t = { 0 };
	struct job job;

	look_at_pages(c);
	given_guarded_crew(c);
	act_as(c, "eddie");
	IS(change_ask(c, job_edit(c, &edit, &job), "", &t), OK);
	work_on(c);
	return task_now(c, t.id);
}

static const char *page_of(struct ctx *c, const struct task *t, const char *who)
{
	return PAGE(c, by(c, who), 200, arena_printf(c->arena, "/tasks/%s", t->id));
}

static void marta_agrees(struct ctx *c, const struct task *t)
{
	IS(say_yes(c, "marta", t->id), OK);
	work_on(c);
}

static void engine_has(struct ctx *c, const char *state)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE outbox SET state = '%s', done = wanted, synced_at = "
			    "'2026-10-09 08:07:06Z', reason = CASE WHEN "
			    "'%s' = 'failing' THEN 'no leader' END WHERE job_name = 'backup'",
			    state, state)),
	    OK);
}

SITE_TEST(a_change_of_a_job_tells_its_way_before_it_is_approved)
{
	struct task t = given_patch(c, "{\"retries\":3}");
	const char *page = page_of(c, &t, "marta");
	HAS(page, "Asked by <strong>eddie</strong>");
	HAS(page, "Checked: definition valid, quota kept, made on revision 1");
	HAS(page, "Waits for 1 more approval");
	HAS(page, "<li class=\"next\"><div><p>Applied as revision 2");
	HAS(page, "<li class=\"next\"><div><p>In sync with the engine");
	LACKS(page, "What it does");
}

SITE_TEST(a_change_of_a_job_leads_to_its_revision_and_says_when_the_engine_has_it)
{
	struct task t = given_patch(c, "{\"retries\":3}");
	marta_agrees(c, &t);
	const char *page = page_of(c, &t, "eddie");
	HAS(page, "Approved by <strong>marta</strong>");
	HAS(page, "Applied as <a href=\"/jobs/backup/revisions#revision-2\">revision 2</a>");
	HAS(page, "Waits to be in sync with the engine");
	HAS(page, "data-live=\"2\"");
	HAS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup/revisions"), "id=\"revision-2\"");
	engine_has(c, "failing");
	page = page_of(c, &t, "eddie");
	HAS(page, "Not in sync with the engine yet");
	HAS(page, "no leader");
	engine_has(c, "in_sync");
	page = page_of(c, &t, "eddie");
	HAS(page, "<li class=\"in-sync\"><div><p>In sync with the engine");
	HAS(page, "datetime=\"2026-10-09T08:07:06Z\"");
	const char *job = PAGE(c, by(c, "eddie"), 200, "/jobs/backup");
	HAS(job, "in sync</span>");
	HAS(job, " since <time datetime=\"2026-10-09T08:07:06Z\"");
	HAS(page, "<ins>3</ins>");
	HAS(page, "<th scope=\"col\">Before</th>");
	LACKS(page, "After approval");
	LACKS(page, "data-live");
	engine_has(c, "drifted");
	HAS(page_of(c, &t, "eddie"), "Drifted: it was changed on the engine itself");
	LACKS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup"), " since <time datetime=\"2026-10-09");
}

SITE_TEST(a_change_that_was_followed_by_another_says_so)
{
	struct task t = given_patch(c, "{\"retries\":3}");
	marta_agrees(c, &t);
	demand(c, "crew", 0);
	act_as(c, "eddie");
	struct job job;
	IS(job_set_disabled(c, "backup", true, &job), OK);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "Applied as <a href=\"/jobs/backup/revisions#revision-2\">revision 2</a>");
	HAS(page, "Followed by <a href=\"/jobs/backup/revisions#revision-3\">revision 3</a>");
	LACKS(page, "In sync with the engine");
	LACKS(page, "data-live");
	/* Another job of that name is another job. */
	IS(job_delete(c, "backup", 0), OK);
	given_job(c, "crew", "backup");
	page = page_of(c, &t, "marta");
	LACKS(page, "Followed by");
	LACKS(page, "In sync with the engine");
}

SITE_TEST(a_new_job_that_was_asked_for_becomes_revision_1)
{
	struct task t = { 0 };
	struct job job;
	look_at_pages(c);
	given_guarded_crew(c);
	act_as(c, "eddie");
	enum err e = job_add(c, "fresh", "crew",
	    json_of(c, "{\"schedule\":\"@daily\",\"executor\":\"shell\","
		       "\"executor_config\":{\"command\":\"true\"}}"),
	    NULL, &job);
	IS(change_ask(c, e, "", &t), OK);
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "Checked: definition valid, name free, quota kept");
	HAS(page, "Applied as revision 1");
	marta_agrees(c, &t);
	page = page_of(c, &t, "eddie");
	HAS(page, "Applied as <a href=\"/jobs/fresh/revisions#revision-1\">revision 1</a>");
	HAS(page, "Waits to be in sync with the engine");
}

SITE_TEST(a_job_that_is_deleted_on_request_is_gone_from_the_engine_in_the_end)
{
	struct task t = { 0 };
	look_at_pages(c);
	given_guarded_crew(c);
	act_as(c, "eddie");
	IS(change_ask(c, job_delete(c, "backup", 0), "", &t), OK);
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "Checked: revision 1 was the present one");
	HAS(page, "<li class=\"next\"><div><p>Deleted");
	HAS(page, "<li class=\"next\"><div><p>Gone from the engine");
	marta_agrees(c, &t);
	page = page_of(c, &t, "eddie");
	HAS(page, "<li class=\"succeeded\"><div><p>Deleted");
	HAS(page, "The engine has it still");
	HAS(page, "data-live=\"2\"");
	IS(db_script(c, "DELETE FROM outbox WHERE job_name = 'backup'"), OK);
	page = page_of(c, &t, "eddie");
	HAS(page, "Gone from the engine");
	LACKS(page, "data-live");
}

SITE_TEST(a_run_that_was_asked_for_leads_to_the_run)
{
	struct task t = { 0 };
	struct run run;
	look_at_pages(c);
	given_guarded_crew(c);
	act_as(c, "eddie");
	IS(change_ask(c, run_request(c, "backup", "manual", &run), "", &t), OK);
	work_on(c);
	HAS(page_of(c, &t, "marta"), "<li class=\"next\"><div><p>Runs once");
	marta_agrees(c, &t);
	const char *page = page_of(c, &t, "eddie");
	HAS(page, "<li class=\"queued\"><div><p>Became <a href=\"/runs/");
	HAS(page, "Queued");
	HAS(page, "data-live=\"2\"");
	IS(db_script(c, "UPDATE run SET state = 'succeeded', started_at = now(), finished_at = "
			"now() WHERE job_name = 'backup'"),
	    OK);
	page = page_of(c, &t, "eddie");
	HAS(page, "Succeeded");
	LACKS(page, "data-live");
	IS(db_script(c, "DELETE FROM run WHERE job_name = 'backup'"), OK);
	page = page_of(c, &t, "eddie");
	HAS(page, "Became run ");
	LACKS(page, "href=\"/runs/");
}

SITE_TEST(other_requests_say_what_is_to_come_and_what_was_done)
{
	look_at_pages(c);
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct task t = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"operator\"}");
	const char *page = page_of(c, &t, "kwame");
	HAS(page, "Is being checked");
	HAS(page, "<li class=\"next\"><div><p>Done");
	work_on(c);
	page = page_of(c, &t, "marta");
	HAS(page, "Checked: it can be done");
	HAS(page, "kwame joins crew as operator.");
	HAS(page, "<li class=\"next\"><div><p>Done");
	marta_agrees(c, &t);
	page = page_of(c, &t, "kwame");
	HAS(page, "<li class=\"succeeded\"><div><p>kwame has the role operator in crew.");
	HAS(page, "<li class=\"succeeded\"><div><p>Done");
	LACKS(page, "<p class=\"soft\">kwame has the role operator");
}

SITE_TEST(an_invitation_waits_for_who_gets_the_mail_and_says_so_before)
{
	look_at_pages(c);
	given_config(c);
	given_crew_of_two(c);
	act_as(c, "marta");
	struct task t = given_task(
	    c, "invite", "{\"team\":\"crew\",\"role\":\"viewer\",\"email\":\"zoe@example.com\"}");
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "Approved by rule");
	HAS(page, "Waits for who got the mail with the token");
	HAS(page, "<li class=\"next\"><div><p>Done");
	LACKS(page, "Confirmed by who gets the mail");
}

/* The script takes the form anew only with what it is about: nobody approves what he did not see.
 */
SITE_TEST(the_decision_names_what_it_is_about)
{
	struct task t = given_patch(c, "{\"retries\":3}");
	HAS(page_of(c, &t, "marta"),
	    arena_printf(c->arena, "<section id=\"decision\" data-q=\"%s\"", t.hash.text));
}
