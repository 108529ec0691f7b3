/* A parent and its children of the engine are taken over together where others must agree. */

#include "action/given_approval.h"
#include "model/unmanaged.h"

static const struct unmanaged_how crew = { .team = "crew", .ask = change_ask };

static void given_there(struct ctx *c, const char *name, const char *rest)
{
	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO unmanaged (name, definition) VALUES ('%s', "
		      "'{%s,\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}') "
		      "ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
		      name, rest)),
	    OK);
}

/* mum, her kid and his kid; and root, who is an admin, and acts. */
static void given_family(struct ctx *c)
{
	given_guarded_crew(c);
	given_account(c, "root", true);
	given_there(c, "mum", "\"schedule\":\"@daily\"");
	given_there(c, "kid", "\"parent_job\":\"mum\"");
	given_there(c, "a-kid-of-kid", "\"parent_job\":\"kid\"");
	act_as(c, "root");
}

static const char *const names[] = { "a-kid-of-kid", "kid", "mum" };

static struct unmanaged_result adopted(struct ctx *c, size_t n)
{
	struct unmanaged_result result = { .nadopted = 0 };

	act_as(c, "root");
	IS(unmanaged_adopt_many(c, names, n, &crew, &result), OK);
	return result;
}

static struct task decided(struct ctx *c, const char *id)
{
	work_on(c);
	IS(say_yes(c, "marta", id), OK);
	work_on(c);
	act_as(c, "root");
	return task_now(c, id);
}

SITE_TEST(who_picks_a_family_asks_once_for_all_of_it)
{
	given_family(c);
	struct unmanaged_result r = adopted(c, 3);
	IS(r.nadopted, 0);
	IS(r.nrefused, 0);
	IS(r.nasked, 1);
	SAME(r.asked[0].name, "mum");
	IS(r.asked[0].along, 2);
	IS(r.asked[0].required, 1);
	struct task t = task_now(c, r.asked[0].task_id);
	struct task_change *change;
	SAME(t.title, "Adopt mum and 2 more");
	IS(task_change(c, &t, &change), OK);
	IS(change->nothers, 2);
	SAME(change->others[0].name, "kid");
	SAME(change->others[1].name, "a-kid-of-kid");
	SAME(change->others[1].parent, "kid");
	YES(holds(c, "(SELECT count(*) = 1 FROM task) AND (SELECT count(*) = 3 FROM unmanaged)"));
	SAME(decided(c, r.asked[0].task_id).state, "completed");
	YES(holds(c, "(SELECT array_agg(name ORDER BY id) = '{mum,kid,a-kid-of-kid}' FROM job "
		     "WHERE name <> 'backup')")); /* parents first */
	YES(holds(c, "(SELECT count(*) = 3 FROM outbox WHERE taken_over)"));
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
	AUDITED("job_adopt", "job:kid", 1);
}

SITE_TEST(what_was_not_picked_of_a_family_that_keeps_its_names_stays)
{
	given_family(c);
	given_there(c, "other-kid", "\"parent_job\":\"mum\"");
	struct unmanaged_result r = adopted(c, 3);
	IS(r.nasked, 1);
	SAME(decided(c, r.asked[0].task_id).state, "completed");
	YES(holds(c, "(SELECT array_agg(name) = '{other-kid}' FROM unmanaged)"));
}

SITE_TEST(a_family_that_is_rejected_stays_unmanaged)
{
	struct unmanaged *list;
	const char *next;
	struct task t;
	size_t n;

	given_family(c);
	struct unmanaged_result r = adopted(c, 3);
	work_on(c);
	act_as(c, "root");
	IS(unmanaged_list(c, &(struct unmanaged_query){ .limit = 9 }, &list, &n, &next), OK);
	IS(n, 3);
	for (size_t i = 0; i < n; i++)
		SAME(list[i].task_id.text, r.asked[0].task_id);
	act_as(c, "marta");
	IS(task_reject(c, r.asked[0].task_id, "not now", &t), OK);
	work_on(c);
	act_as(c, "root");
	SAME(task_now(c, r.asked[0].task_id).state, "rejected");
	YES(holds(c, "(SELECT count(*) = 1 FROM job) AND (SELECT count(*) = 3 FROM unmanaged)"));
	IS(unmanaged_list(c, &(struct unmanaged_query){ .limit = 9 }, &list, &n, &next), OK);
	for (size_t i = 0; i < n; i++)
		YES(list[i].task_id.text == NULL);
	IS(adopted(c, 3).nasked, 1); /* nothing is in the way of asking again */
}

