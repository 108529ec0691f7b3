/* Who was asked into a team, on its page and in the API; and its quota on the page. */

#include "action/given_person.h"
#include "model/quota.h"
#include "web/api/api.h"
#include "web/given_admin.h"

static struct resp api(struct ctx *c, const char *name)
{
	struct caller caller = as_account(0, name);

	act_as(c, name);
	caller = as_token(c->actor.account_id, name, SCOPE_READ);
	ask_site = &api_site;
	struct resp w = ask_json(c, &caller, GET, "/api/v1/teams/crew/invites", NULL);
	ask_site = &admin_site;
	return w;
}

static void given_invites(struct ctx *c)
{
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	given_config(c);
	given_crew_of_two(c);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	act_as(c, "marta");
	(void)asked(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"a@example.org\",\"role\":\"viewer\"}");
	(void)asked(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"b@example.org\",\"role\":\"editor\"}");
	(void)asked(c, "invite",
	    "{\"team\":\"crew\",\"email\":\"c@example.org\",\"role\":\"editor\",\"account\":"
	    "\"No Name\"}");
	struct task t = asked(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"d@example.org\",\"role\":\"editor\"}");
	IS(db_script(c,
	       arena_printf(c->arena,
		   "UPDATE task_token SET expires_at = now() - interval '1 s' WHERE task_id = "
		   "(SELECT "
		   "id FROM task WHERE data->>'email' = 'b@example.org'); INSERT INTO notification "
		   "(task_id, error, notes) VALUES ('%s', true, '{}')",
		   t.id)),
	    OK);
	(void)asked(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"e@example.org\",\"role\":\"viewer\"}");
	IS(db_script(c,
	       "UPDATE task SET state = 'cancelled', stage = 'end', cancelled = true WHERE "
	       "data->>'email' = 'e@example.org'"),
	    OK);
}

SITE_TEST(an_invitation_shows_how_it_stands)
{
	static const char *const expected[][2] = {
		{ "a@example.org",
		    "\"role\":\"viewer\",\"status\":\"invited\",\"requester\":\"marta\"" },
		{ "b@example.org", "\"role\":\"editor\",\"status\":\"expired\"" },
		{ "c@example.org", "\"role\":\"editor\",\"status\":\"invalid\"" },
		{ "d@example.org", "\"role\":\"editor\",\"status\":\"failed\"" },
	};

	given_invites(c);
	struct resp w = api(c, "marta");
	IS(w.status, 200);
	for (size_t i = 0; i < LENGTH(expected); i++)
		HAS(w.body,
		    arena_printf(c->arena, "\"email\":\"%s\",%s", expected[i][0], expected[i][1]));
	LACKS(w.body, "e@example.org");
	IS(api(c, "vera").status, 403);
	const char *page = PAGE(c, by(c, "marta"), 200, "/teams/crew");
	HAS(page, "Invited <span class=\"count\">4</span>");
	HAS(page, "<span class=\"state missed\">Expired</span>");
	HAS(page, "<span class=\"state queued\">Invited</span>");
	HAS(page, "<span class=\"state failed\">Invalid</span>");
	HAS(page, "/requests/new/invite?team=crew");
	page = PAGE(c, by(c, "vera"), 200, "/teams/crew");
	LACKS(page, "example.org");
	LACKS(page, "/requests/new/invite");
}

SITE_TEST(a_team_page_shows_the_quota_and_lets_admins_set_it)
{
	struct resp w;

	given_invites(c);
	given_account(c, "root2", true);
	const char *page = PAGE(c, by(c, "marta"), 200, "/teams/crew");
	HAS(page, "0, no bound");
	HAS(page, "/requests/new/quota?team=crew");
	LACKS(page, "name=\"max_jobs\"");
	w = ask(c, by(c, "root2"), POST, "/teams/crew/quota", "quota", "custom", "max_jobs", "7",
	    "min_interval_s", "", "max_running", "3", NULL);
	SAME(resp_find(&w, "Location"), "/teams/crew?done=saved");
	page = PAGE(c, by(c, "root2"), 200, "/teams/crew");
	HAS(page, "0 of 7");
	HAS(page, "name=\"max_jobs\" inputmode=\"numeric\" value=\"7\"");
	w = ask(c, by(c, "root2"), POST, "/teams/crew/quota", "quota", "custom", "max_jobs", "many",
	    "min_interval_s", "", "max_running", "", NULL);
	IS(w.status, 422);
	HAS(w.body, "Jobs: must be a whole number from 1 to 1000000, or empty");
	HAS(w.body, "value=\"many\"");
	w = ask(c, by(c, "root2"), POST, "/teams/crew/quota", "quota", "small", "max_jobs", "7",
	    "min_interval_s", "", "max_running", "", NULL);
	IS(w.status, 422);
	w = ask(c, by(c, "marta"), POST, "/teams/crew/quota", "quota", "", "max_jobs", "",
	    "min_interval_s", "", "max_running", "", NULL);
	IS(w.status, 403);
	w = ask(c, by(c, "root2"), POST, "/teams/crew/quota", "quota", "", "max_jobs", "",
	    "min_interval_s", "", "max_running", "", NULL);
	IS(w.status, 303);
	HAS(PAGE(c, by(c, "vera"), 200, "/teams/crew"), "0, no bound");
}
