/* Types that admins define: what a definition may say, and what is said of one that is wrong. */

#include "action/given_task.h"
#include "action/type_own.h"
#include "model/given_alert.h"

#define CALL  "{\"action\":\"http_call\",\"with\":{\"approve_url\":\"https://x.example/y\"}}"
#define FIELD "{\"name\":\"who\",\"kind\":\"line\"}"
#define TEAM  "{\"name\":\"team\",\"kind\":\"team\",\"required\":true}"
#define MAIL                                                                                     \
	"{\"action\":\"send_mail\",\"with\":{\"to\":\"a@b.example\",\"subject\":\"S\",\"text\":" \
	"\"T\"}}"

/* A definition with these fields, these actions, and more members behind. */
#define DEFINED(fields, actions, more) \
	"{\"title\":\"T\",\"fields\":[" fields "],\"actions\":[" actions "]" more "}"
#define WITH(action, with) "{\"action\":\"" action "\",\"with\":" with "}"
#define MORE(more)         DEFINED(FIELD "," TEAM, CALL, "," more)
#define PLUSES             "+++++++++++++"
#define OPEN               "((((((("
#define NESTED             "+)+)+)+)+)+)+)"
#define ONE_FIELD(rest)    DEFINED("{\"name\":\"x\"," rest "}", CALL, "")

