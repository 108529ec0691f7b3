/* Bounds of a team that many run up against at the same moment. */

#include "lib/apart.h"
#include "model/given_import.h"
#include "model/given_run.h"
#include "model/quota.h"

enum { MANY = 10, EACH = 5 };

static void given_crews_apart(struct ctx *c, const char *bounds)
{
	given_team(c, "crew");
	given_team(c, "other");
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE team SET quota = 'custom', %s WHERE name = 'crew'", bounds)),
	    OK);
}

static void crews_leave(struct ctx *c)
{
	IS(db_script(c,
	       "DELETE FROM run WHERE team_id IN (SELECT id FROM team WHERE name = 'crew');"
	       "DELETE FROM job WHERE team_id IN (SELECT id FROM team WHERE name IN ('crew', "
	       "'other')); DELETE FROM outbox; DELETE FROM engine_state; DELETE FROM team WHERE "
	       "name IN ('crew', 'other')"),
	    OK);
}

static enum err adds(struct ctx *c, const char *id)
{
	struct job job;
	enum err e = OK;

	for (int i = 0; i < EACH && (e == OK || e == ERR_CONFLICT); i++)
		e = job_add(c, arena_printf(c->arena, "new-%s-%d", id, i), "crew",
		    json_of(c, SHELL_JOB), NULL, &job);
	return e == ERR_CONFLICT ? OK : e;
}

static enum err moves(struct ctx *c, const char *id)
{
	struct job job;
	enum err e = job_edit(c,
	    &(struct job_edit){ .name = arena_printf(c->arena, "there-%s", id),
		.how = JOB_MERGE,
		.team = "crew",
		.input = json_object(c->arena) },
	    &job);

	return e == ERR_CONFLICT ? OK : e;
}

static enum err imports(struct ctx *c, const char *id)
{
	const char *text = arena_printf(c->arena, "[{\"name\":\"listed-%s\"," PLAIN "}]", id);
	struct import import = {
		.format = IMPORT_DKRON, .team = "crew", .text = text, .len = strlen(text)
	};
	struct import_plan plan;

	return job_import(c, &import, &plan);
}

static void all_at_once(struct ctx *c, const apart_op *ops, size_t n)
{
	struct apart all[MANY];

	for (size_t i = 0; i < MANY; i++)
		all[i] = apart_start(ops[i % n], arena_printf(c->arena, "%zu", i));
	for (size_t i = 0; i < MANY; i++)
		apart_go(&all[i]);
	for (size_t i = 0; i < MANY; i++)
		IS(apart_end(&all[i]), OK);
}

APART_TEST(however_many_save_at_once_a_team_has_no_more_jobs_than_its_quota)
{
	static const apart_op ops[] = { adds, moves, imports };

	given_crews_apart(c, "max_jobs = 3");
	act_as_cli(c);
	for (int i = 0; i < MANY; i++)
		given_job(c, "other", arena_printf(c->arena, "there-%d", i));
	all_at_once(c, ops, LENGTH(ops));
	YES(holds(c, "(SELECT count(*) = 3 FROM job JOIN team t ON t.id = team_id WHERE t.name = "
		     "'crew')"));
	crews_leave(c);
}

/* Asks for runs, and hands over whatever is there to be handed over. */
static enum err runs(struct ctx *c, const char *id)
{
	struct run_ready *ready;
	struct run run;
	bool mine;
	size_t n;

	(void)id;
	for (int i = 0; i < EACH; i++)
		TRY(run_request(c, "hello", "manual", &run));
	TRY(run_ready(c, MANY * EACH, &ready, &n));
	for (size_t i = 0; i < n; i++)
		TRY(run_mark(c, ready[i].id, &mine));
	return OK;
}

APART_TEST(of_fifty_runs_asked_for_at_once_no_more_begin_than_the_quota_has_room_for)
{
	static const apart_op ops[] = { runs };

	given_crews_apart(c, "max_running = 3");
	given_scheduled(c, "hello", "@manually", "");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted; "
			"INSERT INTO engine_state (kind, version, leader, reachable) VALUES "
			"('dkron', '4.1.2', 'n1', true)"),
	    OK);
	all_at_once(c, ops, LENGTH(ops));
	YES(holds(c, "(SELECT count(*) = 50 FROM run)"));
	YES(holds(c, "(SELECT count(*) = 3 FROM run WHERE dispatched_at IS NOT NULL)"));
	crews_leave(c);
}
