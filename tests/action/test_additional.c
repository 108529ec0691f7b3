/* Actions that an admin appends to a type that ships. */

#include "action/given_person.h"
#include "action/given_told.h"
#include "lib/fake_server.h"

static struct fake_server far;

static enum err set(struct ctx *c, const char *type, const char *settings)
{
	struct type_found found;
	const char *secret;

	act_as_cli(c);
	return type_save(c, &(struct type_wish){ .name = type, .definition = json_of(c, settings) },
	    &found, &secret);
}

static void given_more(struct ctx *c, const char *type, const char *more, const char *settings)
{
	const char *all = arena_printf(c->arena, "{\"additional_actions\":[%s]%s}", more, settings);

	if (set(c, type, all) != OK)
		FAIL("%s: %s %s", all, c->fault.field, ctx_fault(c));
}

static const char *call_at(struct ctx *c, const char *stage)
{
	return arena_printf(c->arena,
	    "{\"action\":\"http_call\",\"with\":{\"%s_url\":\"http://127.0.0.1:%d/%s\","
	    "\"timeout_s\":1}}",
	    stage, far.port, stage);
}

static void listen(struct ctx *c, const char *asked, int status, const char *body)
{
	struct fake_rule rule = { asked, status, body, 0, 0 };

	fake_start(&far, &rule, 1);
	given_config(c)->webhook_allow = "127.0.0.1";
}

#define SEND(to, rest)                            \
	"{\"action\":\"send_mail\",\"with\":{" to \
	",\"subject\":\"For {{role}}\",\"text\":\"T\"" rest "}}"

/* ---- what may be appended */

static const struct {
	const char *type, *settings, *field, *says;
} wrong[] = {
	{ "invite", "{\"actions\":[]}", "actions", "is not known here" },
	{ "invite", "{\"additional_actions\":{}}", "additional_actions", "a list" },
	{ "invite", "{\"additional_actions\":[{},{},{},{},{},{},{},{},{}]}", "additional_actions",
	    "at most 8" },
	{ "invite", "{\"additional_actions\":[{\"action\":\"invite\"}]}",
	    "additional_actions[0].action", "must be one of" },
	{ "invite", "{\"additional_actions\":[{\"action\":\"run_job\"}]}",
	    "additional_actions[0].with.job", "is needed" },
	{ "invite",
	    "{\"additional_actions\":[{\"action\":\"run_job\",\"with\":{\"job\":\"{{nobody}}\"}}]}",
	    "additional_actions[0].with.job", "nobody" },
	{ "invite",
	    "{\"additional_actions\":[{\"action\":\"http_call\",\"with\":{\"approve_url\":"
	    "\"http://x.example/\"}}]}",
	    "additional_actions[0].with.approve_url", "https" },
	/* What acts as the system needs somebody who says yes. */
	{ "invite",
	    "{\"additional_actions\":[{\"action\":\"add_member\",\"with\":{\"team\":\"{{team}}\","
	    "\"role\":\"viewer\"}}]}",
	    "additional_actions[0].action", "allow_auto_approve must be false" },
	{ "invite",
	    "{\"allow_auto_approve\":false,\"additional_actions\":[{\"action\":\"add_member\","
	    "\"with\":{\"team\":\"ops\",\"role\":\"viewer\"}}]}",
	    "additional_actions[0].with.team", "must be {{team}}" },
	{ "job-change",
	    "{\"additional_actions\":[{\"action\":\"add_member\",\"with\":{\"team\":\"{{team}}\","
	    "\"role\":\"viewer\"}}]}",
	    "additional_actions[0].action", "who approves this type" },
};

SITE_TEST(what_is_wrong_with_an_additional_action_is_told_with_the_way_to_it)
{
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		if (set(c, wrong[i].type, wrong[i].settings) != ERR_INVALID)
			FAIL("taken: %s", wrong[i].settings);
		const char *field = c->fault.field != NULL ? c->fault.field : "-";
		if (strcmp(field, wrong[i].field) != 0 ||
		    strstr(c->fault.detail, wrong[i].says) == NULL)
			FAIL("%s: %s %s", wrong[i].settings, field, c->fault.detail);
	}
}

