/* Notifications of tasks on their way to somebody. */

#include "work/given_mail.h"

/* That who is mailed one need not acknowledge it is seen with a mail server, in tests/site. */
SITE_TEST(a_notification_that_is_only_written_to_a_file_waits_for_somebody)
{
	struct task_type type;
	struct scene s;

	begin(c, &s);
	struct task t = given_untold(c, &type);
	type.standard.mails[0] = "ops@example.org";
	type.errors.mails[0] = "oncall@example.org";
	IS(tell_waits(c, &type, &t), OK);
	IS(tell_error(c, &type, &t, "it broke"), OK);
	YES(holds(c, "(SELECT count(*) FROM notification WHERE acknowledged_at IS NULL) = 2"));
	tell_all(&s);
	const char *text = mails(c);
	HAS(text, "To: <ops@example.org>");
	HAS(text, "Subject: [Signalbox] request-access notification");
	HAS(text, "'request-access' task needs approval.");
	HAS(text, "Subject: [Signalbox] Error - request-access notification");
	HAS(text, "it broke");
	YES(holds(c, "(SELECT count(*) FROM notification WHERE acknowledged_at IS NULL) = 2"));
	end(&s);
}

SITE_TEST(a_notification_that_cannot_be_sent_leaves_an_error_that_is_not_sent)
{
	struct task_type type;
	struct scene s;

	begin(c, &s);
	struct task t = given_untold(c, &type);
	type.standard.mails[0] = type.errors.mails[0] = "ops@example.org";
	IS(tell_waits(c, &type, &t), OK);
	IS(db_script(c, "UPDATE message SET payload = '{}'"), OK);
	tell_all(&s);
	YES(holds(c, "(SELECT state FROM message) = 'failed'"));
	YES(holds(c, "(SELECT count(*) FROM notification WHERE acknowledged_at IS NULL) = 2"));
	YES(holds(c,
	    "(SELECT notes->'errors'->>0 FROM notification WHERE error) LIKE 'Error: ''%%'' "
	    "while sending email notification'"));
	YES(holds(c, "(SELECT count(*) FROM message) = 1"));
	end(&s);
}

SITE_TEST(a_type_says_which_errors_of_telling_nobody_need_look_at)
{
	struct type_wish wish = { .name = "request-access" };
	struct type_found found;
	struct task_type type;
	const char *secret;
	struct scene s;

	begin(c, &s);
	for (int safe = 0; safe < 3; safe++) {
		static const char *const ways[] = { "[]", "[\"webhook\"]",
			"[\"webhook\",\"mail\"]" };
		act_as_cli(c);
		wish.definition = json_of(c,
		    arena_printf(c->arena, "{\"notifications\":{\"safe_errors\":%s}}", ways[safe]));
		IS(type_save(c, &wish, &found, &secret), OK);
		if (safe == 0)
			given_asked(c);
		IS(type_get(c, "request-access", &type), OK);
		IS(type.safe_errors[WAY_MAIL], safe == 2);
		IS(db_script(c,
		       "DELETE FROM notification; UPDATE message SET payload = '{}', state = "
		       "'waiting', try_at = now()"),
		    OK);
		tell_all(&s);
		YES(holds(c, "(SELECT count(*) FROM notification WHERE error) = 1"));
		YES(holds(c,
		    "(SELECT count(*) FROM notification WHERE error AND acknowledged_by = "
		    "'signalbox' AND acknowledged_at IS NOT NULL) = %d",
		    safe == 2));
	}
	end(&s);
}

SITE_TEST(a_notification_goes_to_the_webhook_of_its_type_and_is_acknowledged)
{
	struct type_wish wish = { .name = "request-access" };
	struct type_found found;
	const char *secret = NULL;
	struct scene s;

	begin(c, &s);
	((struct config *)s.w.config)->webhook_allow = "127.0.0.0/8";
	act_as_cli(c);
	wish.definition = json_of(
	    c, arena_printf(c->arena,
		   "{\"notifications\":{\"standard\":{\"webhook\":\"http://127.0.0.1:%d/hook\"}}}",
		   s.engine.port));
	IS(type_save(c, &wish, &found, &secret), OK);
	YES(secret != NULL);
	given_asked(c);
	tell_all(&s);
	HAS(s.engine.asked, "POST /hook {");
	HAS(s.engine.asked, "} webhook-id: msg_");
	HAS(s.engine.asked, "\"type\":\"task.notification\"");
	HAS(s.engine.asked, "'request-access' task needs approval.");
	YES(holds(c, "(SELECT acknowledged_by FROM notification) = 'signalbox'"));
	(void)mails(c);
	end(&s);
}

