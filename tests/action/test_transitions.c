/* Every operation at every place where a task can stand: where it goes, or with which sentence it
 * is refused, and then nothing has changed. */

#include <string.h>

#include "action/given.h"
#include "action/given_token.h"

#define TEST_FIELDS "{\"team\":\"crew\",\"what\":\"it\"}"

enum place {
	PREPARE,
	WAIT,
	INVALID, /* waits, but an action will not */
	APPROVE,
	TOKEN,
	TOKEN_OLD, /* its token ran out */
	SUBMIT,
	COMPLETED,
	REJECTED,
	CANCELLED,
	EXPIRED,
	FAILED_PREPARE,
	FAILED_APPROVE,
	FAILED_SUBMIT,
	PLACES
};

static const char *const standing[PLACES] = { "requested/prepare", "requested/wait",
	"requested/wait", "approved/approve", "awaiting_token/token", "awaiting_token/token",
	"approved/submit", "completed/end", "rejected/end", "cancelled/end", "expired/end",
	"failed/prepare", "failed/approve", "failed/submit" };

static void must(struct ctx *c, enum err e)
{
	if (e != OK)
		FAIL("%s", ctx_fault(c));
}

static void fails_at(struct ctx *c, enum test_stage stage)
{
	test_parts[1][stage].err = ERR_CONFLICT;
	work_on(c);
	test_parts[1][stage].err = OK;
}

static const char *token; /* of the task, once there was one */

static void prepare_to(struct ctx *c, enum place to)
{
	test_parts[1][TEST_PREPARE].refuse = to == INVALID;
	if (to == FAILED_PREPARE)
		fails_at(c, TEST_PREPARE);
	else if (to != PREPARE)
		work_on(c);
}

static void end_as(struct ctx *c, enum place to, struct task *t)
{
	int64_t n = 0;

	if (to == REJECTED)
		must(c, task_reject(c, t->id, "no", t));
	if (to == CANCELLED)
		must(c, task_cancel(c, t->id, "", t));
	work_on(c); /* who asked is told */
	act_as(c, "marta");
	if (to != EXPIRED)
		return;
	must(c, db_script(c, "UPDATE task SET expires_at = now() - interval '1 s'"));
	must(c, task_expire(c, &n));
	IS(n, 1);
	work_on(c);
	act_as(c, "marta");
}

static void approve_to(struct ctx *c, enum place to, struct task *t)
{
	must(c, task_approve(c, t->id, t->hash.text, "", t));
	if (to == FAILED_APPROVE)
		fails_at(c, TEST_APPROVE);
	else if (to != APPROVE)
		work_on(c);
	if (to == APPROVE || to == FAILED_APPROVE)
		return;
	token = token_of(c, t);
	if (to == TOKEN_OLD)
		must(c, db_script(c, "UPDATE task_token SET expires_at = now() - interval '1 s'"));
	if (to == TOKEN || to == TOKEN_OLD)
		return;
	must(c, token_submit(c, token, json_of(c, "{\"confirm\":true}")));
	if (to == FAILED_SUBMIT)
		fails_at(c, TEST_SUBMIT);
	else if (to != SUBMIT)
		work_on(c);
}

/* kwame asks, marta manages the team; whoever is needed brings it there. */
static struct task given_at(struct ctx *c, enum place to)
{
	memset(test_parts, 0, sizeof(test_parts));
	test_parts[2][TEST_PREPARE].want = "confirm";
	token = "";
	act_as(c, "kwame");
	struct task t = given_task(c, "test", TEST_FIELDS);
	prepare_to(c, to);
	test_parts[1][TEST_PREPARE].refuse = false;
	act_as(c, "marta");
	t = task_now(c, t.id);
	if (to == REJECTED || to == CANCELLED || to == EXPIRED)
		end_as(c, to, &t);
	else if (to != PREPARE && to != WAIT && to != INVALID && to != FAILED_PREPARE)
		approve_to(c, to, &t);
	return task_now(c, t.id);
}

/* ---- operations: as the one who may */

static enum err edit(struct ctx *c, struct task *t)
{
	act_as(c, "kwame");
	return task_edit(c, t->id, json_of(c, "{\"team\":\"crew\",\"what\":\"other\"}"), t);
}

static enum err approve(struct ctx *c, struct task *t)
{
	return task_approve(c, t->id, t->hash.text != NULL ? t->hash.text : "", "", t);
}

static enum err reject(struct ctx *c, struct task *t)
{
	return task_reject(c, t->id, "no", t);
}

static enum err withdraw(struct ctx *c, struct task *t)
{
	act_as(c, "kwame");
	return task_cancel(c, t->id, "", t);
}

static enum err cancel(struct ctx *c, struct task *t)
{
	return task_cancel(c, t->id, "", t);
}

static enum err comment(struct ctx *c, struct task *t)
{
	return task_comment(c, t->id, "hm", t);
}

static enum err submit(struct ctx *c, struct task *t)
{
	(void)t;
	act_as_stranger(c);
	return token_submit(c, token, json_of(c, "{\"confirm\":true}"));
}

