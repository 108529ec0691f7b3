/* Changes of jobs that others have to approve, as the page of the task shows them. */

#include "action/given_approval.h"
#include "web/given_admin.h"

static enum err patch_job(struct ctx *c, const char *patch)
{
	const struct job_edit edit = {
		.name = "backup", .input = json_of(c, patch), .how = JOB_MERGE
	};
	struct job job;

	return job_edit(c, &edit, &job);
}

/* eddie changes `backup` of crew and is told that others have to approve. */
static struct task given_change(struct ctx *c, const char *patch)
{
	struct task t = { 0 };

	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	given_guarded_crew(c);
	act_as(c, "eddie");
	enum err e = patch_job(c, patch);
	IS(e, ERR_FORBIDDEN);
	IS(change_ask(c, e, "less often", &t), OK);
	work_on(c);
	return task_now(c, t.id);
}

static const char *page_of(struct ctx *c, const struct task *t, const char *who)
{
	return PAGE(c, by(c, who), 200, arena_printf(c->arena, "/tasks/%s", t->id));
}

SITE_TEST(who_approves_sees_field_by_field_what_changes)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\",\"owner\":\"marta\"}");
	const char *page = page_of(c, &t, "marta");
	HAS(page, "What changes");
	HAS(page, "2 fields, from revision 1");
	HAS(page, "<del>@hourly</del>");
	HAS(page, "<ins>@daily</ins>");
	HAS(page, "<span class=\"soft\">empty</span>");
	HAS(page, "After approval");
	HAS(page, "less often");
	LACKS(page, "cannot be applied any more");
	LACKS(page, "What is asked for");
	LACKS(page, "Change request");
}

SITE_TEST(a_text_of_several_lines_is_shown_line_by_line)
{
	struct task t = given_change(
	    c, "{\"executor_config\":{\"command\":\"one\\ntwo\\nthree\\nfour\\nfive\\nsix\"}}");
	act_as_cli(c);
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	act_as(c, "eddie");
	enum err e = patch_job(
	    c, "{\"executor_config\":{\"command\":\"one\\ntwo\\nthree\\nfour\\nfive\\n6\"}}");
	IS(change_ask(c, e, "", &t), OK);
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "<del>-six\n</del>");
	HAS(page, "<ins>+6\n</ins>");
	HAS(page, " five\n");
	HAS(page, "<span class=\"soft\"> ...\n</span>");
	LACKS(page, " one\n");
}

SITE_TEST(a_change_of_a_job_that_moved_on_says_so)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	demand(c, "crew", 0);
	act_as(c, "marta");
	IS(patch_job(c, "{\"retries\":1}"), OK);
	HAS(page_of(c, &t, "marta"), "cannot be applied any more");
	LACKS(page_of(c, &t, "marta"), "value=\"renew\"");
	HAS(page_of(c, &t, "eddie"), "value=\"renew\"");
}

SITE_TEST(renewing_what_nobody_must_approve_any_more_says_that_it_is_done)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	const char *page = arena_printf(c->arena, "/tasks/%s", t.id);

	demand(c, "crew", 0);
	act_as(c, "marta");
	IS(patch_job(c, "{\"retries\":1}"), OK);
	struct resp w = ask(c, by(c, "eddie"), POST, page, "do", "renew", "comment", "", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), arena_printf(c->arena, "%s?done=at-once", page));
	HAS(PAGE(c, by(c, "eddie"), 200, resp_find(&w, "Location")), "It is done: nobody has to");
	YES(holds(c, "EXISTS (SELECT FROM job WHERE name = 'backup' AND version = 3)"));
}
