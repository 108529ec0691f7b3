/* What somebody changed on the engine behind our back: seen, shown, settled. */

#include <string.h>

#include "model/drift.h"
#include "work/given_work.h"
#include "work/pass.h"

#define CHANGED_THERE(name) ON_ENGINE_AS(name, "@daily", "3", LABELLED("signalbox"))
/* Something of ours that stands there unharmed, so that the engine has not forgotten us. */
#define ANOTHER OURS_ON_ENGINE("another")

static void given_two(struct ctx *c)
{
	given_team(c, "crew");
	given_synced(c, "another");
	given_synced(c, "job");
}

static void given_edit(struct ctx *c, const char *change)
{
	struct job_edit edit = { .name = "job", .how = JOB_MERGE, .input = json_of(c, change) };
	struct job job;

	act_as_cli(c);
	IS(job_edit(c, &edit, &job), OK);
}

static void pass_with(struct ctx *c, const struct fake_rule *rules, size_t n, const char *policy)
{
	struct scene s;

	scene_begin(c, &s, rules, n);
	s.config.drift = policy;
	pass_run(&s.w);
	scene_end(&s);
}

static struct drift drift_now(struct ctx *c, const char *name)
{
	struct drift d = { .fields = "?" };
	struct job job;

	act_as_cli(c);
	IS(job_get(c, name, &job), OK);
	IS(drift_get(c, &job, &d), OK);
	return d;
}

static const struct fake_rule changed[] = { ENGINE_LISTS(
    "[" ANOTHER "," CHANGED_THERE("job") "]") };
static const struct fake_rule changed_and_writable[] = {
	{ "GET /v1/jobs/job ", 200, CHANGED_THERE("job"), 0, 0 },
	{ "POST /v1/jobs", 201, "{}", 0, 0 }, ENGINE_LISTS("[" ANOTHER "," CHANGED_THERE("job") "]")
};
static const struct fake_rule against_our_rules[] = { ENGINE_LISTS(
    "[" ANOTHER "," ON_ENGINE_AS("job", "@hourly", "5000", LABELLED("signalbox")) "]") };
static const struct fake_rule absent[] = { ENGINE_LISTS("[" ANOTHER "]") };
static const struct fake_rule unchanged[] = { ENGINE_LISTS(
    "[" ANOTHER "," OURS_ON_ENGINE("job") "]") };

SITE_TEST(a_change_on_the_engine_is_shown_field_by_field_and_left_alone)
{
	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	SYNC("job", "drifted", "changed on the engine: schedule, retries");
	struct drift d = drift_now(c, "job");
	IS(d.nchanges, 2);
	SAME(d.changes[0].label, "Schedule");
	SAME(d.changes[0].before, "@daily");
	SAME(d.changes[0].after, "@hourly");
	SAME(d.changes[1].before, "3");
	SAME(d.changes[1].after, "0");
	YES(holds(c, "(SELECT drifted = 1 AND jobs = 2 AND reverted = 0 FROM comparison)"));
}

SITE_TEST(what_is_known_is_not_written_again)
{
	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	IS(db_script(c, "UPDATE drift SET found_at = '2020-01-01'"), OK);
	pass_with(c, changed, LENGTH(changed), "show");
	YES(holds(c, "(SELECT found_at = '2020-01-01' FROM drift)"));
}

SITE_TEST(a_job_that_was_switched_off_on_the_engine_is_a_drift)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[" ANOTHER "," ON_ENGINE_AS(
	    "job", "@hourly", "0", "\"disabled\":true," LABELLED("signalbox")) "]") };

	given_two(c);
	pass_with(c, rules, LENGTH(rules), "show");
	SYNC("job", "drifted", "changed on the engine: disabled");
	struct drift d = drift_now(c, "job");
	SAME(d.changes[0].before, "yes");
	SAME(d.changes[0].after, "no");
}

SITE_TEST(adopting_takes_the_engines_values_into_a_new_revision)
{
	struct job job;

	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, NULL, &job), OK);
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
	IS(json_int(json_get(job.spec, "retries")), 3);
	SAME(json_text(json_get(json_get(job.spec, "metadata"), "signalbox")), "");
	SAME(job.sync, "pending");
	AUDITED("job_adopt", "job:job", 1);
	YES(holds(c, "(SELECT reason = 'adopted from the engine: schedule, retries' FROM revision "
		     "WHERE version = 2)"));
	IS(drift_adopt(c, "job", 0, NULL, &job), ERR_CONFLICT);
	IS(drift_revert(c, "job", 0, &job), ERR_CONFLICT);
}