static enum err reissue(struct ctx *c, struct task *t)
{
	return token_reissue(c, t->id);
}

static enum err step(struct ctx *c, struct task *t)
{
	bool did;

	(void)t;
	return engine_step(c, &did);
}

static enum err expire(struct ctx *c, struct task *t)
{
	int64_t n;

	(void)t;
	TRY(db_script(c, "UPDATE task SET expires_at = now() - interval '1 s'"));
	return task_expire(c, &n);
}

enum op_kind {
	EDIT,
	APPROVE_IT,
	REJECT,
	WITHDRAW,
	CANCEL,
	COMMENT,
	USE,
	REISSUE,
	STEP,
	EXPIRE,
	OPS
};

static const struct {
	const char *name;
	enum err (*run)(struct ctx *c, struct task *t);
	const char *verb; /* that the audit knows it by */
} ops[OPS] = {
	[EDIT] = { "edit", edit, "task_edit" },
	[APPROVE_IT] = { "approve", approve, "task_approve" },
	[REJECT] = { "reject", reject, "task_reject" },
	[WITHDRAW] = { "withdraw", withdraw, "task_cancel" },
	[CANCEL] = { "cancel", cancel, "task_cancel" },
	[COMMENT] = { "comment", comment, "task_comment" },
	[USE] = { "submit the token", submit, "token_submit" },
	[REISSUE] = { "reissue", reissue, "token_reissue" },
	[STEP] = { "step", step, NULL },
	[EXPIRE] = { "expire", expire, "task_expire" },
};

/* Where it stands behind it; "=": as before, it does nothing; else the sentence. */
#define D "This task has already been completed."
#define A "This task has already been approved."
#define C "This task has been cancelled."
#define R "This task has been rejected."
#define X "This task has been expired."
#define N "This task has not been approved."
#define P "This task is still being prepared."
#define F "Preparing this task failed: it must be changed, or asked for again."
#define U "This token does not exist or has expired."
#define W "This task waits for no token."

/* clang-format off */
static const char *const comes_to[PLACES][OPS] = {
	/*                  edit                 approve             reject          withdraw         cancel           comment                 token              reissue                 step                 expire */
	[PREPARE]        = {"requested/prepare", P,                  "rejected/end", "cancelled/end", "cancelled/end", "requested/prepare",    U,                 N,                      "requested/prepare", "="},
	[WAIT]           = {"requested/prepare", "approved/approve", "rejected/end", "cancelled/end", "cancelled/end", "requested/wait",       U,                 N,                      "=",                 "expired/end"},
	[INVALID]        = {"requested/prepare", "actions invalid",  "rejected/end", "cancelled/end", "cancelled/end", "requested/wait",       U,                 N,                      "=",                 "expired/end"},
	[APPROVE]        = {A,                   "=",                A,              "cancelled/end", "cancelled/end", "approved/approve",     U,                 W,                      "approved/approve",  "="},
	[TOKEN]          = {A,                   "=",                A,              "cancelled/end", "cancelled/end", "awaiting_token/token", "approved/submit", "awaiting_token/token", "=",                 "expired/end"},
	[TOKEN_OLD]      = {A,                   "approved/approve", A,              "cancelled/end", "cancelled/end", "awaiting_token/token", U,                 "awaiting_token/token", "=",                 "expired/end"},
	[SUBMIT]         = {A,                   "=",                A,              "cancelled/end", "cancelled/end", "approved/submit",      U,                 W,                      "approved/submit",   "="},
	[COMPLETED]      = {D,                   D,                  D,              D,               D,               "completed/end",        U,                 D,                      "=",                 "="},
	[REJECTED]       = {R,                   R,                  R,              R,               R,               "rejected/end",         U,                 R,                      "=",                 "="},
	[CANCELLED]      = {C,                   C,                  C,              C,               C,               "cancelled/end",        U,                 C,                      "=",                 "="},
	[EXPIRED]        = {X,                   X,                  X,              X,               X,               "expired/end",          U,                 X,                      "=",                 "="},
	[FAILED_PREPARE] = {"requested/prepare", F,                  "rejected/end", "cancelled/end", "cancelled/end", "failed/prepare",       U,                 N,                      "=",                 "expired/end"},
	[FAILED_APPROVE] = {A,                   "approved/approve", A,              "cancelled/end", "cancelled/end", "failed/approve",       U,                 W,                      "=",                 "expired/end"},
	[FAILED_SUBMIT]  = {A,                   "approved/submit",  A,              "cancelled/end", "cancelled/end", "failed/submit",        U,                 W,                      "=",                 "expired/end"},
};
/* clang-format on */

/* All that is known of tasks but when they expire. */
#define SNAPSHOT                                                                              \
	"(SELECT md5(string_agg(x, '|' ORDER BY x)) FROM ("                                   \
	"SELECT (to_jsonb(t) - 'expires_at')::text AS x FROM task t UNION ALL "               \
	"SELECT a::text FROM task_action a UNION ALL SELECT p::text FROM task_approval p "    \
	"UNION ALL SELECT n::text FROM task_note n UNION ALL SELECT k::text FROM task_token " \
	"k UNION ALL SELECT o::text FROM notification o UNION ALL SELECT e::text FROM "       \
	"test_effect e UNION ALL SELECT max(id)::text FROM audit) AS s)"

