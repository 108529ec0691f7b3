#ifndef TESTS_MODEL_GIVEN_ALERT_H
#define TESTS_MODEL_GIVEN_ALERT_H

/* What tests of alerts begin with: a team that is told, and runs that end one way or another. */

#include "model/alert.h"
#include "model/channel.h"
#include "model/given_run.h"
#include "model/message.h"
#include "model/message_work.h"

#define S_NS (INT64_C(1000) * NS_PER_MS)

GIVEN struct config *given_config(struct ctx *c)
{
	struct config *config = arena_new(c->arena, struct config);

	*config = site_config;
	config->secret_key = "a key that is long enough for tests";
	c->config = config;
	return config;
}

GIVEN struct channel given_channel(
    struct ctx *c, const char *team, const char *kind, const char *target)
{
	struct channel_wish wish = { .kind = kind,
		.target = target,
		.on_failure = true,
		.on_recovery = true,
		.on_missed = true };
	struct channel channel = { 0 };
	const char *secret;

	act_as_cli(c);
	if (channel_add(c, team, &wish, &channel, &secret) != OK)
		FAIL("%s: %s", target, ctx_fault(c));
	return channel;
}

/* Run number n of the job: begins n seconds behind T0. */
GIVEN void given_end(struct ctx *c, const char *job, int64_t n, bool ok)
{
	int64_t at = T0 + n * S_NS;

	heard_one(c, job, at, at, at + 200 * NS_PER_MS, ok);
}

/* Looks, and says what is in the outbox by now: "failure failure recovery", oldest first. */
GIVEN const char *told(struct ctx *c)
{
	struct message_item *items;
	const char *words = "";
	bool mine = false, more = false;
	size_t n = 0;

	IS(alert_turn(c, 100, &mine, &more), OK);
	YES(mine);
	IS(db_script(c, "UPDATE message SET line = NULL, leased_until = NULL"), OK);
	IS(message_take(c, 100, 1, &items, &n), OK);
	IS(db_script(c, "UPDATE message SET leased_until = NULL"), OK); /* not begun yet */
	for (size_t i = 0; i < n; i++)
		words = arena_printf(
		    c->arena, "%s%s%s", words, *words == '\0' ? "" : " ", items[i].event);
	return words;
}

/* The outbox is emptied: all of it has reached its receivers. */
GIVEN void all_sent(struct ctx *c)
{
	IS(db_script(c, "UPDATE message SET state = 'sent', done_at = now(), leased_until = NULL "
			"WHERE state = 'waiting'"),
	    OK);
}

GIVEN int64_t job_id_of(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as_cli(c);
	IS(job_get(c, name, &job), OK);
	return job.id;
}

GIVEN struct alert_state state_of(struct ctx *c, const char *job)
{
	struct alert_state state = { .state = "?", .told = "?" };

	IS(alert_state_get(c, job_id_of(c, job), &state), OK);
	return state;
}

#endif
