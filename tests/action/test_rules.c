/* What decides where a task goes, and what its actions keep on the way. */

#include <string.h>

#include "action/given.h"
#include "action/given_token.h"
#include "model/task_work.h"

#define IT    "{\"team\":\"crew\",\"what\":\"it\"}"
#define OTHER "{\"team\":\"crew\",\"what\":\"other\"}"

/* kwame asks; whoever else is needed is there. */
static struct task given_asked(struct ctx *c, const char *type)
{
	given_config(c);
	given_crew_of_two(c);
	given_member(c, "crew", "mila", ROLE_MANAGER);
	test_parts_begin(c);
	act_as(c, "kwame");
	return given_task(c, type, IT);
}

static struct task given_prepared(struct ctx *c, const char *type)
{
	struct task t = given_asked(c, type);

	work_on(c);
	return task_now(c, t.id);
}

static void approve_as(struct ctx *c, const char *who, struct task *t)
{
	act_as(c, who);
	if (task_approve(c, t->id, t->hash.text, "", t) != OK)
		FAIL("%s: %s", who, ctx_fault(c));
}

static bool noted(struct ctx *c, const struct task *t, const char *text)
{
	return holds(c, "(SELECT count(*) FROM task_note WHERE task_id = '%s' AND text = '%s') = 1",
	    t->id, text);
}

/* ---- auto-approval */

struct opinion {
	const char *type;
	enum test_auto said[TEST_ACTIONS];
	bool refuses;
	const char *state, *note;
};

#define YES_IT_DID     "Action allow auto approval. Auto approving."
#define NO_IT_DOES_NOT "Actions allow auto aproval, but task does not."

static const struct opinion opinions[] = {
	{ "test", { AUTO_UNSAID, AUTO_UNSAID, AUTO_UNSAID }, false, "requested", NULL },
	{ "test", { AUTO_YES, AUTO_UNSAID, AUTO_UNSAID }, false, "completed", YES_IT_DID },
	{ "test", { AUTO_UNSAID, AUTO_UNSAID, AUTO_YES }, false, "completed", YES_IT_DID },
	{ "test", { AUTO_YES, AUTO_YES, AUTO_YES }, false, "completed", YES_IT_DID },
	{ "test", { AUTO_NO, AUTO_YES, AUTO_YES }, false, "requested", NULL },
	{ "test", { AUTO_YES, AUTO_YES, AUTO_NO }, false, "requested", NULL },
	{ "test", { AUTO_NO, AUTO_NO, AUTO_NO }, false, "requested", NULL },
	{ "test", { AUTO_YES, AUTO_YES, AUTO_YES }, true, "requested", "actions invalid" },
	{ "test-manual", { AUTO_YES, AUTO_YES, AUTO_YES }, false, "requested", NO_IT_DOES_NOT },
	{ "test-manual", { AUTO_YES, AUTO_NO, AUTO_YES }, false, "requested", NULL },
	{ "test-two", { AUTO_YES, AUTO_YES, AUTO_YES }, false, "requested", NO_IT_DOES_NOT },
};

static enum err hold(struct ctx *c, void *arg)
{
	const struct opinion *o = arg;

	test_parts_begin(c);
	for (size_t i = 0; i < TEST_ACTIONS; i++)
		test_parts[i][TEST_PREPARE].automatic = o->said[i];
	test_parts[1][TEST_PREPARE].refuse = o->refuses;
	struct task t = given_task(c, o->type, IT);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, o->state);
	bool done = strcmp(o->state, "completed") == 0;
	IS(test_parts[0][TEST_APPROVE].runs, done);
	SAME(t.approved_by.text != NULL ? t.approved_by.text : "", done ? "system" : "");
	YES(o->note == NULL || noted(c, &t, o->note));
	/* People are asked unless nobody can say yes, or nobody has to. */
	YES(holds(c, "(SELECT count(*) FROM notification WHERE task_id = '%s') = %d", t.id,
	    !done && !o->refuses));
	return ERR_STALE;
}