SITE_TEST(a_reason_for_adopting_stands_in_revision_and_audit)
{
	struct job job;

	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, "the night shift was right", &job), OK);
	YES(holds(
	    c, "(SELECT reason = 'the night shift was right' FROM revision WHERE version = 2)"));
	YES(holds(c,
	    "(SELECT after->>'reason' = 'the night shift was right' AND after->>'schedule' "
	    "= '@daily' FROM audit WHERE verb = 'job_adopt')"));
	given_all_synced(c);
	pass_with(c, against_our_rules, LENGTH(against_our_rules), "show");
	act_as_cli(c);
	char *long_one = arena_alloc(c->arena, 600, 1);
	memset(long_one, 'x', 599);
	IS(drift_adopt(c, "job", 0, long_one, &job), ERR_INVALID);
	SAME(c->fault.field, "reason");
}

SITE_TEST(what_was_adopted_is_not_written_to_the_engine)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/job ", 200, CHANGED_THERE("job"),
						      0, 0 },
		ENGINE_LISTS("[" ANOTHER "," CHANGED_THERE("job") "]") };
	struct job job;
	struct scene s;

	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, NULL, &job), OK);
	reconcile_with(c, &s, rules, LENGTH(rules));
	LACKS(s.engine.asked, "POST");
	scene_end(&s);
	SYNC("job", "in_sync", "");
	YES(holds(c, "NOT EXISTS (SELECT FROM drift)"));
}

SITE_TEST(a_drift_can_only_be_adopted_where_our_rules_allow_it)
{
	struct job job;

	given_two(c);
	pass_with(c, against_our_rules, LENGTH(against_our_rules), "show");
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, NULL, &job), ERR_INVALID);
	SAME(c->fault.field, "retries");
	IS(drift_revert(c, "job", 0, &job), OK);
}

SITE_TEST(reverting_writes_ours_again)
{
	struct job job;
	struct scene s;

	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	act_as_cli(c);
	IS(drift_revert(c, "job", 0, &job), OK);
	SAME(job.sync, "pending");
	reconcile_with(c, &s, changed_and_writable, LENGTH(changed_and_writable));
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"job\"");
	scene_end(&s);
	SYNC("job", "in_sync", "");
	AUDITED("job_drift_reverted", "job:job", 1);
	AUDITED("job_drift_overwritten", "job:job", 0); /* it is on record already */
	YES(holds(c, "NOT EXISTS (SELECT FROM drift)"));
}

SITE_TEST(settling_a_drift_needs_an_editor)
{
	struct job job;

	given_two(c);
	int64_t id = given_account(c, "olga", false);
	IS(team_member(c, "crew", "olga", ROLE_OPERATOR), OK);
	pass_with(c, changed, LENGTH(changed), "show");
	YES(id != 0);
	act_as(c, "olga");
	IS(drift_adopt(c, "job", 0, NULL, &job), ERR_FORBIDDEN);
	IS(drift_revert(c, "job", 0, &job), ERR_FORBIDDEN);
}

SITE_TEST(a_job_that_is_gone_from_the_engine_is_shown_and_cannot_be_adopted)
{
	struct job job;

	given_two(c);
	pass_with(c, absent, LENGTH(absent), "show");
	SYNC("job", "drifted", "it is gone from the engine");
	YES(drift_now(c, "job").engine == NULL);
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, NULL, &job), ERR_CONFLICT);
	HAS(c->fault.detail, "delete it");
	IS(drift_revert(c, "job", 0, &job), OK);
	SYNC("job", "pending", "%%written to the engine again");
}

SITE_TEST(a_gone_job_is_never_adopted_by_policy)
{
	given_two(c);
	pass_with(c, absent, LENGTH(absent), "adopt");
	SYNC("job", "drifted", "it is gone from the engine");
}

SITE_TEST(a_job_that_only_slipped_between_two_pages_of_the_list_is_not_gone)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/job ", 200, OURS_ON_ENGINE("job"),
						      0, 0 },
		ENGINE_LISTS("[" ANOTHER "]") };

	given_two(c);
	pass_with(c, rules, LENGTH(rules), "show");
	SYNC("job", "in_sync", "");
}

SITE_TEST(a_server_without_leader_makes_no_job_gone)
{
	static const struct fake_rule rules[] = { { "GET /v1/leader", 404, NULL, 0, 0 },
		{ "GET /v1/jobs?_sort=name", 200, "[" ANOTHER "]", 0, 0 } };

	given_two(c);
	pass_with(c, rules, LENGTH(rules), "revert");
	SYNC("job", "in_sync", "");
	YES(holds(c, "(SELECT problem LIKE '%%leader%%' FROM comparison)"));
}

SITE_TEST(an_engine_that_has_forgotten_all_of_us_is_filled_again_whatever_the_policy)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[]") };

	given_two(c);
	pass_with(c, rules, LENGTH(rules), "show");
	SYNC("job", "pending", "the engine had none of our jobs any more");
	SYNC("another", "pending", "the engine had none of our jobs any more");
	AUDITED("engine_refilled", "engine", 1);
}

