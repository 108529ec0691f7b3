/* How a job has done: its figures and plots on its page, and the same by the API. */

#include "model/run_tally.h"
#include "web/api/api.h"
#include "web/given_admin.h"

/* A run at the beginning of each of the last ten days, four seconds long; one failed, one was
 * lost. */
static void given_history(struct ctx *c)
{
	int64_t n = 1;

	given_people(c);
	given_ops_job(c, "nightly",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, trigger, state, started_at, "
			"finished_at)"
			" SELECT j.id, j.name, j.team_id, 'schedule', CASE n WHEN 3 THEN 'failed' "
			"WHEN 8 THEN"
			" 'lost' ELSE 'succeeded' END, d.day, d.day + interval '4 s' FROM job j,"
			" generate_series(9, 0, -1) n, LATERAL (SELECT date_trunc('day', now()) - "
			"n * interval"
			" '1 day' AS day) d WHERE j.name = 'nightly'"),
	    OK);
	while (n > 0)
		IS(run_tally(c, 1000, &n), OK);
}

SITE_TEST(the_page_of_a_job_plots_how_it_has_done)
{
	given_history(c);
	const char *page = PAGE(c, by(c, "vera"), 200, "/jobs/nightly");
	HAS(page, "How long the last 10 runs took, up to 4.0 s; 8 of them succeeded");
	HAS(page, "Runs a day in the last 30 days: 8 succeeded, 2 did not");
	HAS(page, "80 %");
	given_ops_job(c, "fresh",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs/fresh"), "Runs a day");
}

SITE_TEST(api_says_how_a_job_has_done_day_by_day)
{
	given_history(c);
	ask_site = &api_site;
	struct resp w = ask_json(c, by(c, "vera"), GET, "/api/v1/jobs/nightly/stats", NULL);
	IS(w.status, 200);
	const struct json *stats = json_of(c, w.body), *days = json_get(stats, "by_day");
	IS(json_int(json_get(stats, "succeeded")), 8);
	IS(json_int(json_get(stats, "failed")), 1);
	IS(json_int(json_get(stats, "lost")), 1);
	IS(json_int(json_get(stats, "success_permille")), 800);
	IS((int64_t)json_length(days), 10);
	IS(json_int(json_get(json_at(days, 1), "lost")), 1); /* the oldest first */
	IS(json_int(json_get(json_at(days, 6), "failed")), 1);
	SAME(json_text(json_get(json_get(stats, "last_failure"), "state")), "failed");
	w = ask_json(c, by(c, "vera"), GET, "/api/v1/jobs/nightly/stats?days=2", NULL);
	stats = json_of(c, w.body);
	IS(json_int(json_get(stats, "failed")), 0);
	IS(json_int(json_get(stats, "success_permille")), 1000);
	IS(ask_json(c, by(c, "nora"), GET, "/api/v1/jobs/nightly/stats", NULL).status, 404);
}