static const struct {
	const char *definition, *field, *says;
} wrong[] = {
	{ "[]", NULL, "must be an object" },
	{ "{\"fields\":[],\"actions\":[" CALL "]}", "title", "is needed" },
	{ "{\"title\":7,\"fields\":[],\"actions\":[" CALL "]}", "title", "must be text" },
	{ "{\"title\":\"a\\nb\",\"fields\":[],\"actions\":[" CALL "]}", "title", "one line" },
	{ "{\"title\":\"T\",\"actions\":[" CALL "]}", "fields", "is needed" },
	{ "{\"title\":\"T\",\"fields\":{},\"actions\":[" CALL "]}", "fields", "must be a list" },
	{ "{\"title\":\"T\",\"fields\":[]}", "actions", "is needed" },
	{ DEFINED("", "", ""), "actions", "at least one" },
	{ MORE("\"colour\":\"red\""), "colour", "is not known here" },
	{ MORE("\"asker\":\"everybody\""), "asker", "must be admin, anybody" },
	{ MORE("\"duplicates\":\"merge\""), "duplicates", "must be cancel or block" },
	/* fields */
	{ DEFINED("7", CALL, ""), "fields[0]", "must be an object" },
	{ DEFINED("{\"kind\":\"line\"}", CALL, ""), "fields[0].name", "is needed" },
	{ DEFINED("{\"name\":\"Who\",\"kind\":\"line\"}", CALL, ""), "fields[0].name", "letters" },
	{ DEFINED("{\"name\":\"csrf\",\"kind\":\"line\"}", CALL, ""), "fields[0].name", "taken" },
	{ DEFINED("{\"name\":\"request_reason\",\"kind\":\"line\"}", CALL, ""), "fields[0].name",
	    "taken" },
	{ DEFINED(FIELD "," FIELD, CALL, ""), "fields[1].name", "twice" },
	{ DEFINED(FIELD ",{\"name\":\"y\"}", CALL, ""), "fields[1].kind", "is needed" },
	{ ONE_FIELD("\"kind\":\"password\""), "fields[0].kind", "must be line" },
	{ ONE_FIELD("\"kind\":\"object\""), "fields[0].kind", "must be line" },
	{ ONE_FIELD("\"kind\":\"line\",\"size\":7"), "fields[0].size", "is not known here" },
	{ ONE_FIELD("\"kind\":\"line\",\"required\":1"), "fields[0].required", "true or false" },
	{ ONE_FIELD("\"kind\":\"line\",\"min\":\"1\""), "fields[0].min", "whole number" },
	{ ONE_FIELD("\"kind\":\"line\",\"min\":9,\"max\":3"), "fields[0].max", "less than min" },
	{ ONE_FIELD("\"kind\":\"flag\",\"max\":3"), "fields[0].max", "is for the kinds" },
	{ ONE_FIELD("\"kind\":\"choice\""), "fields[0].choices", "at least one" },
	{ ONE_FIELD("\"kind\":\"choice\",\"choices\":[\"a\",\"b|c\"]"), "fields[0].choices[1]",
	    "without |" },
	{ ONE_FIELD("\"kind\":\"line\",\"choices\":[\"a\"]"), "fields[0].choices",
	    "is for the kind choice" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"(a\""), "fields[0].rule", "expression" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"((a{1,200}){1,200}){1,200}\""), "fields[0].rule",
	    "more than 1000 times" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"a" PLUSES "\""), "fields[0].rule",
	    "must repeat nothing" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"" OPEN OPEN "a" NESTED NESTED "\""),
	    "fields[0].rule", "must repeat nothing" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"[^]+(]x{2}" PLUSES "\""), "fields[0].rule",
	    "must repeat nothing" },
	{ ONE_FIELD("\"kind\":\"line\",\"rule\":\"(a+)\\\\1\""), "fields[0].rule", "no \\1" },
	{ ONE_FIELD("\"kind\":\"number\",\"rule\":\"1\""), "fields[0].rule", "that are text" },
	{ ONE_FIELD("\"kind\":\"line\",\"help\":[]"), "fields[0].help", "must be text" },
	{ ONE_FIELD("\"kind\":\"line\",\"label\":\"\""), "fields[0].label", "one line" },
	/* title and team */
	{ MORE("\"title_pattern\":\"For {{whom}}\""), "title_pattern", "whom" },
	{ MORE("\"title_pattern\":\"For {{who\""), "title_pattern", "without its }}" },
	{ DEFINED("{\"name\":\"x\",\"kind\":\"text\"}", CALL, ",\"title_pattern\":\"{{x}}\""),
	    "title_pattern", "x may have several" },
	{ MORE("\"team_field\":\"who\""), "team_field", "kind team" },
	{ MORE("\"team_field\":\"nobody\""), "team_field", "kind team" },
	{ MORE("\"asker\":\"manager\""), "team_field", "is needed" },
	/* actions */
	{ DEFINED("", "7", ""), "actions[0]", "must be an object" },
	{ DEFINED("", "{}", ""), "actions[0].action", "is needed" },
	{ DEFINED("", CALL ",{\"action\":\"invite\"}", ""), "actions[1].action", "must be one of" },
	{ DEFINED("", "{\"action\":\"launch\"}", ""), "actions[0].action", "http_call" },
	{ DEFINED("", WITH("send_mail", "7"), ""), "actions[0].with", "must be an object" },
	{ DEFINED("", WITH("send_mail", "{\"cc\":\"x\"}"), ""), "actions[0].with.cc", "nothing" },
	{ DEFINED("", WITH("send_mail", "{\"subject\":\"S\",\"text\":\"T\"}"), ""),
	    "actions[0].with.to", "is needed" },
	{ DEFINED("", WITH("send_mail", "{\"to\":\"x\",\"subject\":\"S\",\"text\":\"T\"}"), ""),
	    "actions[0].with.to", "e-mail" },
	{ DEFINED("", WITH("send_mail", "{\"to\":\"{{y}}\",\"subject\":\"S\",\"text\":\"T\"}"), ""),
	    "actions[0].with.to", "names a field" },
	{ DEFINED("",
	      WITH("send_mail", "{\"to\":\"{{answer.x}}\",\"subject\":\"S\",\"text\":\"T\"}"), ""),
	    "actions[0].with.to", "names a field" },
	{ DEFINED("", WITH("run_job", "{\"job\":\"x\",\"wait_s\":0}"), ""),
	    "actions[0].with.wait_s", "must be 1 to" },
	{ DEFINED("", WITH("http_call", "{}"), ""), "actions[0].with", "one stage at least" },
	{ DEFINED("", WITH("http_call", "{\"approve_url\":\"http://x.example/\"}"), ""),
	    "actions[0].with.approve_url", "https" },
	{ DEFINED("", WITH("http_call", "{\"submit_url\":\"https://127.0.0.1/\"}"), ""),
	    "actions[0].with.submit_url", "private" },
	{ DEFINED(FIELD, WITH("http_call", "{\"approve_url\":\"https://{{who}}.example/\"}"), ""),
	    "actions[0].with.approve_url", "no {{field}}" },
	{ DEFINED(TEAM, WITH("add_member", "{\"team\":\"ops\",\"role\":\"viewer\"}"),
	      ",\"team_field\":\"team\",\"approvals\":{\"role\":\"manager\"}"),
	    "actions[0].with.team", "must be {{team}}" },
	{ DEFINED(TEAM, WITH("add_member", "{\"team\":\"ops\",\"role\":\"viewer\"}"),
	      ",\"allow_auto_approve\":true,\"approvals\":{\"required\":0}"),
	    "actions[0].action", "acts as the system" },
	/* settings */
	{ MORE("\"approvals\":7"), "approvals", "must be an object" },
	{ MORE("\"approvals\":{\"required\":10}"), "approvals.required", "0 to 9" },
	{ MORE("\"approvals\":{\"required\":0}"), "approvals.required", "allow_auto_approve" },
	{ MORE("\"asker\":\"anybody\",\"allow_auto_approve\":true,\"approvals\":{\"required\":0}"),
	    "approvals.required", "anybody" },
	{ MORE("\"approvals\":{\"role\":\"king\"}"), "approvals.role", "must be operator" },
	{ MORE("\"approvals\":{\"role\":\"manager\"}"), "approvals.role", "team_field" },
	{ MORE("\"team_field\":\"team\",\"approvals\":{\"role\":\"editor\",\"group\":\"dbas\"}"),
	    "approvals.group", "instead of a role" },
	{ MORE("\"approvals\":{\"who\":\"me\"}"), "approvals.who", "is not known here" },
	{ MORE("\"allow_auto_approve\":\"yes\""), "allow_auto_approve", "true or false" },
	{ MORE("\"token_s\":1"), "token_s", "60 to" },
	{ MORE("\"expires_s\":1.5"), "expires_s", "whole number" },
	{ MORE("\"disabled\":0"), "disabled", "true or false" },
	{ MORE("\"mails\":[]"), "mails", "must be an object" },
	{ MORE("\"mails\":{\"first\":null}"), "mails.first", "is not known here" },
	{ MORE("\"mails\":{\"token\":7}"), "mails.token", "must be an object" },
	{ MORE("\"mails\":{\"token\":{\"subject\":\"a\\r\\nBcc: x@y.example\"}}"),
	    "mails.token.subject", "one line" },
	{ MORE("\"mails\":{\"token\":{\"subject\":\"{{nobody}}\"}}"), "mails.token.subject",
	    "nobody" },
	{ MORE("\"mails\":{\"token\":{\"text\":\"T\",\"template\":\"x\"}}"), "mails.token.text",
	    "instead of a template" },
	{ MORE("\"mails\":{\"token\":{\"template\":\"../x\"}}"), "mails.token.template", "a-z" },
	{ MORE("\"mails\":{\"initial\":{\"to\":\"x@y.example\\nBcc: z\"}}"), "mails.initial.to",
	    "one line" },
	{ MORE("\"mails\":{\"initial\":{\"reply_to\":\"x\"}}"), "mails.initial.reply_to",
	    "e-mail" },
	{ MORE("\"notifications\":{\"safe_errors\":\"mail\"}"), "notifications.safe_errors",
	    "a list" },
	{ MORE("\"notifications\":{\"safe_errors\":[\"mail\",\"smtp\"]}"),
	    "notifications.safe_errors[1]", "must be mail or webhook" },
	{ MORE("\"mails\":{\"initial\":{\"from\":7}}"), "mails.initial.from", "must be text" },
	{ MORE("\"mails\":{\"initial\":{\"from\":\"x\"}}"), "mails.initial.from", "e-mail" },
	{ MORE("\"mails\":{\"initial\":{\"from\":\"a@b.example\\r\\nRCPT TO:<x@y.example>\"}}"),
	    "mails.initial.from", "one line" },
	{ MORE("\"mails\":{\"initial\":{\"from\":\"{{who}}@b.example\"}}"), "mails.initial.from",
	    "{{task_uuid}}" },
	{ MORE("\"mails\":{\"initial\":{\"emails\":[{\"from\":\"{{task_uuid}}{{task_uuid}}@b."
	       "example\"}]}}"),
	    "mails.initial.emails[0].from", "stand once" },
	{ MORE("\"mails\":{\"initial\":{\"email_current_user\":1}}"),
	    "mails.initial.email_current_user", "true or false" },
	{ MORE("\"mails\":{\"initial\":{\"to\":\"a@b.example\",\"email_current_user\":true}}"),
	    "mails.initial.email_current_user", "instead of to" },
	{ MORE("\"mails\":{\"token\":{\"emails\":{}}}"), "mails.token.emails", "a list" },
	{ MORE("\"mails\":{\"token\":{\"emails\":[{},{},{},{},{},{},{},{},{},{}]}}"),
	    "mails.token.emails", "at most 9" },
	{ MORE("\"mails\":{\"token\":{\"emails\":[{},null]}}"), "mails.token.emails[1]",
	    "an object" },
	{ MORE("\"mails\":{\"token\":{\"emails\":[{\"emails\":[]}]}}"),
	    "mails.token.emails[0].emails", "is not known here" },
	{ MORE("\"mails\":{\"ended\":{\"emails\":[{},{\"to\":\"x@y.example\\nBcc: z\"}]}}"),
	    "mails.ended.emails[1].to", "one line" },
	{ MORE("\"mails\":{\"ended\":{\"emails\":[{\"text\":\"{{nobody}}\"}]}}"),
	    "mails.ended.emails[0].text", "nobody" },
	{ MORE("\"notifications\":{\"other\":{}}"), "notifications.other", "is not known here" },
	{ MORE("\"notifications\":{\"standard\":{\"mails\":[\"a@b.example\",\"x\"]}}"),
	    "notifications.standard.mails[1]", "e-mail" },
	{ MORE("\"notifications\":{\"errors\":{\"webhook\":\"http://x.example\"}}"),
	    "notifications.errors.webhook", "https" },
};

