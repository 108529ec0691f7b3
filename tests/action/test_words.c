/* What a mail of a task may say: the words of templates, and the same in texts of a type. */

#include "action/given_told.h"
#include "action/inside.h"
#include "action/words.h"

static const char *word(const struct words *w, const char *name)
{
	return json_text(json_get(w->upper, name));
}

SITE_TEST(a_mail_can_say_its_addresses_its_task_and_what_each_action_is_to_do)
{
	static const struct words_way way = { "desk@example.org",
		"bounce+{{task_uuid}}@example.org", "reply@example.org" };
	struct words words;

	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	IS(db_script(c,
	       "UPDATE task_action SET cache = '{\"email\":\"a@b.org\",\"additional_emails\":["
	       "\"a@b.org\",\"c@d.org\"]}'; "
	       "UPDATE task SET data = data || '{\"n\":7,\"yes\":true,\"list\":[\"x\",\"y\"],"
	       "\"job\":{\"env\":\"hidden\"},\"title\":\"typed\"}'; "
	       "INSERT INTO task_action (task_id, ord, name, data) SELECT task_id, 1, name, "
	       "'{\"role\":\"editor\"}' FROM task_action"),
	    OK);
	act_as(c, "marta");
	t = task_now(c, t.id);
	IS(words_of(c, &t, &way, &words), OK);
	SAME(word(&words, "TASK_UUID"), t.id);
	SAME(word(&words, "TASK_TYPE"), "request-access");
	HAS(word(&words, "TASK_URL"), arena_printf(c->arena, "/tasks/%s", t.id));
	SAME(word(&words, "TEAM"), "crew");
	SAME(word(&words, "REQUESTER"), "kwame");
	SAME(word(&words, "FROM_ADDRESS"), arena_printf(c->arena, "bounce+%s@example.org", t.id));
	SAME(word(&words, "REPLY_ADDRESS"), "reply@example.org");
	SAME(word(&words, "EMAIL_ADDRESS"), "desk@example.org");
	SAME(word(&words, "EMAIL_CURRENT_USER_ADDRESS"), "kwame@example.org");
	SAME(word(&words, "EMAIL_ACTION_ADDRESSES"), "a@b.org, c@d.org");
	SAME(word(&words, "FIELD_ROLE"), "viewer");
	SAME(word(&words, "FIELD_N"), "7");
	SAME(word(&words, "FIELD_YES"), "true");
	SAME(word(&words, "FIELD_LIST"), "x, y");
	YES(json_get(words.upper, "FIELD_JOB") == NULL);
	SAME(word(&words, "TITLE"), "Access to crew as viewer");
	const struct json *both = json_get(words.upper, "ACTION_ADD_MEMBER");
	IS((int)json_length(both), 2);
	SAME(json_text(json_get(json_at(both, 0), "ROLE")), "viewer");
	SAME(json_text(json_get(json_at(both, 1), "ROLE")), "editor");
	SAME(filled_text(c, "{{title}} {{role}} {{task_uuid}} {{email_address}}", words.plain),
	    arena_printf(c->arena, "typed viewer %s desk@example.org", t.id));
}

SITE_TEST(without_from_and_reply_the_addresses_are_ours)
{
	struct words words;

	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	((struct config *)c->config)->mail_from = "signalbox@example.org";
	IS(words_of(c, &t, &(struct words_way){ .to = "x@example.org" }, &words), OK);
	SAME(word(&words, "FROM_ADDRESS"), "signalbox@example.org");
	SAME(word(&words, "REPLY_ADDRESS"), "signalbox@example.org");
	SAME(word(&words, "EMAIL_ACTION_ADDRESSES"), "kwame@example.org");
	((struct config *)c->config)->mail_from = "";
	IS(words_of(c, &t, &(struct words_way){ .to = "x@example.org" }, &words), OK);
	HAS(word(&words, "FROM_ADDRESS"), "signalbox@");
}

/* What is typed is text of one line in a subject, and an address comes from no field. */
SITE_TEST(words_in_a_subject_stay_one_line)
{
	struct task_type type;

	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	IS(type_get(c, t.type, &type), OK);
	forget_messages(c);
	t.requester = "kwame\r\nBcc: eve@example.org";
	type.mails[MAIL_COMPLETED] = (struct type_mail){ .subject = "By {{requester}}",
		.to = "desk@example.org" };
	IS(tell_stage(c, &type, &t, MAIL_COMPLETED), OK);
	YES(holds(c, "(SELECT payload::jsonb ->> 'subject' = '[Signalbox] By kwame  Bcc: "
		     "eve@example.org' FROM message)"));
}

SITE_TEST(a_text_may_hold_the_words_and_no_others)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = { { "{{email_action_addresses}} {{role}}", true },
		{ "{{task_uuid}}{{from_address}}{{reply_address}}{{requester}}", true },
		{ "{{token}}", false }, { "{{TASK_UUID}}", false }, { "{{task_state}}", false } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct task_type type;
		IS(type_get(c, "request-access", &type), OK);
		enum err e = type_apply(c,
		    json_of(c, arena_printf(c->arena,
				   "{\"mails\":{\"ended\":{\"subject\":\"%s\"}}}", cases[i].text)),
		    &type);
		IS(e, cases[i].good ? OK : ERR_INVALID);
		if (!cases[i].good)
			SAME(c->fault.field, "mails.ended.subject");
	}
}

SITE_TEST(mails_of_notifications_go_as_the_type_says)
{
	struct task_type type;

	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	IS(type_get(c, t.type, &type), OK);
	IS(type_apply(c,
	       json_of(c, "{\"notifications\":{\"errors\":{\"mails\":[\"oncall@example.org\"],"
			  "\"template\":\"mine\",\"reply_to\":\"desk@example.org\","
			  "\"from\":\"bounce+{{task_uuid}}@example.org\"}}}"),
	       &type),
	    OK);
	forget_messages(c);
	IS(tell_error(c, &type, &t, "it broke"), OK);
	YES(holds(c,
	    "(SELECT payload::jsonb @> '{\"template\":\"mine\",\"reply_to\":\"desk@example.org\","
	    "\"bounces\":\"bounce+%s@example.org\",\"words\":{\"ERROR\":\"error\"}}' AND "
	    "payload LIKE '%%/notifications/' || notification_id || '\"%%' FROM message)",
	    t.id));
	static const char *const wrong[][2] = { { "\"from\":\"x\"", "from" },
		{ "\"reply_to\":\"a@b.org\\r\\nBcc: c@d.org\"", "reply_to" },
		{ "\"template\":\"../etc\"", "template" } };
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(type_apply(c,
		       json_of(c, arena_printf(c->arena, "{\"notifications\":{\"standard\":{%s}}}",
				      wrong[i][0])),
		       &type),
		    ERR_INVALID);
		SAME(c->fault.field,
		    arena_printf(c->arena, "notifications.standard.%s", wrong[i][1]));
	}
}
