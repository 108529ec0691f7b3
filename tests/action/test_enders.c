/* Who may end a task for others, and have its mail sent again: who manages the team that it
 * concerns, and admins; whoever else sees it may say something. */

#include <string.h>

#include "action/given_token.h"

/* Who, and what comes when the task is of crew, and when it is of no team. */
static const struct {
	const char *who;
	enum err of_crew, of_none;
} all[] = {
	{ "kwame", OK, OK },                      /* asked for it */
	{ "marta", OK, ERR_NOT_FOUND },           /* manages crew */
	{ "ada", OK, OK },                        /* an admin */
	{ "gina", ERR_FORBIDDEN, ERR_FORBIDDEN }, /* of the group that approves it */
	{ "olga", ERR_NOT_FOUND, ERR_NOT_FOUND }, /* operates crew */
	{ "otto", ERR_NOT_FOUND, ERR_NOT_FOUND }, /* manages another team */
};

static struct task given_seen_by_a_group(struct ctx *c)
{
	given_config(c);
	struct task t = given_waiting_for_token(c, "confirm");
	given_member(c, "crew", "olga", ROLE_OPERATOR);
	given_team(c, "others");
	given_member(c, "others", "otto", ROLE_MANAGER);
	given_account(c, "gina", false);
	given_account(c, "ada", true);
	IS(db_script(c, "INSERT INTO approver_group (name) VALUES ('dba'); INSERT INTO approver "
			"SELECT g.id, a.id FROM approver_group g, account a WHERE a.name = 'gina'; "
			"UPDATE task SET approver_group_id = (SELECT id FROM approver_group)"),
	    OK);
	return t;
}

enum place { OF_CREW, OF_NO_TEAM, WAITING, PLACES };

static const char *const places[PLACES] = { [OF_CREW] = "SELECT 1",
	[OF_NO_TEAM] = "UPDATE task SET team_id = NULL",
	[WAITING] = "DELETE FROM task_token; UPDATE task SET state = 'requested', stage = 'wait', "
		    "approved = false, approved_at = NULL, approved_by = NULL" };

struct attempt {
	const char *id, *who;
	enum place place;
	enum err comes;
};

static enum err tried(struct ctx *c, void *arg)
{
	const struct attempt *a = arg;
	struct task t;

	IS(db_script(c, places[a->place]), OK);
	act_as(c, a->who);
	if (a->place != WAITING)
		IS(token_reissue(c, a->id), a->comes);
	IS(task_cancel(c, a->id, "", &t), a->comes);
	if (a->comes == ERR_FORBIDDEN) {
		SAME(c->fault.detail,
		    a->place == OF_NO_TEAM
			? "Only who asked for it and admins may cancel it."
			: "Only who asked for it, managers of crew and admins may cancel it.");
		IS(task_comment(c, a->id, "please end it", &t), OK);
	}
	YES(holds(c, "(SELECT cancelled FROM task) = %s", a->comes == OK ? "true" : "false"));
	return ERR_STALE;
}

SITE_TEST(a_task_is_ended_for_others_by_admins_and_managers_of_its_team_alone)
{
	struct task t = given_seen_by_a_group(c);

	for (enum place place = 0; place < PLACES; place++)
		for (size_t i = 0; i < LENGTH(all); i++) {
			int before = check_failures();
			struct attempt a = { t.id, all[i].who, place,
				place == OF_NO_TEAM ? all[i].of_none : all[i].of_crew };
			IS(db_atomically(c, tried, &a), ERR_STALE);
			if (check_failures() > before)
				FAIL("%s at %d", all[i].who, place);
		}
}
