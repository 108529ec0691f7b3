/* What tasks tell people by mail, with the token in one of them. */

#include "work/given_mail.h"

static void need_token(struct ctx *c)
{
	IS(db_script(c, "UPDATE task_action SET need_token = true, token_fields = 'confirm'"), OK);
}

static struct task approved(struct ctx *c, struct task t)
{
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	return task_now(c, t.id);
}

SITE_TEST(each_stage_of_a_task_has_its_mail_and_the_token_is_in_one_of_them)
{
	struct token_need need;
	struct scene s;

	begin(c, &s);
	struct task t = given_asked(c);
	tell_all(&s);
	const char *text = mails(c);
	HAS(text, "To: <kwame@example.org>");
	HAS(text, "Subject: [Signalbox] Request received: Access to crew as operator");
	HAS(text, arena_printf(c->arena, "X-Signalbox-Task-UUID: %s", t.id));
	HAS(text, arena_printf(c->arena, "https://signalbox.example/tasks/%s", t.id));
	HAS(text, "\n- gives an account a role in a team\n");
	HAS(text, "<li>gives an account a role in a team</li>");
	need_token(c);
	t = approved(c, t);
	SAME(t.state, "awaiting_token");
	tell_all(&s);
	text = mails(c);
	HAS(text, "Subject: [Signalbox] Please confirm: Access to crew as operator");
	const char *url = arena_printf(
	    c->arena, "https://signalbox.example/token/%s", token_of(c, &t));
	HAS(text, arena_printf(c->arena, "\n%s\n", url));
	HAS(text, arena_printf(c->arena, "<a href=\"%s\">", url));
	YES(holds(c, "NOT EXISTS (SELECT FROM message m WHERE strpos(m::text, '%s') > 0)",
	    token_of(c, &t)));
	IS(token_find(c, token_of(c, &t), &need), OK);
	IS(token_submit(c, token_of(c, &t), json_of(c, "{\"confirm\":true}")), OK);
	work_on(c);
	tell_all(&s);
	HAS(mails(c), "Subject: [Signalbox] Done: Access to crew as operator");
	end(&s);
}

SITE_TEST(the_mail_of_a_dead_token_does_not_leave)
{
	struct scene s;

	begin(c, &s);
	struct task t = given_asked(c);
	need_token(c);
	t = approved(c, t);
	const char *former = token_of(c, &t);
	IS(token_reissue(c, t.id), OK);
	tell_all(&s);
	const char *text = mails(c);
	LACKS(text, former);
	HAS(text, token_of(c, &t));
	YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_token' AND state = "
		     "'dropped' AND reason LIKE 'its token was used%%') = 1"));
	YES(holds(c, "NOT EXISTS (SELECT FROM notification WHERE error)"));
	end(&s);
}

SITE_TEST(a_mail_that_is_sent_again_carries_the_same_token)
{
	struct scene s;

	begin(c, &s);
	struct task t = given_asked(c);
	need_token(c);
	t = approved(c, t);
	tell_all(&s);
	HAS(mails(c), token_of(c, &t));
	IS(db_script(c, "UPDATE message SET state = 'waiting', try_at = now() WHERE event = "
			"'task_token'"),
	    OK);
	tell_all(&s);
	HAS(mails(c), token_of(c, &t));
	end(&s);
}

SITE_TEST(two_actions_with_two_addresses_are_an_error_and_no_mail)
{
	struct scene s;

	begin(c, &s);
	struct task t = given_asked(c);
	IS(db_script(c,
	       "UPDATE task SET type = 'test'; " /* of several actions */
	       "INSERT INTO task_action (task_id, ord, name, data, cache, state, valid) "
	       "SELECT task_id, 1, name, data, '{\"email\":\"other@example.org\"}', state, "
	       "valid FROM task_action"),
	    OK);
	need_token(c);
	t = approved(c, t);
	YES(holds(c, "NOT EXISTS (SELECT FROM message WHERE event = 'task_token')"));
	YES(holds(c,
	    "(SELECT notes->'errors'->>0 FROM notification WHERE error) = 'Error: Unable "
	    "to send token, more than one email for task: %s'",
	    t.id));
	IS(db_script(c, "UPDATE task_action SET cache = '{\"email\":\"KWAME@example.org\"}' WHERE "
			"ord = 1"),
	    OK);
	IS(token_reissue(c, t.id), OK);
	YES(holds(c, "EXISTS (SELECT FROM message WHERE event = 'task_token')"));
	end(&s);
}

SITE_TEST(a_token_that_nobody_would_get_is_an_error)
{
	struct scene s;

	begin(c, &s);
	given_crew_of_two(c);
	struct task t = given_asked_by_kwame(c);
	need_token(c);
	t = approved(c, t);
	YES(holds(c,
	    "(SELECT notes->'errors'->>0 FROM notification WHERE error) LIKE 'Error: Unable "
	    "to send token, no email for task: %%'"));
	YES(holds(c, "NOT EXISTS (SELECT FROM message)"));
	end(&s);
}

SITE_TEST(a_type_says_what_its_mails_are_and_that_there_is_none)
{
	struct task_type type;
	struct scene s;

	begin(c, &s);
	struct task t = given_untold(c, &type);
	type.mails[MAIL_COMPLETED].off = true;
	type.mails[MAIL_INITIAL] = (struct type_mail){ .subject = "For {{team}}: {{role}}",
		.template = "task-completed",
		.to = "desk@example.org",
		.reply_to = "help@example.org" };
	IS(tell_stage(c, &type, &t, MAIL_COMPLETED), OK);
	YES(holds(c, "NOT EXISTS (SELECT FROM message)"));
	IS(tell_stage(c, &type, &t, MAIL_INITIAL), OK);
	tell_all(&s);
	const char *text = mails(c);
	HAS(text, "To: <desk@example.org>");
	HAS(text, "Reply-To: <help@example.org>");
	HAS(text, "Subject: [Signalbox] For crew: operator");
	HAS(text, "Done: Access to crew as operator");
	end(&s);
}

/* What was typed in a title or a reason becomes no header and no second address. */
SITE_TEST(nothing_that_is_typed_becomes_a_header)
{
	struct task_type type;
	struct scene s;

	begin(c, &s);
	struct task t = given_untold(c, &type);
	t.title = "x\r\nBcc: eve@example.org\r\n\r\nhello";
	IS(tell_stage(c, &type, &t, MAIL_INITIAL), OK);
	tell_all(&s);
	HAS(mails(c), "received: x  Bcc: eve@example.org    hello\nDate:");
	type.mails[MAIL_INITIAL].to = "kwame@example.org\r\nBcc: eve@example.org";
	IS(tell_stage(c, &type, &t, MAIL_INITIAL), ERR_INVALID);
	type.mails[MAIL_INITIAL].to = "kwame@example.org>, <eve@example.org";
	IS(tell_stage(c, &type, &t, MAIL_INITIAL), ERR_INVALID);
	type.mails[MAIL_INITIAL] = (struct type_mail){
		.reply_to = "a@example.org\r\nBcc: b@c.org"
	};
	IS(tell_stage(c, &type, &t, MAIL_INITIAL), OK);
	tell_all(&s);
	SAME(mails(c), "");
	YES(holds(c, "(SELECT count(*) FROM message WHERE state = 'failed') = 1"));
	end(&s);
}
