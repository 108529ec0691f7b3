/* Dkron's addresses below /engine. What is not here Dkron has not, or a cluster of one does not
 * need (leave, restore, metrics, the dashboard). */

#include <stdio.h>

#include "engine/answer.h"
#include "engine/engine.h"
#include "engine/handlers.h"

enum { JOB_LIMIT = 4 * 1024 * 1024 + 64 * 1024, IGNORED_LIMIT = 64 * 1024 };

#define V1  "/engine/v1"
#define JOB V1 "/jobs/{name}"
#define OPEN                     \
	.access = ACCESS_PUBLIC, \
	.why = "Dkron's API knows no accounts; only the loopback listener leads here"
/* Bodies that Dkron does not look at. */
#define IGNORED .body = BODY_RAW, .limit = IGNORED_LIMIT

/* clang-format off */
static const struct route routes[] = {
	{ GET,    "/engine/health",          engine_health,            OPEN },
	{ GET,    V1,                        engine_index,             OPEN },
	{ GET,    V1 "/",                    engine_index,             OPEN },
	{ GET,    V1 "/members",             engine_members,           OPEN },
	{ GET,    V1 "/leader",              engine_leader,            OPEN },
	{ GET,    V1 "/isleader",            engine_is_leader,         OPEN },
	{ GET,    V1 "/busy",                engine_busy,              OPEN },
	{ GET,    V1 "/stats",               engine_stats,             OPEN },
	{ GET,    V1 "/pause",               engine_pause_show,        OPEN },
	{ POST,   V1 "/pause",               engine_pause,             OPEN, IGNORED },
	{ POST,   V1 "/unpause",             engine_unpause,           OPEN, IGNORED },
	{ GET,    V1 "/jobs",                engine_jobs_list,         OPEN },
	{ POST,   V1 "/jobs",                engine_jobs_save,         OPEN, .body = BODY_RAW, .limit = JOB_LIMIT },
	{ PATCH,  V1 "/jobs",                engine_jobs_save,         OPEN, .body = BODY_RAW, .limit = JOB_LIMIT },
	{ PUT,    JOB,                       engine_jobs_save,         OPEN, .body = BODY_RAW, .limit = JOB_LIMIT },
	{ GET,    JOB,                       engine_jobs_show,         OPEN },
	{ DELETE, JOB,                       engine_jobs_delete,       OPEN, IGNORED },
	{ POST,   JOB,                       engine_jobs_run,          OPEN, IGNORED },
	{ POST,   JOB "/run",                engine_jobs_run,          OPEN, IGNORED },
	{ POST,   JOB "/toggle",             engine_jobs_toggle,       OPEN, IGNORED },
	{ GET,    JOB "/executions",         engine_executions_list,   OPEN },
	{ DELETE, JOB "/executions",         engine_executions_forget, OPEN, IGNORED },
	{ GET,    JOB "/executions/{id}",    engine_executions_show,   OPEN },
};
/* clang-format on */

/* An address that is not there and a method that it does not take are the same to Dkron. */
static void refuse(struct req *r, enum err e, struct resp *w)
{
	if (e == ERR_METHOD || e == ERR_MALFORMED || (e == ERR_NOT_FOUND && r->route == NULL))
		answer_text(r, w, 404, "404 page not found");
	else if (e == ERR_TOO_LARGE)
		answer_text(r, w, 500,
		    arena_printf(r->ctx->arena,
			"grpc: received message larger than max (%zu vs. 4194304)", r->body_len));
	else if (e == ERR_INVALID)
		answer_text(r, w, 400, r->ctx->fault.detail);
	else if (e == ERR_UNAVAILABLE)
		answer_text(r, w, 503, r->ctx->fault.detail);
	else
		answer_status(r, w, status_of(e));
}

const struct site engine_site = {
	.name = "engine",
	.routes = routes,
	.nroutes = LENGTH(routes),
	.refuse = refuse,
};
