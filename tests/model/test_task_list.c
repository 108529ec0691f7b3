/* Lists of tasks: who sees which, what waits for whom, page by page. */

#include "action/given_task.h"
#include "model/filter.h"
#include "model/task_list.h"

static const char *titles(struct ctx *c, const struct task_query *q)
{
	const char *all = "", *next;
	struct task *tasks;
	size_t n;

	IS(task_list(c, q, &tasks, &n, &next), OK);
	for (size_t i = 0; i < n; i++)
		all = arena_printf(c->arena, "%s%s%s", all, i > 0 ? ", " : "", tasks[i].title);
	return all;
}

static int64_t waits(struct ctx *c, const char *who)
{
	int64_t n = -1;

	act_as(c, who);
	IS(task_waits(c, &n), OK);
	return n;
}

static struct task given_request(struct ctx *c, const char *who, const char *role)
{
	act_as(c, who);
	struct task t = given_task(c, "request-access",
	    arena_printf(c->arena, "{\"team\":\"crew\",\"role\":\"%s\"}", role));
	work_on(c);
	return task_now(c, t.id);
}

#define FOR_ME (&(struct task_query){ .whose = TASKS_FOR_ME })
#define MINE   (&(struct task_query){ .whose = TASKS_MINE })
#define ALL    (&(struct task_query){ .whose = TASKS_ALL })

SITE_TEST(a_task_waits_for_who_may_decide_until_he_did)
{
	given_crew_of_two(c);
	given_account(c, "eve", false);
	given_account(c, "ada", true);
	struct task t = given_request(c, "kwame", "operator");
	IS(waits(c, "kwame"), 0);
	IS(waits(c, "eve"), 0);
	IS(waits(c, "ada"), 1);
	IS(waits(c, "marta"), 1);
	SAME(titles(c, FOR_ME), "Access to crew as operator");
	SAME(titles(c, ALL), "Access to crew as operator");
	SAME(titles(c, MINE), "");
	act_as(c, "eve");
	SAME(titles(c, ALL), "");
	act_as(c, "kwame");
	SAME(titles(c, FOR_ME), "");
	SAME(titles(c, MINE), "Access to crew as operator");
	IS(db_script(c, "UPDATE task SET required_approvals = 2"), OK);
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(waits(c, "marta"), 0);
	SAME(titles(c, FOR_ME), "");
	SAME(titles(c, ALL), "Access to crew as operator");
	IS(waits(c, "ada"), 1);
}

SITE_TEST(what_failed_waits_for_who_may_resume_it)
{
	given_crew_of_two(c);
	struct task t = given_request(c, "kwame", "operator");
	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(task_fail(c, &t, "the house is on fire"), OK);
	IS(waits(c, "marta"), 1);
	SAME(titles(c, FOR_ME), "Access to crew as operator");
}

SITE_TEST(a_group_decides_instead_of_the_role)
{
	given_crew_of_two(c);
	given_account(c, "eve", false);
	given_request(c, "kwame", "operator");
	IS(db_script(c,
	       "WITH g AS (INSERT INTO approver_group (name) VALUES ('board') RETURNING id),"
	       " a AS (INSERT INTO approver SELECT g.id, a.id FROM g, account a"
	       " WHERE a.name = 'eve') UPDATE task SET approver_group_id = g.id FROM g"),
	    OK);
	IS(waits(c, "marta"), 0);
	SAME(titles(c, FOR_ME), "");
	SAME(titles(c, ALL), "Access to crew as operator"); /* it concerns her team */
	IS(waits(c, "eve"), 1);
	SAME(titles(c, FOR_ME), "Access to crew as operator");
	SAME(titles(c, ALL), "Access to crew as operator");
}

