/* Jobs from outside our namespace: written anew under it, and the old one switched off, read and
 * deleted. */

#include "model/approval.h"
#include "model/drift.h"
#include "model/takeover.h"
#include "model/unmanaged.h"
#include "work/given_work.h"
#include "work/old_jobs.h"
#include "work/pass.h"

#define OLD(name, rest) ON_ENGINE_AS(name, "@daily", "1", rest)
#define FAMILY                                                                                  \
	"[" OLD("big", "\"tags\":null") "," OLD("big-child", "\"parent_job\":\"big\"") "," OLD( \
	    "other", "\"tags\":null") "]"
#define POSTED                                   \
	{                                        \
		"POST /v1/jobs", 201, "{}", 0, 0 \
	}

static const struct unmanaged_how crew = { .team = "crew" };

static void begin(struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	scene_begin(c, s, rules, n);
	s->config.namespace = "ours-";
	s->config.reconcile_s = "3600";
}

/* The engine's three jobs are known, and `n` of them are to be taken over. */
static size_t given_taken_over(struct ctx *c, const char *const *names, size_t n)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(FAMILY) };
	const struct config *before = c->config;
	struct unmanaged_result result;
	struct scene s;

	given_team(c, "crew");
	begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	act_as_cli(c);
	c->config = &s.config;
	IS(unmanaged_adopt_many(c, names, n, &crew, &result), OK);
	if (result.nrefused > 0)
		HAS(result.refused[0].why, "comes along");
	c->config = before;
	scene_end(&s);
	return result.nrefused;
}

static const char *const child[] = { "big-child" };
static const char *const family[] = { "big-child", "big" };
static const char *const other[] = { "other" };

SITE_TEST(a_parent_from_outside_brings_its_children_along)
{
	IS(given_taken_over(c, family, 2), 0);
	YES(holds(c, "(SELECT spec->>'parent_job' = 'big' FROM job WHERE name = 'big-child')"));
	YES(holds(c, "(SELECT count(*) FROM takeover WHERE engine_name = job_name) = 2"));
	AUDITED("job_adopt", "job:big-child", 1);
}

SITE_TEST(a_child_from_outside_does_not_come_without_its_parent)
{
	IS(given_taken_over(c, child, 1), 1);
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
	YES(holds(c, "(SELECT count(*) FROM unmanaged) = 3"));
}

SITE_TEST(the_old_one_is_switched_off_when_the_new_one_stands)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/other ", 200,
						      OLD("other", "\"tags\":null"), 0, 0 },
		POSTED, ENGINE_IS_EMPTY };
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	begin(c, &s, rules, LENGTH(rules));
	reconcile_all(&s);
	const char *new = strstr(s.engine.asked, "POST /v1/jobs {\"name\":\"ours-other\"");
	const char *look = strstr(s.engine.asked, "GET /v1/jobs/other\n");
	YES(new != NULL &&look != NULL &&new < look);
	HAS(look, "POST /v1/jobs {");
	HAS(look, "\"disabled\":true");
	HAS(look, "\"name\":\"other\"");
	LACKS(s.engine.asked, "DELETE");
	SYNC("other", "in_sync", "");
	scene_end(&s);
}

SITE_TEST(an_old_one_that_cannot_be_switched_off_is_told_and_tried_again)
{
	IS(given_taken_over(c, other, 1), 0);
	for (int status = 500; status >= 200; status -= 300) {
		const struct fake_rule rules[] = { { "GET /v1/jobs/other ", status,
						       OLD("other", "\"tags\":null"), 0, 0 },
			{ "GET /v1/jobs/", 200, OLD("ours-other", LABELLED("signalbox")), 0, 0 },
			{ "POST /v1/jobs", 400, "no", 0, 0 }, ENGINE_IS_EMPTY };
		struct scene s;
		IS(db_script(c, "UPDATE outbox SET try_at = now()"), OK);
		begin(c, &s, rules, LENGTH(rules));
		reconcile_all(&s);
		SYNC("other", "failing", status == 500 ? "% switched off: 500%" : "% off: 400%");
		scene_end(&s);
	}
}