SITE_TEST(a_webhook_of_all_types_is_signed_with_their_secret_and_its_errors_may_be_safe)
{
	struct type_wish wish = { .name = TYPE_DEFAULTS };
	struct type_found found;
	const char *secret = NULL, *opened;
	struct scene s;

	begin(c, &s);
	((struct config *)s.w.config)->webhook_allow = "127.0.0.0/8";
	for (int i = 0; i < 2; i++) {
		act_as_cli(c);
		wish.definition = json_of(
		    c, arena_printf(c->arena,
			   "{\"notifications\":{\"safe_errors\":[\"webhook\"],\"standard\":{"
			   "\"webhook\":\"http://127.0.0.1:%d/%s\"}}}",
			   s.engine.port, i == 0 ? "hook" : "gone"));
		IS(type_save(c, &wish, &found, &secret), OK);
		if (i == 0)
			given_crew_of_two(c);
		IS(db_script(c, "DELETE FROM notification"), OK);
		act_as(c, "kwame");
		given_task(c, "request-access",
		    i == 0 ? "{\"team\":\"crew\",\"role\":\"operator\"}"
			   : "{\"team\":\"crew\",\"role\":\"editor\"}");
		work_on(c);
		if (i == 1)
			IS(db_script(c, "UPDATE message SET give_up_at = now() WHERE state = "
					"'waiting'"),
			    OK);
		tell_all(&s);
		YES(holds(c,
		    "(SELECT bool_and(acknowledged_by = 'signalbox') FROM notification "
		    "WHERE error = %s)",
		    i == 0 ? "false" : "true"));
		YES(holds(c, "(SELECT count(*) FROM notification WHERE error) = %d", i));
	}
	HAS(s.engine.asked, "POST /hook {");
	IS(type_secret(c, TYPE_DEFAULTS, &opened), OK);
	IS(type_secret(c, "request-access", &opened), ERR_UNAVAILABLE);
	(void)mails(c);
	end(&s);
}

/* What could not be sent is told to who hears of errors; that this could not be, to nobody. */
SITE_TEST(a_mail_of_a_task_that_fails_is_told_once_and_its_own_failure_is_not)
{
	static const struct {
		const char *more, *template; /* of the errors */
		int errors, told, open;
	} cases[] = {
		{ "", "task-notification", 1, 1, 1 },
		{ "", "none-such", 2, 1, 2 },
		{ ",\"safe_errors\":[\"mail\"]", "task-notification", 1, 0, 0 },
	};
	struct type_wish wish = { .name = "request-access" };
	struct type_found found;
	const char *secret;
	struct scene s;

	begin(c, &s);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		act_as_cli(c);
		wish.definition = json_of(c,
		    arena_printf(c->arena,
			"{\"notifications\":{\"errors\":{\"mails\":[\"oncall@example.org\"]}%s}}",
			cases[i].more));
		IS(type_save(c, &wish, &found, &secret), OK);
		if (i == 0)
			given_asked(c);
		IS(db_script(c,
		       arena_printf(c->arena,
			   "DELETE FROM notification; DELETE FROM message WHERE event <> "
			   "'task_initial'; UPDATE message SET payload = '{}', state = 'waiting', "
			   "try_at = now(); UPDATE task_type SET definition = "
			   "jsonb_set(definition, "
			   "'{notifications,errors,template}', '\"%s\"')",
			   cases[i].template)),
		    OK);
		tell_all(&s);
		const char *text = mails(c);
		if (cases[i].told == 1 && cases[i].errors == 1) {
			HAS(text, "To: <oncall@example.org>");
			HAS(text, "Subject: [Signalbox] Error - request-access notification");
			HAS(text, "while sending email notification");
		} else {
			SAME(text, "");
		}
		YES(holds(
		    c, "(SELECT count(*) FROM notification WHERE error) = %d", cases[i].errors));
		YES(holds(c,
		    "(SELECT count(*) FROM notification WHERE acknowledged_at IS NULL) = %d",
		    cases[i].open));
		YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_error') = %d",
		    cases[i].told));
	}
	end(&s);
}