/* Each of the types that ship takes them, is read again as it was written, and asks for nothing
 * more than before. */
SITE_TEST(every_type_that_ships_takes_additional_actions_and_asks_for_no_more)
{
	for (const struct task_type *s = shipped_types; s->name != NULL; s++) {
		struct task_type t;
		struct type_found found;
		given_more(c, s->name,
		    "{\"action\":\"send_mail\",\"with\":{\"to\":\"a@b.example\",\"subject\":\"S\","
		    "\"text\":\"T\"}},{\"action\":\"run_job\",\"with\":{\"job\":\"nightly\"}}",
		    "");
		AUDITED("task_type_edit", arena_printf(c->arena, "task_type:%s", s->name), 1);
		IS(type_get(c, s->name, &t), OK);
		SAME(t.steps[0].action, s->steps[0].action);
		SAME(t.steps[1].action, "send_mail");
		SAME(t.steps[2].action, "run_job");
		YES(t.steps[3].action == NULL);
		const struct input *was = type_fields(c, s), *is = type_fields(c, &t);
		for (; was->name != NULL; was++, is++)
			SAME(is->name, was->name);
		YES(is->name == NULL);
		IS(type_set_disabled(c, s->name, true), OK);
		IS(type_find(c, s->name, &found), OK);
		SAME(found.type.steps[2].action, "run_job");
		IS(type_delete(c, s->name, 0), OK);
		IS(type_get(c, s->name, &t), OK);
		YES(t.steps[1].action == NULL && !t.disabled);
	}
}

/* ---- what they do */

static struct task decided(struct ctx *c, struct task t)
{
	if (say_yes(c, "marta", t.id) != OK)
		FAIL("%s", ctx_fault(c));
	work_on(c);
	return task_now(c, t.id);
}

SITE_TEST(additional_actions_run_behind_the_first_in_their_order)
{
	given_reachable_crew(c);
	listen(c, "POST /approve", 200, "{\"fields\":{\"host\":\"db7\"}}");
	given_more(c, "request-access",
	    arena_printf(
		c->arena, "%s," SEND("\"to\":\"desk@example.org\"", ""), call_at(c, "approve")),
	    "");
	struct task t = asked_for(c, "viewer");
	YES(holds(c,
	    "(SELECT string_agg(name, ' ' ORDER BY ord) = 'add_member http_call send_mail' FROM "
	    "task_action)"));
	YES(far.asked[0] == '\0');
	SAME(decided(c, t).state, "completed");
	YES(in_team(c, "crew", "kwame", ROLE_VIEWER));
	YES(strstr(far.asked, "POST /approve") != NULL && strstr(far.asked, t.id) != NULL);
	YES(holds(c,
	    "(SELECT string_agg(ord::text, ' ' ORDER BY id) = '0 0 1 2' FROM task_note WHERE "
	    "kind = 'note' AND ord IS NOT NULL AND ord >= 0)"));
	TOLD("task", "desk");
	fake_stop(&far);
}

SITE_TEST(a_system_asked_at_first_can_refuse_what_a_type_that_ships_would_do)
{
	given_reachable_crew(c);
	listen(c, "POST /prepare", 200, "{\"valid\":false,\"notes\":[\"not on the list\"]}");
	given_more(c, "request-access", call_at(c, "prepare"), "");
	struct task t = asked_for(c, "viewer");
	YES(!t.valid);
	YES(noted(c, t.id, "not on the list"));
	IS(say_yes(c, "marta", t.id), ERR_CONFLICT);
	YES(!in_team(c, "crew", "kwame", ROLE_VIEWER));
	fake_stop(&far);
}

