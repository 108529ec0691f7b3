/* The generic actions, in types that admins define. */

#include "action/given_task.h"
#include "action/type_own.h"
#include "core/seal.h"
#include "lib/fake_server.h"
#include "model/given_alert.h"

static struct fake_server far;

/* A type "x" by an admin, of one field `who`; kwame asks, marta approves. */
static void given_type(struct ctx *c, const char *steps, const char *more)
{
	struct type_found found;
	const char *secret;
	const char *definition = arena_printf(c->arena,
	    "{\"title\":\"T\",\"fields\":[{\"name\":\"team\",\"kind\":\"team\",\"required\":true},"
	    "{\"name\":\"who\",\"kind\":\"line\"}],\"team_field\":\"team\",\"approvals\":{"
	    "\"role\":\"manager\"},\"actions\":[%s]%s}",
	    steps, more);

	struct config *config = given_config(c);
	config->webhook_allow = "127.0.0.1";
	act_as_cli(c);
	if (type_save(c, &(struct type_wish){ .name = "xx", .definition = json_of(c, definition) },
		&found, &secret) != OK)
		FAIL("%s: %s %s", definition, c->fault.field, ctx_fault(c));
	given_crew_of_two(c);
}

static const char *call_of(struct ctx *c, const char *stage)
{
	return arena_printf(c->arena,
	    "{\"action\":\"http_call\",\"with\":{\"%s_url\":\"http://127.0.0.1:%d/%s\","
	    "\"timeout_s\":1}}",
	    stage, far.port, stage);
}

static struct task asked(struct ctx *c)
{
	act_as(c, "kwame");
	struct task t = given_task(c, "xx", "{\"team\":\"crew\",\"who\":\"ada\"}");
	work_on(c);
	return task_now(c, t.id);
}

static struct task approved(struct ctx *c, struct task t)
{
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "fine", &t), OK);
	work_on(c);
	return task_now(c, t.id);
}

static bool noted(struct ctx *c, const struct task *t, const char *text)
{
	return holds(
	    c, "EXISTS (SELECT FROM task_note WHERE task_id = '%s' AND text = '%s')", t->id, text);
}

static void listen(const char *asked, int status, const char *body)
{
	struct fake_rule rule = { asked, status, body, 0, 0 };

	fake_start(&far, &rule, 1);
}

SITE_TEST(another_system_is_told_what_was_approved)
{
	listen("POST /approve", 200, "{\"notes\":[\"made\"],\"fields\":{\"host\":\"db7\"}}");
	given_type(c, call_of(c, "approve"), "");
	struct task t = approved(c, asked(c));
	SAME(t.state, "completed");
	YES(noted(c, &t, "made"));
	YES(noted(c, &t, "host: db7"));
	YES(strstr(far.asked, t.id) != NULL);
	YES(strstr(far.asked, "\"stage\":\"approve\"") != NULL);
	YES(strstr(far.asked, "\"who\":\"ada\"") != NULL);
	YES(strstr(far.asked, "\"account\":\"marta\"") != NULL);
	YES(strstr(far.asked, "\"reason\":\"because\"") != NULL);
	fake_stop(&far);
}

SITE_TEST(another_system_can_say_that_it_cannot_be_done)
{
	listen("POST /prepare", 200, "{\"valid\":false,\"notes\":[\"ada is known\"]}");
	given_type(c, call_of(c, "prepare"), "");
	struct task t = asked(c);
	YES(!t.valid);
	YES(noted(c, &t, "ada is known"));
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), ERR_CONFLICT);
	fake_stop(&far);
}

SITE_TEST(a_refusal_of_another_system_fails_the_task_with_its_note)
{
	listen("POST /approve", 409, "{\"notes\":[\"no room\"]}");
	given_type(c, call_of(c, "approve"), "");
	struct task t = approved(c, asked(c));
	SAME(t.state, "failed");
	SAME(t.failure.text, "The other side answered 409: no room");
	fake_stop(&far);
}

SITE_TEST(a_system_that_is_down_is_asked_again_later)
{
	listen("POST /approve", 503, NULL);
	given_type(c, call_of(c, "approve"), "");
	struct task t = approved(c, asked(c));
	SAME(t.state, "approved");
	YES(holds(c, "(SELECT due_at > clock_timestamp() FROM task WHERE id = '%s')", t.id));
	fake_stop(&far);
}

SITE_TEST(an_answer_that_makes_no_sense_is_none)
{
	static const char *const answers[] = { "ok", "[]", "{\"valid\":1}", "{\"more\":1}",
		"{\"notes\":\"x\"}", "{\"notes\":[7]}", "{\"notes\":[\"\"]}", "{\"fields\":[]}",
		"{\"fields\":{\"a\":{}}}", "{\"fields\":{\"A b\":1}}", "{\"valid\":true}{}" };

	for (size_t i = 0; i < LENGTH(answers); i++) {
		listen("POST /approve", 200, answers[i]);
		if (i == 0)
			given_type(c, call_of(c, "approve"), "");
		int64_t version = 0;
		struct type_found found;
		const char *secret;
		act_as_cli(c);
		IS(type_find(c, "xx", &found), OK);
		struct json *d = type_definition(c, &found.type),
			    *with = json_get(json_at(json_get(d, "actions"), 0), "with");
		json_set(with, "approve_url",
		    json_string(
			c->arena, arena_printf(c->arena, "http://127.0.0.1:%d/approve", far.port)));
		struct type_wish wish = { .name = "xx", .definition = d, .version = version };
		IS(type_save(c, &wish, &found, &secret), OK);
		struct task t = approved(c, asked(c));
		if (strcmp(t.state, "failed") != 0 ||
		    strstr(t.failure.text, "cannot be read") == NULL)
			FAIL("%s: %s %s", answers[i], t.state, t.failure.text);
		act_as(c, "kwame");
		IS(task_cancel(c, t.id, "", &t), OK);
		fake_stop(&far);
	}
}

