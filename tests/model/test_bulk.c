/* One action on many jobs: frozen, done with the rights of the moment, each for itself, once. */

#include "model/given_bulk.h"

SITE_TEST(a_bulk_action_does_each_job_and_says_what_failed)
{
	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"c\",\"a\",\"nowhere\",\"b\",\"a\"]");
	IS(b.total, 4);
	SAME(bulk_state(&b), "waiting");
	work_off(c);
	SAME(outcome(c, b.id), "a done|b done|c done|nowhere failed not_found");
	b = now(c, b.id);
	SAME(bulk_state(&b), "done");
	IS(b.done, 3);
	IS(b.failed, 1);
	YES(holds(c, "(SELECT bool_and(disabled) FROM job)"));
	YES(holds(
	    c, "(SELECT count(*) = 3 FROM audit WHERE verb = 'job_disable' AND actor = 'edith')"));
	AUDITED("bulk_start", arena_printf(c->arena, "bulk:%lld", (long long)b.id), 1);
	AUDITED("bulk_end", arena_printf(c->arena, "bulk:%lld", (long long)b.id), 1);
}

SITE_TEST(what_is_like_that_already_makes_no_revision)
{
	struct job job;

	given_crew(c);
	IS(job_set_disabled(c, "b", true, &job), OK);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\",\"b\"]");
	work_off(c);
	SAME(outcome(c, b.id), "a done|b same");
	YES(holds(c, "(SELECT version = 2 FROM job WHERE name = 'b')"));
}

