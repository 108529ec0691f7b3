/* Between a request, its approvals and what is done: what an adversary would try there. */

#include "action/given_attack.h"

#define OTHER_COMMAND                                                                        \
	"{\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"rm -rf /\"}}"

static const char *(*const kinds[])(struct ctx *c) = { asked_retries, asked_end, asked_run };

/* ---- another job by the same name */

static enum err recreated_before(struct ctx *c, void *arg)
{
	const char *id = kinds[*(size_t *)arg](c);
	struct job job;

	act_as_cli(c);
	IS(job_delete(c, "backup", 0), OK);
	IS(job_add(c, "backup", "crew", json_of(c, OTHER_COMMAND), NULL, &job), OK);
	IS(job.version, 1);
	IS(say_yes(c, "marta", id), ERR_CONFLICT);
	HAS(ctx_fault(c), "deleted meanwhile, and another job has its name");
	return ERR_STALE;
}

static enum err recreated_after(struct ctx *c, void *arg)
{
	const char *id = kinds[*(size_t *)arg](c);
	struct job job;

	IS(say_yes(c, "marta", id), OK);
	act_as_cli(c);
	IS(job_delete(c, "backup", 0), OK);
	IS(job_add(c, "backup", "crew", json_of(c, OTHER_COMMAND), NULL, &job), OK);
	work_on(c);
	stopped(c, id, "is not the job any more");
	return ERR_STALE;
}

SITE_TEST(what_was_approved_of_one_job_is_not_done_to_another_of_its_name)
{
	given_guarded_crew(c);
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		IS(db_atomically(c, recreated_before, &i), ERR_STALE);
		IS(db_atomically(c, recreated_after, &i), ERR_STALE);
	}
}

/* ---- people who change between yes and deed */

static void leaves(struct ctx *c)
{
	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_NONE), OK);
}

static void is_demoted(struct ctx *c)
{
	act_as_cli(c);
	IS(team_member(c, "crew", "marta", ROLE_EDITOR), OK);
}

static void is_disabled(struct ctx *c)
{
	act_as_cli(c);
	IS(account_disable(c, "marta", true), OK);
}

/* The team asks other people by now. */
static void is_asked_no_more(struct ctx *c)
{
	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('board'); UPDATE team SET "
			"approver_group_id = (SELECT id FROM approver_group) WHERE name = 'crew'; "
			"INSERT INTO approver SELECT g.id, a.id FROM approver_group g, account a "
			"WHERE a.name = 'mo'"),
	    OK);
}

static void (*const losses[])(
    struct ctx *c) = { leaves, is_demoted, is_disabled, is_asked_no_more };

struct loss {
	size_t kind, loss;
};

static enum err lost(struct ctx *c, void *arg)
{
	const struct loss *l = arg;
	const char *id = kinds[l->kind](c);

	IS(say_yes(c, "marta", id), OK);
	losses[l->loss](c);
	work_on(c);
	stopped(c, id, "needs 1 approval of people who may approve it now, and has 0");
	IS(say_yes(c, "mo", id), OK);
	work_on(c);
	SAME(now_as(c, "eddie", id).state, "completed");
	return ERR_STALE;
}

SITE_TEST(an_approval_counts_only_while_its_giver_may_give_it)
{
	given_guarded_crew(c);
	for (size_t i = 0; i < LENGTH(kinds) * LENGTH(losses); i++) {
		struct loss l = { i / LENGTH(losses), i % LENGTH(losses) };
		IS(db_atomically(c, lost, &l), ERR_STALE);
	}
}

SITE_TEST(who_left_the_group_of_approvers_does_not_count)
{
	given_guarded_crew(c);
	is_asked_no_more(c);
	const char *id = asked_retries(c);
	IS(say_yes(c, "marta", id), ERR_FORBIDDEN); /* she sees it, and has no say */
	IS(say_yes(c, "mo", id), OK);
	IS(db_script(c, "DELETE FROM approver"), OK);
	work_on(c);
	stopped(c, id, "needs 1 approval of people who may approve it now, and has 0");
}

SITE_TEST(who_asked_must_still_be_allowed_to_do_it_himself)
{
	given_guarded_crew(c);
	const char *id = asked_retries(c), *run = asked_run(c);
	IS(say_yes(c, "marta", id), OK);
	act_as_cli(c);
	IS(team_member(c, "crew", "eddie", ROLE_VIEWER), OK);
	work_on(c);
	stopped(c, id, "needs the role editor");
	IS(say_yes(c, "marta", run), OK);
	work_on(c);
	stopped(c, run, "needs the role operator");
}

/* ---- one person is one */

SITE_TEST(nobody_approves_his_own_by_another_way_in)
{
	struct task t;

	given_guarded_crew(c);
	given_member(c, "crew", "mia", ROLE_MANAGER);
	const char *id = asked_retries(c);
	IS(db_script(c,
	       "UPDATE task SET requester_id = (SELECT id FROM account WHERE name = 'mia'), "
	       "requester = 'mia'"),
	    OK);
	t = now_as(c, "mia", id);
	for (int64_t token = TOKEN_OF_ISSUER; token <= 2; token++) {
		c->actor.token_id = token;
		c->actor.session_id = token == 0 ? 99 : 0;
		IS(task_approve(c, id, t.hash.text, "", &t), ERR_FORBIDDEN);
	}
	demand(c, "crew", 2);
	IS(db_script(c, "UPDATE task SET required_approvals = 2"), OK);
	for (int64_t token = TOKEN_OF_ISSUER; token <= 2; token++) { /* nor twice by two ways in */
		act_as(c, "marta");
		c->actor.token_id = token;
		IS(task_approve(c, id, t.hash.text, "", &t), OK);
		IS(t.given, 1);
	}
	work_on(c);
	SAME(now_as(c, "mo", id).stage, "wait");
}

SITE_TEST(a_request_about_a_job_is_not_made_another_one)
{
	struct task t;

	given_guarded_crew(c);
	given_account(c, "root", true);
	const char *id = asked_retries(c);
	const struct json *data = json_of(c, now_as(c, "eddie", id).data_text);
	IS(task_edit(c, id, data, &t), ERR_NOT_FOUND);
	act_as(c, "root");
	IS(task_edit(c, id, data, &t), ERR_NOT_FOUND);
}

/* ---- what the hash is of */

SITE_TEST(each_part_of_a_definition_makes_another_hash)
{
	static const char *const patches[] = { "{\"retries\":3}", "{\"retries\":4}",
		"{\"notify\":false}", "{\"approvals\":3}", "{\"drift\":\"adopt\"}",
		"{\"keep_days\":1}", "{\"description\":\"x\"}", "{\"owner\":\"x\"}",
		"{\"disabled\":true}", "{\"tags\":{\"a\":\"b\"}}", "{\"metadata\":{\"a\":\"b\"}}",
		"{\"executor_config\":{\"shell\":\"true\"}}", "{\"timezone\":\"Europe/Madrid\"}",
		"{\"processors\":{\"log\":{\"forward\":\"true\"}}}" };

	given_guarded_crew(c);
	for (size_t i = 0; i < LENGTH(patches); i++)
		asked_edit(c, patches[i]);
	YES(holds(c, "(SELECT count(DISTINCT hash) = %zu FROM task)", LENGTH(patches)));
	YES(holds(c, "NOT EXISTS (SELECT FROM task t JOIN task_action a ON a.task_id = t.id WHERE "
		     "NOT a.cache->'applies' @> jsonb_build_object('team', 'crew', 'version', 1, "
		     "'job_id', (SELECT id FROM job)))"));
}