SITE_TEST(policy_adopts_what_our_rules_allow)
{
	struct job job;

	given_two(c);
	pass_with(c, changed, LENGTH(changed), "adopt");
	act_as_cli(c);
	IS(job_get(c, "job", &job), OK);
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "schedule")), "@daily");
	SAME(job.updated_by, "signalbox");
	AUDITED("job_adopt", "job:job", 1);
	YES(holds(c, "(SELECT adopted = 1 FROM comparison)"));
}

SITE_TEST(policy_shows_what_it_may_not_adopt_and_why)
{

	given_two(c);
	pass_with(c, against_our_rules, LENGTH(against_our_rules), "adopt");
	SYNC("job", "drifted", "changed on the engine: retries");
	HAS(drift_now(c, "job").refused.text, "retries must be from 0 to");
	YES(holds(c, "(SELECT version = 1 FROM job WHERE name = 'job')"));
}

static void crew_demands(struct ctx *c)
{
	IS(db_script(c, "UPDATE team SET approvals = 1 WHERE name = 'crew'"), OK);
}

SITE_TEST(policy_adopts_nothing_that_others_must_approve)
{
	given_two(c);
	crew_demands(c);
	pass_with(c, changed, LENGTH(changed), "adopt");
	SYNC("job", "drifted", "changed on the engine: schedule, retries");
	HAS(drift_now(c, "job").refused.text, "needs the approval of 1 other");
	YES(holds(c, "(SELECT version = 1 FROM job WHERE name = 'job')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM task)")); /* by itself nobody is asked */
}

SITE_TEST(policy_puts_back_what_others_approved)
{
	given_two(c);
	crew_demands(c);
	pass_with(c, changed, LENGTH(changed), "revert");
	SYNC("job", "pending", "%copy was changed (schedule, retries) and is put back");
	YES(holds(c, "(SELECT version = 1 FROM job WHERE name = 'job')"));
	AUDITED("job_drift_reverted", "job:job", 1);
}

SITE_TEST(the_jobs_word_counts_more_than_the_teams_and_the_teams_more_than_the_configuration)
{
	static const struct {
		const char *team, *job, *everywhere, *state;
	} cases[] = {
		{ "NULL", "", "revert", "pending" },
		{ "'show'", "", "revert", "drifted" },
		{ "'show'", "revert", "show", "pending" },
		{ "'revert'", "show", "revert", "drifted" },
	};

	given_two(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(db_script(c, arena_printf(c->arena,
				    "UPDATE team SET drift = %s; UPDATE job SET spec = spec || "
				    "'{\"drift\":\"%s\"}'; DELETE FROM drift",
				    cases[i].team, cases[i].job)),
		    OK);
		given_all_synced(c);
		pass_with(c, changed, LENGTH(changed), cases[i].everywhere);
		SYNC("job", cases[i].state, "%%");
	}
}

SITE_TEST(a_drift_that_somebody_put_right_on_the_engine_is_over)
{
	given_two(c);
	pass_with(c, changed, LENGTH(changed), "show");
	pass_with(c, unchanged, LENGTH(unchanged), "show");
	SYNC("job", "in_sync", "");
	YES(holds(c, "NOT EXISTS (SELECT FROM drift)"));
}

SITE_TEST(a_save_of_ours_goes_over_an_unseen_change_and_the_audit_keeps_it)
{
	struct scene s;

	given_two(c);
	given_edit(c, "{\"schedule\":\"@weekly\"}");
	reconcile_with(c, &s, changed_and_writable, LENGTH(changed_and_writable));
	HAS(s.engine.asked, "\"schedule\":\"@weekly\"");
	scene_end(&s);
	SYNC("job", "in_sync", "");
	YES(holds(c,
	    "(SELECT before::jsonb->>'schedule' = '@daily' AND after::jsonb->>'schedule' = "
	    "'@hourly' FROM audit WHERE verb = 'job_drift_overwritten' AND object = 'job:job')"));
}

SITE_TEST(a_save_that_changes_nothing_on_the_engine_writes_nothing_there)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/job ", 200, OURS_ON_ENGINE("job"),
						      0, 0 },
		ENGINE_LISTS("[" ANOTHER "," OURS_ON_ENGINE("job") "]") };
	struct scene s;

	given_two(c);
	given_edit(c, "{\"description\":\"what it is for\"}");
	reconcile_with(c, &s, rules, LENGTH(rules));
	LACKS(s.engine.asked, "POST");
	scene_end(&s);
	SYNC("job", "in_sync", "");
}

SITE_TEST(a_taken_label_is_a_drift_and_adopting_it_gives_it_back)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(
	    "[" ANOTHER "," ON_ENGINE_AS("job", "@hourly", "0", "\"metadata\":null") "]") };
	struct job job;

	given_two(c);
	pass_with(c, rules, LENGTH(rules), "show");
	SYNC("job", "drifted", "changed on the engine: metadata");
	act_as_cli(c);
	IS(drift_adopt(c, "job", 0, NULL, &job), OK);
	IS(job.version, 1);
	SYNC("job", "pending", "%%");
}