SITE_TEST(what_is_wrong_with_a_definition_is_told_with_the_way_to_it)
{
	struct task_type t;

	for (size_t i = 0; i < LENGTH(wrong); i++) {
		const char *d = wrong[i].definition;
		if (type_parse(c, "x", json_of(c, d), &t) != ERR_INVALID)
			FAIL("taken: %s", d);
		const char *field = c->fault.field != NULL ? c->fault.field : "-";
		if (strcmp(field, wrong[i].field != NULL ? wrong[i].field : "-") != 0 ||
		    strstr(c->fault.detail, wrong[i].says) == NULL)
			FAIL("%s: %s %s", d, field, c->fault.detail);
	}
}

SITE_TEST(a_definition_is_read_again_as_it_was_written)
{
	static const char *const right[] = { type_example, DEFINED("", MAIL, ""),
		DEFINED(FIELD "," TEAM, CALL "," MAIL,
		    ",\"asker\":\"manager\",\"team_field\":\"team\",\"duplicates\":\"cancel\","
		    "\"approvals\":{\"required\":2,\"role\":\"manager\"},\"mails\":{\"initial\":"
		    "null,\"token\":{\"subject\":\"For "
		    "{{who}}\",\"text\":\"{{who}}\"},\"completed\":{"
		    "\"subject\":\"S\",\"email_current_user\":false,\"emails\":[{},{\"to\":\"a@b."
		    "example\",\"from\":\"bounce+{{task_uuid}}@b.example\"},{"
		    "\"email_current_user\":true,\"text\":\"T\"}]}},"
		    "\"notifications\":{\"standard\":{\"mails\":[\"a@b.example\"],\"webhook\":"
		    "\"https://x.example/"
		    "\"},\"safe_errors\":[\"webhook\"]},\"help\":null,\"disabled\":true"),
		DEFINED("{\"name\":\"n\",\"kind\":\"number\",\"min\":1,\"max\":9},{\"name\":\"r\","
			"\"kind\":\"line\",\"rule\":\"([a-z0-9]+[.-])*([a-z]{2,9}|\\\\{)+\"}",
		    CALL, ""),
		DEFINED(TEAM ",{\"name\":\"role\",\"kind\":\"role\",\"required\":true}",
		    "{\"action\":\"add_member\"}", "") };
	struct task_type t, again;

	for (size_t i = 0; i < LENGTH(right); i++) {
		if (type_parse(c, "x", json_of(c, right[i]), &t) != OK)
			FAIL("%s: %s %s", right[i], c->fault.field, ctx_fault(c));
		struct json *written = type_definition(c, &t);
		IS(type_parse(c, "x", json_of(c, json_write(c->arena, written)), &again), OK);
		YES(json_equal(written, type_definition(c, &again)));
	}
}