SITE_TEST(filters_of_tasks_narrow_the_list)
{
	given_crew_of_two(c);
	given_request(c, "kwame", "operator");
	struct task t = given_request(c, "kwame", "viewer");
	IS(task_cancel(c, t.id, "", &t), OK);
	IS(db_script(c, "UPDATE task SET about = 'job:hello' WHERE title LIKE '%viewer'"), OK);
	act_as(c, "marta");
#define FOUND(want, ...) SAME(titles(c, &(struct task_query){ __VA_ARGS__ }), want)
	FOUND("Access to crew as viewer, Access to crew as operator", .limit = 0);
	FOUND("Access to crew as operator", .state = "open");
	FOUND("Access to crew as viewer", .state = "cancelled,expired");
	FOUND("", .type = "sign-up");
	FOUND("", .team = "other");
	FOUND("", .requester = "marta");
	FOUND("Access to crew as viewer", .job = "hello");
	FOUND("Access to crew as viewer", .q = "AS VIEWER");
	FOUND("Access to crew as viewer, Access to crew as operator", .type = "request-access",
	    .team = "crew", .requester = "kwame", .q = "because");
}

/* Each field of the table is one of the row: else its condition would never hold. */
SITE_TEST(conditions_see_what_belongs_to_a_task)
{
	static const char *const hold[] = { "{\"pk\":{\"isnull\":false}}",
		"{\"task_type\":{\"exact\":\"request-access\"}}",
		"{\"notes\":{\"contains\":\"kwame joins crew\"}}",
		"{\"action__name\":{\"exact\":\"add_member\"},\"action__state\":{\"exact\":"
		"\"prepared\"},\"action__valid\":{\"exact\":true},\"action__need_token\":{"
		"\"exact\":false},\"action__auto_approve\":{\"isnull\":true}}",
		"{\"token__expires_at\":{\"isnull\":true},\"token__created_at\":{\"isnull\":true}}",
		"{\"notification__error\":{\"exact\":false},\"notification__acknowledged\":{"
		"\"exact\":false},\"notification__created_at\":{\"gt\":\"2020-01-01\"}}" };

	given_crew_of_two(c);
	given_request(c, "kwame", "operator");
	act_as(c, "marta");
	for (size_t i = 0; i < LENGTH(hold); i++)
		FOUND("Access to crew as operator", .filters = hold[i]);
	FOUND("", .filters = "{\"action__name\":{\"exact\":\"invite\"}}");
	FOUND("", .filters = "{\"token__expires_at\":{\"isnull\":false}}");
	for (const struct filter_field *f = filter_task_fields; f->name != NULL; f++) {
		const char *row = f->as != NULL ? f->as : f->name;
		if (f->may != FILTER_NOBODY &&
		    !holds(c,
			"(SELECT r.actual ? '%2$s' FROM task t, task_filter_rows(ARRAY[t.id], "
			"'[{\"field\": \"%1$s\"}]') r)",
			row, row))
			FAIL("no row has %s", f->name);
	}
}

static enum err refusal(struct ctx *c, struct task_query q)
{
	struct task *tasks;
	const char *next;
	size_t n;

	return task_list(c, &q, &tasks, &n, &next);
}

