/* Notifications on the pages: listed, one of them, acknowledged. */

#include "action/given_task.h"
#include "model/notification.h"
#include "web/given_admin.h"

/* nora asks for a role in ops; maria manages it, marta is an admin. */
static struct task given_request(struct ctx *c)
{
	given_people(c);
	given_member(c, "ops", "maria", ROLE_MANAGER);
	act_as(c, "nora");
	struct task t = given_task(c, "request-access", "{\"team\":\"ops\",\"role\":\"operator\"}");
	work_on(c);
	return task_now(c, t.id);
}

SITE_TEST(admins_acknowledge_what_they_were_told)
{
	struct task t = given_request(c);
	int64_t id;

	IS(db_script(c, "DELETE FROM notification"), OK);
	IS(notification_add(c, t.id, true, "the server answered 450", &id), OK);
	const char *pick = arena_printf(c->arena, "%" PRId64, id);
	HAS(PAGE(c, by(c, "marta"), 200, "/tasks"), "the server answered 450");
	HAS(PAGE(c, by(c, "marta"), 200, "/tasks?notifications=error"), "1 not acknowledged");
	LACKS(PAGE(c, by(c, "maria"), 200, "/tasks"), "the server answered 450");
	PAGE(c, by(c, "maria"), 403, "/tasks?notifications=open");
	PAGE(c, by(c, "marta"), 422, "/tasks?notifications=nonsense");
	IS(ask(c, by(c, "maria"), POST, "/notifications/acknowledge", "pick", pick, NULL).status,
	    403);
	IS(ask(c, by(c, "marta"), POST, "/notifications/acknowledge", "pick", "x", NULL).status,
	    422);
	struct resp w = ask(
	    c, by(c, "marta"), POST, "/notifications/acknowledge", "pick", pick, NULL);
	SAME(resp_find(&w, "Location"), "/tasks?notifications=open&done=acknowledged");
	HAS(PAGE(c, by(c, "marta"), 200, "/tasks?notifications=open"), "Nothing to acknowledge");
	HAS(PAGE(c, by(c, "marta"), 200, "/tasks?notifications=all"), "marta <small>");
}

SITE_TEST(a_notification_has_a_page_that_only_admins_have)
{
	struct task t = given_request(c);
	int64_t id;

	IS(db_script(c, "DELETE FROM notification"), OK);
	IS(notification_add(c, t.id, true, "the server answered <450>", &id), OK);
	const char *here = arena_printf(c->arena, "/notifications/%" PRId64, id),
		   *list = PAGE(c, by(c, "marta"), 200, "/tasks?notifications=open");
	HAS(list, arena_printf(c->arena, "href=\"%s\"", here));
	HAS(list, arena_printf(c->arena, "/tasks/%s", t.id));
	const char *page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "the server answered &lt;450&gt;");
	HAS(page, "class=\"state failed\">Error");
	HAS(page, arena_printf(c->arena, "/tasks/%s", t.id));
	HAS(page, "not acknowledged");
	HAS(page, "Nobody but who looks here");
	IS(db_script(c,
	       arena_printf(c->arena,
		   "INSERT INTO message (key, kind, event, target, payload, give_up_at, task_id, "
		   "notification_id, state, reason) VALUES ('x', 'mail', 'task_error', "
		   "'ops@example.org', '{}', now(), '%s', %" PRId64 ", 'failed', '550 no')",
		   t.id, id)),
	    OK);
	page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "Failed: to ops@example.org");
	HAS(page, "550 no");
	const char *yes = arena_printf(c->arena, "%s/acknowledge", here);
	IS(ask(c, by(c, "maria"), POST, yes, NULL).status, 404);
	PAGE(c, by(c, "maria"), 404, here);
	PAGE(c, by(c, "marta"), 404, "/notifications/99999999");
	struct resp w = ask(c, AS_NOBODY, GET, here, NULL);
	IS(w.status, 302);
	SAME(resp_find(&w, "Location"), arena_printf(c->arena, "/sign-in?next=%s", here));
	for (int i = 0; i < 2; i++) {
		w = ask(c, by(c, "marta"), POST, yes, NULL);
		IS(w.status, 303);
		SAME(resp_find(&w, "Location"), arena_printf(c->arena, "%s?done=acknowledged%s",
						    here, i == 0 ? "" : "-before"));
	}
	page = PAGE(c, by(c, "marta"), 200, here);
	HAS(page, "acknowledged by marta");
	LACKS(page, "<button class=\"primary\">Acknowledge</button>");
	YES(holds(c, "(SELECT count(*) FROM audit WHERE verb = 'notification_acknowledge') = 1"));
}

SITE_TEST(a_notification_of_no_task_and_one_that_was_sent_have_a_page_too)
{
	given_request(c);
	IS(db_script(c,
	       "INSERT INTO notification (id, error, notes, acknowledged_at, acknowledged_by) "
	       "OVERRIDING SYSTEM VALUE VALUES (4711, false, '{\"notes\":[\"one\",\"two\"]}', "
	       "now(), 'signalbox')"),
	    OK);
	const char *page = PAGE(c, by(c, "marta"), 200, "/notifications/4711");
	HAS(page, "acknowledged by itself");
	HAS(page, ">one<");
	HAS(page, ">two<");
	HAS(page, "Of none.");
}
