/* Jobs of the engine that are not ours, and taking them over; the plan. */

#include "model/plan.h"
#include "model/unmanaged.h"
#include "work/given_work.h"
#include "work/pass.h"

#define THEIRS(name, rest) ON_ENGINE_AS(name, "@daily", "1", rest)
static const struct fake_rule sorted[] = { ENGINE_LISTS("[" OURS_ON_ENGINE("another") "," THEIRS(
    "big", "\"tags\":null") "," THEIRS("big-child", "\"parent_job\":\"big\"") "]") };

static const struct unmanaged_how crew = { .team = "crew" };

static void pass_with(struct ctx *c, const struct fake_rule *rules, size_t n, const char *space)
{
	struct scene s;

	scene_begin(c, &s, rules, n);
	s.config.namespace = space;
	pass_run(&s.w);
	scene_end(&s);
}

static const char *names(struct ctx *c, int64_t limit, const char *after, const char **next)
{
	struct unmanaged *list = NULL;
	const char *all = "";
	size_t n = 0;

	act_as_cli(c);
	IS(unmanaged_list(
	       c, &(struct unmanaged_query){ .limit = limit, .after = after }, &list, &n, next),
	    OK);
	for (size_t i = 0; i < n; i++)
		all = arena_printf(c->arena, "%s%s%s", all, i > 0 ? "," : "", list[i].name);
	return all;
}

SITE_TEST(jobs_that_are_not_ours_are_listed_page_by_page)
{
	const char *next;

	given_team(c, "crew");
	given_synced(c, "another");
	pass_with(c, sorted, LENGTH(sorted), "");
	SAME(names(c, 1, NULL, &next), "big");
	SAME(names(c, 1, next, &next), "big-child");
	YES(next == NULL);
	YES(holds(c, "(SELECT unmanaged = 2 FROM comparison)"));
}

SITE_TEST(what_left_the_engine_leaves_the_list_and_what_stayed_is_not_written)
{
	static const struct fake_rule fewer[] = { ENGINE_LISTS(
	    "[" OURS_ON_ENGINE("another") "," THEIRS("big", "\"tags\":null") "]") };
	const char *next;

	given_team(c, "crew");
	given_synced(c, "another");
	pass_with(c, sorted, LENGTH(sorted), "");
	IS(db_script(c, "UPDATE unmanaged SET found_at = '2020-01-01'"), OK);
	pass_with(c, fewer, LENGTH(fewer), "");
	SAME(names(c, 10, NULL, &next), "big");
	YES(holds(c, "(SELECT found_at = '2020-01-01' FROM unmanaged)"));
}

SITE_TEST(many_are_taken_over_parents_first_and_our_label_is_written)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/big ", 200,
						      THEIRS("big", "\"tags\":null"), 0, 0 },
		{ "GET /v1/jobs/big-child ", 200, THEIRS("big-child", "\"parent_job\":\"big\""), 0,
		    0 },
		{ "POST /v1/jobs", 201, "{}", 0, 0 }, ENGINE_LISTS("[]") };
	static const char *const picks[] = { "big-child", "big", "nothing" };
	struct unmanaged_result result;
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "another");
	pass_with(c, sorted, LENGTH(sorted), "");
	act_as_cli(c);
	IS(unmanaged_adopt_many(c, picks, 3, &crew, &result), OK);
	IS(result.nadopted, 2);
	IS(result.nrefused, 1);
	SAME(result.refused[0].name, "nothing");
	AUDITED("job_adopt", "job:big", 1);
	AUDITED("job_adopt", "job:big-child", 1);
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
	YES(holds(c, "(SELECT count(*) FROM harvest WHERE due_at IS NOT NULL) = 2"));
	scene_begin(c, &s, rules, LENGTH(rules));
	s.config.reconcile_s = "3600";
	for (int i = 0; i < 3; i++) /* the child waits for its parent */
		reconcile_all(&s);
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"big\"");
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"big-child\"");
	HAS(s.engine.asked, "\"signalbox\":\"signalbox\"");
	scene_end(&s);
	SYNC("big", "in_sync", "");
	AUDITED("job_drift_overwritten", "job:big", 0);
}

SITE_TEST(only_admins_see_and_take_over_what_is_nobodys)
{
	struct unmanaged *list;
	const char *next;
	struct job job;
	size_t n;

	given_team(c, "crew");
	given_account(c, "mara", false);
	IS(team_member(c, "crew", "mara", ROLE_MANAGER), OK);
	act_as(c, "mara");
	IS(unmanaged_list(c, &(struct unmanaged_query){ .limit = 1 }, &list, &n, &next),
	    ERR_FORBIDDEN);
	IS(unmanaged_adopt(c, "big", &crew, &job), ERR_FORBIDDEN);
}

static const struct {
	const char *name, *why;
} blocked[] = {
	{ "left-behind", "the label of our jobs and not their namespace" },
	{ "mother", "another Signalbox, labelled other" },
	{ "orphan", "orphan runs after unknown, which is not ours" },
	{ "ours-theirs", "another Signalbox, labelled other" },
	{ "ours-waits", "a job waits of ours waits for this name" },
};

