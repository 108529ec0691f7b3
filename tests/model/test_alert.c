/* What is told, and how often. */

#include "model/given_alert.h"

static void given_crew(struct ctx *c)
{
	given_config(c);
	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	given_channel(c, "crew", "mail", "ops@example.org");
}

SITE_TEST(many_failures_are_told_once_and_the_recovery_once)
{
	given_crew(c);
	given_end(c, "hello", 1, true);
	SAME(told(c), "");
	given_end(c, "hello", 2, false);
	SAME(told(c), "failure");
	all_sent(c);
	for (int i = 3; i < 8; i++) {
		given_end(c, "hello", i, false);
		SAME(told(c), "");
	}
	IS(state_of(c, "hello").failures, 6);
	SAME(state_of(c, "hello").state, "failing");
	given_end(c, "hello", 8, true);
	SAME(told(c), "recovery");
	YES(holds(c, "(SELECT payload::jsonb->>'subject' FROM message WHERE event = 'recovery') = "
		     "'[Signalbox] hello recovered: failed 6 times since 21 Nov 12:00 UTC'"));
	all_sent(c);
	given_end(c, "hello", 9, true);
	SAME(told(c), "");
	SAME(state_of(c, "hello").state, "ok");
	given_end(c, "hello", 10, false);
	SAME(told(c), "failure");
	IS(state_of(c, "hello").failures, 1);
}

SITE_TEST(what_fails_and_recovers_between_two_looks_is_not_told)
{
	given_crew(c);
	given_end(c, "hello", 1, false);
	given_end(c, "hello", 2, true);
	SAME(told(c), "");
}

SITE_TEST(the_run_that_began_last_decides_whenever_it_becomes_known)
{
	given_crew(c);
	given_end(c, "hello", 5, true);
	given_end(c, "hello", 2, false);
	SAME(told(c), "");
	given_end(c, "hello", 9, false);
	given_end(c, "hello", 7, true);
	SAME(told(c), "failure");
}

SITE_TEST(a_recovery_that_overtakes_what_waits_replaces_it)
{
	given_crew(c);
	given_end(c, "hello", 1, false);
	SAME(told(c), "failure");
	given_end(c, "hello", 2, false);
	given_end(c, "hello", 3, true);
	SAME(told(c), "recovery");
	YES(holds(c, "(SELECT state || ': ' || reason FROM message WHERE event = 'failure') = "
		     "'dropped: it recovered before this could be sent'"));
}

static void lose(struct ctx *c, const char *job, int64_t n)
{
	int64_t at = T0 + n * S_NS;

	heard_one(c, job, at, at, 0, false);
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE execution SET state = 'lost' WHERE engine_id = '%lld-n1'; "
			    "SELECT run_settle(run_id, false) FROM execution WHERE engine_id = "
			    "'%lld-n1'",
			    (long long)at, (long long)at)),
	    OK);
}

SITE_TEST(a_lost_run_that_is_healed_before_anything_left_is_not_told)
{
	given_crew(c);
	lose(c, "hello", 1);
	SAME(told(c), "failure");
	given_end(c, "hello", 1, true);
	SAME(told(c), "");
	SAME(state_of(c, "hello").told, "ok");
	YES(holds(c, "(SELECT state FROM message) = 'dropped'"));
}

SITE_TEST(a_lost_run_that_is_healed_after_it_was_told_is_a_recovery)
{
	given_crew(c);
	lose(c, "hello", 1);
	SAME(told(c), "failure");
	all_sent(c);
	given_end(c, "hello", 1, true);
	SAME(told(c), "recovery");
	YES(holds(c, "(SELECT payload::jsonb->>'subject' FROM message WHERE event = 'recovery') = "
		     "'[Signalbox] hello is well after all'"));
}

SITE_TEST(what_a_person_stopped_decides_nothing)
{
	struct run run;

	given_crew(c);
	given_end(c, "hello", 1, false);
	SAME(told(c), "failure");
	all_sent(c);
	IS(run_stop(c, given_request(c, "hello"), &run), OK);
	SAME(told(c), "");
	SAME(state_of(c, "hello").state, "failing");
}

SITE_TEST(a_missed_run_is_told_and_a_run_after_it_is_its_recovery)
{
	given_crew(c);
	IS(db_script(c,
	       "INSERT INTO run (job_id, job_name, team_id, state, trigger, reason, queued_at, "
	       "finished_at) SELECT id, name, team_id, 'missed', 'schedule', 'no leader', "
	       "at(1795262400000000), at(1795262460000000) FROM job WHERE name = 'hello'"),
	    OK);
	SAME(told(c), "missed");
	SAME(state_of(c, "hello").state, "missed");
	YES(holds(c,
	    "EXISTS (SELECT FROM message WHERE event = 'missed' AND payload LIKE "
	    "'%%should have run, and no run answered%%' AND payload LIKE '%%no leader%%')"));
	all_sent(c);
	given_end(c, "hello", 5, true);
	SAME(told(c), "recovery");
}

