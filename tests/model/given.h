#ifndef TESTS_MODEL_GIVEN_H
#define TESTS_MODEL_GIVEN_H

/* What tests of the model begin with: people, teams, jobs. Whatever fails here fails the test. */

#include <stdarg.h>
#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/json.h"
#include "core/time.h"
#include "db/db.h"
#include "lib/site.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/session.h"
#include "model/team.h"
#include "model/token.h"

#define GIVEN    static inline __attribute__((unused))

#define PASSWORD "correct horse battery"

/* The command line's actor: no account, all rights. */
GIVEN void act_as_cli(struct ctx *c)
{
	c->actor = (struct actor){
		.account = "cli", .admin = true, .scope = SCOPE_ADMIN, .address = "192.0.2.7"
	};
}

GIVEN int64_t given_account(struct ctx *c, const char *name, bool admin)
{
	struct account account = { 0 };

	act_as_cli(c);
	IS(account_add(c, name, "", NULL, admin, &account), OK);
	return account.id;
}

GIVEN int64_t given_account_with_password(struct ctx *c, const char *name)
{
	struct account account = { 0 };

	act_as_cli(c);
	IS(account_add(c, name, "", PASSWORD, false, &account), OK);
	return account.id;
}

/* As a browser session of that account would; the session itself does not exist. */
GIVEN void act_as(struct ctx *c, const char *name)
{
	struct account account = { 0 };

	IS(account_named(c, name, &account), OK);
	c->actor = (struct actor){ .account_id = account.id,
		.account = account.name,
		.admin = account.admin,
		.scope = SCOPE_ADMIN,
		.session_id = 1,
		.address = "192.0.2.8" };
}

GIVEN void given_team(struct ctx *c, const char *name)
{
	struct team team;

	act_as_cli(c);
	IS(team_add(c, name, &team), OK);
}

/* A new account, in that team. */
GIVEN void given_member(struct ctx *c, const char *team, const char *name, enum role role)
{
	given_account(c, name, false);
	IS(team_member(c, team, name, role), OK);
}

GIVEN struct json *json_of(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	if (json_parse(c, text, strlen(text), &v) != OK)
		FAIL("%s: %s", text, ctx_fault(c));
	return v;
}

#define SHELL_JOB                                                                            \
	"{\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"echo hi\"}}"

/* In that team, by whoever acts. */
GIVEN struct job given_job(struct ctx *c, const char *team, const char *name)
{
	struct job job = { 0 };

	if (job_add(c, name, team, json_of(c, SHELL_JOB), NULL, &job) != OK)
		FAIL("%s: %s", name, ctx_fault(c));
	return job;
}

static enum err assert_sql(struct ctx *c, void *condition)
{
	return db_script(c,
	    arena_printf(c->arena, "DO $do$ BEGIN ASSERT (%s); END $do$", (const char *)condition));
}

/* Whether a condition in SQL holds: for what no function of the model tells. */
GIVEN bool holds(struct ctx *c, const char *fmt, ...) LIKE_PRINTF(2, 3);
GIVEN bool holds(struct ctx *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *condition = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	return db_atomically(c, assert_sql, condition) == OK;
}

/* How often the audit tells of this. */
#define AUDITED(verb, object, times)                                                          \
	YES(holds(c, "(SELECT count(*) FROM audit WHERE verb = '%s' AND object = '%s') = %d", \
	    verb, object, times))

#endif
