#include "action/given.h"

#include <string.h>

#include "action/engine.h"
#include "core/text.h"
#include "db/db.h"
#include "lib/check.h"
#include "remote/http.h"

#define DAY INT64_C(86400)

static const char *const stage_names[TEST_STAGES] = { "prepare", "approve", "submit" };
static const char *const action_names[TEST_ACTIONS + 1] = { "test_one", "test_two", "test_three",
	"test_outside" };

struct test_part test_parts[TEST_ACTIONS][TEST_STAGES];

void test_parts_begin(struct ctx *c)
{
	memset(test_parts, 0, sizeof(test_parts));
	IS(db_script(c,
	       "CREATE TABLE IF NOT EXISTS test_effect (id bigserial, task uuid, action text,"
	       " stage text, key text)"),
	    OK);
}

static struct test_part *part_of(const char *action, enum test_stage stage)
{
	for (size_t i = 0; i < TEST_ACTIONS; i++)
		if (strcmp(action_names[i], action) == 0)
			return &test_parts[i][stage];
	return &test_parts[1][stage];
}

static enum err effect(struct ctx *c, const struct call *call, enum test_stage stage)
{
	return db_script(c, arena_printf(c->arena,
				"INSERT INTO test_effect (task, action, stage, key) VALUES ('%s', "
				"'%s', '%s', '%s')",
				call->task->id, call->self->name, stage_names[stage], call->key));
}

static void look(struct ctx *c, const struct call *call, struct test_part *p)
{
	p->runs++;
	p->saw_shared = json_write_sorted(c->arena, call->shared);
	p->saw_cache = json_write_sorted(c->arena, call->cache);
	p->saw_token = call->token != NULL ? json_write(c->arena, call->token) : "";
	p->key = call->key;
	p->as = c->actor.account;
}

static enum err play(struct ctx *c, struct call *call, enum test_stage stage)
{
	struct test_part *p = part_of(call->self->name, stage);

	look(c, call, p);
	if (p->meanwhile != NULL)
		p->meanwhile(c);
	TRY(effect(c, call, stage));
	json_set(call->shared, call->self->name, json_string(c->arena, stage_names[stage]));
	json_set(call->cache, stage_names[stage], json_boolean(c->arena, true));
	action_note(c, call, "%s: %s", call->self->name, stage_names[stage]);
	if (p->automatic != AUTO_UNSAID)
		action_auto(call, p->automatic == AUTO_YES);
	if (p->want != NULL)
		action_want(call, p->want);
	if (p->waits-- > 0)
		action_wait(call, 5000);
	if (p->refuse)
		action_refuse(c, call, "%s will not", call->self->name);
	return p->err == OK ? OK : fail(c, p->err, NULL, "%s broke", call->self->name);
}

static enum err prepare(struct ctx *c, struct call *call)
{
	return play(c, call, TEST_PREPARE);
}

static enum err approve(struct ctx *c, struct call *call)
{
	return play(c, call, TEST_APPROVE);
}

static enum err submit(struct ctx *c, struct call *call)
{
	return play(c, call, TEST_SUBMIT);
}

static const struct input fields[] = {
	{ "team", "Team", "", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "what", "What", "", INPUT_LINE, false, 0, 0, NULL, NULL },
	{ 0 },
};

#define ACTION(id)                                     \
	static const struct action id = { .name = #id, \
		.help = "",                            \
		.fields = fields,                      \
		.prepare = prepare,                    \
		.approve = approve,                    \
		.submit = submit }
ACTION(test_one);
ACTION(test_two);
ACTION(test_three);
static const struct action test_outside = { .name = "test_outside",
	.help = "",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.submit = submit,
	.outside = true };

const struct action *const test_actions[] = { &test_one, &test_two, &test_three, &test_outside,
	NULL };

/* clang-format off */
#define TYPE_OF(type_name, second, ...) { .name = type_name, .title = "Test", .help = "", .asker = ASK_ACCOUNT, \
	.steps = { { "test_one", NULL }, { second, NULL }, { "test_three", NULL } }, .team_field = "team", \
	.title_pattern = "{{what}}", .allow_auto_approve = true, .required = 1, .approver_role = ROLE_MANAGER, \
	.duplicates = DUPLICATES_BLOCK, .token_s = DAY, .expires_s = DAY, __VA_ARGS__ }
/* clang-format on */

_Pragma("GCC diagnostic ignored \"-Woverride-init\"") const struct task_type test_types[] = {
	TYPE_OF("test", "test_two", ),
	TYPE_OF("test-cancel", "test_two", .duplicates = DUPLICATES_CANCEL),
	TYPE_OF("test-two", "test_two", .required = 2),
	TYPE_OF("test-manual", "test_two", .allow_auto_approve = false),
	TYPE_OF("test-admin", "test_two", .approver_role = ROLE_NONE),
	TYPE_OF("test-stranger", "test_two", .asker = ASK_ANYBODY),
	TYPE_OF("test-outside", "test_outside", ),
	{ 0 },
};

enum err engine_step(struct ctx *c, bool *did)
{
	struct engine_room room = { .none = false };
	struct remote_answer answer;
	struct outing *outing;

	enum err e = engine_begin(c, &room, did, &outing);
	if (e != OK || outing == NULL)
		return e;
	remote_fetch(c->arena, outing->ask, &answer);
	return engine_end(c, outing, &answer);
}
