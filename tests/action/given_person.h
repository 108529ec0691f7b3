#ifndef TESTS_ACTION_GIVEN_PERSON_H
#define TESTS_ACTION_GIVEN_PERSON_H

/* What tests of tasks about people begin with. */

#include "action/given_token.h"
#include "model/task_list.h"

GIVEN void given_addressed(struct ctx *c, const char *name, const char *email)
{
	struct account account;

	act_as_cli(c);
	IS(account_edit(c, name, &(struct account_change){ .email = email }, &account), OK);
}

GIVEN void given_disabled(struct ctx *c, const char *name)
{
	act_as_cli(c);
	IS(account_disable(c, name, true), OK);
}

GIVEN enum err try_task(struct ctx *c, const char *type, const char *fields, struct task *out)
{
	struct ask ask = { .type = type, .fields = json_of(c, fields) };

	c->fault = (struct fault){ .field = NULL };
	return task_ask(c, &ask, out);
}

/* The newest of its type, as admins see it; the actor stays. */
GIVEN struct task newest_task(struct ctx *c, const char *type)
{
	struct actor me = c->actor;
	struct task *all = NULL, none = { .id = "" };
	const char *next;
	size_t n = 0;

	act_as_cli(c);
	IS(task_list(c, &(struct task_query){ .type = type, .limit = 1 }, &all, &n, &next), OK);
	c->actor = me;
	return n > 0 ? all[0] : none;
}

/* Whoever acts asks for it, a stranger too, and work looks at it. */
GIVEN struct task asked(struct ctx *c, const char *type, const char *fields)
{
	struct task t;

	if (try_task(c, type, fields, &t) != OK)
		FAIL("%s: %s", fields, ctx_fault(c));
	work_on(c);
	return newest_task(c, type);
}

GIVEN bool in_team(struct ctx *c, const char *team, const char *account, enum role role)
{
	return holds(c,
	    "EXISTS (SELECT FROM membership m JOIN account a ON a.id = m.account_id JOIN team t ON "
	    "t.id = m.team_id WHERE a.name = '%s' AND t.name = '%s' AND m.role = %d)",
	    account, team, (int)role);
}

GIVEN bool noted(struct ctx *c, const char *task, const char *text)
{
	return holds(c,
	    "EXISTS (SELECT FROM task_note WHERE task_id = '%s' AND text = '%s') OR EXISTS (SELECT "
	    "FROM task_aside WHERE task_id = '%s' AND text = '%s')",
	    task, text, task, text);
}

/* The holder of the task's token gives this, and work goes on, as nobody signed in. */
GIVEN void token_gives(struct ctx *c, const struct task *t, const char *given)
{
	const char *token = token_of(c, t);

	act_as_stranger(c);
	if (token_submit(c, token, json_of(c, given)) != OK)
		FAIL("%s: %s", given, ctx_fault(c));
	act_as_cli(c);
	work_on(c);
}

/* As the task is to admins. */
GIVEN const char *task_state(struct ctx *c, const struct task *t)
{
	act_as_cli(c);
	return task_now(c, t->id).state;
}

/* What comes of asking: the token's fields, or why it was refused, and what is noted. */
struct person_case {
	const char *fields, *wants, *refused, *noted;
};

GIVEN void check_person_case(struct ctx *c, const char *type, const struct person_case *k)
{
	struct task t = asked(c, type, k->fields);

	if (t.valid != (k->refused == NULL))
		FAIL("%s: valid is %d", k->fields, t.valid);
	if (!noted(c, t.id, k->refused != NULL ? k->refused : k->noted))
		FAIL("%s: not noted: %s", k->fields, k->refused != NULL ? k->refused : k->noted);
	if (k->wants != NULL)
		YES(holds(c,
		    "(SELECT token_fields = '%s' AND need_token = (token_fields <> '') FROM "
		    "task_action WHERE task_id = '%s' AND ord = 0)",
		    k->wants, t.id));
}

#endif