SITE_TEST(a_right_that_is_taken_away_meanwhile_is_missing)
{
	given_crew(c);
	struct bulk b = started(c, BULK_DELETE, "[\"a\",\"b\"]");
	act_as_cli(c);
	IS(team_member(c, "ops", "edith", ROLE_VIEWER), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a failed forbidden|b failed forbidden");
	YES(holds(c, "(SELECT count(*) = 3 FROM job)"));
}

SITE_TEST(a_disabled_account_does_nothing_more)
{
	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\"]");
	IS(db_script(c, "UPDATE account SET disabled_at = now() WHERE name = 'edith'"), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a failed unauthenticated");
}

SITE_TEST(a_revoked_token_does_nothing_more)
{
	int64_t id;
	const char *text;

	given_crew(c);
	id = c->actor.account_id;
	IS(token_add(c, id, "t", SCOPE_WRITE, 1, &text), OK);
	IS(token_actor(c, text), OK);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\"]");
	IS(db_script(c, "UPDATE token SET revoked_at = now()"), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a failed unauthenticated");
}

SITE_TEST(a_jwt_has_no_row_that_could_be_revoked)
{
	given_crew(c);
	c->actor.token_id = TOKEN_OF_ISSUER;
	struct bulk b = started(c, BULK_DISABLE, "[\"a\"]");
	work_off(c);
	SAME(outcome(c, b.id), "a done");
}

SITE_TEST(a_token_needs_the_scope_of_the_action)
{
	struct bulk_ask ask;
	struct bulk b;

	given_crew(c);
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_RUN;
	ask = named(c, BULK_DISABLE, "[\"a\"]");
	IS(bulk_start(c, &ask, 0, &b), ERR_FORBIDDEN);
	ask = named(c, BULK_RUN, "[\"a\"]");
	IS(bulk_start(c, &ask, 0, &b), OK);
}

SITE_TEST(children_are_deleted_before_their_parents)
{
	given_crew(c);
	given_child(c, "z-child", "a");
	given_child(c, "zz-grandchild", "z-child");
	struct bulk b = started(c, BULK_DELETE, "[\"a\",\"b\",\"z-child\",\"zz-grandchild\"]");
	work_off(c);
	SAME(outcome(c, b.id), "zz-grandchild done|z-child done|a done|b done");
	YES(holds(c, "(SELECT count(*) = 1 FROM job)"));
}

SITE_TEST(a_parent_of_what_stays_is_not_deleted)
{
	struct bulk_preview preview;

	given_crew(c);
	given_child(c, "z-child", "a");
	struct bulk_ask ask = named(c, BULK_DELETE, "[\"a\",\"b\"]");
	IS(bulk_preview(c, &ask, &preview), OK);
	IS(preview.total, 2);
	IS(preview.parents, 1);
	IS(preview.left_behind, 1);
	struct bulk b = started(c, BULK_DELETE, "[\"a\",\"b\"]");
	work_off(c);
	SAME(outcome(c, b.id), "a failed conflict|b done");
}

SITE_TEST(a_filter_is_frozen_when_it_is_confirmed)
{
	struct job_query q = { .q = "a" };
	struct bulk_ask ask = { .kind = BULK_DISABLE, .jobs = &q };
	struct bulk_preview preview;
	struct bulk b;

	given_crew(c);
	given_job(c, "ops", "aa");
	IS(bulk_preview(c, &ask, &preview), OK);
	IS(preview.total, 2);
	given_job(c, "ops", "aaa");
	IS(bulk_start(c, &ask, 2, &b), ERR_CONFLICT);
	HAS(ctx_fault(c), "by now it would be 3");
	IS(bulk_start(c, &ask, 3, &b), OK);
	given_job(c, "ops", "aaaa");
	work_off(c);
	SAME(outcome(c, b.id), "a done|aa done|aaa done");
}

SITE_TEST(a_filter_finds_only_what_one_may_see)
{
	struct job_query q = { .q = NULL };
	struct bulk_ask ask = { .kind = BULK_RUN, .jobs = &q };
	struct bulk_preview preview;

	given_crew(c);
	given_team(c, "other");
	given_job(c, "other", "hidden");
	act_as(c, "otto");
	IS(bulk_preview(c, &ask, &preview), OK);
	IS(preview.total, 3);
	LACKS(preview.names, "hidden");
	IS(preview.not_editable, 3);
	IS(preview.not_runnable, 0);
}

SITE_TEST(many_jobs_are_run_and_the_runs_are_told)
{
	struct bulk_item *items;
	struct job job;
	size_t n;

	given_crew(c);
	IS(job_set_disabled(c, "c", true, &job), OK);
	act_as(c, "otto");
	struct bulk b = started(c, BULK_RUN, "[\"a\",\"b\",\"c\"]");
	work_off(c);
	SAME(outcome(c, b.id), "a done|b done|c failed conflict");
	IS(bulk_items(c, b.id, &(struct bulk_page){ "done", 0, 10 }, &items, &n), OK);
	IS(n, 2);
	YES(holds(c, "(SELECT requested_by = 'otto' FROM run WHERE id = %lld)",
	    (long long)items[0].run_id.value));
}

SITE_TEST(many_jobs_move_to_a_team_one_may_put_them_into)
{
	struct bulk_ask ask;
	struct bulk b;

	given_crew(c);
	given_team(c, "other");
	act_as(c, "edith");
	ask = named(c, BULK_MOVE, "[\"a\",\"b\"]");
	IS(bulk_start(c, &ask, 0, &b), ERR_INVALID);
	SAME(c->fault.field, "team");
	ask.team = "other";
	IS(bulk_start(c, &ask, 0, &b), ERR_INVALID);
	act_as_cli(c);
	IS(team_member(c, "other", "edith", ROLE_EDITOR), OK);
	act_as(c, "edith");
	IS(bulk_start(c, &ask, 0, &b), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a done|b done");
	YES(holds(c, "(SELECT count(*) = 2 FROM job j JOIN team t ON t.id = j.team_id WHERE t.name "
		     "= 'other')"));
}

SITE_TEST(queued_runs_are_stopped_together)
{
	struct run_query q = { .q = NULL };
	struct bulk_ask ask = { .kind = BULK_STOP, .runs = &q };
	struct bulk b;

	given_crew(c);
	int64_t one = given_request(c, "a"), two = given_request(c, "b");
	act_as(c, "otto");
	IS(bulk_start(c, &ask, 2, &b), OK);
	IS(db_script(
	       c, arena_printf(c->arena, "UPDATE run SET dispatched_at = now() WHERE id = %lld",
		      (long long)two)),
	    OK);
	work_off(c);
	HAS(outcome(c, b.id), arena_printf(c->arena, "%lld done", (long long)one));
	HAS(outcome(c, b.id), arena_printf(c->arena, "%lld failed conflict", (long long)two));
}

SITE_TEST(a_bulk_action_can_be_stopped_halfway)
{
	size_t n;

	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\",\"b\",\"c\"]");
	IS(bulk_batch(c, 2, &n), OK);
	IS(bulk_stop(c, b.id, &b), OK);
	SAME(bulk_state(&b), "stopping");
	work_off(c);
	b = now(c, b.id);
	SAME(bulk_state(&b), "stopped");
	SAME(outcome(c, b.id), "a done|b done|c waiting");
	IS(bulk_stop(c, b.id, &b), ERR_CONFLICT);
}

SITE_TEST(a_batch_that_fails_is_done_again_whole)
{
	size_t n;

	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\",\"b\"]");
	/* as Postgres would say of a deadlock, behind the first job */
	IS(db_script(c,
	       "CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	       "RAISE EXCEPTION 'no' USING ERRCODE = '57014'; END $$; CREATE TRIGGER stumble "
	       "BEFORE "
	       "UPDATE ON job FOR EACH ROW WHEN (NEW.name = 'b') EXECUTE FUNCTION "
	       "pg_temp.stumble()"),
	    OK);
	act_as_cli(c);
	IS(bulk_batch(c, 5, &n), ERR_UNAVAILABLE);
	SAME(c->actor.account, "cli");
	SAME(outcome(c, b.id), "a waiting|b waiting");
	YES(holds(c, "(SELECT NOT disabled FROM job WHERE name = 'a')"));
	IS(db_script(c, "UPDATE bulk SET try_at = now()"), OK);
	IS(bulk_batch(c, 5, &n), OK); /* now one by one */
	SAME(outcome(c, b.id), "a done|b waiting");
	IS(db_script(c, "UPDATE bulk SET attempts = 5"), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a done|b failed unavailable");
}

SITE_TEST(strangers_do_not_see_a_bulk_action)
{
	struct bulk *list;
	size_t n;

	given_crew(c);
	struct bulk b = started(c, BULK_DISABLE, "[\"a\"]");
	act_as(c, "otto");
	IS(bulk_get(c, b.id, &b), ERR_NOT_FOUND);
	IS(bulk_stop(c, b.id, &b), ERR_NOT_FOUND);
	IS(bulk_list(c, 10, &list, &n), OK);
	IS(n, 0);
	act_as(c, "edith");
	IS(bulk_list(c, 10, &list, &n), OK);
	IS(n, 1);
}

SITE_TEST(nothing_chosen_is_no_bulk_action)
{
	struct bulk_ask ask;
	struct bulk b;

	given_crew(c);
	ask = named(c, BULK_DISABLE, "[]");
	IS(bulk_start(c, &ask, 0, &b), ERR_INVALID);
	ask = named(c, BULK_DISABLE, "[1]");
	IS(bulk_start(c, &ask, 0, &b), ERR_INVALID);
	SAME(c->fault.field, "names");
	ask = named(c, BULK_STOP, "[\"a\"]");
	IS(bulk_start(c, &ask, 0, &b), ERR_INVALID);
}