SITE_TEST(a_new_one_that_cannot_be_written_leaves_the_old_one_on)
{
	static const struct fake_rule rules[] = { { "POST /v1/jobs", 400, "no", 0, 0 },
		ENGINE_IS_EMPTY };
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	begin(c, &s, rules, LENGTH(rules));
	reconcile_all(&s);
	old_jobs_turn(&s.w);
	LACKS(s.engine.asked, "/v1/jobs/other");
	YES(holds(c, "EXISTS (SELECT FROM takeover)"));
	scene_end(&s);
}

/* Ours stands; the engine answers by `rules` about the old one. */
static void finish(struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	IS(given_taken_over(c, other, 1), 0);
	given_all_synced(c);
	begin(c, s, rules, n);
	YES(worker_turn(&s->w));
	old_jobs_turn(&s->w);
}

#define OFF                                                                                       \
	{                                                                                         \
		"GET /v1/jobs/other ", 200, OLD("other", "\"tags\":null,\"disabled\":true"), 0, 0 \
	}
#define RAN(finished)                                                                    \
	"[{\"id\":\"1\",\"job_name\":\"other\",\"started_at\":\"2026-11-20T10:00:00Z\"," \
	"\"finished_"                                                                    \
	"at\":\"" finished "\",\"success\":true,\"node_name\":\"n1\",\"group\":"         \
	"1795168800000000000,\"attempt\":1}]"

SITE_TEST(the_history_of_the_old_one_is_read_before_it_is_deleted)
{
	static const struct fake_rule rules[] = { OFF,
		{ "GET /v1/jobs/other/executions?", 200, RAN("2026-11-20T10:00:01Z"), 0, 0 },
		{ "GET /v1/jobs/other/executions/", 200, "{\"output\":\"old words\"}", 0, 0 },
		{ "DELETE /v1/jobs/other ", 200, "{}", 0, 0 }, ENGINE_IS_THERE };
	struct scene s;

	finish(c, &s, rules, LENGTH(rules));
	HAS(s.engine.asked, "DELETE /v1/jobs/other\n");
	YES(holds(c, "(SELECT state = 'succeeded' FROM execution WHERE job_name = 'other')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM takeover)"));
	AUDITED("job_adopt_end", "job:other", 1);
	scene_end(&s);
}

/* Dkron's own fault: "executions:other" is where those of "other-one" begin, too. */
SITE_TEST(a_history_that_would_be_deleted_along_is_waited_for)
{
	static const struct fake_rule rules[] = { OFF,
		{ "GET /v1/jobs/other/executions?", 200, "[]", 0, 0 },
		{ "DELETE /v1/jobs/other ", 200, "{}", 0, 0 }, ENGINE_IS_THERE };
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	IS(db_script(c, "INSERT INTO unmanaged (name, definition) VALUES ('other-one', '{}')"), OK);
	given_all_synced(c);
	begin(c, &s, rules, LENGTH(rules));
	YES(worker_turn(&s.w));
	old_jobs_turn(&s.w);
	LACKS(s.engine.asked, "DELETE");
	YES(holds(c, "(SELECT reason LIKE '%%the history of other-one%%' FROM takeover)"));
	IS(db_script(
	       c, "DELETE FROM unmanaged; UPDATE takeover SET try_at = now() - interval '1 h'"),
	    OK);
	old_jobs_turn(&s.w);
	HAS(s.engine.asked, "DELETE /v1/jobs/other\n");
	scene_end(&s);
}

static const struct {
	const char *why;
	struct fake_rule rules[4];
} kept[] = {
	{ "its history is being read",
	    { OFF, { "GET /v1/jobs/other/executions?", 200, RAN("0001-01-01T00:00:00Z"), 0, 0 } } },
	{ "it was changed there since%",
	    { { "GET /v1/jobs/other ", 200,
		OLD("other", "\"tags\":{\"a\":\"b\"},\"disabled\":true"), 0, 0 } } },
	{ "it is not yet switched off",
	    { { "GET /v1/jobs/other ", 200, OLD("other", "\"tags\":null"), 0, 0 } } },
	{ "other jobs there still run after it",
	    { OFF, { "GET /v1/jobs/other/executions?", 200, "[]", 0, 0 },
		{ "GET /v1/leader ", 200, "{\"Name\":\"n1\"}", 0, 0 },
		{ "GET /v1/jobs?q=other", 200, "[{\"name\":\"other\"}]", 0, 0 } } },
	{ "500%", { { "GET /v1/jobs/other ", 500, "", 0, 0 } } },
	{ "%no leader%", { { "GET /v1/nothing", 500, "", 0, 0 } } },
};

