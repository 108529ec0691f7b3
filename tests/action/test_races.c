/* Several decide at once: each sees the task as it was, waits for its row, and the first one in
 * line wins. */

#include <string.h>
#include <unistd.h>

#include "action/given_apart.h"
#include "model/task_inside.h"

enum { WORKERS = 3, TASKS = 6, WAIT_MAX = 6000, WAIT_US = 10000 };

static enum err approve_as(struct ctx *c, const char *id, const char *who)
{
	struct task t;

	act_as(c, who);
	TRY(task_get(c, id, &t));
	return task_approve(c, id, t.hash.text != NULL ? t.hash.text : "", "", &t);
}

static enum err marta_approves(struct ctx *c, const char *id)
{
	return approve_as(c, id, "marta");
}

static enum err mila_approves(struct ctx *c, const char *id)
{
	return approve_as(c, id, "mila");
}

static enum err mila_rejects(struct ctx *c, const char *id)
{
	struct task t;

	act_as(c, "mila");
	return task_reject(c, id, "no", &t);
}

static enum err kwame_withdraws(struct ctx *c, const char *id)
{
	struct task t;

	act_as(c, "kwame");
	return task_cancel(c, id, "", &t);
}

static enum err kwame_edits(struct ctx *c, const char *id)
{
	struct task t;

	act_as(c, "kwame");
	return task_edit(c, id, json_of(c, "{\"team\":\"crew\",\"what\":\"other\"}"), &t);
}

static enum err kwame_asks_again(struct ctx *c, const char *id)
{
	struct ask ask = { .type = "test-cancel", .fields = json_of(c, IT) };
	struct task t;

	(void)id;
	act_as(c, "kwame");
	return task_ask(c, &ask, &t);
}

static enum err kwame_asks(struct ctx *c, const char *id)
{
	struct ask ask = { .type = "test", .fields = json_of(c, IT) };
	struct task t;

	(void)id;
	act_as(c, "kwame");
	return task_ask(c, &ask, &t);
}

/* As worker: until nothing is due. */
static enum err works(struct ctx *c, const char *id)
{
	bool did = true;

	(void)id;
	while (did)
		TRY(engine_step(c, &did));
	return OK;
}

/* ---- two in line */

struct line {
	const char *id;
	apart_op first, second;
	struct apart a, b;
	const char *meanwhile; /* what whoever holds the row does to it */
};

static void wait_for(struct ctx *c, int waiting)
{
	for (int i = 0; i < WAIT_MAX; i++) {
		if (holds(c,
			"(SELECT count(*) FROM pg_stat_activity WHERE datname = "
			"current_database() AND wait_event_type = 'Lock') >= %d",
			waiting))
			return;
		usleep(WAIT_US);
	}
	FAIL("nobody waits for the row");
}

/* While we hold the row, both come and see it as it is, the first one first. */
static enum err line_up(struct ctx *c, void *arg)
{
	struct line *l = arg;

	TRY(task_lock(c, l->id));
	apart_go(&l->a);
	wait_for(c, 1);
	if (l->second != NULL) {
		apart_go(&l->b);
		wait_for(c, 2);
	}
	return l->meanwhile != NULL ? db_script(c, l->meanwhile) : OK;
}

struct outcome {
	const char *type;
	apart_op first, second;
	enum err comes[2];
	const char *place;
	int approvals;
};

/* clang-format off */
static const struct outcome outcomes[] = {
	{ "test",     marta_approves,  mila_approves,   { OK, OK },           "approved/approve", 1 },
	{ "test-two", marta_approves,  mila_approves,   { OK, OK },           "approved/approve", 2 },
	{ "test-two", marta_approves,  marta_approves,  { OK, OK },           "requested/wait", 1 },
	{ "test",     marta_approves,  kwame_withdraws, { OK, OK },           "cancelled/end", 1 },
	{ "test",     kwame_withdraws, marta_approves,  { OK, ERR_CONFLICT }, "cancelled/end", 0 },
	{ "test",     marta_approves,  kwame_edits,     { OK, ERR_CONFLICT }, "approved/approve", 1 },
	{ "test",     kwame_edits,     marta_approves,  { OK, ERR_CONFLICT }, "requested/prepare", 0 },
	{ "test",     marta_approves,  mila_rejects,    { OK, ERR_CONFLICT }, "approved/approve", 1 },
	{ "test",     mila_rejects,    marta_approves,  { OK, ERR_CONFLICT }, "rejected/end", 0 },
	{ "test",     kwame_edits,     kwame_withdraws, { OK, OK },           "cancelled/end", 0 },
	{ "test",     kwame_withdraws, kwame_edits,     { OK, ERR_CONFLICT }, "cancelled/end", 0 },
};
/* clang-format on */

