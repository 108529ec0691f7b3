/* Settings, Task types: the form. What it sends back unchanged is the same definition; nothing that
 * it has no input for is lost. */

#include <dirent.h>

#include "web/given_sheet.h"

/* From JSON to the form, and unchanged to JSON again. False: no form can show it. */
static bool returns(struct ctx *c, const char *what, const char *target, const char *text)
{
	struct json *was = json_of(c, text);
	struct resp w = ask(
	    c, by(c, "marta"), POST, target, "do", "form", "definition", text, NULL);

	if (strstr(w.body, "class=\"type\"") == NULL) {
		IS(w.status, 422);
		YES(json_equal(edited(c, w.body), was));
		return false;
	}
	w = press(c, target, sheet_of(c, w.body), "json");
	IS(w.status, 200);
	struct json *is = edited(c, w.body);
	if (is == NULL || !json_equal(is, was))
		FAIL(
		    "%s: %s became %s", what, text, is == NULL ? w.body : json_write(c->arena, is));
	/* And through an item that comes and goes. */
	w = ask(c, by(c, "marta"), POST, target, "do", "form", "definition", text, NULL);
	w = press(c, target, sheet_of(c, w.body), "check");
	YES(w.status == 200 || w.status == 422);
	w = press(c, target, sheet_of(c, w.body), "json");
	YES(json_equal(edited(c, w.body), was));
	return true;
}