SITE_TEST(what_another_system_answered_stands_in_the_mail_behind_it)
{
	listen("POST /approve", 200, "{\"fields\":{\"host\":\"db7\",\"port\":5432}}");
	given_type(c,
	    arena_printf(c->arena,
		"%s,{\"action\":\"send_mail\",\"with\":{\"to\":\"ada@x.example\",\"subject\":"
		"\"For {{who}}\",\"text\":\"At {{answer.host}}:{{answer.port}}\"}}",
		call_of(c, "approve")),
	    ",\"mails\":{\"initial\":null,\"completed\":null}");
	struct task t = approved(c, asked(c));
	SAME(t.state, "completed");
	YES(holds(c, "EXISTS (SELECT FROM message WHERE target = 'ada@x.example' AND payload LIKE "
		     "'%%At db7:5432%%' AND payload LIKE '%%For ada%%')"));
	fake_stop(&far);
}

SITE_TEST(nobody_types_what_only_an_answer_may_say)
{
	struct task t;

	listen("POST /approve", 200, NULL);
	given_type(c, call_of(c, "approve"), "");
	act_as(c, "kwame");
	struct ask ask = { .type = "xx",
		.fields = json_of(c, "{\"team\":\"crew\",\"who\":\"{{answer.host}}\"}") };
	IS(task_ask(c, &ask, &t), ERR_INVALID);
	SAME(c->fault.field, "who");
	fake_stop(&far);
}

SITE_TEST(what_is_filled_in_must_fit_the_action)
{
	struct task t;

	given_type(c,
	    "{\"action\":\"send_mail\",\"with\":{\"to\":\"{{who}}\",\"subject\":\"S\",\"text\":"
	    "\"T\"}}",
	    "");
	act_as(c, "kwame");
	struct ask ask = { .type = "xx",
		.fields = json_of(c, "{\"team\":\"crew\",\"who\":\"x\"}") };
	IS(task_ask(c, &ask, &t), ERR_INVALID);
	YES(strstr(c->fault.detail, "send_mail") != NULL);
}

/* ---- run_job */

#define RUN_JOB "{\"action\":\"run_job\",\"with\":{\"job\":\"nightly\"}}"

static struct task asked_for_run(struct ctx *c)
{
	given_type(c, RUN_JOB, "");
	act_as_cli(c);
	given_job(c, "crew", "nightly");
	IS(team_member(c, "crew", "kwame", ROLE_OPERATOR), OK);
	return approved(c, asked(c));
}

static void end_run(struct ctx *c, const char *state)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE run SET state = '%s', finished_at = now() WHERE job_name = "
			    "'nightly' AND state = 'queued'; UPDATE task SET due_at = now() - "
			    "interval '1 s' WHERE due_at IS NOT NULL",
			    state)),
	    OK);
}

SITE_TEST(a_task_waits_for_the_end_of_the_run_it_asked_for)
{
	struct task t = asked_for_run(c);
	SAME(t.state, "approved");
	YES(holds(c, "(SELECT count(*) FROM run WHERE requested_by = 'kwame') = 1"));
	end_run(c, "succeeded");
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "completed");
	YES(holds(c, "(SELECT count(*) FROM run WHERE requested_by = 'kwame') = 1"));
}

SITE_TEST(a_run_that_fails_fails_the_task_and_another_approval_runs_anew)
{
	struct task t = asked_for_run(c);
	end_run(c, "failed");
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "failed");
	YES(strstr(t.failure.text, "ended as failed") != NULL);
	t = approved(c, t);
	SAME(t.state, "approved");
	YES(holds(c, "(SELECT count(*) FROM run WHERE requested_by = 'kwame') = 2"));
	end_run(c, "succeeded");
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
}

SITE_TEST(who_may_not_run_a_job_gets_no_run_by_asking)
{
	given_type(c, RUN_JOB, "");
	act_as_cli(c);
	given_job(c, "crew", "nightly");
	struct task t = asked(c);
	YES(!t.valid);
	YES(noted(c, &t, "There is no job nightly."));
}

SITE_TEST(a_task_of_a_type_without_approvals_goes_ahead)
{
	struct type_found found;
	const char *secret;

	given_config(c);
	act_as_cli(c);
	IS(type_save(c,
	       &(struct type_wish){ .name = "xx",
		   .definition = json_of(c,
		       "{\"title\":\"T\",\"fields\":[],\"allow_auto_approve\":true,\"approvals\":{"
		       "\"required\":0},\"actions\":[{\"action\":\"send_mail\",\"with\":{\"to\":"
		       "\"a@b.example\",\"subject\":\"S\",\"text\":\"T\"}}]}") },
	       &found, &secret),
	    OK);
	YES(secret == NULL);
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct task t = given_task(c, "xx", "{}");
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
}