SITE_TEST(the_old_one_stays_until_nothing_speaks_against_it)
{
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	for (size_t i = 0; i < LENGTH(kept); i++) {
		given_all_synced(c);
		IS(db_script(
		       c, "UPDATE takeover SET try_at = now() - interval '1 h', reason = NULL"),
		    OK);
		size_t n = 0;
		while (n < LENGTH(kept[i].rules) && kept[i].rules[n].asked != NULL)
			n++;
		begin(c, &s, kept[i].rules, n);
		YES(worker_turn(&s.w));
		old_jobs_turn(&s.w);
		HAS(s.engine.asked, "GET /v1/jobs/other\n");
		if (!holds(c, "(SELECT reason LIKE '%s' FROM takeover)", kept[i].why))
			FAIL("not: %s", kept[i].why);
		scene_end(&s);
	}
}

SITE_TEST(an_old_one_whose_new_one_was_deleted_before_it_was_off_is_let_go)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/other ", 200,
	    OLD("other", "\"tags\":null"), 0, 0 } };
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	IS(job_delete(c, "other", 0), OK);
	begin(c, &s, rules, LENGTH(rules));
	YES(worker_turn(&s.w));
	old_jobs_turn(&s.w);
	LACKS(s.engine.asked, "DELETE");
	YES(holds(c, "NOT EXISTS (SELECT FROM takeover)"));
	scene_end(&s);
}

SITE_TEST(what_is_being_taken_over_is_listed_and_not_free)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(FAMILY) };
	struct scene s;

	IS(given_taken_over(c, other, 1), 0);
	begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	YES(holds(c,
	    "(SELECT blocked = 'it is being taken over as other' FROM unmanaged WHERE name "
	    "= 'other')"));
	scene_end(&s);
}

SITE_TEST(a_drift_to_a_parent_outside_is_not_adopted_as_a_namesake_of_it)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(
	    "[" OLD("other", "\"tags\":null") "," ON_ENGINE_AS("ours-job", "@hourly", "0",
		"\"parent_job\":\"other\"," LABELLED(
		    "signalbox")) "," OURS_ON_ENGINE("ours-other") "]") };
	const struct config *before = c->config;
	struct scene s;
	struct job job;

	given_team(c, "crew");
	given_synced(c, "other");
	given_synced(c, "job");
	begin(c, &s, rules, LENGTH(rules));
	s.config.drift = "adopt";
	pass_run(&s.w);
	SYNC("job", "drifted", "%");
	YES(holds(
	    c, "(SELECT refused LIKE '%%not a job of ours%%' FROM drift WHERE job_name = 'job')"));
	act_as_cli(c);
	c->config = &s.config;
	IS(drift_adopt(c, "job", 0, NULL, &job), ERR_INVALID);
	SAME(c->fault.field, "parent_job");
	c->config = before;
	scene_end(&s);
}

/* The engine as `list` is compared in our namespace, and `name` is taken over as `as`. */
static enum err adopted_as(struct ctx *c, const char *list, const char *name, const char *as)
{
	const struct fake_rule rules[] = { ENGINE_LISTS(list) };
	const struct config *before = c->config;
	struct job job = { 0 };
	struct scene s;

	begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	act_as_cli(c);
	c->config = &s.config;
	enum err e = unmanaged_adopt(c, name,
	    &(struct unmanaged_how){ .team = "crew", .as = as, .reason = "two teams had one" },
	    &job);
	if (e == OK)
		SAME(job.name, as);
	c->config = before;
	scene_end(&s);
	return e;
}

SITE_TEST(a_family_from_outside_comes_under_another_name_with_its_links)
{
	given_team(c, "crew");
	IS(adopted_as(c, FAMILY, "big", "nightly"), OK);
	YES(holds(c, "(SELECT spec->>'parent_job' = 'nightly' FROM job WHERE name = 'big-child')"));
	YES(holds(c, "(SELECT array_agg(engine_name || ' ' || job_name ORDER BY engine_name) = "
		     "'{big nightly,big-child big-child}' FROM takeover)"));
	YES(holds(c, "(SELECT reason = 'two teams had one' FROM revision r JOIN job j ON j.id = "
		     "r.job_id WHERE j.name = 'nightly')"));
	YES(holds(c, "(SELECT after->>'reason' = 'two teams had one' FROM audit WHERE verb = "
		     "'job_adopt' AND object = 'job:nightly')"));
}

