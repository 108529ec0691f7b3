/* Whatever dies between any two statements of a task: what was to be done is done, once. */

#include <signal.h>
#include <string.h>

#include "action/given_apart.h"
#include "action/type_own.h"
#include "lib/cut.h"
#include "lib/fake_server.h"
#include "model/given_alert.h"

enum { STATEMENTS_MAX = 200, OPS_MAX = 40 };

static enum cut how;
static int at;

static enum err step(struct ctx *c, const char *id)
{
	bool did;

	(void)id;
	given_config(c)->webhook_allow = "127.0.0.1";
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

/* Each effect that is recorded is there, once, and no other. */
static void check_effects(struct ctx *c)
{
	YES(holds(c, "NOT EXISTS (SELECT FROM test_effect GROUP BY task, action, stage HAVING "
		     "count(*) > 1)"));
	YES(holds(c,
	    "(SELECT count(*) FROM test_effect) = (SELECT sum(array_position(ARRAY['pending', "
	    "'prepared', 'approved', 'done'], state) - 1) FROM task_action)"));
	YES(holds(c,
	    "(SELECT count(*) FROM test_effect) = (SELECT count(*) FROM task_note WHERE ord IS "
	    "NOT NULL)"));
}

/* Where it stands. */
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
	if (strcmp(t.type, "test") == 0)
		check_effects(c);
	return place;
}

/* In a process that dies, or here, where the connection breaks and is made anew. Nobody waits until
 * it is due again, and how often it was begun is the business of another test. */
