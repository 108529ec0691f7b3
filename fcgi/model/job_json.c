/* A job as the API shows it. */

#include <string.h>

#include "model/job_inside.h"
#include "model/job_spec.h"

static struct json *sync_json(struct ctx *c, const struct job *job)
{
	struct json *sync = json_object(c->arena);

	json_set(sync, "state", json_string(c->arena, job->sync));
	json_set(sync, "reason", json_string(c->arena, job->sync_reason.text));
	return sync;
}

static struct json *last_run_json(struct ctx *c, const struct job *job)
{
	struct json *run;

	if (!job->run_id.set)
		return json_string(c->arena, NULL);
	run = json_object(c->arena);
	json_set(run, "id", json_number(c->arena, job->run_id.value));
	json_set(run, "state", json_string(c->arena, job->run_state.text));
	json_set(run, "started_at", json_time(c->arena, job->run_started_us.value));
	json_set(run, "finished_at", json_time(c->arena, job->run_finished_us.value));
	return run;
}

struct json *job_json(struct ctx *c, const struct job *job)
{
	struct json *o = json_object(c->arena), *spec = job->spec;

	if (spec == NULL && json_parse(c, job->spec_text, strlen(job->spec_text), &spec) != OK)
		spec = json_object(c->arena); /* cannot be: Postgres wrote it */
	json_set(o, "name", json_string(c->arena, job->name));
	json_set(o, "team", json_string(c->arena, job->team));
	for (size_t i = 0; i < nspec_fields; i++)
		json_set(o, spec_fields[i].name, json_get(spec, spec_fields[i].name));
	json_set(o, "version", json_number(c->arena, job->version));
	json_set(o, "next", json_time(c->arena, job->next_us.value));
	json_set(o, "sync", sync_json(c, job));
	json_set(o, "last_run", last_run_json(c, job));
	json_set(o, "created_at", json_time(c->arena, job->created_us));
	json_set(o, "updated_at", json_time(c->arena, job->updated_us));
	json_set(o, "updated_by", json_string(c->arena, job->updated_by));
	return o;
}
