/* GET /metrics: Prometheus text. Only counts: nothing here tells a job's name. */

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/version.h"
#include "model/run_hear.h"
#include "web/hook/hook.h"

enum { METRICS_MAX = 64 * 1024 };

/* One family of metrics for each name that run_metrics() gives. */
static const struct {
	const char *name, *metric, *label, *type, *help;
} families[] = {
	{ "runs", "signalbox_runs", "state", "gauge", "Runs on record, by state." },
	{ "executions_running", "signalbox_executions_running", NULL, "gauge",
	    "Executions that have not ended." },
	{ "jobs", "signalbox_jobs", "state", "gauge", "Jobs, by whether they are switched on." },
	{ "outbox", "signalbox_sync_jobs", "state", "gauge",
	    "Jobs by how their copy on the engine stands." },
	{ "engine_reachable", "signalbox_engine_reachable", NULL, "gauge",
	    "1 when the engine answered last time." },
	{ "harvest_due", "signalbox_harvest_due", NULL, "gauge",
	    "Jobs whose history waits to be read." },
	{ "hook", "signalbox_hook_payloads_total", "result", "counter",
	    "Webhook payloads, by what became of them." },
};

static void family(struct buf *b, size_t i, const struct metric *metrics, size_t n)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", families[i].metric, families[i].help,
	    families[i].metric, families[i].type);
	for (size_t k = 0; k < n; k++) {
		if (strcmp(metrics[k].name, families[i].name) != 0)
			continue;
		buf_text(b, families[i].metric);
		if (families[i].label != NULL)
			buf_printf(b, "{%s=\"%s\"}", families[i].label, metrics[k].label);
		buf_printf(b, " %" PRId64 "\n", metrics[k].value);
	}
}

enum err hook_metrics(struct req *r, struct resp *w)
{
	struct metric *metrics;
	struct buf b;
	size_t n;

	TRY(run_metrics(r->ctx, &metrics, &n));
	buf_init(&b, r->ctx->arena, METRICS_MAX);
	buf_printf(&b,
	    "# HELP signalbox_build_info The running version.\n# TYPE signalbox_build_info gauge\n"
	    "signalbox_build_info{version=\"%s\"} 1\n",
	    SIGNALBOX_VERSION);
	for (size_t i = 0; i < LENGTH(families); i++)
		family(&b, i, metrics, n);
	resp_text(w, 200, b.data);
	w->type = "text/plain; version=0.0.4; charset=utf-8";
	return OK;
}
