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

/* ---- when it fires */

SITE_TEST(two_lanes_on_one_axis_show_when_it_fires_before_and_after)
{
	struct task t = given_change(c, "{\"schedule\":\"0 30 5 * * *\"}");
	const char *page = page_of(c, &t, "marta");
	HAS(page, "<span>Now: every hour</span>");
	HAS(page, "<span>After: every day at 05:30</span>");
	HAS(page, "more than 30 fires"); /* hourly within the week that five daily ones need */
	HAS(page, "class=\"often to-come\"");
	YES(strstr(page, "\"7 fires\"") != NULL || strstr(page, "\"6 fires\"") != NULL);
	HAS(page, "<h3>After approval</h3>");
	HAS(page, "<span>05:30</span>");
}

SITE_TEST(the_axis_is_as_long_as_the_fires_need)
{
	static const struct {
		const char *patch, *has;
	} cases[] = {
		{ "{\"schedule\":\"0 */10 * * * *\"}", "aria-label=\"2" }, /* a day: 23 or 24 */
		{ "{\"schedule\":\"0 0 4 * * 1\"}", "aria-label=\"5 fires\"" },  /* five weeks */
		{ "{\"schedule\":\"0 0 4 1 * *\"}", "aria-label=\"12 fires\"" }, /* a year */
		{ "{\"schedule\":\"0 0 4 1 1 *\"}", "After: " },
		{ "{\"disabled\":true}", "After: every hour, but disabled" },
		{ "{\"schedule\":\"@manually\"}", "aria-label=\"no fire\"" },
		{ "{\"retries\":1}", "Now and after: every hour" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct task t = { 0 };
		if (i == 0)
			t = given_change(c, cases[i].patch);
		else {
			act_as(c, "eddie");
			IS(change_ask(c, patch_job(c, cases[i].patch), "", &t), OK);
			work_on(c);
			t = task_now(c, t.id);
		}
		HAS(page_of(c, &t, "marta"), cases[i].has);
	}
}

SITE_TEST(daylight_saving_is_named_where_it_is_to_be_feared)
{
	struct task t = given_change(
	    c, "{\"schedule\":\"0 30 5 * * *\",\"timezone\":\"Europe/Madrid\"}");
	HAS(page_of(c, &t, "marta"), "No daylight-saving trouble");
	act_as(c, "eddie");
	IS(change_ask(c,
	       patch_job(c, "{\"schedule\":\"0 30 2 * * *\",\"timezone\":\"Europe/Madrid\"}"), "",
	       &t),
	    OK);
	work_on(c);
	LACKS(page_of(c, &t, "marta"), "No daylight-saving trouble");
	act_as(c, "eddie");
	IS(change_ask(
	       c, patch_job(c, "{\"schedule\":\"0 30 5 * * *\",\"timezone\":\"UTC\"}"), "", &t),
	    OK);
	work_on(c);
	LACKS(page_of(c, &t, "marta"), "No daylight-saving trouble");
}

/* ---- something else, before it is approved */

/* As the form says it that is open now. */
static const char *version_of(struct ctx *c, const struct task *t)
{
	act_as(c, "marta");
	return arena_printf(c->arena, "%lld", (long long)task_now(c, t->id).version);
}

#define SAVE(who, ...)                                                           \
	ask(c, by(c, who), POST, arena_printf(c->arena, "/tasks/%s/edit", t.id), \
	    "request_version", version_of(c, &t), __VA_ARGS__, NULL)

SITE_TEST(who_asked_changes_it_in_the_form_of_the_job)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\",\"owner\":\"marta\"}");
	demand(c, "crew", 2);
	HAS(page_of(c, &t, "eddie"), "Change request");
	LACKS(page_of(c, &t, "marta"), "Change request");
	const char *form = PAGE(
	    c, by(c, "eddie"), 200, arena_printf(c->arena, "/tasks/%s/edit", t.id));
	HAS(form, "Change the request: Change backup");
	HAS(form, "value=\"@daily\"");
	HAS(form, "value=\"less often\"");
	HAS(form, "Approvals that were given are void then");
	struct resp w = SAVE("eddie", "version", "1", "schedule", "@weekly", "reason", "and less");
	IS(w.status, 303);
	act_as(c, "eddie");
	t = task_now(c, t.id);
	SAME(t.stage, "prepare");
	SAME(t.reason, "and less");
	IS(t.required, 2);
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "<ins>@weekly</ins>");
	HAS(page, "<ins>marta</ins>");
	LACKS(page, "@daily");
}

SITE_TEST(a_change_that_waits_is_not_overwritten_from_another_window)
{
	struct task t = given_change(c, "{\"owner\":\"one\"}");
	HAS(PAGE(c, by(c, "eddie"), 200, arena_printf(c->arena, "/tasks/%s/edit", t.id)),
	    "name=\"request_version\" value=\"1\"");
	IS(SAVE("eddie", "version", "1", "owner", "two").status, 303);
	struct resp w = ask(c, by(c, "eddie"), POST, arena_printf(c->arena, "/tasks/%s/edit", t.id),
	    "request_version", "1", "version", "1", "owner", "three", NULL);
	IS(w.status, 412);
	HAS(w.body, "you changed this request elsewhere while you did here");
	HAS(w.body, "value=\"three\"");
	HAS(w.body, "name=\"request_version\" value=\"2\"");
	act_as(c, "eddie");
	HAS(task_now(c, t.id).data_text, "two");
	IS(SAVE("eddie", "version", "1", "owner", "three").status, 303);
	act_as(c, "eddie");
	HAS(task_now(c, t.id).data_text, "three");
	IS(ask(c, by(c, "eddie"), POST, arena_printf(c->arena, "/tasks/%s/edit", t.id), "version",
	       "1", "owner", "four", NULL)
		.status,
	    422); /* a form says what its editor saw */
}