SITE_TEST(one_no_wins_over_every_yes_and_nothing_said_waits_for_people)
{
	given_crew_of_two(c);
	act_as(c, "kwame");
	for (size_t i = 0; i < LENGTH(opinions); i++) {
		int before = check_failures();
		struct opinion o = opinions[i];
		IS(db_atomically(c, hold, &o), ERR_STALE);
		if (check_failures() > before)
			FAIL("opinion %zu", i);
	}
}

/* ---- what actions keep */

SITE_TEST(a_cache_is_kept_for_good_and_what_is_shared_ends_with_its_stage)
{
	struct task t = given_prepared(c, "test");

	SAME(test_parts[0][TEST_PREPARE].saw_shared, "{}");
	SAME(test_parts[2][TEST_PREPARE].saw_shared,
	    "{\"test_one\":\"prepare\",\"test_two\":\"prepare\"}");
	approve_as(c, "marta", &t);
	work_on(c);
	SAME(test_parts[0][TEST_APPROVE].saw_shared, "{}");
	SAME(test_parts[1][TEST_APPROVE].saw_shared, "{\"test_one\":\"approve\"}");
	SAME(test_parts[0][TEST_SUBMIT].saw_shared, "{}");
	SAME(test_parts[1][TEST_SUBMIT].saw_shared, "{\"test_one\":\"submit\"}");
	SAME(test_parts[1][TEST_PREPARE].saw_cache, "{}");
	SAME(test_parts[1][TEST_APPROVE].saw_cache, "{\"prepare\":true}");
	SAME(test_parts[1][TEST_SUBMIT].saw_cache, "{\"approve\":true,\"prepare\":true}");
	SAME(task_now(c, t.id).state, "completed");
	SAME(task_now(c, t.id).shared_text, "{}");
}

struct stop {
	enum test_stage stage;
	enum err err;
	bool refuse;
	const char *failure, *from;
};

static const struct stop stops[] = {
	{ TEST_APPROVE, ERR_CONFLICT, false, "test_two broke", "failed/approve" },
	{ TEST_APPROVE, ERR_INTERNAL, false, "Something went wrong inside; the log says what.",
	    "failed/approve" },
	{ TEST_APPROVE, OK, true, "test_two will not", "failed/approve" },
	{ TEST_SUBMIT, ERR_CONFLICT, false, "test_two broke", "failed/submit" },
	{ TEST_SUBMIT, OK, true, "test_two will not", "failed/submit" },
};

static enum err stop_and_go_on(struct ctx *c, void *arg)
{
	const struct stop *s = arg;
	struct task t = given_prepared(c, "test");
	struct test_part(*p)[TEST_STAGES] = test_parts;

	p[1][s->stage].err = s->err;
	p[1][s->stage].refuse = s->refuse;
	approve_as(c, "marta", &t);
	work_on(c);
	t = task_now(c, t.id);
	SAME(arena_printf(c->arena, "%s/%s", t.state, t.stage), s->from);
	SAME(t.failure.text, s->failure);
	YES(t.approved && !t.completed);
	IS(p[2][s->stage].runs, 0);
	YES(holds(c,
	    "(SELECT notes->'errors'->>0 = '%s' FROM notification WHERE error AND task_id = '%s')",
	    s->failure, t.id));
	AUDITED("task_fail", arena_printf(c->arena, "task:%s", t.id), 1);
	p[1][s->stage].err = OK;
	p[1][s->stage].refuse = false;
	approve_as(c, "mila", &t);
	SAME(t.approved_by.text, "marta");
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	IS(p[0][s->stage].runs, 1);
	IS(p[1][s->stage].runs, 2);
	IS(p[2][s->stage].runs, 1);
	HAS(p[1][s->stage].saw_shared, "test_one");
	HAS(p[2][s->stage].saw_shared, "test_two");
	return ERR_STALE;
}

SITE_TEST(approving_again_goes_on_where_it_stopped_with_all_that_was_shared)
{
	for (size_t i = 0; i < LENGTH(stops); i++) {
		int before = check_failures();
		struct stop s = stops[i];
		IS(db_atomically(c, stop_and_go_on, &s), ERR_STALE);
		if (check_failures() > before)
			FAIL("stop %zu", i);
	}
}

