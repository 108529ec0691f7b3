#include "work/proof.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/job_spec.h"
#include "schedule/schedule.h"
#include "work/history.h"

enum { HISTORY_MAX = 100 }; /* executions that an engine keeps of a job */

/*
 * Without a zone of its own a job fires by the clock of Dkron's server, which we take for UTC. The
 * next fire that the engine names must then be one of the copy's that it has.
 */
static bool clock_is_ours(struct ctx *c, const char *name, const struct json *job)
{
	struct fault before = c->fault;
	int64_t next_us = 0, starts_us = 0;
	struct schedule *s;

	if (json_text(json_get(job, "parent_job"))[0] != '\0' ||
	    !time_parse_rfc3339(json_text(json_get(job, "next")), &next_us) || next_us <= 0)
		return true;
	if (schedule_parse(c, json_text(json_get(job, "schedule")),
		json_text(json_get(job, "timezone")), name, &s) != OK) {
		c->fault = before; /* somebody else's */
		return true;
	}
	(void)!time_parse_rfc3339(json_text(json_get(job, "starts_at")), &starts_us);
	return schedule_kind(s) != SCHEDULE_CRON ||
	       (s->zone_name[0] != '\0' && strcmp(s->zone_name, "Local") != 0) ||
	       next_us == starts_us || schedule_fires_at(s, next_us);
}

/* A 404 proves nothing by itself. The history went with the job, so that of the time before
 * somebody saw it gone nobody knows any more. */
static enum proof_end without_job(struct worker *w, const struct watched *watched)
{
	const struct watch *watch = watched->watch;
	bool never_there = !watch->held_us.set && watch->had == 0;

	if (dkron_is_gone(&w->c, &w->dkron, worker_engine_name(w, watch->job_name)) != OK)
		return PROOF_LATER;
	if (never_there)
		return PROOF_HOLDS;
	if (json_bool(json_get(watched->spec, "ephemeral")))
		return PROOF_SPENT;
	if (watch->wiped_us.set)
		return PROOF_HOLDS;
	return watch->until_us.set ? PROOF_NEVER : PROOF_LATER; /* the next comparison sees it */
}

static enum proof_end ask_job(struct worker *w, struct watched *watched, struct proof *out)
{
	struct ctx *c = &w->c;
	const char *name = worker_engine_name(w, watched->watch->job_name), *differs;
	struct json *job;
	enum err e = dkron_job(c, &w->dkron, name, &job);

	out->gone = e == ERR_NOT_FOUND;
	if (out->gone)
		return without_job(w, watched);
	if (e != OK)
		return PROOF_LATER;
	if (watch_is_held(watched->watch)) {
		const struct json *ours = spec_for_engine(
		    c, watched->watch->job_name, watched->spec);
		if (spec_engine_differs(c, ours, job, &differs) != OK)
			return PROOF_LATER;
		if (missed_fires_otherwise(differs))
			return PROOF_NEVER;
		out->copy = job;
	}
	if (!clock_is_ours(c, name, job)) {
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

/* What was wiped is no more; from here on it is whole again. */
static bool whole_since(
    struct worker *w, const struct watched *watched, bool wiped, int64_t *since_us)
{
	const struct watch *watch = watched->watch;
	int64_t wiped_us = wiped ? w->c.now_us : watch->wiped_us.value;

	if (wiped && watch_wiped(&w->c, watch->id, wiped_us) != OK)
		return false;
	if (wiped_us != 0 && *since_us < wiped_us + w->dkron.ahead_us)
		*since_us = wiped_us + w->dkron.ahead_us;
	return true;
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
	if (len < HISTORY_MAX && missed_wiped(&w->c, watched->watch, ids, nids, &wiped) != OK)
		return PROOF_LATER;
	if (!whole_since(w, watched, wiped, &out->since_us))
		return PROOF_LATER;
	qsort(all, n, sizeof(*all), by_time);
	e->began = all;
	e->nbegan = n;
	return PROOF_HOLDS;
}

void proof_get(struct worker *w, struct watched *watched, struct proof *out)
{
	struct json *array = json_array(w->c.arena);

	*out = (struct proof){ .copy = NULL };
	out->end = ask_job(w, watched, out);
	if (out->end != PROOF_HOLDS)
		return;
	if (!out->gone && dkron_executions(&w->c, &w->dkron,
			      worker_engine_name(w, watched->watch->job_name), &array) != OK)
		out->end = PROOF_LATER;
	else
		out->end = read_history(w, watched, array, out);
}
