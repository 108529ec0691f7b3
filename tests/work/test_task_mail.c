/* What tasks tell people: mails of their stages with the token in them, notifications to admins. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "action/given_token.h"
#include "action/inside.h"
#include "action/type_own.h"
#include "view/view.h"
#include "work/deliver.h"
#include "work/given_work.h"

static const struct fake_rule hook_rules[] = { { "POST /hook", 204, NULL, 0, 0 } };

static char *folder;

static void begin(struct ctx *c, struct scene *s)
{
	char *name = arena_strdup(c->arena, "/tmp/signalbox-task-mail-XXXXXX");

	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	scene_begin(c, s, hook_rules, LENGTH(hook_rules));
	struct config *config = (struct config *)s->w.config;
	config->secret_key = "a key that is long enough for tests";
	config->url = "https://signalbox.example";
	config->mail_dir = folder = mkdtemp(name);
	c->config = config;
}

static void end(struct scene *s)
{
	rmdir(folder);
	scene_end(s);
}

static void tell_all(struct scene *s)
{
	struct notify_plan plan = { .said = true };

	for (int i = 0; i < 50; i++) {
		YES(worker_turn(&s->w));
		(void)notify_turn(&s->w, &plan);
		if (i > 2 && remote_set_size(s->w.set) == 0)
			break;
		await_landing(s);
	}
	const char *missing = view_missing();
	if (missing != NULL)
		FAIL("%s", missing);
}

/* The mails in the folder, which is empty then; base64 decoded where it stands. */
static char *mails(struct ctx *c)
{
	char *all = arena_alloc(c->arena, 1 << 18, 1), *to = all;
	FILE *f = popen(
	    arena_printf(c->arena,
		"cd %s && for m in $(ls -tr *.eml 2>/dev/null); do perl -MMIME::Base64 -0777 -ne "
		"'s/\\r//g; s/=\\?UTF-8\\?B\\?([^?]*)\\?=/decode_base64($1)/ge; "
		"s/\\n\\n([A-Za-z0-9+\\/=\\n]+)(?=\\n--|$)/\"\\n\\n\" . decode_base64($1)/ge; "
		"print' $m; rm $m; done",
		folder),
	    "r");

	for (size_t n; f != NULL && (n = fread(to, 1, 4096, f)) > 0;)
		to += n;
	pclose(f);
	return all;
}

static void given_address(struct ctx *c, const char *account, const char *address)
{
	IS(db_script(c, arena_printf(c->arena, "UPDATE account SET email = '%s' WHERE name = '%s'",
			    address, account)),
	    OK);
}

/* A task of kwame that is prepared. */
static struct task given_asked_by_kwame(struct ctx *c)
{
	act_as(c, "kwame");
	struct task t = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"operator\"}");
	work_on(c);
	return task_now(c, t.id);
}

/* The same with one address. */
static struct task given_asked(struct ctx *c)
{
	given_crew_of_two(c);
	given_address(c, "kwame", "kwame@example.org");
	return given_asked_by_kwame(c);
}

/* The same, with nothing told yet; *type is what it is one of. */
static struct task given_untold(struct ctx *c, struct task_type *type)
{
	struct task t = given_asked(c);

	IS(db_script(c, "DELETE FROM message; DELETE FROM notification"), OK);
	IS(type_get(c, t.type, type), OK);
	return t;
}

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