SITE_TEST(a_step_that_fails_leaves_nothing_of_what_it_did)
{
	struct task t = given_prepared(c, "test");

	test_parts[1][TEST_APPROVE].err = ERR_CONFLICT;
	approve_as(c, "marta", &t);
	work_on(c);
	YES(holds(c, "(SELECT count(*) FROM test_effect WHERE stage = 'approve') = 1"));
	YES(holds(c, "NOT EXISTS (SELECT FROM task_note WHERE text = 'test_two: approve')"));
	YES(holds(c, "(SELECT state = 'prepared' AND NOT cache ? 'approve' FROM task_action WHERE "
		     "name = 'test_two')"));
}

SITE_TEST(what_is_away_is_tried_again_later_and_less_and_less_often)
{
	struct task t = given_prepared(c, "test");

	test_parts[1][TEST_APPROVE].err = ERR_UNAVAILABLE;
	approve_as(c, "marta", &t);
	for (int64_t i = 0; i <= 8; i++) {
		work_on(c);
		SAME(task_now(c, t.id).state, i < 8 ? "approved" : "failed");
		YES(i == 8 || holds(c,
				  "(SELECT attempts = %d AND due_at - clock_timestamp() "
				  "BETWEEN interval '%d s' AND interval '%d s' FROM task)",
				  (int)i + 1, (1 << i) - 1, 1 << i));
		IS(db_script(c, "UPDATE task SET due_at = now() WHERE due_at IS NOT NULL"), OK);
	}
	IS(test_parts[1][TEST_APPROVE].runs, 9);
	IS(test_parts[0][TEST_APPROVE].runs, 1);
	SAME(task_now(c, t.id).failure.text, "test_two broke");
}

SITE_TEST(without_a_key_for_tokens_one_task_waits_and_the_others_go_on)
{
	struct task t = given_prepared_with(c, "confirm");
	struct config *config = given_config(c);

	config->secret_key = "";
	approve_as(c, "marta", &t);
	work_on(c);
	SAME(task_now(c, t.id).state, "approved");
	act_as(c, "kwame");
	struct task other = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	work_on(c);
	SAME(task_now(c, other.id).stage, "wait");
	IS(db_script(c, "UPDATE task SET due_at = now() WHERE due_at IS NOT NULL"), OK);
	given_config(c);
	work_on(c);
	SAME(task_now(c, t.id).state, "awaiting_token");
}

SITE_TEST(a_step_that_cannot_be_written_down_holds_up_no_other)
{
	struct task t = given_asked(c, "test"), other = given_task(c, "test", OTHER);
	bool did;

	IS(db_script(
	       c, arena_printf(c->arena,
		      "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
		      "NEW.task_id = '%s' THEN RAISE 'no'; END IF; RETURN NEW; END $$; CREATE "
		      "TRIGGER no BEFORE UPDATE ON task_action FOR EACH ROW EXECUTE FUNCTION no()",
		      t.id)),
	    OK);
	IS(engine_step(c, &did), ERR_INTERNAL);
	YES(did);
	work_on(c);
	SAME(task_now(c, other.id).stage, "wait");
	IS(db_script(c, "UPDATE task SET due_at = now(), attempts = 8 WHERE due_at IS NOT NULL"),
	    OK);
	IS(engine_step(c, &did), ERR_INTERNAL);
	SAME(task_now(c, t.id).state, "failed");
	SAME(task_now(c, t.id).failure.text, "It could not be taken up; the log says why.");
}

/* ---- editing */

SITE_TEST(an_edit_prepares_anew_and_voids_every_approval)
{
	struct task t = given_prepared(c, "test-two");
	const char *hash = t.hash.text;

	approve_as(c, "marta", &t);
	IS(t.given, 1);
	act_as(c, "kwame");
	IS(task_edit(c, t.id, json_of(c, OTHER), &t), OK);
	YES(t.hash.text == NULL && !t.valid);
	IS(t.given, 0);
	SAME(t.title, "other");
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.stage, "wait");
	YES(strcmp(t.hash.text, hash) != 0);
	IS(test_parts[0][TEST_PREPARE].runs, 2);
	SAME(test_parts[0][TEST_PREPARE].saw_cache, "{}");
	act_as(c, "mila");
	IS(task_approve(c, t.id, hash, "", &t), ERR_STALE);
	approve_as(c, "mila", &t);
	SAME(t.state, "requested");
	approve_as(c, "marta", &t);
	SAME(t.state, "approved");
}