static void race(struct ctx *c, const struct outcome *o)
{
	struct task t = given_prepared_apart(c, o->type);
	struct line l = { t.id, o->first, o->second, .meanwhile = NULL };

	l.a = apart_start(o->first, t.id);
	l.b = apart_start(o->second, t.id);
	IS(db_atomically(c, line_up, &l), OK);
	IS(apart_end(&l.a), o->comes[0]);
	IS(apart_end(&l.b), o->comes[1]);
	act_as(c, "kwame");
	t = task_now(c, t.id);
	SAME(arena_printf(c->arena, "%s/%s", t.state, t.stage), o->place);
	YES(holds(c, "(SELECT count(*) FROM task_approval) = %d", o->approvals));
	works(c, NULL);
	if (strcmp(o->place, "approved/approve") == 0)
		YES(holds(c, "(SELECT count(*) = 9 AND count(DISTINCT (action, stage)) = 9 FROM "
			     "test_effect)"));
	if (strcmp(o->place, "cancelled/end") == 0)
		YES(holds(c, "NOT EXISTS (SELECT FROM test_effect WHERE stage <> 'prepare')"));
}

APART_TEST(of_two_decisions_at_once_the_first_in_line_wins)
{
	given_crew_apart(c);
	for (size_t i = 0; i < LENGTH(outcomes); i++) {
		int before = check_failures();
		race(c, &outcomes[i]);
		if (check_failures() > before)
			FAIL("outcome %zu", i);
	}
	crew_leaves(c);
}

APART_TEST(a_duplicate_that_completes_meanwhile_is_not_cancelled)
{
	given_crew_apart(c);
	struct task t = given_prepared_apart(c, "test-cancel");
	struct line l = { t.id, kwame_asks_again, NULL,
		.meanwhile =
		    "UPDATE task SET state = 'completed', stage = 'end', completed = true, "
		    "completed_at = now(), ended_at = now(), due_at = NULL" };
	l.a = apart_start(l.first, t.id);
	IS(db_atomically(c, line_up, &l), OK);
	IS(apart_end(&l.a), OK);
	act_as(c, "kwame");
	t = task_now(c, t.id);
	SAME(t.state, "completed");
	YES(!t.cancelled);
	YES(holds(c, "(SELECT count(*) FROM task) = 2"));
	crew_leaves(c);
}

APART_TEST(of_the_same_asked_for_at_once_one_is_made)
{
	struct apart a[WORKERS];
	int made = 0;

	given_crew_apart(c);
	IS(db_script(c, "TRUNCATE task CASCADE"), OK);
	for (size_t i = 0; i < WORKERS; i++)
		a[i] = apart_start(kwame_asks, "");
	for (size_t i = 0; i < WORKERS; i++)
		apart_go(&a[i]);
	for (size_t i = 0; i < WORKERS; i++) {
		int e = apart_end(&a[i]);
		YES(e == OK || e == ERR_CONFLICT);
		made += e == OK;
	}
	IS(made, 1);
	YES(holds(c, "(SELECT count(*) FROM task) = 1"));
	crew_leaves(c);
}

APART_TEST(several_workers_do_each_step_of_many_tasks_once)
{
	struct apart a[WORKERS];

	given_crew_apart(c);
	IS(db_script(c, "TRUNCATE task CASCADE; TRUNCATE test_effect"), OK);
	for (int i = 0; i < TASKS; i++) {
		act_as(c, "kwame");
		given_task(
		    c, "test", arena_printf(c->arena, "{\"team\":\"crew\",\"what\":\"%d\"}", i));
	}
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < WORKERS; i++)
			a[i] = apart_start(works, "");
		for (size_t i = 0; i < WORKERS; i++)
			apart_go(&a[i]);
		for (size_t i = 0; i < WORKERS; i++)
			IS(apart_end(&a[i]), OK);
		works(c, NULL);
		IS(db_script(c,
		       "UPDATE task SET stage = 'approve', state = 'approved', approved = true, "
		       "due_at = now() WHERE stage = 'wait'"),
		    OK);
	}
	YES(holds(c, "(SELECT count(*) FROM task WHERE completed) = %d", TASKS));
	YES(holds(c,
	    "(SELECT count(*) = %d AND count(DISTINCT (task, action, stage)) = %d FROM "
	    "test_effect)",
	    9 * TASKS, 9 * TASKS));
	YES(holds(c, "(SELECT count(*) FROM task_note WHERE ord IS NOT NULL) = %d", 9 * TASKS));
	YES(holds(c, "(SELECT count(*) FROM task_note WHERE text = 'completed') = %d", TASKS));
	crew_leaves(c);
}