/* What is said of an action, a token or a notification is said of one of them. */
SITE_TEST(conditions_on_what_belongs_to_a_task_hold_of_one_and_the_same)
{
	static const struct {
		const char *filters;
		bool holds;
	} all[] = {
		/* an open one that is no error, and an error that somebody has seen */
		{ "{\"notification__error\":{\"exact\":true}}", true },
		{ "{\"notification__acknowledged\":{\"exact\":false}}", true },
		{ "{\"notification__error\":{\"exact\":true},\"notification__acknowledged\":{"
		  "\"exact\":"
		  "false}}",
		    false },
		{ "{\"notification__error\":{\"exact\":true},\"notification__acknowledged\":{"
		  "\"exact\":"
		  "true}}",
		    true },
		{ "{\"notification__created_at\":{\"gte\":\"2020-01-02\",\"lt\":\"2020-01-03\"}}",
		    false },
		{ "{\"notification__created_at\":{\"gte\":\"2020-01-01\",\"lt\":\"2020-01-02\"}}",
		    true },
		/* one that was refused, and one that was not */
		{ "{\"action__name\":{\"exact\":\"add_member\"},\"action__valid\":{\"exact\":false}"
		  "}",
		    false },
		{ "{\"action__name\":{\"exact\":\"send_mail\"},\"action__valid\":{\"exact\":false}"
		  "}",
		    true },
		{ "{\"action__valid\":{\"exact\":false},\"notification__error\":{\"exact\":true}}",
		    true },
		{ "{\"token__created_at\":{\"isnull\":true},\"token__expires_at\":{\"isnull\":true}"
		  "}",
		    true },
		{ "{\"token__created_at\":{\"isnull\":true},\"token__expires_at\":{\"isnull\":"
		  "false}}",
		    false },
	};

	given_crew_of_two(c);
	given_request(c, "kwame", "operator");
	IS(db_script(c,
	       "INSERT INTO task_action (task_id, ord, name, data, state, valid) "
	       "SELECT id, 1, 'send_mail', '{}', 'prepared', false FROM task; "
	       "INSERT INTO notification (task_id, error, notes, created_at, acknowledged_at) "
	       "SELECT id, true, '{}', '2020-01-01T12:00:00Z', now() FROM task"),
	    OK);
	act_as(c, "marta");
	for (size_t i = 0; i < LENGTH(all); i++) {
		int before = check_failures();
		FOUND(all[i].holds ? "Access to crew as operator" : "", .filters = all[i].filters);
		if (check_failures() > before)
			FAIL("%s", all[i].filters);
	}
}

SITE_TEST(a_filter_of_tasks_that_is_none_is_named)
{
	given_crew_of_two(c);
	act_as(c, "marta");
	IS(refusal(c, (struct task_query){ .state = "open,requested" }), ERR_INVALID);
	SAME(c->fault.field, "state");
	IS(refusal(c, (struct task_query){ .after = "x" }), ERR_INVALID);
	SAME(c->fault.field, "after");
	IS(refusal(c, (struct task_query){ .q = "two\nlines" }), ERR_INVALID);
	SAME(c->fault.field, "q");
}

SITE_TEST(tasks_come_page_by_page)
{
	static const char *const roles[] = { "viewer", "operator", "editor" };
	struct task_query q = { .limit = 2 };
	struct task *tasks;
	size_t n;

	given_crew_of_two(c);
	for (size_t i = 0; i < LENGTH(roles); i++)
		given_request(c, "kwame", roles[i]);
	IS(task_list(c, &q, &tasks, &n, &q.after), OK);
	IS((int)n, 2);
	SAME(tasks[0].title, "Access to crew as editor");
	IS(task_list(c, &q, &tasks, &n, &q.after), OK);
	IS((int)n, 1);
	SAME(tasks[0].title, "Access to crew as viewer");
	YES(q.after == NULL);
}

SITE_TEST(who_may_still_approve_is_named)
{
	const char **names;
	size_t n;
	bool more;

	given_crew_of_two(c);
	given_member(c, "crew", "zoe", ROLE_MANAGER);
	given_account(c, "ada", true);
	struct task t = given_request(c, "kwame", "operator");
	IS(db_script(c, "UPDATE task SET required_approvals = 2"), OK);
	IS(task_deciders(c, &t, &names, &n, &more), OK);
	IS((int)n, 2);
	SAME(names[0], "marta");
	SAME(names[1], "zoe");
	act_as(c, "zoe");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	IS(task_deciders(c, &t, &names, &n, &more), OK);
	IS((int)n, 1);
	IS(db_script(c, "UPDATE task SET approver_role = NULL"), OK);
	IS(task_deciders(c, &t, &names, &n, &more), OK);
	SAME(names[0], "ada");
	YES(!more);
}
