/* Two begin at the same moment, fifty times, and nobody says who is first: whoever it is, what
 * comes of it is one of the things that may. */

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "action/given_apart.h"
#include "core/time.h"

enum { ROUNDS = 50, MEET_MAX_S = 60, ALLOWED = 3 };

static const char yes[] = "{\"confirm\":true}";

/* ---- what one of the two does */

struct side {
	void (*before)(struct ctx *c, const char *id); /* NULL: nothing */
	enum err (*act)(struct ctx *c, const char *id, const char *token);
};

static enum err approve_as(struct ctx *c, const char *id, const char *who)
{
	struct task t;

	act_as(c, who);
	TRY(task_get(c, id, &t));
	return task_approve(c, id, t.hash.text != NULL ? t.hash.text : "", "", &t);
}

static enum err marta_approves(struct ctx *c, const char *id, const char *token)
{
	(void)token;
	return approve_as(c, id, "marta");
}

static enum err mila_approves(struct ctx *c, const char *id, const char *token)
{
	(void)token;
	return approve_as(c, id, "mila");
}

static enum err kwame_edits(struct ctx *c, const char *id, const char *token)
{
	const char *other = arena_printf(c->arena, "{\"team\":\"crew\",\"what\":\"other %s\"}", id);
	struct task t;

	(void)token;
	act_as(c, "kwame");
	return task_edit(c, id, json_of(c, other), &t);
}

static enum err kwame_withdraws(struct ctx *c, const char *id, const char *token)
{
	struct task t;

	(void)token;
	act_as(c, "kwame");
	return task_cancel(c, id, "", &t);
}

static enum err holder_submits(struct ctx *c, const char *id, const char *token)
{
	(void)id;
	act_as_stranger(c);
	return token_submit(c, token, json_of(c, yes));
}

static enum err marta_reissues(struct ctx *c, const char *id, const char *token)
{
	(void)token;
	act_as(c, "marta");
	return token_reissue(c, id);
}

static void runs_out(struct ctx *c, const char *id)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE task SET expires_at = clock_timestamp() WHERE id = '%s'", id)),
	    OK);
}

static enum err expires(struct ctx *c, const char *id, const char *token)
{
	int64_t n = 0;

	(void)id, (void)token;
	TRY(task_expire(c, &n));
	return n == 1 ? OK : ERR_NOT_FOUND;
}

/* ---- both */

static struct arena_of_two {
	atomic_int arrived;
	const struct side *sides[2];
	char id[ROUNDS][40], token[ROUNDS][72];
	int came[2][ROUNDS];
} * both;

static bool meet(int round)
{
	int64_t until_us = time_monotonic_us() + MEET_MAX_S * US_PER_S;

	atomic_fetch_add(&both->arrived, 1);
	while (atomic_load(&both->arrived) < 2 * (round + 1)) {
		if (time_monotonic_us() > until_us)
			return false;
		sched_yield();
	}
	return true;
}

static enum err go_rounds(struct ctx *c, int which)
{
	const struct side *side = both->sides[which];

	for (int i = 0; i < ROUNDS; i++) {
		if (side->before != NULL)
			side->before(c, both->id[i]);
		if (!meet(i))
			return ERR_UNAVAILABLE;
		both->came[which][i] = (int)side->act(c, both->id[i], both->token[i]);
	}
	return OK;
}

static enum err first(struct ctx *c, const char *id)
{
	(void)id;
	return go_rounds(c, 0);
}

static enum err second(struct ctx *c, const char *id)
{
	(void)id;
	return go_rounds(c, 1);
}

struct race {
	const char *name, *type;
	bool token; /* begins when a token is waited for */
	struct side sides[2];
	struct {
		enum err came[2];
		const char *place; /* NULL: no more of them */
	} allowed[ALLOWED];
};

/* clang-format off */
static const struct race races[] = {
	{ "submit against reissue", "test", true, { { NULL, holder_submits }, { NULL, marta_reissues } }, {
	    { { OK, ERR_CONFLICT }, "approved/submit" },
	    { { ERR_NOT_FOUND, OK }, "awaiting_token/token" } } },
	{ "submit against withdraw", "test", true, { { NULL, holder_submits }, { NULL, kwame_withdraws } }, {
	    { { OK, OK }, "cancelled/end" },
	    { { ERR_NOT_FOUND, OK }, "cancelled/end" } } },
	{ "submit against submit", "test", true, { { NULL, holder_submits }, { NULL, holder_submits } }, {
	    { { OK, ERR_NOT_FOUND }, "approved/submit" },
	    { { ERR_NOT_FOUND, OK }, "approved/submit" } } },
	{ "submit against expiry", "test", true, { { NULL, holder_submits }, { runs_out, expires } }, {
	    { { OK, ERR_NOT_FOUND }, "approved/submit" },
	    { { ERR_NOT_FOUND, OK }, "expired/end" } } },
	{ "approve against edit", "test", false, { { NULL, marta_approves }, { NULL, kwame_edits } }, {
	    { { OK, ERR_CONFLICT }, "approved/approve" },
	    { { ERR_CONFLICT, OK }, "requested/prepare" } } },
	{ "approve against expiry", "test", false, { { NULL, marta_approves }, { runs_out, expires } }, {
	    { { OK, ERR_NOT_FOUND }, "approved/approve" },
	    { { ERR_CONFLICT, OK }, "expired/end" } } },
	{ "two approve what one must", "test", false, { { NULL, marta_approves }, { NULL, mila_approves } }, {
	    { { OK, OK }, "approved/approve" } } },
	{ "two approve what two must", "test-two", false, { { NULL, marta_approves }, { NULL, mila_approves } }, {
	    { { OK, OK }, "approved/approve" } } },
};
/* clang-format on */