SITE_TEST(what_cannot_be_taken_over_says_why)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[" OURS_ON_ENGINE(
	    "left-behind") "," THEIRS("mother", "\"tags\":null") "," THEIRS("mother-child",
	    "\"parent_job\":\"mother\"," LABELLED("other")) "," THEIRS("orphan",
	    "\"parent_job\":\"unknown\"") "," OURS_ON_ENGINE("ours-another") "," THEIRS("ours-"
											"theirs",
	    LABELLED("other")) "," THEIRS("ours-waits", "\"tags\":null") "]") };
	struct job job;

	given_team(c, "crew");
	given_synced(c, "another");
	given_scheduled(c, "waits", "@hourly", "");
	pass_with(c, rules, LENGTH(rules), "ours-");
	act_as_cli(c);
	struct config config = *c->config;
	const struct config *before = c->config;
	config.namespace = "ours-";
	c->config = &config;
	for (size_t i = 0; i < LENGTH(blocked); i++) {
		IS(unmanaged_adopt(c, blocked[i].name, &crew, &job), ERR_CONFLICT);
		HAS(c->fault.detail, blocked[i].why);
	}
	c->config = before;
	YES(holds(c, "(SELECT count(*) FROM unmanaged) = 6"));
	YES(holds(c, "NOT EXISTS (SELECT FROM takeover)"));
}

SITE_TEST(a_refused_take_over_leaves_nothing_behind)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[" OURS_ON_ENGINE(
	    "another") "," ON_ENGINE_AS("odd", "@daily", "5000", "\"tags\":null") "]") };
	struct job job;

	given_team(c, "crew");
	given_synced(c, "another");
	pass_with(c, rules, LENGTH(rules), "");
	act_as_cli(c);
	IS(unmanaged_adopt(c, "odd", &crew, &job), ERR_INVALID);
	SAME(c->fault.field, "retries");
	YES(holds(c, "EXISTS (SELECT FROM unmanaged WHERE name = 'odd')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM job WHERE name = 'odd')"));
}

/* ---- the plan */

struct listed {
	const char *text;
};

static enum err give(struct ctx *c, void *arg, struct comparison_page *page)
{
	const struct listed *l = arg;

	*page = (struct comparison_page){ .read_us = time_now_us(), .last = true };
	return json_parse(c, l->text, strlen(l->text), &page->jobs);
}

static struct plan planned(struct ctx *c, const char *list)
{
	struct listed l = { list };
	struct plan plan = { .n = 0 };

	act_as_cli(c);
	IS(plan_make(c, give, &l, &plan), OK);
	return plan;
}

SITE_TEST(the_plan_says_what_would_be_written_in_order_and_field_by_field)
{
	given_deleted(c, "gone-mother");
	given_synced(c, "changed");
	given_synced(c, "same");
	given_scheduled(c, "mother", "@hourly", "");
	given_scheduled(c, "a-child", "", "mother");
	IS(db_script(c,
	       "UPDATE outbox SET done = wanted WHERE job_id IS NULL; "
	       "INSERT INTO outbox (job_name, wanted, done) VALUES ('gone-child', 2, 1); "
	       "UPDATE job SET spec = spec || '{\"schedule\":\"@weekly\"}', version = 2 WHERE "
	       "name = 'changed'; "
	       "UPDATE outbox SET wanted = 2, state = 'pending' WHERE job_name = 'changed'"),
	    OK);
	struct plan p = planned(c,
	    "[" OURS_ON_ENGINE("changed") "," ON_ENGINE_AS("gone-child", "", "0",
		"\"parent_job\":\"gone-mother\"," LABELLED(
		    "signalbox")) "," OURS_ON_ENGINE("gone-"
						     "mother") "," OURS_ON_ENGINE("same") "," THEIRS("theirs",
		"\"tags\":null") "]");
	static const char *const order[] = { "delete gone-child", "delete gone-mother",
		"change changed", "create mother", "create a-child" };
	IS(p.n, LENGTH(order));
	for (size_t i = 0; i < p.n && i < LENGTH(order); i++)
		SAME(arena_printf(
			 c->arena, "%s %s", plan_action_name(p.items[i].action), p.items[i].name),
		    order[i]);
	IS(p.items[2].nchanges, 1);
	SAME(p.items[2].changes[0].before, "@hourly");
	SAME(p.items[2].changes[0].after, "@weekly");
	IS(p.same, 1);
	IS(p.unmanaged, 1);
}

SITE_TEST(the_plan_is_read_in_pages)
{
	struct json *page = NULL;
	const char *after = NULL, *all = "";

	given_team(c, "crew");
	for (int i = 0; i < 5; i++)
		given_scheduled(c, arena_printf(c->arena, "new-%d", i), "@hourly", "");
	for (int turns = 0; turns < 3; turns++) {
		struct plan p = planned(c, "[]");
		IS(plan_json(c, &p, 2, after, &page), OK);
		const struct json *items = json_get(page, "items");
		for (size_t i = 0; i < json_length(items); i++)
			all = arena_printf(
			    c->arena, "%s%s ", all, json_text(json_get(json_at(items, i), "job")));
		after = json_text(json_get(page, "next"));
	}
	SAME(all, "new-0 new-1 new-2 new-3 new-4 ");
	SAME(after, "");
	struct plan p = planned(c, "[]");
	IS(plan_json(c, &p, 2, "nonsense", &page), ERR_INVALID);
}

SITE_TEST(a_drift_is_in_the_plan_only_where_the_policy_puts_it_back)
{
	given_team(c, "crew");
	given_synced(c, "job");
	struct plan p = planned(c, "[" ON_ENGINE("job", "3", "signalbox") "]");
	IS(p.n, 0);
	IS(p.nleft, 1);
	HAS(p.left[0].because, "waits for a person");
	IS(db_script(c, "UPDATE team SET drift = 'revert'"), OK);
	p = planned(c, "[" ON_ENGINE("job", "3", "signalbox") "]");
	IS(p.n, 1);
	IS(p.nleft, 0);
}
