/* What mails and notifications of every type are where it says nothing itself. */

#include "action/defaults.h"
#include "action/given_told.h"
#include "action/inside.h"

static void given_set(struct ctx *c, const char *type, const char *definition)
{
	struct type_found found;
	const char *secret;
	struct actor before = c->actor;

	act_as_cli(c);
	IS(type_save(c, &(struct type_wish){ .name = type, .definition = json_of(c, definition) },
	       &found, &secret),
	    OK);
	c->actor = before;
}

/* A task of the type as it is set now; only what this tells of it is in the outbox. */
static void told_stage(struct ctx *c, const struct task *t, enum mail_stage stage)
{
	struct task_type type;

	forget_messages(c);
	IS(type_get(c, t->type, &type), OK);
	IS(tell_stage(c, &type, t, stage), OK);
}

static void told_error(struct ctx *c, const struct task *t)
{
	struct task_type type;

	forget_messages(c);
	IS(type_get(c, t->type, &type), OK);
	IS(tell_error(c, &type, t, "it broke"), OK);
}

/* Of the mail that is in the outbox. */
#define MAIL_HAS(json) YES(holds(c, "(SELECT payload::jsonb @> '" json "' FROM message)"))

SITE_TEST(a_mail_is_as_the_defaults_say_but_for_what_its_type_says)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	given_set(c, TYPE_DEFAULTS,
	    "{\"mails\":{\"completed\":{\"subject\":\"All: {{title}}\",\"reply_to\":"
	    "\"all@example.org\",\"from\":\"b+{{task_uuid}}@example.org\"},\"ended\":null}}");
	told_stage(c, &t, MAIL_COMPLETED);
	MAIL_HAS("{\"reply_to\":\"all@example.org\",\"template\":\"task-completed\",\"subject\":"
		 "\"[Signalbox] All: Access to crew as viewer\"}");
	told_stage(c, &t, MAIL_ENDED);
	TOLD("task_ended", "");
	given_set(c, "request-access",
	    "{\"mails\":{\"completed\":{\"reply_to\":\"own@example.org\",\"text\":\"Own.\"},"
	    "\"ended\":{\"subject\":\"Own\"}}}");
	told_stage(c, &t, MAIL_COMPLETED);
	MAIL_HAS("{\"reply_to\":\"own@example.org\",\"template\":\"task-text\",\"subject\":"
		 "\"[Signalbox] All: Access to crew as viewer\"}");
	YES(holds(
	    c, "(SELECT payload::jsonb ->> 'bounces' = 'b+%s@example.org' FROM message)", t.id));
	told_stage(c, &t, MAIL_ENDED);
	TOLD("task_ended", "kwame");
	given_set(c, "request-access", "{\"mails\":{\"completed\":null}}");
	told_stage(c, &t, MAIL_COMPLETED);
	TOLD("task_completed", "");
}

/* What ships of a type stands before the defaults. */
SITE_TEST(what_a_type_ships_with_is_said_by_it)
{
	given_reachable_crew(c);
	given_set(c, TYPE_DEFAULTS,
	    "{\"mails\":{\"initial\":{\"subject\":\"All\",\"reply_to\":\"all@example.org\"}}}");
	act_as(c, "marta");
	struct task t = given_task(
	    c, "invite", "{\"team\":\"crew\",\"email\":\"ines@example.org\",\"role\":\"viewer\"}");
	work_on(c);
	told_stage(c, &t, MAIL_INITIAL);
	TOLD("task_initial", "");
	act_as_stranger(c);
	IS(task_ask(c,
	       &(struct ask){ .type = "sign-up",
		   .fields = json_of(c, "{\"team\":\"new\",\"email\":\"sam@example.org\"}") },
	       &t),
	    OK);
	forget_messages(c);
	work_on(c);
	YES(holds(c, "(SELECT payload::jsonb @> '{\"subject\":\"[Signalbox] Your sign-up has "
		     "arrived\",\"reply_to\":\"all@example.org\"}' FROM message WHERE event = "
		     "'task_initial')"));
}

