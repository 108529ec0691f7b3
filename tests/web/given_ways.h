#ifndef TESTS_WEB_GIVEN_WAYS_H
#define TESTS_WEB_GIVEN_WAYS_H

/*
 * What tests of ways round an approval begin with. `root` is an admin and in no team, so that only
 * approvals can stop him. In the team `crew` are the jobs
 *
 *   backup  of version 2, drifted on the engine;
 *   once    whose moment is long over, for the cleanup;
 *   idle    which is switched off;
 *   after   which runs behind `first`, a job of the team `spare`, that demands nothing.
 *
 * The engine has a job `theirs`, which is nobody's.
 */

#include "action/given_approval.h"
#include "lib/check.h"
#include "model/bulk.h"
#include "model/given_alert.h"
#include "view/view.h"
#include "web/admin/admin.h"
#include "web/api/api.h"

#define SHELL(command) "\"executor\":\"shell\",\"executor_config\":{\"command\":\"" command "\"}"

GIVEN void given_made(struct ctx *c, const char *team, const char *name, const char *spec)
{
	struct job job;

	if (job_add(c, name, team, json_of(c, spec), NULL, &job) != OK)
		FAIL("%s: %s", name, ctx_fault(c));
}

GIVEN void given_ways(struct ctx *c)
{
	struct job job;

	given_config(c);
	IS(view_setup(c, "templates"), OK);
	given_guarded_crew(c);
	demand(c, "crew", 0);
	given_team(c, "spare");
	given_account(c, "root", true);
	act_as_cli(c);
	IS(job_edit(c,
	       &(struct job_edit){
		   .name = "backup", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}") },
	       &job),
	    OK);
	given_made(
	    c, "crew", "once", "{\"schedule\":\"@at 2020-01-02T03:04:05Z\"," SHELL("true") "}");
	given_team(c, "third");
	given_made(
	    c, "crew", "idle", "{\"schedule\":\"@daily\",\"disabled\":true," SHELL("true") "}");
	given_made(c, "spare", "first", "{\"schedule\":\"@daily\"," SHELL("true") "}");
	given_made(c, "crew", "after", "{\"parent_job\":\"first\"," SHELL("true") "}");
	IS(db_script(c,
	       "UPDATE job SET updated_at = now() - interval '90 days' WHERE name = 'once';"
	       "UPDATE outbox SET state = 'in_sync', done = wanted;"
	       "UPDATE outbox SET state = 'drifted' WHERE job_name = 'backup';"
	       "INSERT INTO drift (job_name, job_id, version, engine, fields) SELECT name, id, "
	       "version, '{\"name\":\"backup\",\"schedule\":\"@weekly\"," SHELL(
		   "echo hi") "}', "
			      "'schedule' FROM job WHERE name = 'backup';"
			      "INSERT INTO unmanaged (name, definition) VALUES ('theirs', "
			      "'{\"name\":\"theirs\",\"schedule\":\"@weekly\"," SHELL(
				  "true") "}')"),
	    OK);
}

/* Everything that approvals guard, as one text. */
#define ALL_GUARDED                                                                              \
	"(SELECT coalesce(string_agg(concat(name, team_id, version, spec), ' ' ORDER BY name), " \
	"'') FROM job) || (SELECT count(*) FROM run)"

GIVEN void remember(struct ctx *c)
{
	IS(db_script(c, "SELECT set_config('test.before', md5(" ALL_GUARDED "), true)"), OK);
}

GIVEN bool is_as_before(struct ctx *c)
{
	return holds(c, "current_setting('test.before') = md5(" ALL_GUARDED ")");
}

/* Each job of crew demands so many itself. */
GIVEN void jobs_demand(struct ctx *c, int approvals)
{
	IS(db_script(c,
	       arena_printf(c->arena,
		   "UPDATE job SET spec = spec || '{\"approvals\":%d}' WHERE team_id = (SELECT id "
		   "FROM team WHERE name = 'crew')",
		   approvals)),
	    OK);
}

#endif
