/* The page behind the link in a mail. */

#include "action/given_token.h"
#include "action/type_own.h"
#include "web/given_admin.h"

static const char *page_of(struct ctx *c, const char *token)
{
	return arena_printf(c->arena, "/token/%s", token);
}

static void given_page(struct ctx *c)
{
	ask_site = &admin_site;
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
}

SITE_TEST(the_page_of_a_token_takes_nothing_and_its_button_does)
{
	given_page(c);
	struct task t = given_waiting_for_token(c, "password");
	const char *page = page_of(c, token_of(c, &t)), *html;

	for (int i = 0; i < 2; i++)
		html = PAGE(c, AS_NOBODY, 200, page);
	HAS(html, "Access to crew as operator");
	HAS(html, "name=\"password\"");
	LACKS(html, "name=\"confirm\"");
	HAS(html, arena_printf(c->arena, "action=\"%s\"", page));
	struct resp w = ask(c, AS_NOBODY, POST, page, "password", "short", NULL);
	IS(w.status, 422);
	HAS(w.body, "The password must be one line of 10 to 200 characters.");
	LACKS(w.body, "value=\"short\"");
	w = ask(c, AS_NOBODY, POST, page, "password", "a long password", NULL);
	IS(w.status, 200);
	HAS(w.body, "href=\"/sign-in\"");
	IS(ask(c, AS_NOBODY, POST, page, "password", "a long password", NULL).status, 404);
	html = PAGE(c, AS_NOBODY, 404, page);
	HAS(html, "This token does not exist or has expired.");
	HAS(PAGE(c, AS_NOBODY, 404, "/token/nothing"), "This token does not exist or has expired.");
}

SITE_TEST(who_confirms_presses_a_button_whoever_he_is)
{
	given_page(c);
	struct task t = given_waiting_for_token(c, "confirm code");
	const char *page = page_of(c, token_of(c, &t));

	HAS(PAGE(c, by(c, "kwame"), 200, page), "name=\"confirm\"");
	struct resp w = ask(c, by(c, "kwame"), POST, page, "confirm", "on", NULL);
	IS(w.status, 422);
	w = ask(c, by(c, "kwame"), POST, page, "confirm", "on", "code", "4711", NULL);
	IS(w.status, 200);
	YES(holds(c, "(SELECT token_data = '{\"confirm\": true, \"code\": \"4711\"}' FROM task)"));
	AUDITED("token_submit", arena_printf(c->arena, "task:%s", t.id), 1);
}

SITE_TEST(the_page_of_a_task_says_who_was_mailed_and_sends_a_new_token)
{
	given_page(c);
	given_crew_of_two(c);
	IS(db_script(c, "UPDATE account SET email = 'kwame@example.org' WHERE name = 'kwame'"), OK);
	struct task t = given_token_awaited(c, "confirm");
	const char *page = arena_printf(c->arena, "/tasks/%s", t.id);
	const char *button = arena_printf(c->arena, "action=\"%s/token\"", page);
	const char *html = PAGE(c, by(c, "kwame"), 200, page);

	HAS(html, "On its way: to kwame@example.org, with the token");
	HAS(html, button);
	HAS(html, "No mail server is set");
	struct resp w = ask(
	    c, by(c, "kwame"), POST, arena_printf(c->arena, "%s/token", page), NULL);
	IS(w.status, 303);
	HAS(resp_find(&w, "Location"), "?done=reissued");
	YES(holds(c, "(SELECT count(*) FROM message WHERE event = 'task_token') = 2"));
	act_as(c, "kwame");
	IS(task_cancel(c, t.id, "", &t), OK);
	LACKS(PAGE(c, by(c, "kwame"), 200, page), button);
}

SITE_TEST(where_a_token_is_used_signed_in_a_stranger_signs_in_first)
{
	struct type_wish wish = { .name = "request-access",
		.definition = json_of(c, "{\"token_sign_in\":true}") };
	struct type_found found;
	const char *secret;

	given_page(c);
	struct task t = given_waiting_for_token(c, "confirm");
	const char *page = page_of(c, token_of(c, &t));
	act_as_cli(c);
	IS(type_save(c, &wish, &found, &secret), OK);
	struct resp w = ask(c, AS_NOBODY, GET, page, NULL);
	IS(w.status, 302);
	SAME(resp_find(&w, "Location"), arena_printf(c->arena, "/sign-in?next=%s", page));
	w = ask(c, AS_NOBODY, POST, page, "confirm", "on", NULL);
	IS(w.status, 302);
	IS(ask(c, by(c, "kwame"), POST, page, "confirm", "on", NULL).status, 200);
}

/* ---- what tells nothing */

static const char *answer_of(struct ctx *c, enum method m, const char *token)
{
	const char *page = arena_printf(c->arena, "/token/%s", token);
	struct resp w = m == GET ? ask(c, AS_NOBODY, GET, page, NULL)
				 : ask(c, AS_NOBODY, POST, page, "confirm", "on", NULL);

	IS(w.status, 404);
	return w.body;
}

SITE_TEST(the_page_of_a_token_that_is_none_is_the_same_to_the_byte)
{
	const char *tokens[5] = {
		"0000000000000000000000000000000000000000000000000000000000000000", "short"
	};
	size_t n = 2;

	given_page(c);
	struct task used = given_waiting_for_token(c, "confirm");
	tokens[n++] = token_of(c, &used);
	act_as_stranger(c);
	IS(token_submit(c, tokens[2], json_of(c, "{\"confirm\":true}")), OK);
	act_as_cli(c);
	work_on(c);
	struct task late = given_token_awaited(c, "confirm");
	tokens[n++] = token_of(c, &late);
	IS(db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"), OK);
	const char *get = answer_of(c, GET, tokens[0]), *post = answer_of(c, POST, tokens[0]);
	for (size_t i = 1; i < n; i++) {
		SAME(answer_of(c, i == 3 ? POST : GET, tokens[i]), i == 3 ? post : get);
		SAME(answer_of(c, i == 3 ? GET : POST, tokens[i]), i == 3 ? get : post);
		LACKS(get, tokens[i]);
	}
}
