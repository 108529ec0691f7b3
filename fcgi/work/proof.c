#include "work/proof.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/job_spec.h"
#include "schedule/schedule.h"
#include "work/history.h"

enum { HISTORY_MAX = 100 }; /* executions that an engine keeps of a job */

/* Fields that decide when a job fires: where they differ, nothing of ours is expected. */
static bool fires_otherwise(const char *differs)
{
	static const char *const timing[] = { "schedule", "timezone", "starts_at", "expires_at",
		"parent_job" };

	for (size_t i = 0; i < LENGTH(timing); i++)
		if (strstr(differs, timing[i]) != NULL)
			return true;
	return false;
}

/*
 * Without a zone of its own a job fires by the clock of Dkron's server, which we take for UTC. The
 * next fire that the engine names must then be one of ours.
 */
static bool clock_is_ours(const struct watched *watched, const struct json *job)
{
	const struct schedule *s = watched->fires.schedule;
	int64_t next_us = 0;

	if (schedule_kind(s) != SCHEDULE_CRON ||
	    (s->zone_name[0] != '\0' && strcmp(s->zone_name, "Local") != 0))
		return true;
	if (!time_parse_rfc3339(json_text(json_get(job, "next")), &next_us) || next_us <= 0)
		return true;
	return next_us == watched->fires.starts_us || schedule_fires_at(s, next_us);
}

static enum proof_end ask_job(struct worker *w, struct watched *watched, struct proof *out)
{
	struct ctx *c = &w->c;
	const char *name = worker_engine_name(w, watched->watch->job_name);
	struct json *job;
	enum err e = dkron_job(c, &w->dkron, name, &job);

	if (e == ERR_NOT_FOUND && json_bool(json_get(watched->spec, "ephemeral")))
		return dkron_is_gone(c, &w->dkron, name) == OK ? PROOF_SPENT : PROOF_LATER;
	if (e != OK ||
	    spec_engine_differs(c, spec_for_engine(c, watched->watch->job_name, watched->spec), job,
		&out->differs) != OK)
		return PROOF_LATER;
	if (fires_otherwise(out->differs))
		return PROOF_NEVER;
	if (!clock_is_ours(watched, job)) {
		log_event(c, LOG_WARN, "engine_zone_differs",
		    LOG_TEXT("job", watched->watch->job_name),
		    LOG_TEXT("detail", "the engine's own zone is not UTC: give the job one"));
		return PROOF_NEVER;
	}
	return PROOF_HOLDS;
}

static int by_time(const void *x, const void *y)
{
	const struct began *a = x, *b = y;

	return a->at_us < b->at_us ? -1 : a->at_us > b->at_us;
}

static bool is_known(const struct expect *e, int64_t at_us)
{
	for (size_t i = 0; i < e->nbegan; i++)
		if (e->began[i].at_us == at_us)
			return true;
	return false;
}

/* One more run of the engine's; each group comes once for every node and attempt. */
static void take(struct began *all, size_t *n, const struct watched *watched, int64_t at_us)
{
	for (size_t i = 0; i < *n; i++)
		if (all[i].at_us == at_us)
			return;
	if (at_us >= watched->expect.judged_us - EXPECT_EARLY_US)
		all[(*n)++] = (struct began){ at_us, false };
}

static enum proof_end read_history(
    struct worker *w, struct watched *watched, const struct json *array, struct proof *out)
{
	struct expect *e = &watched->expect;
	size_t len = json_length(array), nids = 0, n = e->nbegan;
	struct began *all = arena_alloc(w->c.arena, n + len, sizeof(*all));
	const char **ids = arena_alloc(w->c.arena, len, sizeof(*ids));
	bool wiped = false;

	if (n > 0)
		memcpy(all, e->began, n * sizeof(*all));
	for (size_t i = 0; i < len; i++) {
		struct remembered r;
		if (!remembered_read(w, json_at(array, i), &r))
			continue;
		ids[nids++] = r.e.id;
		out->unheard = out->unheard || (!is_known(e, r.group_ns / 1000) &&
						   r.group_ns / 1000 >= e->judged_us);
		take(all, &n, watched, r.group_ns / 1000);
		if (len >= HISTORY_MAX &&
		    (out->since_us == 0 || r.e.start_ns / 1000 < out->since_us))
			out->since_us = r.e.start_ns / 1000;
	}
	if (len < HISTORY_MAX &&
	    (missed_wiped(&w->c, watched->watch, ids, nids, &wiped) != OK || wiped))
		return wiped ? PROOF_NEVER : PROOF_LATER;
	qsort(all, n, sizeof(*all), by_time);
	e->began = all;
	e->nbegan = n;
	return PROOF_HOLDS;
}

void proof_get(struct worker *w, struct watched *watched, struct proof *out)
{
	struct json *array;

	*out = (struct proof){ .differs = "" };
	out->end = ask_job(w, watched, out);
	if (out->end != PROOF_HOLDS)
		return;
	if (dkron_executions(
		&w->c, &w->dkron, worker_engine_name(w, watched->watch->job_name), &array) != OK)
		out->end = PROOF_LATER;
	else
		out->end = read_history(w, watched, array, out);
}