SITE_TEST(a_disabled_job_and_one_that_says_so_are_silent)
{
	struct job job;

	given_crew(c);
	IS(job_set_disabled(c, "hello", true, &job), OK);
	given_end(c, "hello", 1, false);
	SAME(told(c), "");
	SAME(state_of(c, "hello").state, "failing");
	SAME(state_of(c, "hello").told, "ok");
	IS(job_set_disabled(c, "hello", false, &job), OK);
	given_end(c, "hello", 2, false);
	SAME(told(c), "failure");
	all_sent(c);
	struct job_edit edit = {
		.name = "hello", .how = JOB_MERGE, .input = json_of(c, "{\"notify\":false}")
	};
	IS(job_edit(c, &edit, &job), OK);
	given_end(c, "hello", 3, true);
	given_end(c, "hello", 4, false);
	SAME(told(c), "");
}

SITE_TEST(what_waits_does_not_leave_once_its_job_is_disabled_or_gone)
{
	struct job job;

	given_crew(c);
	given_scheduled(c, "other", "@hourly", "");
	given_end(c, "hello", 1, false);
	given_end(c, "other", 1, false);
	SAME(told(c), "failure failure");
	IS(db_script(c, "UPDATE message SET leased_until = NULL"), OK);
	IS(job_set_disabled(c, "hello", true, &job), OK);
	IS(job_delete(c, "other", 0), OK);
	IS(message_silence(c), OK);
	YES(holds(c, "(SELECT string_agg(reason, ', ' ORDER BY about) FROM message) = "
		     "'the job was disabled, the job was deleted'"));
	SAME(told(c), "");
}

SITE_TEST(each_channel_hears_what_it_wants_of_the_jobs_it_is_for)
{
	struct channel_wish wish = {
		.kind = "mail", .target = "one@example.org", .job = "hello", .on_recovery = true
	};
	struct channel made;
	const char *secret;

	given_crew(c);
	given_scheduled(c, "other", "@hourly", "");
	given_team(c, "else");
	given_channel(c, "else", "mail", "else@example.org");
	act_as_cli(c);
	IS(channel_add(c, "crew", &wish, &made, &secret), OK);
	given_end(c, "hello", 1, false);
	given_end(c, "other", 1, false);
	SAME(told(c), "failure failure");
	all_sent(c);
	given_end(c, "hello", 2, true);
	given_end(c, "other", 2, true);
	SAME(told(c), "recovery recovery recovery");
	YES(holds(c, "(SELECT count(*) FROM message WHERE target = 'one@example.org') = 1"));
	YES(holds(c, "(SELECT count(*) FROM message WHERE target = 'else@example.org') = 0"));
}

SITE_TEST(a_turn_that_fails_tells_nothing_and_forgets_nothing)
{
	given_crew(c);
	given_end(c, "hello", 1, false);
	IS(db_script(c, "ALTER TABLE message RENAME COLUMN payload TO other"), OK);
	bool mine, more;
	YES(alert_turn(c, 100, &mine, &more) != OK);
	IS(db_script(c, "ALTER TABLE message RENAME COLUMN other TO payload"), OK);
	SAME(state_of(c, "hello").told, "ok");
	SAME(told(c), "failure");
}

SITE_TEST(messages_of_one_line_leave_in_order)
{
	struct message_item *items;
	size_t n = 0;
	bool mine, more;

	given_crew(c);
	given_end(c, "hello", 1, false);
	IS(alert_turn(c, 100, &mine, &more), OK);
	IS(message_take(c, 10, 60000, &items, &n), OK);
	IS(n, 1);
	given_end(c, "hello", 2, true);
	IS(alert_turn(c, 100, &mine, &more), OK);
	IS(message_retry(c, items[0].id, "not now", 60000), OK);
	IS(message_take(c, 10, 60000, &items, &n), OK);
	IS(n, 0);
	IS(db_script(c, "UPDATE message SET try_at = now() WHERE event = 'failure'"), OK);
	IS(message_take(c, 10, 60000, &items, &n), OK);
	IS(n, 1);
	SAME(items[0].event, "failure");
	IS(items[0].attempts, 2);
	IS(message_sent(c, items[0].id, true), OK);
	IS(message_take(c, 10, 60000, &items, &n), OK);
	IS(n, 1);
	SAME(items[0].event, "recovery");
}