/* What was done is not done again. */
SITE_TEST(after_an_additional_action_that_failed_another_approval_goes_on_there)
{
	given_reachable_crew(c);
	listen(c, "POST /approve", 409, "{\"notes\":[\"no room\"]}");
	given_more(c, "request-access",
	    arena_printf(
		c->arena, SEND("\"to\":\"desk@example.org\"", "") ",%s", call_at(c, "approve")),
	    "");
	struct task t = decided(c, asked_for(c, "viewer"));
	SAME(t.state, "failed");
	SAME(t.failure.text, "The other side answered 409: no room");
	fake_stop(&far);
	struct fake_rule fine = { "POST /approve", 200, NULL, 0, 0 };
	int port = far.port;
	fake_start(&far, &fine, 1);
	IS(db_script(
	       c, arena_printf(c->arena,
		      "UPDATE task_action SET data = replace(data::text, ':%d/', ':%d/')::jsonb",
		      port, far.port)),
	    OK);
	SAME(decided(c, t).state, "completed");
	AUDITED("team_member", "team:crew", 5); /* four were given */
	TOLD("task", "desk");
	fake_stop(&far);
}

SITE_TEST(what_was_asked_for_goes_on_with_the_actions_of_then)
{
	given_reachable_crew(c);
	given_more(c, "request-access", SEND("\"to\":\"desk@example.org\"", ""), "");
	struct task t = asked_for(c, "viewer");
	given_more(c, "request-access", SEND("\"to\":\"other@example.org\"", ""), "");
	SAME(decided(c, t).state, "completed");
	TOLD("task", "desk");
}

/* As AddDefaultUsersToProject did: the team is made by the action before it. */
SITE_TEST(a_sign_up_can_give_others_a_role_in_the_team_that_it_makes)
{
	given_reachable_crew(c);
	given_more(c, "sign-up",
	    "{\"action\":\"add_member\",\"with\":{\"team\":\"{{team}}\",\"account\":\"olga\","
	    "\"role\":\"viewer\"}},{\"action\":\"add_member\",\"with\":{\"team\":\"crew\",\"role\":"
	    "\"viewer\"}}",
	    "");
	act_as_stranger(c);
	struct task t = asked(c, "sign-up", "{\"team\":\"fresh\",\"email\":\"sam@example.org\"}");
	YES(t.valid);
	IS(say_yes(c, "ada", t.id), OK);
	work_on(c);
	YES(in_team(c, "fresh", "olga", ROLE_VIEWER));
	YES(in_team(c, "fresh", "sam", ROLE_MANAGER));
	YES(in_team(c, "crew", "sam", ROLE_VIEWER));
	/* The mails are for whom it is about, whoever else was named. */
	TOLD("task_token", "sam");
}

SITE_TEST(whom_an_invitation_made_an_account_for_can_be_added_to_more_once_it_was_answered)
{
	given_reachable_crew(c);
	given_team(c, "all");
	given_more(c, "invite",
	    "{\"action\":\"add_member\",\"with\":{\"team\":\"all\",\"role\":\"viewer\",\"at\":"
	    "\"submit\"}}",
	    ",\"allow_auto_approve\":false,\"approvals\":{\"required\":1,\"role\":\"admin\"}");
	act_as(c, "marta");
	struct task t = asked(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"ines@example.org\",\"role\":\"editor\"}");
	SAME(task_state(c, &t), "requested");
	IS(say_yes(c, "ada", t.id), OK);
	work_on(c);
	YES(!in_team(c, "all", "ines", ROLE_VIEWER));
	token_gives(c, &t, "{\"password\":\"a long enough password\"}");
	SAME(task_state(c, &t), "completed");
	YES(in_team(c, "crew", "ines", ROLE_EDITOR));
	YES(in_team(c, "all", "ines", ROLE_VIEWER));
}

SITE_TEST(a_job_runs_when_a_request_is_approved_or_when_its_token_was_given)
{
	given_reachable_crew(c);
	act_as_cli(c);
	given_job(c, "crew", "nightly");
	given_more(c, "edit-roles",
	    "{\"action\":\"run_job\",\"with\":{\"job\":\"nightly\",\"at\":\"submit\"}}", "");
	act_as(c, "marta");
	struct task t = asked(
	    c, "edit-roles", "{\"team\":\"crew\",\"account\":\"olga\",\"role\":\"editor\"}");
	YES(in_team(c, "crew", "olga", ROLE_EDITOR));
	SAME(task_state(c, &t), "approved");
	YES(holds(c, "(SELECT count(*) FROM run WHERE requested_by = 'marta') = 1"));
	IS(db_script(c, "UPDATE run SET state = 'succeeded', finished_at = now(); UPDATE task SET "
			"due_at = now() - interval '1 s'"),
	    OK);
	work_on(c);
	SAME(task_state(c, &t), "completed");
	YES(holds(c, "(SELECT count(*) FROM run WHERE requested_by = 'marta') = 1"));
}