#define INSIDE \
	"[" OLD("ours-kid", "\"parent_job\":\"ours-mum\"") "," OLD("ours-mum", "\"tags\":null") "]"

SITE_TEST(a_job_of_our_namespace_comes_under_another_name_and_its_children_follow_it)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/ours-dad ", 404, NULL, 0, 0 },
		{ "GET /v1/jobs/ours-mum ", 200, OLD("ours-mum", "\"tags\":null"), 0, 0 },
		{ "GET /v1/jobs/ours-kid ", 200, OLD("ours-kid", "\"parent_job\":\"ours-mum\""), 0,
		    0 },
		POSTED, ENGINE_LISTS(INSIDE) };
	struct scene s;

	given_team(c, "crew");
	IS(adopted_as(c, INSIDE, "ours-mum", "dad"), OK);
	YES(holds(c, "(SELECT spec->>'parent_job' = 'dad' FROM job WHERE name = 'kid')"));
	begin(c, &s, rules, LENGTH(rules));
	reconcile_all(&s);
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"ours-dad\"");
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"ours-kid\"");
	HAS(s.engine.asked, "\"parent_job\":\"ours-dad\"");
	HAS(s.engine.asked, "\"disabled\":true"); /* the old one */
	pass_run(&s.w);                           /* the old one is nobody's, and no stray */
	LACKS(s.engine.asked, "DELETE");
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox WHERE job_name = 'mum')"));
	scene_end(&s);
	SYNC("dad", "in_sync", "");
}

SITE_TEST(what_is_in_the_way_of_its_own_name_is_taken_over_under_another)
{
	struct job job;

	given_team(c, "crew");
	given_scheduled(c, "taken", "@hourly", "");
	IS(adopted_as(c, "[" OLD("ours-taken", "\"tags\":null") "]", "ours-taken", "taken"),
	    ERR_CONFLICT);
	IS(adopted_as(c, "[" OLD("ours-taken", "\"tags\":null") "]", "ours-taken", "free"), OK);
	act_as_cli(c);
	IS(job_get(c, "free", &job), OK);
	IS(adopted_as(c, "[" OLD("other", LABELLED("somebody-else")) "]", "other", "mine"),
	    ERR_CONFLICT);
	HAS(c->fault.detail, "another Signalbox");
	IS(adopted_as(c, "[" OLD("other", "\"tags\":null") "]", "other", "Not a name!"),
	    ERR_INVALID);
	IS(adopted_as(c, "[" OLD("other", "\"tags\":null") "]", "other", "once"), OK);
	IS(adopted_as(c, "[" OLD("other", "\"tags\":null") "]", "other", "twice"), ERR_CONFLICT);
	HAS(c->fault.detail, "being taken over as once");
}

SITE_TEST(a_family_is_asked_for_as_one_where_each_job_needs_an_approval)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(FAMILY) };
	const struct config *before = c->config;
	const struct json *along;
	struct job job;
	struct scene s;

	given_team(c, "crew");
	given_account(c, "boss", true);
	IS(db_script(c, "UPDATE team SET approvals = 1 WHERE name = 'crew'"), OK);
	begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	act_as(c, "boss");
	c->config = &s.config;
	IS(unmanaged_adopt(c, "big", &crew, &job), ERR_FORBIDDEN);
	HAS(c->fault.detail, "of big, and of what comes along with it, needs the approval of 1");
	YES(c->fault.wanted != NULL);
	along = c->fault.wanted->along;
	IS(json_length(along), 1);
	SAME(json_text(json_get(json_get(along, "big-child"), "job")), "big-child");
	SAME(
	    json_text(json_get(json_get(json_get(along, "big-child"), "definition"), "parent_job")),
	    "big");
	YES(holds(c, "NOT EXISTS (SELECT FROM job) AND NOT EXISTS (SELECT FROM takeover)"));
	YES(holds(c, "(SELECT count(*) = 3 FROM unmanaged)"));
	IS(unmanaged_adopt(c, "other", &crew, &job), ERR_FORBIDDEN); /* alone */
	YES(c->fault.wanted != NULL && c->fault.wanted->along == NULL);
	IS(unmanaged_adopt(c, "big-child", &crew, &job), ERR_CONFLICT);
	HAS(c->fault.detail, "take that one over, and this one comes along");
	c->config = before;
	scene_end(&s);
}