static void given_rounds(struct ctx *c, const struct race *r)
{
	struct task t;

	IS(db_script(c, "TRUNCATE task CASCADE; TRUNCATE test_effect"), OK);
	test_parts_begin(c);
	test_parts[2][TEST_PREPARE].want = r->token ? "confirm" : NULL;
	for (int i = 0; i < ROUNDS; i++) {
		act_as(c, "kwame");
		t = given_task(
		    c, r->type, arena_printf(c->arena, "{\"team\":\"crew\",\"what\":\"%d\"}", i));
		memcpy(both->id[i], t.id, strlen(t.id) + 1);
		work_on(c);
		if (!r->token)
			continue;
		IS(approve_as(c, t.id, "marta"), OK);
		work_on(c);
		const char *token = token_of(c, &t);
		memcpy(both->token[i], token, strlen(token) + 1);
	}
}

static bool is_allowed(const struct race *r, int i, const char *place)
{
	for (size_t k = 0; k < ALLOWED && r->allowed[k].place != NULL; k++)
		if (both->came[0][i] == (int)r->allowed[k].came[0] &&
		    both->came[1][i] == (int)r->allowed[k].came[1] &&
		    strcmp(place, r->allowed[k].place) == 0)
			return true;
	return false;
}

/* Whichever way it went: a token is there exactly where one is waited for, and the former one of a
 * reissue leads nowhere. */
static void is_sound(struct ctx *c, const struct race *r, int i)
{
	struct token_need need;

	act_as(c, "kwame");
	struct task t = task_now(c, both->id[i]);
	const char *place = arena_printf(c->arena, "%s/%s", t.state, t.stage);
	if (!is_allowed(r, i, place))
		FAIL("%s, round %d: %d and %d gave %s", r->name, i, both->came[0][i],
		    both->came[1][i], place);
	YES(holds(c, "(SELECT count(*) FROM task_token WHERE task_id = '%s') = %d", t.id,
	    strcmp(t.stage, "token") == 0));
	if (!r->token)
		return;
	IS(token_find(c, both->token[i], &need), ERR_NOT_FOUND);
	if (strcmp(t.stage, "token") == 0)
		IS(token_find(c, token_of(c, &t), &need), OK);
}

/* A step of an action is done once or not at all, and nothing of what has ended. */
static void ends_soundly(struct ctx *c, const struct race *r)
{
	act_as_cli(c);
	while (work_on(c) > 0)
		continue;
	YES(holds(c, "(SELECT count(*) = count(DISTINCT (task, action, stage)) FROM test_effect "
		     "WHERE stage <> 'prepare')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM test_effect e JOIN task t ON t.id::text = "
		     "e.task::text WHERE e.stage = 'submit' AND t.cancelled)"));
	if (!r->token)
		YES(holds(c, "NOT EXISTS (SELECT FROM test_effect e JOIN task t ON t.id::text = "
			     "e.task::text WHERE e.stage = 'approve' AND NOT t.completed)"));
}

static void run(struct ctx *c, const struct race *r)
{
	given_rounds(c, r);
	atomic_store(&both->arrived, 0);
	both->sides[0] = &r->sides[0];
	both->sides[1] = &r->sides[1];
	struct apart a = apart_start(first, ""), b = apart_start(second, "");
	apart_go(&a);
	apart_go(&b);
	IS(apart_end(&a), OK);
	IS(apart_end(&b), OK);
	IS(db_script(c, "DELETE FROM knock"), OK);
	for (int i = 0; i < ROUNDS; i++)
		is_sound(c, r, i);
	ends_soundly(c, r);
}

SLOW_APART_TEST(whoever_of_two_comes_first_it_is_one_or_the_other_and_never_half)
{
	both = mmap(NULL, sizeof(*both), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	YES(both != MAP_FAILED);
	given_crew_apart(c);
	for (size_t i = 0; i < LENGTH(races); i++)
		run(c, &races[i]);
	crew_leaves(c);
	IS(munmap(both, sizeof(*both)), 0);
}
