/* Several mails at a stage, and to whom each goes. */

#include "action/given_told.h"

static void given_mails(struct ctx *c, const char *type, const char *mails)
{
	struct type_found found;
	const char *secret;

	act_as_cli(c);
	IS(type_save(c,
	       &(struct type_wish){ .name = type,
		   .definition = json_of(c, arena_printf(c->arena, "{\"mails\":%s}", mails)) },
	       &found, &secret),
	    OK);
}

/* marta invites ines, whom the mails are about. */
static struct task given_invited(struct ctx *c, const char *mails)
{
	given_reachable_crew(c);
	given_mails(c, "invite", mails);
	act_as(c, "marta");
	struct task t = given_task(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"ines@example.org\",\"role\":\"viewer\"}");
	work_on(c);
	return task_now(c, t.id);
}

SITE_TEST(a_stage_mails_several_people_each_in_its_own_words)
{
	(void)given_invited(c,
	    "{\"token\":{\"subject\":\"For "
	    "{{email}}\",\"reply_to\":\"desk@example.org\",\"from\":\"bounce+{{task_uuid}}@example."
	    "org\",\"emails\":["
	    "{},{\"to\":\"archive@example.org\",\"text\":\"Kept.\",\"from\":\"archive@example."
	    "org\"},"
	    "{\"email_current_user\":true,\"subject\":\"You invited {{email}}\"}]}}");
	TOLD("task_token", "archive ines marta");
	YES(holds(c,
	    "(SELECT count(*) FROM message WHERE event = 'task_token' AND payload::jsonb ->> "
	    "'subject' = '[Signalbox] For ines@example.org' AND target <> 'marta@example.org') = "
	    "2"));
	YES(holds(c,
	    "(SELECT payload::jsonb ->> 'subject' = '[Signalbox] You invited ines@example.org' AND "
	    "payload::jsonb ->> 'template' = 'task-token' FROM message WHERE event = 'task_token' "
	    "AND "
	    "target = 'marta@example.org')"));
	YES(holds(c,
	    "(SELECT payload::jsonb ->> 'template' = 'task-text' AND payload LIKE '%%Kept.%%' FROM "
	    "message WHERE event = 'task_token' AND target = 'archive@example.org')"));
	YES(holds(c,
	    "(SELECT count(*) FROM message WHERE event = 'task_token' AND payload::jsonb ->> "
	    "'reply_to' = 'desk@example.org') = 3"));
	YES(holds(c,
	    "(SELECT string_agg(payload::jsonb ->> 'bounces', ' ' ORDER BY target) FROM message "
	    "WHERE event = 'task_token') = (SELECT format('archive@example.org "
	    "bounce+%%s@example.org bounce+%%s@example.org', id, id) FROM task)"));
}

/* to, else who asked, else whom the actions name: at each stage. */
SITE_TEST(a_mail_goes_to_whom_it_says_else_to_who_asked_else_to_whom_the_actions_name)
{
	static const struct {
		const char *initial, *told;
	} cases[] = {
		{ "{}", "ines" },
		{ "{\"email_current_user\":true}", "marta" },
		{ "{\"email_current_user\":false}", "ines" },
		{ "{\"to\":\"desk@example.org\"}", "desk" },
		{ "{\"to\":\"desk@example.org\",\"emails\":[{}]}", "desk" },
		{ "{\"to\":\"desk@example.org\",\"emails\":[{\"email_current_user\":true}]}",
		    "marta" },
		{ "{\"to\":\"desk@example.org\",\"emails\":[{\"to\":\"two@example.org\"}]}",
		    "two" },
		{ "{\"email_current_user\":true,\"emails\":[{\"to\":\"two@example.org\"},{}]}",
		    "marta two" },
		{ "{\"email_current_user\":true,\"emails\":[{\"email_current_user\":false}]}",
		    "ines" },
	};

	given_reachable_crew(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		forget_messages(c);
		given_mails(c, "invite",
		    arena_printf(c->arena, "{\"initial\":%s,\"token\":null}", cases[i].initial));
		act_as(c, "marta");
		(void)given_task(c, "invite",
		    arena_printf(c->arena,
			"{\"team\":\"crew\",\"email\":\"ines@example.org\",\"account\":\"ines%zu\","
			"\"role\":\"viewer\"}",
			i));
		work_on(c);
		TOLD("task_initial", cases[i].told);
	}
}

/* Who has no address, or is a stranger, is not mailed: then it is for whom the actions name. */
SITE_TEST(a_mail_for_who_asked_is_for_whom_the_actions_name_when_he_cannot_be_reached)
{
	given_reachable_crew(c);
	given_mails(c, "invite", "{\"token\":{\"email_current_user\":true}}");
	act_as(c, "nora");
	(void)given_task(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"ines@example.org\",\"role\":\"viewer\"}");
	work_on(c);
	TOLD("task_token", "ines");
	given_mails(c, "sign-up", "{\"initial\":{\"email_current_user\":true}}");
	act_as_stranger(c);
	struct task t;
	IS(task_ask(c,
	       &(struct ask){ .type = "sign-up",
		   .fields = json_of(c, "{\"team\":\"new\",\"email\":\"sam@example.org\"}") },
	       &t),
	    OK);
	work_on(c);
	TOLD("task_initial", "sam");
}

/* Two actions that name two addresses: only what depends on them is not sent, and it is told once.
 */
SITE_TEST(of_several_mails_those_with_an_address_of_their_own_leave_though_the_actions_name_two)
{
	given_reachable_crew(c);
	test_parts_begin(c);
	given_mails(c, "test",
	    "{\"completed\":{\"emails\":[{},{\"to\":\"desk@example.org\"},{\"reply_to\":\"a@b."
	    "example\"}]}}");
	act_as(c, "kwame");
	struct task t = given_task(c, "test", "{\"team\":\"crew\",\"what\":\"it\"}");
	work_on(c);
	t = task_now(c, t.id);
	IS(db_script(c,
	       "UPDATE task_action SET cache = cache || jsonb_build_object('email', ord || "
	       "'@example.org') WHERE ord > 0"),
	    OK);
	IS(say_yes(c, "marta", t.id), OK);
	work_on(c);
	SAME(task_now(c, t.id).state, "completed");
	TOLD("task_completed", "desk");
	YES(holds(c,
	    "(SELECT count(*) FROM notification WHERE error AND notes->'errors'->>0 = 'Error: "
	    "Unable to send "
	    "update, "
	    "more than one email for task: %s') = 1",
	    t.id));
}
