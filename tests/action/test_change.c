/* A change that others must approve, asked for anew on what stands there by now. */

#include "action/given_approval.h"
#include "model/run.h"
#include "model/unmanaged.h"

static enum err wants_retries(struct ctx *c)
{
	struct job_edit edit = {
		.name = "backup", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":3}")
	};
	struct job job;

	return job_edit(c, &edit, &job);
}

static enum err wants_a_run(struct ctx *c)
{
	struct run run;

	return run_request(c, "backup", "manual", &run);
}

static enum err wants_it_gone(struct ctx *c)
{
	return job_delete(c, "backup", 0);
}

struct renewal {
	enum err (*want)(struct ctx *c);
	const char *then; /* holds behind it */
};

/* eddie asks for it, the job moves on, and meanwhile the team demands nothing any more. */
static enum err renew_alone(struct ctx *c, void *arg)
{
	const struct renewal *r = arg;
	struct task t = { .id = "" }, out = { .id = NULL };
	struct job job;

	given_guarded_crew(c);
	act_as(c, "eddie");
	IS(change_ask(c, r->want(c), "because", &t), OK);
	work_on(c);
	demand(c, "crew", 0);
	act_as_cli(c);
	struct job_edit moved = { .name = "backup",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"description\":\"moved on\"}") };
	IS(job_edit(c, &moved, &job), OK);
	act_as(c, "eddie");
	if (change_renew(c, t.id, &out) != OK)
		FAIL("%s: %s", r->then, ctx_fault(c));
	SAME(out.id, t.id); /* the old one: there is no other */
	SAME(out.state, "cancelled");
	if (!holds(c, "%s", r->then))
		FAIL("not so: %s", r->then);
	YES(holds(c, "(SELECT count(*) FROM task) = 1"));
	return ERR_STALE;
}

SITE_TEST(what_is_renewed_when_nobody_must_approve_any_more_is_done_at_once)
{
	static const struct renewal all[] = {
		{ wants_retries, "EXISTS (SELECT FROM job WHERE name = 'backup' AND version = 3)" },
		{ wants_a_run, "(SELECT count(*) FROM run WHERE job_name = 'backup') = 1" },
		{ wants_it_gone, "NOT EXISTS (SELECT FROM job WHERE name = 'backup')" },
	};

	for (size_t i = 0; i < LENGTH(all); i++)
		IS(db_atomically(c, renew_alone, (void *)&all[i]), ERR_STALE);
}

/* ---- what another job of the engine became meanwhile */

static void given_on_the_engine(struct ctx *c, const char *schedule)
{
	IS(db_script(c,
	       arena_printf(c->arena,
		   "INSERT INTO unmanaged (name, definition) VALUES ('big', "
		   "'{\"schedule\":\"%s\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
		   "\"true\"}}') ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
		   schedule)),
	    OK);
}

SITE_TEST(taking_over_is_renewed_with_what_the_engine_has_now)
{
	struct task t = { .id = "" }, again = { .id = "" };
	struct job job;

	given_guarded_crew(c);
	given_account(c, "root", true);
	given_on_the_engine(c, "@daily");
	act_as(c, "root");
	IS(change_ask(c, unmanaged_adopt(c, "big", &(struct unmanaged_how){ .team = "crew" }, &job),
	       "", &t),
	    OK);
	SAME(t.title, "Adopt big");
	work_on(c);
	given_on_the_engine(c, "@weekly");
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	act_as(c, "root");
	t = task_now(c, t.id);
	SAME(t.state, "failed"); /* not what was approved */
	YES(holds(c, "NOT EXISTS (SELECT FROM job WHERE name = 'big')"));
	IS(change_renew(c, t.id, &again), OK);
	SAME(again.title, "Adopt big");
	work_on(c);
	IS(say_yes(c, "marta", again.id), OK);
	work_on(c);
	act_as(c, "root");
	SAME(task_now(c, again.id).state, "completed");
	IS(job_get(c, "big", &job), OK);
	SAME(json_text(json_get(job.spec, "schedule")), "@weekly");
	AUDITED("job_adopt", "job:big", 1);
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
}

SITE_TEST(only_changes_and_runs_of_jobs_are_renewed_and_only_by_who_asked)
{
	struct task t, out;

	given_guarded_crew(c);
	act_as(c, "eddie");
	t = given_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"manager\"}");
	IS(change_renew(c, t.id, &out), ERR_CONFLICT);
	SAME(c->fault.detail, "Only changes and runs of jobs are renewed.");
	act_as(c, "marta");
	IS(change_renew(c, t.id, &out), ERR_FORBIDDEN);
	YES(holds(c, "(SELECT NOT cancelled FROM task)"));
}
