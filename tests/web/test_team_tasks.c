/* What concerns a team is seen by whoever manages it, whoever asked for it; and by no stranger. */

#include "action/given_approval.h"
#include "action/given_person.h"
#include "web/api/api.h"
#include "web/given_admin.h"

static int by_api(struct ctx *c, const char *name, const char *id)
{
	act_as(c, name);
	struct caller caller = as_token(c->actor.account_id, name, SCOPE_READ);
	caller.actor.admin = c->actor.admin;
	ask_site = &api_site;
	struct resp w = ask_json(
	    c, &caller, GET, arena_printf(c->arena, "/api/v1/tasks/%s", id), NULL);
	struct resp list = ask_json(c, &caller, GET, "/api/v1/tasks", NULL);
	ask_site = &admin_site;
	IS(list.status, 200);
	if ((w.status == 200) != (strstr(list.body, id) != NULL))
		FAIL("%s: the list and the task differ for %s", id, name);
	return w.status;
}

static int by_page(struct ctx *c, const char *name, const char *id)
{
	return ask(c, by(c, name), GET, arena_printf(c->arena, "/tasks/%s", id), NULL).status;
}

static void seen(struct ctx *c, const char *id, const char *who, int status)
{
	if (by_api(c, who, id) != status || by_page(c, who, id) != status)
		FAIL("%s sees it otherwise than %d", who, status);
}

static void check(struct ctx *c, const char *id)
{
	seen(c, id, "mo", 200);    /* manages the team, and did not ask */
	seen(c, id, "ada", 200);   /* an admin */
	seen(c, id, "olga", 404);  /* is an operator in it */
	seen(c, id, "otto", 404);  /* manages another */
	seen(c, id, "kwame", 404); /* a stranger */
}

static void given_teams(struct ctx *c)
{
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	given_config(c);
	given_guarded_crew(c);
	given_member(c, "crew", "olga", ROLE_OPERATOR);
	given_member(c, "crew", "vic", ROLE_VIEWER);
	given_team(c, "others");
	given_member(c, "others", "otto", ROLE_MANAGER);
	given_account(c, "kwame", false);
	given_account(c, "ada", true);
}

SITE_TEST(every_task_of_a_team_is_seen_by_its_managers_and_by_no_stranger)
{
	static const struct {
		const char *type, *fields;
	} cases[] = {
		{ "quota", "{\"team\":\"crew\",\"size\":\"large\"}" },
		{ "invite", "{\"team\":\"crew\",\"email\":\"n@example.org\",\"role\":\"viewer\"}" },
		{ "edit-roles", "{\"team\":\"crew\",\"account\":\"vic\",\"role\":\"operator\"}" },
	};

	given_teams(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		act_as(c, "marta");
		struct task t = asked(c, cases[i].type, cases[i].fields);
		SAME(t.type, cases[i].type);
		check(c, t.id);
		/* Another manager may take it back, as long as it is open. */
		act_as(c, "mo");
		bool open = !t.completed && !t.cancelled;
		IS(task_cancel(c, t.id, "", &t), open ? OK : ERR_CONFLICT);
		act_as(c, "otto");
		IS(task_cancel(c, t.id, "", &t), ERR_NOT_FOUND);
	}
}

/* Also when others than managers decide. */
SITE_TEST(changes_and_runs_of_jobs_are_seen_by_the_managers_of_their_team)
{
	struct task t;
	struct run run;
	struct job job;

	given_teams(c);
	act_as(c, "eddie");
	IS(change_ask(c, run_request(c, "backup", "manual", &run), "because", &t), OK);
	work_on(c);
	IS(db_script(c, "UPDATE task SET approver_role = NULL"), OK);
	check(c, t.id);
	act_as(c, "eddie");
	struct job_edit edit = {
		.name = "backup", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":3}")
	};
	IS(change_ask(c, job_edit(c, &edit, &job), "because", &t), OK);
	work_on(c);
	IS(db_script(c, "UPDATE task SET approver_role = NULL"), OK);
	check(c, t.id);
	act_as_cli(c);
	IS(team_member(c, "crew", "mo", ROLE_EDITOR), OK);
	seen(c, t.id, "mo", 404);
}