SITE_TEST(what_is_asked_for_already_is_not_asked_for_twice)
{
	given_family(c);
	IS(adopted(c, 3).nasked, 1);
	work_on(c);
	struct unmanaged_result again = adopted(c, 3);
	IS(again.nasked, 0);
	IS(again.nrefused, 3);
	YES(holds(c, "(SELECT count(*) = 1 FROM task)"));
}

/* Each of these, behind the request, makes it another family than the one that was approved. */
static const struct {
	const char *name, *rest;
} changes[] = {
	{ "kid", "\"parent_job\":\"mum\",\"retries\":7" },
	{ "newborn", "\"parent_job\":\"mum\"" },
	{ "mum", "\"schedule\":\"@hourly\"" },
};

static enum err change_and_decide(struct ctx *c, void *arg)
{
	const size_t *i = arg;
	struct config config = *c->config;
	const struct config *before = c->config;
	struct task again = { .id = NULL };

	given_family(c);
	config.namespace = "ours-"; /* all that runs after it has to come along */
	c->config = &config;
	struct unmanaged_result r = adopted(c, 3);
	IS(r.nasked, 1);
	IS(r.asked[0].along, 2);
	given_there(c, changes[*i].name, changes[*i].rest);
	SAME(decided(c, r.asked[0].task_id).state, "failed");
	YES(holds(c, "(SELECT count(*) = 1 FROM job) AND NOT EXISTS (SELECT FROM takeover)"));
	IS(change_renew(c, r.asked[0].task_id, &again), OK);
	SAME(decided(c, again.id).state, "completed");
	YES(holds(c, "(SELECT count(*) = %d FROM takeover)", *i == 1 ? 4 : 3));
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
	c->config = before;
	return ERR_STALE;
}

SITE_TEST(a_family_that_is_another_one_by_now_is_not_taken_over_unseen)
{
	for (size_t i = 0; i < LENGTH(changes); i++)
		IS(db_atomically(c, change_and_decide, &i), ERR_STALE);
}

SITE_TEST(a_child_that_cannot_come_along_does_not_hold_up_its_parent)
{
	given_family(c);
	given_there(c, "kid", "\"parent_job\":\"mum\",\"owner_email\":\"not an address\"");
	struct unmanaged_result r = adopted(c, 3);
	IS(r.nasked, 1);
	SAME(r.asked[0].name, "mum");
	IS(r.asked[0].along, 0);
	IS(r.nrefused, 2);
	SAME(decided(c, r.asked[0].task_id).state, "completed");
	YES(holds(c, "(SELECT count(*) = 2 FROM unmanaged)"));
}

/* The parent by itself fires nothing that anybody guards; what runs after it does. */
SITE_TEST(what_only_a_child_needs_approval_for_is_asked_for_with_its_parent)
{
	given_family(c);
	given_there(c, "mum", "\"schedule\":\"@manually\"");
	IS(db_script(c, "UPDATE team SET approvals_for = 'run' WHERE name = 'crew'"), OK);
	struct config config = *c->config;
	const struct config *before = c->config;
	config.namespace = "ours-";
	c->config = &config;
	struct unmanaged_result r = adopted(c, 3);
	IS(r.nasked, 1);
	SAME(r.asked[0].name, "mum");
	SAME(decided(c, r.asked[0].task_id).state, "completed");
	YES(holds(c, "(SELECT count(*) = 3 FROM takeover)"));
	c->config = before;
}
