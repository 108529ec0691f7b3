#include "serve/serve.h"

#include <stdlib.h>

#include "cli/verbs.h"
#include "engine/engine.h"
#include "view/view.h"
#include "work/work.h"

static enum err load_templates(struct ctx *c, const char *part)
{
	return view_setup_part(c, c->config->templates, part);
}

/* These run for long and have logged what went wrong. */
static enum err outcome(struct cli *x, int exit_status)
{
	if (exit_status != EXIT_SUCCESS)
		return fail(
		    &x->c, ERR_UNAVAILABLE, NULL, "ended with a failure: see the log lines above");
	return OK;
}

enum err verb_serve(struct cli *x)
{
	struct serve_options o = { .workers = config_int(x->config.workers),
		.requests = 10000,
		.read_s = 10,
		.prepare = load_templates };
	const char *workers = NULL, *requests = NULL, *read_s = NULL, *answer_s = NULL,
		   *pool_name = "";
	const struct cli_option options[] = { { "socket", 0, .text = &o.socket },
		{ "workers", 0, .text = &workers }, { "requests", 0, .text = &requests },
		{ "read-s", 0, .text = &read_s }, { "answer-s", 0, .text = &answer_s } };

	TRY(cli_arguments(x, options, LENGTH(options), &pool_name, 1, 1));
	TRY(cli_int(x, "workers", workers, 1, 64, &o.workers));
	TRY(cli_int(x, "requests", requests, 1, INT32_MAX, &o.requests));
	TRY(cli_int(x, "read-s", read_s, 1, 3600, &o.read_s));
	TRY(cli_int(x, "answer-s", answer_s, 1, 3600, &o.answer_s));
	const struct pool *pool = pool_named(pool_name);
	if (pool == NULL)
		return cli_usage(
		    x, "no pool %s: auth, admin, api, hook, gate or engine", pool_name);
	cli_log_as(x, pool->name);
	return outcome(x, serve(&x->config, pool, &o));
}

enum err verb_work(struct cli *x)
{
	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	return outcome(x, work_main(&x->config));
}

enum err verb_engine(struct cli *x)
{
	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	return outcome(x, engine_main(&x->config));
}
