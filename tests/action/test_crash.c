/* Whatever dies between any two statements of a task: what was to be done is done, once. */

#include <string.h>

#include "action/given_apart.h"
#include "lib/cut.h"

enum { STATEMENTS_MAX = 200, OPS_MAX = 40 };

static enum cut how;
static int at;

static enum err step(struct ctx *c, const char *id)
{
	bool did;

	(void)id;
	cut_at(how, at);
	enum err e = engine_step(c, &did);
	cut_at(CUT_NOT, 0);
	return e;
}

static enum err approve(struct ctx *c, const char *id)
{
	struct task t;

	act_as(c, "marta");
	TRY(task_get(c, id, &t));
	cut_at(how, at);
	enum err e = task_approve(c, id, t.hash.text, "", &t);
	cut_at(CUT_NOT, 0);
	return e;
}

/* Where it stands, and that each effect that is recorded is there, once, and no other. */
static const char *look(struct ctx *c, const char *id)
{
	struct task_action *all;
	struct task t;
	size_t n;

	act_as(c, "kwame");
	t = task_now(c, id);
	IS(task_actions(c, &t, &all, &n), OK);
	const char *place = arena_printf(c->arena, "%s/%s", t.state, t.stage);
	for (size_t i = 0; i < n; i++)
		place = arena_printf(c->arena, "%s %s", place, all[i].state);
	YES(holds(c, "NOT EXISTS (SELECT FROM test_effect GROUP BY task, action, stage HAVING "
		     "count(*) > 1)"));
	YES(holds(c,
	    "(SELECT count(*) FROM test_effect) = (SELECT sum(array_position(ARRAY['pending', "
	    "'prepared', 'approved', 'done'], state) - 1) FROM task_action)"));
	YES(holds(c,
	    "(SELECT count(*) FROM test_effect) = (SELECT count(*) FROM task_note WHERE ord IS "
	    "NOT NULL)"));
	return place;
}

/* In a process that dies, or here, where the connection breaks and is made anew. */
static enum err run_cut(struct ctx *c, apart_op op, const char *id)
{
	if (how == CUT_LOSE) {
		c->actor = (struct actor){ .account = "signalbox", .admin = true };
		return op(c, id);
	}
	struct apart a = apart_start(op, id);
	return apart_end(&a) == OK ? OK : ERR_UNAVAILABLE;
}

/* One operation is cut at its statements in turn, until it comes to its end. */
static void cut_everywhere(
    struct ctx *c, apart_op op, const char *id, const char **place, int *cuts)
{
	const char *before = *place;

	/* To make a connection anew takes its time: then each third statement, beginning elsewhere
	 * each time. */
	int stride = how == CUT_LOSE ? 3 : 1;
	static int first;

	for (at = 1 + (stride == 1 ? 0 : first++ % stride); at < STATEMENTS_MAX; at += stride) {
		(*cuts)++;
		enum err e = run_cut(c, op, id);
		*place = look(c, id);
		if (e == OK || strcmp(before, *place) != 0)
			return;
	}
	FAIL("%s: never came to its end", before);
}

static void die_all_the_way(struct ctx *c, enum cut which)
{
	how = which;
	struct task t = given_asked_apart(c, "test");
	const char *place = look(c, t.id);
	int cuts = 0, ops = 0;

	for (; strncmp(place, "completed", 9) != 0 && ops < OPS_MAX; ops++) {
		bool waits = strncmp(place, "requested/wait", 14) == 0;
		cut_everywhere(c, waits ? approve : step, t.id, &place, &cuts);
	}
	SAME(place, "completed/end done done done");
	YES(holds(c, "(SELECT count(*) FROM test_effect) = 9"));
	AUDITED("task_request", arena_printf(c->arena, "task:%s", t.id), 1);
	AUDITED("task_approve", arena_printf(c->arena, "task:%s", t.id), 1);
	AUDITED("task_complete", arena_printf(c->arena, "task:%s", t.id), 1);
	YES(holds(c, "(SELECT count(*) FROM notification) = 1"));
	YES(cuts > (which == CUT_LOSE ? 50 : 150));
}

SLOW_APART_TEST(whoever_dies_between_two_statements_of_a_task_does_nothing_twice)
{
	given_crew_apart(c);
	die_all_the_way(c, CUT_DIE);
	crew_leaves(c);
}

SLOW_APART_TEST(whose_connection_breaks_between_two_statements_of_a_task_does_nothing_twice)
{
	given_crew_apart(c);
	die_all_the_way(c, CUT_LOSE);
	crew_leaves(c);
}