/* ---- to whom send_mail goes */

SITE_TEST(a_mail_goes_to_roles_who_asked_whom_actions_name_and_others_each_once)
{
	static const struct {
		const char *to, *told;
	} cases[] = {
		{ "\"to\":\"desk@example.org\"", "desk" },
		{ "\"email_current_user\":true", "kwame" },
		{ "\"email_roles\":[\"manager\"]", "marta mila" }, /* nora has no address */
		{ "\"email_roles\":[\"operator\",\"admin\"]", "ada olga" },
		{ "\"email_roles\":[\"editor\"]", "" },
		{ "\"email_task_cache\":true", "kwame" },
		{ "\"email_additional_addresses\":[\"two@example.org\",\"desk@example.org\"]",
		    "desk two" },
		{ "\"to\":\"MARTA@example.org\",\"email_roles\":[\"manager\"],\"email_current_"
		  "user\":"
		  "true,\"email_task_cache\":true",
		    "kwame MARTA mila" },
	};

	given_reachable_crew(c);
	IS(db_script(c, "UPDATE account SET disabled_at = now() WHERE admin AND name <> 'ada'"),
	    OK);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		forget_messages(c);
		given_more(
		    c, "request-access", arena_printf(c->arena, SEND("%s", ""), cases[i].to), "");
		struct task t = asked_for(c, "viewer");
		TOLD("task", "");
		SAME(decided(c, t).state, "completed");
		bool both = strstr(cases[i].told, "MARTA") != NULL;
		if (!both)
			TOLD("task", cases[i].told);
		YES(holds(c,
		    "(SELECT count(DISTINCT lower(target)) = count(*) AND count(*) = %d FROM "
		    "message WHERE event = 'task')",
		    cases[i].told[0] == '\0' ? 0
					     : 1 + (strchr(cases[i].told, ' ') != NULL) + both));
	}
}

SITE_TEST(the_old_address_can_be_mailed_when_another_is_asked_for)
{
	given_reachable_crew(c);
	given_more(c, "change-email",
	    "{\"action\":\"send_mail\",\"with\":{\"email_task_cache\":true,\"subject\":\"To "
	    "{{new_email}}\",\"text\":\"T\",\"at\":\"prepare\"}}",
	    ",\"allow_auto_approve\":false");
	act_as(c, "kwame");
	(void)asked(c, "change-email", "{\"new_email\":\"new@example.org\"}");
	YES(holds(c, "(SELECT string_agg(target, ' ' ORDER BY target) = 'kwame@example.org "
		     "new@example.org' FROM message WHERE event = 'task' AND payload::jsonb ->> "
		     "'subject' LIKE 'To new@%%')"));
}

/* Whoever asks sees the notes, and not who the managers are. */
SITE_TEST(the_note_of_a_mail_names_nobody_but_whom_it_was_said_to_go_to)
{
	given_reachable_crew(c);
	given_more(c, "request-access",
	    SEND("\"email_roles\":[\"manager\"]", "") "," SEND(
		"\"to\":\"desk@example.org\"", "") "," SEND("\"email_roles\":[\"editor\"]", ""),
	    "");
	struct task t = decided(c, asked_for(c, "viewer"));
	YES(noted(c, t.id, "A mail is on its way."));
	YES(noted(c, t.id, "A mail to desk@example.org is on its way."));
	YES(noted(c, t.id, "There is nobody to mail."));
	YES(holds(c, "NOT EXISTS (SELECT FROM task_note WHERE text LIKE '%%marta@%%')"));
}