static const char *file_text(struct ctx *c, const char *name)
{
	char *text = arena_alloc(c->arena, TYPE_DEFINITION_BYTES, 1);
	FILE *f = fopen(arena_printf(c->arena, "tests/fuzz/corpus/type/%s", name), "r");

	YES(f != NULL);
	size_t n = fread(text, 1, TYPE_DEFINITION_BYTES - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

SITE_TEST(a_definition_comes_back_from_the_form_as_it_went_in)
{
	static const char *const others[] = {
		"{\"title\":\"T\",\"help\":\"one\\ntwo "
		"\\\"&<b>\",\"fields\":[{\"name\":\"n\",\"kind\":"
		"\"names\"},{\"name\":\"yes\",\"kind\":\"flag\"}],\"actions\":[{\"action\":\"send_"
		"mail\","
		"\"with\":{\"email_roles\":\"{{n}}\",\"email_current_user\":\"{{yes}}\","
		"\"email_additional_addresses\":[\"a@b.example\",\"c@d.example\"],\"at\":\"{{n}}\","
		"\"subject\":\"S\",\"text\":\"\\n "
		"one\\n\\ntwo\\n\"}},{\"action\":\"unknown\",\"with\":"
		"{\"x\":{\"y\":[1,2.5,null]}}}],\"unknown\":{\"a\":[1]},\"help2\":null}",
		"{\"title\":7,\"fields\":[{\"name\":[],\"min\":1.5,\"max\":\"x\",\"required\":"
		"\"no\","
		"\"choices\":[\" a\",\"\"]}],\"actions\":[],\"expires_s\":\"soon\",\"token_s\":90}",
		"{\"notifications\":{\"standard\":{\"mails\":[],\"webhook\":null}},\"mails\":{"
		"\"token\":{},"
		"\"ended\":null}}",
		"{\"mails\":{\"initial\":{\"off\":true,\"emails\":[]},\"token\":{\"off\":\"x\"},"
		"\"ended\":{\"off\":false,\"template\":\"x\",\"emails\":[{\"to\":[1],\"off\":true},"
		"{}]}},"
		"\"team_field\":\"a|b=c\",\"fields\":[{\"name\":\"a|b=c\",\"kind\":\"team\"}]}",
		"{}",
	};
	struct dirent *file;
	int shown = 0;

	given_people(c);
	(void)returns(c, "the example", AT, type_example);
	for (size_t i = 0; i < LENGTH(others); i++)
		YES(returns(c, "one of these", AT, others[i]));
	DIR *corpus = opendir("tests/fuzz/corpus/type");
	YES(corpus != NULL);
	while ((file = readdir(corpus)) != NULL) {
		if (file->d_name[0] == '.')
			continue;
		const char *text = file_text(c, file->d_name);
		shown += returns(c, file->d_name, AT, text) ? 1 : 0;
		shown += returns(c, file->d_name, "/settings/types/request-access", text) ? 1 : 0;
	}
	(void)closedir(corpus);
	YES(shown >= 16);
}

SITE_TEST(what_every_type_that_ships_says_comes_back_from_its_form)
{
	given_people(c);
	for (const struct task_type *t = shipped_types; t->name != NULL; t++) {
		const char *target = arena_printf(c->arena, "/settings/types/%s", t->name);
		const char *page = PAGE(c, by(c, "marta"), 200, target);
		struct resp w = press(c, target, sheet_of(c, page), "json");
		struct json *is = edited(c, w.body);
		if (is == NULL || !json_equal(is, type_definition(c, t)))
			FAIL("%s: %s", t->name, w.body);
		IS(press(c, target, sheet_of(c, page), "save").status, 303);
	}
}

SITE_TEST(the_defaults_of_all_types_are_set_in_a_form_of_their_own)
{
	static const char here[] = "/settings/types/defaults";
	struct type_found found;

	given_people(c);
	given_config(c);
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/types"), here);
	const char *page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "Defaults of all types");
	LACKS(page, "<legend>Approval</legend>");
	LACKS(page, "f-t-actions");
	LACKS(page, "name=\"mails.token.to\"");
	LACKS(page, "name=\"notifications.approvers\"");
	struct sheet *s = sheet_of(c, page);
	type_in(s, "mails.token.reply_to", "desk@example.org");
	type_in(s, "notifications.errors.mails", "oncall@example.org");
	IS(press(c, here, s, "save").status, 303);
	act_as_cli(c);
	IS(type_find(c, "defaults", &found), OK);
	SAME(found.type.mails[MAIL_TOKEN].reply_to, "desk@example.org");
	SAME(found.type.errors.mails[0], "oncall@example.org");
	s = sheet_of(c, PAGE(c, by(c, "marta"), 200, here));
	type_in(s, "notifications.errors.mails", "nobody");
	struct resp w = press(c, here, s, "save");
	IS(w.status, 422);
	HAS(w.body, "must be an e-mail address");
}

/* ---- a type is made in the form */

SITE_TEST(a_type_is_made_field_by_field)
{
	struct task_type t;

	given_people(c);
	given_config(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, AT));
	type_in(s, "name", "cache");
	type_in(s, "title", "Flush <a> cache");
	type_in(s, "fields[0].name", "region");
	type_in(s, "fields[0].kind", "choice");
	type_in(s, "fields[0].choices", "eu\r\nus");
	s = sheet_of(c, press(c, AT, s, "add fields").body);
	type_in(s, "fields[1].name", "ticket");
	type_in(s, "fields[1].required", "1");
	type_in(s, "fields[1].min", "three");
	s = sheet_of(c, press(c, AT, s, "up fields 1").body);
	SAME(typed(s, "fields[0].name"), "ticket");
	SAME(typed(s, "fields[1].choices"), "eu\nus");
	SAME(typed(s, "title"), "Flush <a> cache");
	s = sheet_of(c, press(c, AT, s, "add actions http_call").body);
	s = sheet_of(c, press(c, AT, s, "add actions send_mail").body);
	type_in(s, "actions[0].with.approve_url", "https://p.example/do");
	type_in(s, "actions[1].with.to", "a@b.example");
	s = sheet_of(c, press(c, AT, s, "add actions run_job").body);
	s = sheet_of(c, press(c, AT, s, "remove actions 2").body);
	type_in(s, "expires_s", "36 h");
	type_in(s, "mails.initial", "off");
	type_in(s, "mails.token.subject", "On {{region}}");
	IS(type_get(c, "cache", &t), ERR_NOT_FOUND);
	struct resp w = press(c, AT, s, "save");
	IS(w.status, 422);
	HAS(w.body, "id=\"e-t-fields-0--min\"");
	HAS(w.body, "Field 1, At least");
	s = sheet_of(c, w.body);
	SAME(typed(s, "fields[0].min"), "three");
	type_in(s, "fields[0].min", "3");
	w = press(c, AT, s, "save");
	IS(w.status, 422);
	HAS(w.body, "id=\"e-t-actions-1--with-subject\"");
	s = sheet_of(c, w.body);
	type_in(s, "actions[1].with.subject", "{{ticket}}");
	type_in(s, "actions[1].with.text", "T");
	type_in(s, "mails.token.subject", "On {{region}}");
	w = press(c, AT, s, "save");
	IS(w.status, 200);
	HAS(w.body, "whsec_");
	IS(type_get(c, "cache", &t), OK);
	SAME(t.fields[0].name, "ticket");
	IS(t.fields[0].min, 3);
	SAME(t.fields[1].choices, "eu|us");
	IS(t.expires_s, INT64_C(36) * 3600);
	YES(t.mails[MAIL_INITIAL].off);
	SAME(t.mails[MAIL_TOKEN].subject, "On {{region}}");
	SAME(t.steps[1].action, "send_mail");
	YES(t.steps[2].action == NULL);
}

