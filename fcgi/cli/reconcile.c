/* signalbox plan, resync, cleanup, namespace move: reconcile from the command line, with the
 * database at hand. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/time.h"
#include "model/cleanup.h"
#include "model/comparison.h"
#include "model/namespace.h"
#include "remote/dkron.h"
#include "web/ask_engine.h"

enum { LOOK_US = 200000, RESYNC_WAIT_S = 60 };

enum err verb_plan(struct cli *x)
{
	struct plan plan;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	TRY(cli_database(x));
	TRY(ask_plan(&x->c, &plan));
	for (size_t i = 0; i < plan.n; i++) {
		const struct plan_item *item = &plan.items[i];
		printf("%s %s: %s\n", plan_action_name(item->action), item->name, item->because);
		for (size_t k = 0; item->action == PLAN_CHANGE && k < item->nchanges; k++)
			printf("  %s: \"%s\" -> \"%s\"\n", item->changes[k].field,
			    item->changes[k].before, item->changes[k].after);
	}
	for (size_t i = 0; i < plan.nleft; i++)
		printf("leave %s: %s\n", plan.left[i].name, plan.left[i].because);
	printf("%zu to write, %zu left, %" PRId64 " the same, %" PRId64 " not ours\n", plan.n,
	    plan.nleft, plan.same, plan.unmanaged);
	return OK;
}

static enum err print_report(struct cli *x, const struct comparison_report *r)
{
	if (r->problem.text != NULL)
		return fail(&x->c, ERR_UNAVAILABLE, "resync", "%s", r->problem.text);
	printf("%" PRId64 " jobs compared: %" PRId64 " put back, %" PRId64 " adopted, %" PRId64
	       " drifted, %" PRId64 " copies deleted, %" PRId64 " not ours\n",
	    r->jobs, r->reverted, r->adopted, r->drifted, r->strays, r->unmanaged);
	return OK;
}

enum err verb_resync(struct cli *x)
{
	struct comparison_report report;
	int64_t asked_us, until_us;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	TRY(cli_database(x));
	TRY(comparison_ask(&x->c, &asked_us));
	until_us = time_monotonic_us() + RESYNC_WAIT_S * US_PER_S;
	do {
		(void)usleep(LOOK_US);
		TRY(comparison_get(&x->c, &report));
		if (report.began_us.set && report.began_us.value >= asked_us)
			return print_report(x, &report);
	} while (time_monotonic_us() < until_us);
	return fail(&x->c, ERR_UNAVAILABLE, "resync",
	    "asked for, but nobody did it within %d s: is signalbox work running, and the engine "
	    "there?",
	    RESYNC_WAIT_S);
}

enum err verb_namespace_move(struct cli *x)
{
	const char *from = "", *to;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &to, 1, 1));
	TRY(cli_database(x));
	TRY(namespace_move(&x->c, to, &from));
	printf(
	    "our jobs move from \"%s\" to \"%s\" on the engine; /settings/engine shows how far it "
	    "is\n",
	    from, to);
	if (strcmp(to, x->config.namespace) != 0)
		printf("work waits until SIGNALBOX_NAMESPACE says the same: it says \"%s\" here\n",
		    x->config.namespace);
	return OK;
}

enum err verb_cleanup(struct cli *x)
{
	struct cleanup_query query = { .days = CLEANUP_DAYS };
	struct cleanup result;
	const char *days = NULL;
	const struct cli_option options[] = { { .name = "days", .text = &days },
		{ .name = "dry-run", .flag = &query.dry_run } };
	size_t refused = 0;

	TRY(cli_arguments(x, options, LENGTH(options), NULL, 0, 0));
	if (days != NULL)
		TRY(cli_int(x, "--days", days, 0, CLEANUP_DAYS_MAX, &query.days));
	TRY(cli_database(x));
	TRY(cleanup_run(&x->c, &query, &result));
	for (size_t i = 0; i < result.n; i++) {
		const struct cleanup_job *job = &result.jobs[i];
		printf("%s %s: %s\n",
		    job->refused != NULL ? "left"
		    : query.dry_run      ? "would delete"
					 : "deleted",
		    job->name, job->refused != NULL ? job->refused : job->because);
		refused += job->refused != NULL;
	}
	printf("%zu jobs%s, %zu left\n", result.n - refused,
	    query.dry_run ? " would be deleted" : " deleted", refused);
	return OK;
}
