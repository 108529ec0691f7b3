/* Two at one form: nobody overwrites what he has not seen, and what he typed is kept. What ends
 * something asks once, and names it. */

#include "model/approver.h"
#include "web/given_request.h"

#define SAVE(who, version, role)                                                              \
	ask(c, by(c, who), POST, of_task(c, &t, "/edit"), "request_version", version, "team", \
	    "ops", "role", role, NULL)

SITE_TEST(a_request_that_somebody_else_changed_is_shown_with_both)
{
	struct task t = given_request(c);
	HAS(PAGE(c, by(c, "nora"), 200, of_task(c, &t, "/edit")),
	    "name=\"request_version\" value=\"1\"");
	IS(SAVE("marta", "1", "viewer").status, 303);
	struct resp w = SAVE("nora", "1", "editor");
	IS(w.status, 412);
	HAS(w.body, "Not saved: marta changed this request while you did");
	HAS(w.body, "value=\"editor\" selected");
	HAS(w.body, "meanwhile it was made: viewer");
	HAS(w.body, "name=\"request_version\" value=\"2\"");
	act_as(c, "nora");
	HAS(task_now(c, t.id).data_text, "viewer");
	IS(SAVE("nora", "2", "editor").status, 303);
	act_as(c, "nora");
	HAS(task_now(c, t.id).data_text, "editor");
	w = SAVE("nora", "2", "viewer");
	IS(w.status, 412);
	HAS(w.body, "you yourself, elsewhere, changed this request");
	static const char *const none[] = { "", "0", "x", "-1" };
	for (size_t i = 0; i < LENGTH(none); i++) {
		w = SAVE("nora", none[i], "viewer");
		IS(w.status, 422);
		HAS(w.body, "request_version");
	}
	act_as(c, "nora");
	HAS(task_now(c, t.id).data_text, "editor");
}

/* ---- groups */

#define SAVE_GROUP(version, members)                                                            \
	ask(c, by(c, "marta"), POST, "/settings/groups/dba", "version", version, "description", \
	    "data", "members", members, NULL)

SITE_TEST(a_group_that_somebody_else_changed_is_shown_with_both)
{
	given_people(c);
	IS(ask(c, by(c, "marta"), POST, "/settings/groups", "name", "dba", "description", "data",
	       "members", "edith", NULL)
		.status,
	    303);
	HAS(PAGE(c, by(c, "marta"), 200, "/settings/groups/dba"), "name=\"version\" value=\"1\"");
	IS(SAVE_GROUP("1", "edith otto").status, 303);
	struct resp w = SAVE_GROUP("1", "edith vera");
	IS(w.status, 412);
	HAS(w.body, "somebody changed this group while you did");
	HAS(w.body, "By now its members are: edith otto.");
	HAS(w.body, "edith vera</textarea>");
	HAS(w.body, "name=\"version\" value=\"2\"");
	struct approver_group g;
	IS(approver_group_get(c, "dba", &g), OK);
	SAME(g.names, "edith otto");
	IS(SAVE_GROUP("2", "edith vera").status, 303);
	IS(SAVE_GROUP("3", "edith vera").status, 303); /* nothing changed: it is the same still */
	IS(approver_group_get(c, "dba", &g), OK);
	IS(g.version, 3);
	AUDITED("group_set", "group:dba", 3);
	/* A new one does not become one that is there. */
	w = ask(c, by(c, "marta"), POST, "/settings/groups", "name", "dba", "description", "",
	    "members", "otto", NULL);
	IS(w.status, 409);
	HAS(w.body, "There is a group dba already");
	IS(approver_group_get(c, "dba", &g), OK);
	SAME(g.names, "edith vera");
}

/* ---- asked once */

SITE_TEST(what_ends_something_asks_once_and_names_it)
{
	struct task t = given_request(c);
	const char *page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, ""));
	HAS(page, "popovertarget=\"end\">Withdraw<");
	HAS(page, "Withdraw this request?");
	HAS(page, "“Access to ops as operator” ends undone");
	LACKS(page, "token that was mailed");
	page = PAGE(c, by(c, "maria"), 200, "/teams/ops");
	HAS(page, "Remove otto from ops?");
	HAS(page, "The role operator in ops ends with the next request that otto makes");
	page = PAGE(c, by(c, "marta"), 200, "/accounts/otto");
	HAS(page, "Remove otto from ops?");
	HAS(page, "The role operator in ops ends");
	IS(db_script(c, "INSERT INTO session (account_id, token_hash, agent, address) SELECT id, "
			"'h' || n, 'curl/8', '192.0.2.' || n FROM account, generate_series(1, 7) n "
			"WHERE name = 'otto'"),
	    OK);
	page = PAGE(c, by(c, "marta"), 200, "/accounts/otto");
	HAS(page, "Sign otto out?");
	HAS(page, "7 sessions end: ");
	HAS(page, "from 192.0.2.");
	HAS(page, " and 2 more.");
}

SITE_TEST(who_sees_a_task_and_may_not_end_it_is_not_offered_to)
{
	struct task t = given_request(c);

	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('dba'); INSERT INTO approver "
			"SELECT g.id, a.id FROM approver_group g, account a WHERE a.name = 'vera'; "
			"UPDATE task SET approver_group_id = (SELECT id FROM approver_group)"),
	    OK);
	LACKS(PAGE(c, by(c, "vera"), 200, of_task(c, &t, "")), "Cancel this task");
	HAS(PAGE(c, by(c, "maria"), 200, of_task(c, &t, "")), "Cancel this task");
	struct resp w = ask(
	    c, by(c, "vera"), POST, of_task(c, &t, ""), "do", "cancel", "comment", "", NULL);
	IS(w.status, 403);
	HAS(w.body, "managers of ops and admins may cancel it");
}

SITE_TEST(the_way_of_a_request_says_as_what_somebody_approved)
{
	struct task t = given_request(c);

	act_as(c, "maria");
	IS(task_approve(c, t.id, t.hash.text, "welcome", &t), OK);
	const char *page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, ""));
	HAS(page, "Approved by <strong>maria</strong>");
	HAS(page, "as manager of ops");
	/* Who comes to it a moment later is told no lie, and what he says is kept. */
	struct resp w = ask(c, by(c, "marta"), POST, of_task(c, &t, ""), "do", "approve", "hash",
	    t.hash.text, "comment", "me, too", NULL);
	IS(w.status, 303);
	page = PAGE(c, by(c, "nora"), 200, of_task(c, &t, ""));
	HAS(page, "me, too");
	LACKS(page, "as admin");
}