static enum err run_cut(struct ctx *c, apart_op op, const char *id)
{
	IS(db_script(c,
	       "UPDATE task SET due_at = clock_timestamp(), attempts = 0 WHERE due_at IS NOT NULL"),
	    OK);
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

/* How often it was cut. */
static int die_all_the_way(struct ctx *c, enum cut which, const struct task *t)
{
	how = which;
	const char *place = look(c, t->id);
	int cuts = 0, ops = 0;

	for (; strncmp(place, "completed", 9) != 0 && ops < OPS_MAX; ops++) {
		bool waits = strncmp(place, "requested/wait", 14) == 0;
		cut_everywhere(c, waits ? approve : step, t->id, &place, &cuts);
	}
	if (strncmp(place, "completed/end done", 18) != 0)
		FAIL("it came to %s", place);
	AUDITED("task_request", arena_printf(c->arena, "task:%s", t->id), 1);
	AUDITED("task_approve", arena_printf(c->arena, "task:%s", t->id), 1);
	AUDITED("task_complete", arena_printf(c->arena, "task:%s", t->id), 1);
	YES(holds(c, "(SELECT count(*) FROM notification) = 1"));
	return cuts;
}

static int die_in_test(struct ctx *c, enum cut which)
{
	struct task t = given_asked_apart(c, "test");
	int cuts = die_all_the_way(c, which, &t);

	YES(holds(c, "(SELECT count(*) FROM test_effect) = 9"));
	return cuts;
}

SLOW_APART_TEST(whoever_dies_between_two_statements_of_a_task_does_nothing_twice)
{
	given_crew_apart(c);
	YES(die_in_test(c, CUT_DIE) > 150);
	crew_leaves(c);
}

SLOW_APART_TEST(whose_connection_breaks_between_two_statements_of_a_task_does_nothing_twice)
{
	given_crew_apart(c);
	YES(die_in_test(c, CUT_LOSE) > 50);
	crew_leaves(c);
}

/* ---- types of admins */

static struct fake_server far;

static void given_far(struct ctx *c)
{
	static const struct fake_rule rule = { "POST /", 200, "{\"fields\":{\"host\":\"db7\"}}", 0,
		0 };

	fake_start(&far, &rule, 1);
	given_config(c)->webhook_allow = "127.0.0.1";
}

static void given_defined(struct ctx *c, const char *type, const char *definition)
{
	struct type_wish wish = { .name = type, .definition = json_of(c, definition) };
	struct type_found found;
	const char *secret;

	act_as_cli(c);
	IS(type_save(c, &wish, &found, &secret), OK);
}

static void given_calls(struct ctx *c)
{
	given_far(c);
	const char *definition = arena_printf(c->arena,
	    "{\"title\":\"T\",\"fields\":[{\"name\":\"team\",\"kind\":\"team\",\"required\":true},"
	    "{\"name\":\"what\",\"kind\":\"line\"}],\"team_field\":\"team\",\"approvals\":{"
	    "\"role\":\"manager\"},\"actions\":[{\"action\":\"http_call\",\"with\":{\"prepare_"
	    "url\":"
	    "\"http://127.0.0.1:%d/prepare\",\"approve_url\":\"http://127.0.0.1:%d/approve\","
	    "\"submit_url\":\"http://127.0.0.1:%d/submit\"}}]}",
	    far.port, far.port, far.port);
	given_defined(c, "xx", definition);
}

/* How often that was asked; fails unless each time it was the same message. */
static int asked_as_one(const char *request)
{
	const char *first = strstr(far.asked, request);
	size_t len = first != NULL ? strcspn(first, "\n") : 0;
	int n = 0;

	for (const char *s = first; s != NULL; s = strstr(s + 1, request), n++)
		if (strncmp(s, first, len) != 0)
			FAIL("%.*s is not %.*s", (int)len, s, (int)len, first);
	const char *id = first != NULL ? strstr(first, " webhook-id: ") : NULL;
	YES(id != NULL && id < first + len);
	return n;
}

SLOW_APART_TEST(whoever_dies_while_another_system_is_told_tells_it_the_same_again)
{
	given_crew_apart(c);
	given_calls(c);
	struct task t = given_asked_apart(c, "xx");
	YES(die_all_the_way(c, CUT_DIE, &t) > 50);
	for (size_t i = 0; i < 3; i++) {
		static const char *const requests[] = { "POST /prepare ", "POST /approve ",
			"POST /submit " };
		YES(asked_as_one(requests[i]) > 1);
	}
	YES(holds(c,
	    "(SELECT count(*) FROM task_note WHERE ord IS NOT NULL AND text = 'host: db7') = 3"));
	fake_stop(&far);
	crew_leaves(c);
}

SLOW_APART_TEST(whoever_dies_within_an_additional_action_does_nothing_twice)
{
	given_crew_apart(c);
	given_far(c);
	given_defined(c, "request-access",
	    arena_printf(c->arena,
		"{\"allow_auto_approve\":false,\"mails\":{\"completed\":null},\"additional_"
		"actions\":["
		"{\"action\":\"http_call\",\"with\":{\"approve_url\":\"http://127.0.0.1:%d/"
		"approve\","
		"\"submit_url\":\"http://127.0.0.1:%d/submit\"}},"
		"{\"action\":\"send_mail\",\"with\":{\"to\":\"desk@example.org\",\"subject\":\"S\","
		"\"text\":\"{{answer.host}}\"}}]}",
		far.port, far.port));
	IS(db_script(c, "TRUNCATE task CASCADE; DELETE FROM message"), OK);
	act_as(c, "kwame");
	struct task t = given_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	YES(die_all_the_way(c, CUT_DIE, &t) > 80);
	YES(asked_as_one("POST /approve ") > 1);
	YES(asked_as_one("POST /submit ") > 1);
	YES(holds(c, "(SELECT count(*) FROM message WHERE target = 'desk@example.org') = 1"));
	YES(holds(c, "(SELECT count(*) FROM message WHERE payload LIKE '%%db7%%') = 1"));
	YES(holds(c,
	    "(SELECT count(*) FROM audit WHERE verb = 'team_member' AND object = 'team:crew' AND "
	    "after->>'role' = 'viewer') = 1"));
	fake_stop(&far);
	crew_leaves(c);
}

/* ---- a step that kills */

static void die(struct ctx *c)
{
	(void)c;
	raise(SIGKILL);
}

static enum err any_step(struct ctx *c, const char *id)
{
	bool did;

	(void)id;
	return engine_step(c, &did);
}

/* Until nothing is due any more; how many of those who work died. */
static int deaths(struct ctx *c)
{
	int n = 0;

	for (int i = 0;
	     i < OPS_MAX && holds(c, "EXISTS (SELECT FROM task WHERE due_at IS NOT NULL)"); i++) {
		struct apart a = apart_start(any_step, "");
		n += apart_end(&a) == APART_DIED;
		IS(db_script(c, "UPDATE task SET due_at = now() WHERE due_at IS NOT NULL"), OK);
	}
	return n;
}

APART_TEST(a_step_that_kills_whoever_runs_it_is_given_up_and_the_others_go_on)
{
	given_crew_apart(c);
	struct task t = given_prepared_apart(c, "test"), other;
	test_parts[1][TEST_APPROVE].meanwhile = die;
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	act_as(c, "kwame");
	other = given_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	IS(deaths(c), 9);
	SAME(task_now(c, other.id).stage, "wait");
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	SAME(t.failure.text, "It was begun 9 times and never ended.");
	YES(holds(c, "(SELECT count(*) FROM notification WHERE error) = 1"));
	test_parts[1][TEST_APPROVE].meanwhile = NULL;
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(deaths(c), 0);
	SAME(task_now(c, t.id).state, "completed");
	YES(holds(c, "(SELECT count(*) FROM test_effect) = 9"));
	crew_leaves(c);
}