SITE_TEST(notifications_go_where_the_defaults_say_but_for_what_the_type_says)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	told_error(c, &t);
	TOLD("task_error", ""); /* nobody is named: it waits for who looks */
	YES(holds(c, "(SELECT bool_and(acknowledged_at IS NULL) FROM notification WHERE error)"));
	given_set(c, TYPE_DEFAULTS,
	    "{\"notifications\":{\"errors\":{\"mails\":[\"all@example.org\"],\"reply_to\":"
	    "\"desk@example.org\",\"webhook\":\"https://hooks.example.org/all\"}}}");
	told_error(c, &t);
	YES(holds(c, "(SELECT string_agg(target || ' ' || coalesce(signed_by, ''), ' ' ORDER BY "
		     "target) = 'all@example.org  https://hooks.example.org/all defaults' FROM "
		     "message)"));
	given_set(c, "request-access",
	    "{\"notifications\":{\"errors\":{\"mails\":[\"own@example.org\"],\"webhook\":"
	    "\"https://hooks.example.org/own\"}}}");
	told_error(c, &t);
	YES(holds(c, "(SELECT string_agg(target || ' ' || coalesce(signed_by, ''), ' ' ORDER BY "
		     "target) = 'https://hooks.example.org/own  own@example.org ' FROM message)"));
	YES(holds(c, "(SELECT payload::jsonb ->> 'reply_to' = 'desk@example.org' FROM message "
		     "WHERE kind = 'mail')"));
	given_set(c, "request-access", "{\"notifications\":{\"errors\":{\"silent\":true}}}");
	told_error(c, &t);
	TOLD("task_error", "");
}

/* Who gets the notification by default is not mailed a second time that it waits. */
SITE_TEST(who_is_told_by_default_is_told_once)
{
	given_reachable_crew(c);
	given_set(c, TYPE_DEFAULTS,
	    "{\"notifications\":{\"standard\":{\"mails\":[\"marta@example.org\"]}}}");
	(void)asked_for(c, "viewer");
	TOLD("task_notification", "marta");
	TOLD("task_waits", "mila");
}

SITE_TEST(defaults_hold_nothing_that_is_a_types_own)
{
	static const struct {
		const char *definition, *field;
	} cases[] = {
		{ "{\"approvals\":{}}", "approvals" },
		{ "{\"additional_actions\":[]}", "additional_actions" },
		{ "{\"disabled\":true}", "disabled" },
		{ "{\"mails\":{\"token\":{\"to\":\"x@example.org\"}}}", "mails.token.to" },
		{ "{\"mails\":{\"token\":{\"emails\":[]}}}", "mails.token.emails" },
		{ "{\"mails\":{\"token\":{\"subject\":\"{{role}}\"}}}", "mails.token.subject" },
		{ "{\"mails\":{\"token\":{\"template\":\"none-such\"}}}", "mails.token.template" },
		{ "{\"notifications\":{\"approvers\":true}}", "notifications.approvers" },
		{ "{\"notifications\":{\"errors\":{\"template\":\"none-such\"}}}",
		    "notifications.errors.template" },
	};

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct task_type t;
		IS(type_check(c,
		       &(struct type_wish){
			   .name = TYPE_DEFAULTS, .definition = json_of(c, cases[i].definition) },
		       &t),
		    ERR_INVALID);
		SAME(c->fault.field, cases[i].field);
	}
}

SITE_TEST(defaults_are_no_type_that_one_could_ask_for)
{
	struct task_type type, *all;
	struct type_found found, *stored;
	struct task t;
	size_t n;

	given_reachable_crew(c);
	given_set(c, TYPE_DEFAULTS, "{\"mails\":{\"token\":{\"reply_to\":\"a@example.org\"}}}");
	IS(type_get(c, TYPE_DEFAULTS, &type), ERR_NOT_FOUND);
	act_as(c, "ada");
	IS(task_ask(c, &(struct ask){ .type = TYPE_DEFAULTS, .fields = json_of(c, "{}") }, &t),
	    ERR_NOT_FOUND);
	IS(type_list(c, &all, &n), OK);
	for (size_t i = 0; i < n; i++)
		YES(strcmp(all[i].name, TYPE_DEFAULTS) != 0);
	act_as_cli(c);
	IS(type_find_all(c, &stored, &n), OK);
	for (size_t i = 0; i < n; i++)
		YES(strcmp(stored[i].type.name, TYPE_DEFAULTS) != 0);
	IS(type_find(c, TYPE_DEFAULTS, &found), OK);
	IS((int)found.version, 1);
	struct task_type again = type_defaults;
	struct json *definition = type_definition(c, &found.type);
	IS(type_apply(c, definition, &again), OK);
	SAME(json_write(c->arena, type_definition(c, &again)), json_write(c->arena, definition));
	IS(type_delete(c, TYPE_DEFAULTS, 0), OK);
	IS(defaults_read(c, &type), OK);
	YES(type.mails[MAIL_TOKEN].reply_to == NULL);
}

/* A task goes on although what all of them have by default cannot be read any more. */
SITE_TEST(defaults_that_cannot_be_read_hold_for_nobody)
{
	given_reachable_crew(c);
	struct task t = asked_for(c, "viewer");
	IS(db_script(c, "INSERT INTO task_type (name, own, definition, updated_by) VALUES "
			"('defaults', false, '{\"mails\":{\"completed\":null},\"later\":1}', 'x')"),
	    OK);
	told_stage(c, &t, MAIL_COMPLETED);
	TOLD("task_completed", "kwame");
}