SITE_TEST(what_is_wrong_in_a_changed_request_is_told_at_its_field)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	struct resp w = SAVE("eddie", "version", "1", "schedule", "soon");
	IS(w.status, 422);
	HAS(w.body, "id=\"e-schedule\"");
	HAS(w.body, "value=\"soon\"");
	w = SAVE("eddie", "version", "1", "schedule", "@hourly", "notify", "true");
	IS(w.status, 409);
	HAS(w.body, "Nothing of the job would change by it");
	IS(SAVE("eddie", "version", "1", "name", "other").status, 422);
	IS(SAVE("eddie", "version", "1", "reason", "one\ntwo").status, 422);
	IS(SAVE("mo", "version", "1", "schedule", "@weekly").status, 403);
	IS(SAVE("marta", "version", "1", "schedule", "@weekly").status, 403);
}

SITE_TEST(a_request_on_a_job_that_moved_on_is_changed_on_what_stands_there_now)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	demand(c, "crew", 0);
	act_as(c, "marta");
	IS(patch_job(c, "{\"retries\":7}"), OK);
	demand(c, "crew", 1);
	struct resp w = SAVE("eddie", "version", "1", "schedule", "@weekly", "retries", "0");
	IS(w.status, 412);
	HAS(w.body, "somebody changed this job while you did");
	HAS(w.body, "value=\"@weekly\"");
	HAS(w.body, "name=\"version\" value=\"2\"");
	IS(SAVE("eddie", "version", "2", "schedule", "@weekly").status, 303);
	work_on(c);
	const char *page = page_of(c, &t, "marta");
	HAS(page, "<ins>@weekly</ins>");
	HAS(page, "from revision 2");
	LACKS(page, "Retries");
}

SITE_TEST(a_new_job_that_is_asked_for_may_still_get_another_name)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	act_as(c, "eddie");
	struct job job;
	enum err e = job_add(c, "misspelt", "crew",
	    json_of(c, "{\"schedule\":\"@daily\",\"executor\":\"shell\","
		       "\"executor_config\":{\"command\":\"true\"}}"),
	    NULL, &job);
	IS(change_ask(c, e, "", &t), OK);
	work_on(c);
	IS(SAVE("eddie", "name", "backup").status, 409);
	IS(SAVE("eddie", "name", "spelt-well", "executor", "shell").status, 303);
	work_on(c);
	act_as(c, "eddie");
	t = task_now(c, t.id);
	SAME(t.title, "Create spelt-well");
	SAME(t.about, "job:spelt-well");
}

SITE_TEST(a_request_that_is_decided_or_holds_no_definition_is_not_changed)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	act_as(c, "eddie");
	struct task end;
	IS(change_ask(c, job_delete(c, "backup", 0), "", &end), OK);
	work_on(c);
	const char *page = page_of(c, &end, "eddie");
	LACKS(page, "Change request");
	HAS(page, "<del>yes</del>"); /* whom it told */
	LACKS(page, "<ins>");        /* of a job that is gone nothing has a value */
	HAS(page, "After: no job");
	IS(ask(c, by(c, "eddie"), GET, arena_printf(c->arena, "/tasks/%s/edit", end.id), NULL)
		.status,
	    409);
	act_as_cli(c);
	IS(say_yes(c, "marta", t.id), OK);
	IS(SAVE("eddie", "version", "1", "schedule", "@weekly").status, 409);
}

/* ---- asking on the pages of a job */

SITE_TEST(forms_say_that_others_are_asked_and_restoring_takes_a_reason)
{
	struct task t = given_change(c, "{\"schedule\":\"@daily\"}");
	HAS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup/edit"), "Somebody else has to approve it");
	HAS(PAGE(c, by(c, "eddie"), 200, "/jobs/new"), "Somebody else has to approve it");
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	HAS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup/revisions"), "restore-1-reason");
	struct resp w = ask(c, by(c, "eddie"), POST, "/jobs/backup/revisions/1/restore", "reason",
	    "it was better", NULL);
	IS(w.status, 303);
	YES(holds(c, "EXISTS (SELECT FROM task WHERE title = 'Restore backup' AND reason = 'it was "
		     "better')"));
	static const char *const buttons[][2] = { { "disable", "Disable backup" },
		{ "delete", "Delete backup" }, { "run", "Run backup" } };
	for (size_t i = 0; i < LENGTH(buttons); i++) {
		w = ask(c, by(c, "eddie"), POST,
		    arena_printf(c->arena, "/jobs/backup/%s", buttons[i][0]), "reason", "so it is",
		    NULL);
		IS(w.status, 303);
		const char *there = arena_printf(c->arena,
		    "EXISTS (SELECT FROM task WHERE title = '%s' AND reason = 'so it is')",
		    buttons[i][1]);
		YES(holds(c, "%s", there));
	}
	IS(ask(c, by(c, "eddie"), POST, "/jobs/backup/run", "colour", "red", NULL).status, 422);
	demand(c, "crew", 0);
	LACKS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup/revisions"), "restore-1-reason");
	LACKS(PAGE(c, by(c, "eddie"), 200, "/jobs/backup/edit"), "Somebody else has to approve");
}