/* ---- stored */

static enum err saved(struct ctx *c, const char *name, const char *definition, int64_t version)
{
	struct type_found found;
	const char *secret;

	return type_save(c,
	    &(struct type_wish){
		.name = name, .definition = json_of(c, definition), .version = version },
	    &found, &secret);
}

SITE_TEST(a_type_of_ones_own_stands_beside_those_that_ship)
{
	struct type_found found;
	struct task_type *types, t;
	const char *secret;
	size_t n, own = 0;

	given_config(c);
	given_account(c, "adele", true);
	act_as(c, "adele");
	IS(type_save(c,
	       &(struct type_wish){ .name = "database", .definition = json_of(c, type_example) },
	       &found, &secret),
	    OK);
	YES(secret != NULL && found.secret && found.version == 1);
	AUDITED("task_type_add", "task_type:database", 1);
	IS(type_get(c, "database", &t), OK);
	SAME(t.title, "A database");
	IS(type_list(c, &types, &n), OK);
	for (size_t i = 0; i < n; i++)
		own += strcmp(types[i].name, "database") == 0;
	IS(own, 1);
	IS(saved(c, "database", type_example, 7), ERR_STALE);
	IS(type_save(c,
	       &(struct type_wish){
		   .name = "database", .definition = json_of(c, type_example), .version = 1 },
	       &found, &secret),
	    OK);
	YES(secret == NULL && found.secret && found.version == 2);
	AUDITED("task_type_edit", "task_type:database", 1);
	IS(type_secret(c, "database", &secret), OK);
	IS(type_delete(c, "database", 0), OK);
	IS(type_get(c, "database", &t), ERR_NOT_FOUND);
	IS(type_secret(c, "database", &secret), ERR_UNAVAILABLE);
	AUDITED("task_type_delete", "task_type:database", 1);
}

