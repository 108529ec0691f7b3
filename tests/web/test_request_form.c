/* Forms are made from the fields of a type: each kind of field, shown, sent, refused, sent right.
 */

#include "action/given_task.h"
#include "action/type_own.h"
#include "web/given_admin.h"

#define PATH "/requests/new/all-kinds"

static void given_type(struct ctx *c)
{
	struct type_found found;
	const char *secret;
	const char *fields =
	    "{\"name\":\"line\",\"label\":\"A line\",\"kind\":\"line\",\"rule\":\"[a-z]+\"},"
	    "{\"name\":\"text\",\"label\":\"A text\",\"kind\":\"text\"},"
	    "{\"name\":\"mail\",\"label\":\"A mail\",\"kind\":\"email\"},"
	    "{\"name\":\"number\",\"label\":\"A number\",\"kind\":\"number\",\"min\":2,\"max\":9},"
	    "{\"name\":\"flag\",\"label\":\"A flag\",\"kind\":\"flag\"},"
	    "{\"name\":\"choice\",\"label\":\"A choice\",\"kind\":\"choice\",\"required\":true,"
	    "\"choices\":[\"one\",\"two\"]},"
	    "{\"name\":\"names\",\"label\":\"Some names\",\"kind\":\"names\"},"
	    "{\"name\":\"account\",\"label\":\"An account\",\"kind\":\"account\"},"
	    "{\"name\":\"team\",\"label\":\"A team\",\"kind\":\"team\"},"
	    "{\"name\":\"role\",\"label\":\"A role\",\"kind\":\"role\"},"
	    "{\"name\":\"job\",\"label\":\"A job\",\"kind\":\"job\"}";
	const char *definition = arena_printf(c->arena,
	    "{\"title\":\"All kinds\",\"help\":\"of fields\",\"asker\":\"account\",\"fields\":[%s],"
	    "\"title_pattern\":\"All kinds with "
	    "{{choice}}\",\"actions\":[{\"action\":\"send_mail\","
	    "\"with\":{\"to\":\"a@b.example\",\"subject\":\"S\",\"text\":\"T\"}}]}",
	    fields);

	given_people(c);
	act_as(c, "marta");
	if (type_save(c,
		&(struct type_wish){ .name = "all-kinds", .definition = json_of(c, definition) },
		&found, &secret) != OK)
		FAIL("%s: %s", c->fault.field, ctx_fault(c));
}

/* All fields right, but one. */
static struct resp send_with(struct ctx *c, const char *name, const char *value)
{
	const char *pairs[][2] = { { "line", "abc" }, { "text", "one\r\ntwo" },
		{ "mail", "a@b.example" }, { "number", "7" }, { "flag", "1" }, { "choice", "two" },
		{ "names", " first \r\n\r\nsecond" }, { "account", "vera" }, { "team", "ops" },
		{ "role", "editor" }, { "job", "hello" } };

	for (size_t i = 0; i < LENGTH(pairs); i++)
		if (strcmp(pairs[i][0], name) == 0)
			pairs[i][1] = value;
#define P(i) pairs[i][0], pairs[i][1]
	return ask(c, by(c, "nora"), POST, PATH, P(0), P(1), P(2), P(3), P(4), P(5), P(6), P(7),
	    P(8), P(9), P(10), "request_reason", "so that", NULL);
#undef P
}

SITE_TEST(a_form_has_an_element_for_each_kind_of_field)
{
	given_type(c);
	const char *page = PAGE(c, by(c, "nora"), 200, PATH "?line=filled&flag=1&choice=one");
	HAS(page, "id=\"f-line\" name=\"line\" type=\"text\" value=\"filled\"");
	HAS(page, "<textarea id=\"f-text\"");
	HAS(page, "id=\"f-mail\" name=\"mail\" type=\"email\"");
	HAS(page, "placeholder=\"2 to 9\"");
	HAS(page, "id=\"f-flag\" name=\"flag\" value=\"1\" checked");
	HAS(page, "<option value=\"one\" selected>one</option>");
	HAS(page, "one a line");
	HAS(page, "list=\"teams\"");
	HAS(page, "<option value=\"viewer\">viewer</option>");
	HAS(page, "<bdi>A number</bdi> <span class=\"opt\">optional</span>");
	LACKS(page, "<bdi>A choice</bdi> <span class=\"opt\">");
}

SITE_TEST(what_a_form_sends_arrives_as_the_kinds_say)
{
	given_type(c);
	struct resp w = send_with(c, "", "");
	IS(w.status, 303);
	YES(holds(c, "(SELECT data FROM task) = '{\"line\":\"abc\",\"text\":\"one\\ntwo\",\"mail\":"
		     "\"a@b.example\",\"number\":7,\"flag\":true,\"choice\":\"two\",\"names\":"
		     "[\"first\",\"second\"],\"account\":\"vera\",\"team\":\"ops\",\"role\":"
		     "\"editor\",\"job\":\"hello\"}'"));
	work_on(c);
	const char *page = PAGE(c, by(c, "nora"), 200,
	    arena_printf(
		c->arena, "/tasks/%.36s", strstr(resp_find(&w, "Location"), "/tasks/") + 7));
	HAS(page, "<dt><bdi>A number</bdi></dt><dd><bdi>7</bdi></dd>");
	HAS(page, "<dt><bdi>A flag</bdi></dt><dd><bdi>yes</bdi></dd>");
	HAS(page, "<pre dir=\"auto\">first\nsecond</pre>");
	HAS(PAGE(c, by(c, "marta"), 200, "/tasks?all=1"), "<option value=\"all-kinds\">");
}

SITE_TEST(each_wrong_value_is_told_at_its_field_and_stays_in_it)
{
	static const struct {
		const char *name, *value, *shown, *detail;
	} wrong[] = {
		{ "line", "ABC", "value=\"ABC\"", "must match [a-z]+" },
		{ "mail", "nobody", "value=\"nobody\"", "must be an e-mail address" },
		{ "number", "seven", "value=\"seven\"", "must be a whole number" },
		{ "number", "10", "value=\"10\"", "must be 2 to 9" },
		{ "choice", "", "choose one", "is needed" },
		{ "choice", "three", "choose one", "must be one of" },
		{ "role", "king", "A role", "must be viewer, operator, editor or manager" },
	};

	given_type(c);
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct resp w = send_with(c, wrong[i].name, wrong[i].value);
		IS(w.status, 422);
		HAS(w.body, wrong[i].shown);
		HAS(w.body, arena_printf(c->arena, "<p class=\"error failed\" id=\"e-%s\">%s",
				wrong[i].name, wrong[i].detail));
		HAS(w.body, arena_printf(c->arena, "href=\"#f-%s\"", wrong[i].name));
		HAS(w.body, "so that");
		HAS(w.body, "one\ntwo</textarea>");
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM task)"));
}
