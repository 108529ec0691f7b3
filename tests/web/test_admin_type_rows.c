/* Settings, Task types: what the form offers in rows and choices: mails, actions, the team's field.
 */

#include "web/given_sheet.h"

SITE_TEST(a_stage_gets_several_mails_in_the_form)
{
	struct task_type t;
	const char *at = "/settings/types/invite";

	given_people(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, at));
	type_in(s, "mails.completed.subject", "Done");
	struct resp w = press(c, at, s, "add mails.completed.emails");
	IS(w.status, 200);
	HAS(w.body, "It leaves as several mails");
	s = sheet_of(c, w.body);
	SAME(typed(s, "mails.completed.emails[0].to"), "");
	type_in(s, "mails.completed.emails[1].to", "a@b.example");
	type_in(s, "mails.completed.emails[1].text", "one\r\ntwo");
	s = sheet_of(c, press(c, at, s, "add mails.completed.emails").body);
	type_in(s, "mails.completed.emails[2].to", "no address");
	w = press(c, at, s, "save");
	IS(w.status, 422);
	HAS(w.body, "Mail 3, To");
	HAS(w.body, "id=\"e-t-mails-completed-emails-2--to\"");
	s = sheet_of(c, press(c, at, sheet_of(c, w.body), "up mails.completed.emails 2").body);
	SAME(typed(s, "mails.completed.emails[1].to"), "no address");
	SAME(typed(s, "mails.completed.emails[2].text"), "one\ntwo");
	w = press(c, at, s, "remove mails.completed.emails 1");
	s = sheet_of(c, w.body);
	IS(press(c, at, s, "save").status, 303);
	IS(type_get(c, "invite", &t), OK);
	SAME(t.mails[MAIL_COMPLETED].subject, "Done");
	IS(t.mails[MAIL_COMPLETED].nemails, 2);
	SAME(t.mails[MAIL_COMPLETED].emails[1].to, "a@b.example");
	SAME(t.mails[MAIL_COMPLETED].emails[1].text, "one\ntwo");
	s = sheet_of(c, PAGE(c, by(c, "marta"), 200, at));
	for (int i = 0; i < 2; i++)
		s = sheet_of(c, press(c, at, s, "remove mails.completed.emails 0").body);
	IS(press(c, at, s, "save").status, 303);
	IS(type_get(c, "invite", &t), OK);
	IS(t.mails[MAIL_COMPLETED].nemails, 0);
	SAME(t.mails[MAIL_COMPLETED].subject, "Done");
	for (int i = 0; i < TYPE_MAILS - 2; i++)
		s = sheet_of(c, press(c, at, s, "add mails.ended.emails").body);
	w = press(c, at, s, "add mails.ended.emails");
	IS(w.status, 422);
	HAS(w.body, "at most 9");
}

SITE_TEST(a_mail_that_is_switched_off_keeps_its_words)
{
	struct task_type t;
	const char *at = "/settings/types/invite";

	given_people(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, at));
	SAME(typed(s, "mails.initial"), "off");
	type_in(s, "mails.initial.subject", "Later perhaps");
	type_in(s, "mails.completed.subject", "Welcome");
	type_in(s, "mails.completed", "off");
	type_in(s, "mails.token", "off");
	IS(press(c, at, s, "save").status, 303);
	IS(type_get(c, "invite", &t), OK);
	YES(t.mails[MAIL_INITIAL].off);
	YES(t.mails[MAIL_COMPLETED].off);
	YES(t.mails[MAIL_TOKEN].off);
	YES(!t.mails[MAIL_ENDED].off);
	const char *page = PAGE(c, by(c, "marta"), 200, at);
	LACKS(page, "<code>off</code>");
	s = sheet_of(c, page);
	SAME(typed(s, "mails.completed"), "off");
	SAME(typed(s, "mails.completed.subject"), "Welcome");
	struct json *mails = json_get(edited(c, press(c, at, s, "json").body), "mails");
	SAME(json_write(c->arena, json_get(mails, "completed")),
	    "{\"subject\":\"Welcome\",\"off\":true}");
	IS(json_type(json_get(mails, "token")), JSON_NULL);
	type_in(s, "mails.completed", "on");
	type_in(s, "mails.token", "on");
	IS(press(c, at, s, "save").status, 303);
	IS(type_get(c, "invite", &t), OK);
	YES(!t.mails[MAIL_COMPLETED].off);
	YES(!t.mails[MAIL_TOKEN].off);
	YES(t.mails[MAIL_INITIAL].off);
	SAME(t.mails[MAIL_COMPLETED].subject, "Welcome");
	SAME(t.mails[MAIL_INITIAL].subject, "Later perhaps");
	IS(ask(c, by(c, "marta"), POST, at, "do", "check", "definition",
	       "{\"mails\":{\"initial\":{\"off\":1}}}", NULL)
		.status,
	    422);
}

SITE_TEST(the_field_that_names_the_team_is_chosen_among_those_of_the_type)
{
	struct task_type t;

	given_people(c);
	struct sheet *s = sheet_of(c, PAGE(c, by(c, "marta"), 200, AT));
	type_in(s, "name", "cache");
	type_in(s, "title", "T");
	type_in(s, "fields[0].name", "crew");
	type_in(s, "fields[0].label", "Whose <it> is");
	type_in(s, "fields[0].kind", "team");
	type_in(s, "fields[0].required", "1");
	type_in(s, "approvals.role", "manager");
	struct resp w = press(c, AT, s, "add actions run_job");
	HAS(w.body, "<option value=\"crew\">Whose &lt;it&gt; is (crew)</option>");
	s = sheet_of(c, w.body);
	SAME(typed(s, "team_field"), "");
	type_in(s, "team_field", "crew");
	type_in(s, "actions[0].with.job", "backup");
	w = press(c, AT, s, "save");
	IS(w.status, 303);
	IS(type_get(c, "cache", &t), OK);
	SAME(t.team_field, "crew");
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/types/cache"),
	    "<option value=\"crew\" selected>");
}

SITE_TEST(every_action_has_a_name_for_people_and_says_what_it_does)
{
	given_people(c);
	const char *page = PAGE(c, by(c, "marta"), 200, AT);
	for (size_t i = 0; actions[i] != NULL; i++) {
		const struct action *a = actions[i];
		YES(a->title != NULL && text_is_line(a->title, 4, 40));
		YES(strchr(a->title, '_') == NULL && strcmp(a->title, a->name) != 0);
		YES(text_is_line(a->help, 10, 120) && a->help[strlen(a->help) - 1] != '.');
		if (a->generic)
			HAS(page,
			    arena_printf(c->arena, "</span>%s</button> <span class=\"hint\">%s.",
				a->title, text_capital(c->arena, a->help)));
	}
	LACKS(page, "Add <code>");
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/types"), "Invite somebody");
}