SITE_TEST(another_kind_of_field_takes_along_only_what_it_may_have)
{
	given_people(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, AT "?begin=example"));
	type_in(s, "fields[2].kind", "line");
	type_in(s, "fields[1].kind", "flag");
	const struct json *fields = json_get(edited(c, press(c, AT, s, "json").body), "fields");
	YES(json_get(json_at(fields, 2), "choices") == NULL);
	YES(json_get(json_at(fields, 1), "rule") == NULL);
	SAME(json_text(json_get(json_at(fields, 1), "help")), "a-z, digits and _");
}

SITE_TEST(what_has_no_input_stays_when_something_else_is_changed)
{
	struct task_type t;

	given_people(c);
	struct resp w = ask(c, by(c, "marta"), POST, "/settings/types/invite", "do", "save",
	    "version", "0", "definition",
	    "{\"mails\":{\"completed\":{\"subject\":\"S\",\"emails\":[{},{\"to\":\"a@b.example\"}]}"
	    "}}",
	    NULL);
	IS(w.status, 303);
	const char *page = PAGE(c, by(c, "marta"), 200, "/settings/types/invite");
	LACKS(page, "Kept as it is");
	struct sheet *s = sheet_of(c, page);
	type_in(s, "approvals.required", "2");
	type_in(s, "mails.completed.subject", "Welcome");
	w = press(c, "/settings/types/invite", s, "save");
	IS(w.status, 303);
	IS(type_get(c, "invite", &t), OK);
	IS(t.required, 2);
	SAME(t.mails[MAIL_COMPLETED].subject, "Welcome");
	IS(t.mails[MAIL_COMPLETED].nemails, 2);
	w = press(c, "/settings/types/invite", s, "save");
	IS(w.status, 412); /* somebody was faster: what was typed is still there */
	SAME(typed(sheet_of(c, w.body), "mails.completed.subject"), "Welcome");
}

SITE_TEST(what_no_button_sends_is_refused)
{
	static const char *const wrong[] = { "up fields 1", "up fields -1", "remove actions x",
		"add actions invite", "add mails", "add ", "up actions[0] 0", "add mails.initial",
		"add mails.fly.emails", "remove mails.initial.emails 0" };

	given_people(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, AT));
	for (size_t i = 0; i < LENGTH(wrong); i++)
		IS(press(c, AT, s, wrong[i]).status, 422);
	IS(press(c, AT, s, "fly").status, 422);
	type_in(s, "name", "cache");
	type_in(s, "title", "T");
	type_in(s, "fields[0].name", "n");
	type_in(s, "fields[0].kind", "choice");
	type_in(s, "fields[0].choices", "a\nb|c");
	HAS(press(c, AT, s, "check").body, "id=\"e-t-fields-0--choices\"");
	type_in(s, "fields[0].choices", "a");
	HAS(press(c, AT, s, "check").body, "Must hold at least one");
	type_in(s, "fields[7].name", "x");
	struct resp w = press(c, AT, s, "check");
	IS(w.status, 422);
	HAS(w.body, "fields[7].name");
	IS(ask(c, by(c, "otto"), POST, AT, "do", "add fields", "view", "form", NULL).status, 403);
}
