#ifndef TESTS_ACTION_GIVEN_TOKEN_H
#define TESTS_ACTION_GIVEN_TOKEN_H

/* A task that waits for its token, and the token as its mail would say it. */

#include "action/given_task.h"
#include "action/token.h"
#include "model/given_alert.h"
#include "model/task_token.h"

/* kwame of given_crew_of_two() asks for a role in crew; his action demands `fields` of a token. */
GIVEN struct task given_asked_with(struct ctx *c, const char *fields)
{
	given_config(c);
	act_as(c, "kwame");
	struct task t = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"operator\"}");
	work_on(c);
	IS(db_script(
	       c, arena_printf(c->arena,
		      "UPDATE task_action SET need_token = true, token_fields = '%s'", fields)),
	    OK);
	return task_now(c, t.id);
}

GIVEN struct task given_token_awaited(struct ctx *c, const char *fields)
{
	struct task t = given_asked_with(c, fields);

	act_as(c, "marta");
	IS(task_approve(c, t.id, t.hash.text, "", &t), OK);
	work_on(c);
	t = task_now(c, t.id);
	SAME(t.state, "awaiting_token");
	return t;
}

/* The same, with the two. */
GIVEN struct task given_waiting_for_token(struct ctx *c, const char *fields)
{
	given_crew_of_two(c);
	return given_token_awaited(c, fields);
}

GIVEN struct task given_prepared_with(struct ctx *c, const char *fields)
{
	given_crew_of_two(c);
	return given_asked_with(c, fields);
}

GIVEN const char *token_of(struct ctx *c, const struct task *t)
{
	const char *hash, *token = "";
	struct task_token row;

	IS(task_token_of(c, t->id, &row, &hash), OK);
	IS(task_token_text(c, t->id, hash, &token), OK);
	return token;
}

GIVEN void act_as_stranger(struct ctx *c)
{
	c->actor = (struct actor){ .address = "192.0.2.7" };
}

#endif