static const char *place_of(struct ctx *c, const struct task *t)
{
	return arena_printf(c->arena, "%s/%s", t->state, t->stage);
}

/* What holds of a task wherever it stands. */
static void is_sound(struct ctx *c, const struct task *t)
{
	bool ended = strcmp(t->stage, "end") == 0;

	YES(t->completed == (strcmp(t->state, "completed") == 0));
	YES(t->cancelled == (ended && !t->completed));
	YES(t->completed_us.set == t->completed);
	YES(t->ended_us.set == ended);
	YES(t->approved_us.set == t->approved);
	YES((t->approved_by.text != NULL) == t->approved);
	YES(t->failure.text == NULL || ended || strcmp(t->state, "failed") == 0);
	YES(holds(c,
	    "(SELECT (t.due_at IS NOT NULL) = (t.stage IN ('prepare', 'approve', 'submit') AND "
	    "t.state <> 'failed') OR (t.stage = 'end' AND NOT t.completed) FROM task t WHERE t.id "
	    "= '%s')",
	    t->id));
	YES(holds(c,
	    "(SELECT count(*) FROM task_token WHERE task_id = '%s') = (SELECT (t.stage = "
	    "'token')::int FROM task t WHERE t.id = '%s')",
	    t->id, t->id));
	if (strcmp(t->stage, "submit") != 0)
		YES(holds(c, "(SELECT token_data IS NULL FROM task WHERE id = '%s')", t->id));
}

struct attempt {
	enum place from;
	enum op_kind op;
	struct task t;
};

static bool as_before(struct ctx *c)
{
	return holds(c, "(SELECT all_of_it FROM was) IS NOT DISTINCT FROM " SNAPSHOT);
}

static void was_refused(struct ctx *c, const struct attempt *a, enum err e)
{
	SAME(c->fault.detail, comes_to[a->from][a->op]);
	IS(e, strcmp(comes_to[a->from][a->op], U) == 0 ? ERR_NOT_FOUND : ERR_CONFLICT);
	/* A token that ran out is gone once somebody comes with it. */
	YES(as_before(c) || (a->from == TOKEN_OLD && a->op == USE));
}

static void was_done(struct ctx *c, const struct attempt *a)
{
	struct task now = task_now(c, a->t.id);

	SAME(place_of(c, &now), comes_to[a->from][a->op]);
	is_sound(c, &now);
	YES(!as_before(c));
	if (ops[a->op].verb != NULL)
		YES(holds(c,
		    "(SELECT verb = '%s' AND object = 'task:%s' FROM audit ORDER BY id DESC LIMIT "
		    "1)",
		    ops[a->op].verb, a->t.id));
	if (a->op != APPROVE_IT || a->from != WAIT)
		YES(holds(c, "(SELECT max(id) FROM task_note) > (SELECT note FROM was)"));
	if (a->op == APPROVE_IT)
		YES(holds(c, "(SELECT count(*) FROM task_approval) = 1"));
}

/* Undone again, so that the next operation finds the same. */
static enum err attempt(struct ctx *c, void *arg)
{
	struct attempt *a = arg;
	const char *want = comes_to[a->from][a->op];
	int before = check_failures();

	IS(db_script(c, "CREATE TEMP TABLE was AS SELECT " SNAPSHOT
			" AS all_of_it, (SELECT coalesce(max(id), 0) FROM task_note) AS note"),
	    OK);
	act_as(c, "marta");
	c->fault.detail = "";
	struct task t = a->t;
	enum err e = ops[a->op].run(c, &t);
	act_as(c, "marta");
	if (strcmp(want, "=") == 0)
		YES(e == OK && as_before(c));
	else if (strchr(want, '/') == NULL)
		was_refused(c, a, e);
	else if (e != OK)
		FAIL("%s", ctx_fault(c));
	else
		was_done(c, a);
	if (check_failures() > before)
		FAIL("%s, when it is %s (%d)", ops[a->op].name, standing[a->from], a->from);
	return ERR_STALE;
}

static enum err all_attempts(struct ctx *c, void *arg)
{
	struct attempt a = { .from = *(const enum place *)arg };

	a.t = given_at(c, a.from);
	SAME(place_of(c, &a.t), standing[a.from]);
	IS(a.t.valid, a.from != PREPARE && a.from != FAILED_PREPARE && a.from != INVALID);
	is_sound(c, &a.t);
	for (a.op = 0; a.op < OPS; a.op++)
		IS(db_atomically(c, attempt, &a), ERR_STALE);
	return ERR_STALE;
}

SITE_TEST(every_operation_at_every_place_goes_where_it_must_or_changes_nothing)
{
	given_config(c);
	given_crew_of_two(c);
	test_parts_begin(c);
	for (enum place from = 0; from < PLACES; from++)
		IS(db_atomically(c, all_attempts, &from), ERR_STALE);
}
