/* run_json: a run as the API shows it (interface.md 5). */

#include "model/run.h"

static struct json *maybe_time(struct arena *a, struct db_maybe_int64 us)
{
	return us.set ? json_time(a, us.value) : NULL;
}

static struct json *execution_json(struct arena *a, const struct execution *e)
{
	struct json *o = json_object(a);

	json_set(o, "id", json_string(a, e->engine_id));
	json_set(o, "node", json_string(a, e->node));
	json_set(o, "attempt", json_number(a, e->attempt));
	json_set(o, "state", json_string(a, e->state));
	json_set(o, "reason", json_string(a, e->reason.text));
	json_set(o, "started_at", maybe_time(a, e->started_us));
	json_set(o, "finished_at", maybe_time(a, e->finished_us));
	json_set(o, "exit_code", db_maybe_json(a, e->exit_code));
	json_set(o, "output_size", json_number(a, e->output_size));
	return o;
}

struct json *run_json(
    struct ctx *c, const struct run *run, const struct execution *executions, size_t n)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *list = json_array(a);

	json_set(o, "id", json_number(a, run->id));
	json_set(o, "job", json_string(a, run->job_name));
	json_set(o, "team", json_string(a, run->team));
	json_set(o, "state", json_string(a, run->state));
	json_set(o, "reason", json_string(a, run->reason.text));
	json_set(o, "trigger", json_string(a, run->trigger));
	json_set(o, "requested_by", json_string(a, run->requested_by.text));
	json_set(o, "queued_at", json_time(a, run->queued_us));
	json_set(o, "started_at", maybe_time(a, run->started_us));
	json_set(o, "finished_at", maybe_time(a, run->finished_us));
	for (size_t i = 0; i < n; i++)
		json_push(list, execution_json(a, &executions[i]));
	json_set(o, "executions", list);
	return o;
}