SITE_TEST(of_a_type_that_ships_only_settings_are_taken)
{
	struct task_type t;

	act_as_cli(c);
	IS(saved(c, "request-access", "{\"title\":\"Mine\"}", 0), ERR_INVALID);
	SAME(c->fault.field, "title");
	IS(saved(c, "request-access", "{\"approvals\":{\"required\":0}}", 0), ERR_INVALID);
	IS(saved(c, "request-access",
	       "{\"approvals\":{\"required\":2,\"role\":\"manager\"},\"expires_s\":3600,"
	       "\"mails\":{\"completed\":null}}",
	       0),
	    OK);
	IS(type_get(c, "request-access", &t), OK);
	IS(t.required, 2);
	IS(t.expires_s, 3600);
	YES(t.mails[MAIL_COMPLETED].off && !t.mails[MAIL_INITIAL].off && !t.own);
	SAME(t.title, "Access to a team");
	IS(type_set_disabled(c, "request-access", true), OK);
	given_crew_of_two(c);
	act_as(c, "kwame");
	struct ask ask = { .type = "request-access",
		.fields = json_of(c, "{\"team\":\"crew\",\"role\":\"viewer\"}") };
	struct task task;
	IS(task_ask(c, &ask, &task), ERR_NOT_FOUND);
	act_as_cli(c);
	IS(type_delete(c, "request-access", 0), OK);
	IS(type_get(c, "request-access", &t), OK);
	IS(t.required, 1);
	YES(!t.disabled);
}

/* A stage that ships without a mail, or with another subject, can be as any. */
SITE_TEST(a_mail_of_a_type_that_ships_is_set_to_the_default_of_its_stage)
{
	struct task_type t;

	act_as_cli(c);
	IS(saved(c, "sign-up", "{\"mails\":{\"initial\":{}}}", 0), OK);
	IS(type_get(c, "sign-up", &t), OK);
	YES(t.mails[MAIL_INITIAL].subject == NULL && t.mails[MAIL_TOKEN].subject != NULL);
	IS(saved(c, "invite", "{\"mails\":{\"initial\":{}}}", 0), OK);
	IS(type_get(c, "invite", &t), OK);
	YES(!t.mails[MAIL_INITIAL].off);
	IS(type_set_disabled(c, "invite", true), OK);
	IS(type_get(c, "invite", &t), OK);
	YES(!t.mails[MAIL_INITIAL].off && t.disabled);
}

SITE_TEST(only_admins_define_types)
{
	struct type_found found, *all;
	size_t n;

	given_account(c, "kwame", false);
	act_as(c, "kwame");
	IS(saved(c, "x-y", type_example, 0), ERR_FORBIDDEN);
	IS(type_find(c, "request-access", &found), ERR_FORBIDDEN);
	IS(type_find_all(c, &all, &n), ERR_FORBIDDEN);
	IS(type_delete(c, "request-access", 0), ERR_FORBIDDEN);
	const char *secret;
	IS(type_secret_new(c, "request-access", &secret), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(saved(c, "Not", type_example, 0), ERR_INVALID);
	IS(saved(c, "new", type_example, 0), ERR_INVALID);
	IS(saved(c, "x-y",
	       "{\"title\":\"T\",\"fields\":[],\"actions\":[" MAIL
	       "],\"approvals\":{\"group\":\"nobody\"}}",
	       0),
	    ERR_INVALID);
	SAME(c->fault.field, "approvals.group");
	IS(saved(c, "x-y",
	       "{\"title\":\"T\",\"fields\":[],\"actions\":[" MAIL
	       "],\"mails\":{\"token\":{\"template\":\"nothing\"}}}",
	       0),
	    ERR_INVALID);
	SAME(c->fault.field, "mails.token.template");
	IS(saved(c, "invite",
	       "{\"mails\":{\"ended\":{\"emails\":[{},{\"template\":\"nothing\"}]}}}", 0),
	    ERR_INVALID);
	SAME(c->fault.field, "mails.ended.emails[1].template");
}
