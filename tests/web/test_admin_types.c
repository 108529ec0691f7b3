/* Settings, Task types: the list, the editor, what is told of a mistake. */

#include "action/given_task.h"
#include "action/type_own.h"
#include "model/given_alert.h"
#include "web/admin/admin.h"
#include "web/given_admin.h"

#define AT "/settings/types/new"

SITE_TEST(a_type_is_made_in_the_editor_and_tells_its_secret_once)
{
	given_people(c);
	given_config(c);
	const struct caller *marta = by(c, "marta");
	HAS(PAGE(c, marta, 200, AT "?view=json"), "provision.example.org");
	HAS(PAGE(c, marta, 200, AT "?begin=example"), "provision.example.org");
	struct resp w = ask(c, marta, POST, AT, "do", "check", "name", "database", "definition",
	    type_example, NULL);
	IS(w.status, 200);
	HAS(w.body, "It can be saved as it stands");
	HAS(w.body, "a-z, digits and _");
	w = ask(
	    c, marta, POST, AT, "do", "save", "name", "database", "definition", type_example, NULL);
	IS(w.status, 200);
	HAS(w.body, "whsec_");
	const char *page = PAGE(c, marta, 200, "/settings/types/database"), *first = w.body;
	LACKS(page, "whsec_");
	w = ask(c, marta, POST, "/settings/types/database", "do", "secret", NULL);
	IS(w.status, 200);
	const char *secret = strstr(w.body, "whsec_");
	YES(secret != NULL &&
	    strstr(first, arena_strndup(c->arena, secret, strcspn(secret, "<"))) == NULL);
	HAS(page, "What people fill in");
	page = PAGE(c, marta, 200, "/settings/types");
	HAS(page, "A database");
	HAS(page, "request-access");
	w = ask(
	    c, marta, POST, AT, "do", "save", "name", "database", "definition", type_example, NULL);
	IS(w.status, 409);
}

SITE_TEST(a_mistake_is_told_beside_what_was_typed)
{
	given_people(c);
	const struct caller *marta = by(c, "marta");
	struct resp w = ask(c, marta, POST, AT, "do", "save", "name", "x-y", "definition",
	    "{\"title\":\"<T>\",\"fields\":[{\"name\":\"a\",\"kind\":\"line\",\"rule\":\"(\"}],"
	    "\"actions\":[]}",
	    NULL);
	IS(w.status, 422);
	HAS(w.body, "fields[0].rule");
	HAS(w.body, "&lt;T&gt;");
	w = ask(c, marta, POST, AT, "do", "save", "name", "x-y", "definition", "{", NULL);
	IS(w.status, 422);
	HAS(w.body, "It is no JSON");
}

SITE_TEST(settings_of_a_type_that_ships_are_changed_and_forgotten)
{
	struct task_type t;

	given_people(c);
	const struct caller *marta = by(c, "marta");
	struct resp w = ask(c, marta, POST, "/settings/types/invite", "do", "disable", NULL);
	IS(w.status, 303);
	IS(type_get(c, "invite", &t), OK);
	YES(t.disabled);
	HAS(ask(c, marta, GET, "/settings/types", NULL).body, "disabled");
	w = ask(c, marta, POST, "/settings/types/invite", "do", "save", "version", "7",
	    "definition", "{}", NULL);
	IS(w.status, 412);
	/* What is wrong stands once, and not below each field of the form that people fill in. */
	const char *error = strstr(w.body, "class=\"error failed\"");
	YES(error != NULL && strstr(error + 1, "class=\"error failed\"") == NULL);
	w = ask(c, marta, POST, "/settings/types/invite", "do", "delete", NULL);
	IS(w.status, 303);
	IS(type_get(c, "invite", &t), OK);
	YES(!t.disabled);
	w = ask(c, marta, POST, "/settings/types/invite", "do", "save", "version", "0",
	    "definition",
	    "{\"additional_actions\":[{\"action\":\"send_mail\",\"with\":{\"to\":\"a@b.example\","
	    "\"subject\":\"S\",\"text\":\"T\"}}]}",
	    NULL);
	IS(w.status, 303);
	IS(type_get(c, "invite", &t), OK);
	SAME(t.steps[1].action, "send_mail");
	const char *page = PAGE(c, marta, 200, "/settings/types/invite?view=json");
	HAS(page, "&quot;additional_actions&quot;");
	HAS(page, "email_task_cache");
	HAS(PAGE(c, marta, 200, "/settings/types/invite"), "additional_actions[0].with.subject");
	w = ask(c, marta, POST, "/settings/types/invite", "do", "check", "version", "0",
	    "definition", "{\"additional_actions\":[{\"action\":\"invite\"}]}", NULL);
	IS(w.status, 422);
	HAS(w.body, "additional_actions[0].action");
	IS(ask(c, by(c, "otto"), GET, "/settings/types", NULL).status, 403);
	IS(ask(c, by(c, "otto"), POST, "/settings/types/invite", "do", "disable", NULL).status,
	    403);
	IS(ask(c, marta, GET, "/settings/types/nothing", NULL).status, 404);
}
