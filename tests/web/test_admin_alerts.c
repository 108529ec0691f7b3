/* The page of a team's notifications, and what the page of a job says of them. */

#include "model/given_alert.h"
#include "web/given_admin.h"

SITE_TEST(the_page_shows_who_is_told_and_what_was_sent)
{
	given_config(c);
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	const char *page = PAGE(c, by(c, "vera"), 200, "/teams/ops/alerts");
	HAS(page, "Nobody. The team's managers can add");
	LACKS(page, "Tell somebody else");
	HAS(page, "No mail server is set");
	given_channel(c, "ops", "mail", "ops@example.org");
	given_channel(c, "ops", "webhook", "https://hooks.example.org/T1/secret");
	given_end(c, "hello", 1, false);
	SAME(told(c), "failure failure");
	IS(db_script(c, "UPDATE message SET state = 'failed', reason = '550 <no>', done_at = now() "
			"WHERE kind = 'mail'"),
	    OK);
	page = PAGE(c, by(c, "vera"), 200, "/teams/ops/alerts");
	HAS(page, "https://hooks.example.org/...");
	LACKS(page, "T1/");
	HAS(page, "550 &lt;no&gt;");
	LACKS(page, "Send again");
	page = PAGE(c, by(c, "marta"), 200, "/teams/ops/alerts");
	HAS(page, "https://hooks.example.org/T1/secret");
	HAS(page, "Send again");
	HAS(page, "Failure of <a href=\"/jobs/hello\">hello</a>");
	page = PAGE(c, by(c, "vera"), 200, "/jobs/hello");
	HAS(page, "ops@example.org <small>failure, recovery, missed</small>");
	LACKS(page, "T1/");
	HAS(page, "1 bad run");
	IS(ask(c, by(c, "nora"), GET, "/teams/ops/alerts", NULL).status, 404);
}

SITE_TEST(a_wrong_address_comes_back_with_the_reason_beside_it)
{
	given_config(c);
	given_people(c);
	struct resp w = ask(c, by(c, "marta"), POST, "/teams/ops/alerts", "kind", "mail", "target",
	    "no address", "on_failure", "on", NULL);
	IS(w.status, 422);
	HAS(w.body, "Address: must be a mail address");
	HAS(w.body, "value=\"no address\"");
	SAME(view_missing(), NULL);
	w = ask(c, by(c, "marta"), POST, "/teams/ops/alerts", "kind", "mail", "target",
	    "ops@example.org", "on_failure", "on", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/teams/ops/alerts?done=saved");
	w = ask(c, by(c, "marta"), POST, "/teams/ops/alerts", "kind", "mail", "target",
	    "ops@example.org", "on_failure", "on", NULL);
	IS(w.status, 409);
	HAS(w.body, "is told already");
	IS(ask(c, by(c, "edith"), POST, "/teams/ops/alerts", "kind", "mail", "target",
	       "b@example.org", "on_failure", "on", NULL)
		.status,
	    403);
}

SITE_TEST(one_of_them_is_changed_on_a_page_of_its_own)
{
	given_config(c);
	given_people(c);
	struct channel ch = given_channel(c, "ops", "webhook", "https://hooks.example.org/");
	const char *here = arena_printf(c->arena, "/teams/ops/alerts/%lld", (long long)ch.id);
	const char *page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "New secret");
	HAS(page, "Delete https://hooks.example.org/?");
	IS(ask(c, by(c, "edith"), GET, here, NULL).status, 403);
	struct resp w = ask(c, by(c, "marta"), POST, here, "on", "on", NULL);
	IS(w.status, 422);
	HAS(w.body, "must be at least one of");
	IS(ask(c, by(c, "marta"), POST, here, "on_missed", "on", NULL).status, 303);
	page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "switched off by marta");
	w = ask(c, by(c, "marta"), POST, arena_printf(c->arena, "%s/secret", here), NULL);
	IS(w.status, 200);
	HAS(w.body, "whsec_");
	IS(ask(c, by(c, "marta"), POST, arena_printf(c->arena, "%s/delete", here), NULL).status,
	    303);
	IS(ask(c, by(c, "marta"), GET, here, NULL).status, 404);
}