SITE_TEST(two_must_approve_and_the_same_one_twice_is_one)
{
	struct task t = given_prepared(c, "test-two");

	approve_as(c, "marta", &t);
	approve_as(c, "marta", &t);
	IS(t.given, 1);
	YES(t.decided);
	SAME(t.stage, "wait");
	approve_as(c, "mila", &t);
	SAME(t.stage, "approve");
	SAME(t.approved_by.text, "mila");
	AUDITED("task_approve", arena_printf(c->arena, "task:%s", t.id), 2);
}

SITE_TEST(an_unchanged_edit_is_no_duplicate_of_itself_but_one_of_another_is)
{
	struct task t = given_prepared(c, "test"), other = given_task(c, "test", OTHER);

	IS(task_edit(c, t.id, json_of(c, IT), &t), OK);
	IS(task_edit(c, t.id, json_of(c, OTHER), &t), ERR_CONFLICT);
	SAME(c->fault.detail, "This task already exists.");
	SAME(task_now(c, t.id).title, "it");
	IS(task_cancel(c, other.id, "", &other), OK);
	IS(task_edit(c, t.id, json_of(c, OTHER), &t), OK);
}

SITE_TEST(of_duplicates_the_last_stands_where_the_type_says_so)
{
	struct task t = given_prepared(c, "test-cancel"), next = given_task(c, "test-cancel", IT);
	struct task third = given_task(c, "test-cancel", OTHER);

	t = task_now(c, t.id);
	SAME(t.state, "cancelled");
	YES(noted(c, &t, "Task cancelled because was an old duplicate."));
	AUDITED("task_cancel", arena_printf(c->arena, "task:%s", t.id), 1);
	IS(task_edit(c, third.id, json_of(c, IT), &third), OK);
	SAME(task_now(c, next.id).state, "cancelled");
	SAME(task_now(c, third.id).state, "requested");
	act_as(c, "marta"); /* what she asks for herself is another thing */
	given_task(c, "test-cancel", IT);
	SAME(task_now(c, third.id).state, "requested");
}

/* ---- expiry */

SITE_TEST(only_what_waits_expires_and_its_token_dies)
{
	struct task t = given_waiting_for_token(c, "confirm"), busy;
	struct token_need need;
	const char *token = token_of(c, &t);
	int64_t n = 0;

	act_as(c, "kwame");
	busy = given_task(c, "request-access", "{\"team\":\"crew\",\"role\":\"viewer\"}");
	IS(task_expire(c, &n), OK);
	IS(n, 0);
	IS(db_script(c, "UPDATE task SET expires_at = now() - interval '1 s'"), OK);
	IS(task_expire(c, &n), OK);
	IS(n, 1);
	SAME(task_now(c, t.id).state, "expired");
	SAME(task_now(c, busy.id).state, "requested");
	IS(token_find(c, token, &need), ERR_NOT_FOUND);
}

/* ---- strangers */

SITE_TEST(what_a_stranger_asks_and_cannot_be_is_closed_and_says_why)
{
	given_crew_of_two(c);
	test_parts_begin(c);
	test_parts[1][TEST_PREPARE].refuse = true;
	act_as_stranger(c);
	struct ask ask = { .type = "test-stranger", .fields = json_of(c, IT) };
	struct task t;
	IS(task_ask(c, &ask, &t), OK);
	YES(t.id == NULL);
	work_on(c);
	YES(holds(c, "(SELECT state FROM task) = 'cancelled'"));
	YES(holds(c,
	    "(SELECT count(*) FROM task_note WHERE text = 'Task cancelled because of invalid "
	    "actions.') = 1"));
	YES(holds(c, "NOT EXISTS (SELECT FROM notification)"));
}
