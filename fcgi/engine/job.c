#include "engine/job.h"

#include <string.h>

#include "core/time.h"
#include "engine/gotext.h"
#include "schedule/schedule.h"

/* clang-format off */
const struct db_field engine_job_fields[] = {
#define FIELD(member) DB_FIELD(struct engine_job, member)
	FIELD(name), FIELD(displayname), FIELD(timezone), FIELD(schedule), FIELD(owner), FIELD(owner_email),
	FIELD(success_count), FIELD(error_count), FIELD(last_success), FIELD(last_error), FIELD(disabled),
	FIELD(tags), FIELD(metadata), FIELD(retries), FIELD(dependent_jobs), FIELD(parent_job), FIELD(processors),
	FIELD(concurrency), FIELD(executor), FIELD(executor_config), FIELD(status), FIELD(ephemeral),
	FIELD(starts_at), FIELD(expires_at), FIELD(here), FIELD(added_at), DB_END
#undef FIELD
};
/* clang-format on */

struct clock_row {
	bool found;
	int64_t led_at;
};

enum err engine_job_get(struct ctx *c, const char *name, struct engine_job *out)
{
	return db_one(c, SQL_ENGINE_JOB_GET, DB_ARGS(db_text(name)), engine_job_fields, out);
}

enum err engine_clock(struct ctx *c, bool *works, int64_t *since_us)
{
	static const struct db_field fields[] = { DB_FIELD(struct clock_row, found),
		DB_FIELD(struct clock_row, led_at), DB_END };
	struct clock_row row;

	TRY(db_one(c, SQL_ENGINE_LEADER, DB_NO_ARGS, fields, &row));
	*works = row.found;
	*since_us = row.led_at;
	return OK;
}

void engine_job_plan(struct ctx *c, struct engine_job *job, int64_t since_us)
{
	struct fault before = c->fault;
	struct schedule *s;
	int64_t added = job->added_at > since_us ? job->added_at : since_us, next = 0;

	job->next_at = 0;
	if (job->starts_at.set && job->starts_at.value > c->now_us)
		job->next_at = job->starts_at.value * NS_PER_US;
	else if (job->schedule[0] == '\0')
		return;
	else if (schedule_parse(c, job->schedule, job->timezone, job->name, &s) != OK)
		c->fault = before; /* a zone that the system has lost since: it never fires */
	else if (schedule_next_from(s, added, c->now_us, &next))
		job->next_at = next * NS_PER_US;
}

/* A child without a schedule shows the beginning of 1970, because Dkron stores it so. */
static const char *next_text(struct arena *a, const struct engine_job *job)
{
	if (job->next_at == 0 && job->parent_job.text != NULL && job->schedule[0] == '\0')
		return "1970-01-01T00:00:00Z";
	return gotext_time(a, job->next_at, NULL);
}

static struct json *moment(struct arena *a, struct db_maybe_int64 ns)
{
	return json_string(a, ns.set ? gotext_time(a, ns.value, NULL) : NULL);
}

/* Not json_time(): the epoch itself is a moment. */
static struct json *limit(struct arena *a, struct db_maybe_int64 us)
{
	return json_string(a, us.set ? time_rfc3339(a, us.value) : NULL);
}

static enum err stored(struct ctx *c, struct json *all, const char *key, struct db_maybe text)
{
	struct json *v = json_string(c->arena, NULL);

	if (text.text != NULL)
		TRY(json_parse(c, text.text, strlen(text.text), &v));
	json_set(all, key, v);
	return OK;
}

static void texts(struct arena *a, struct json *all, const struct engine_job *job)
{
	json_set(all, "id", json_string(a, job->name));
	json_set(all, "name", json_string(a, job->name));
	json_set(all, "displayname", json_string(a, job->displayname));
	json_set(all, "timezone", json_string(a, job->timezone));
	json_set(all, "schedule", json_string(a, job->schedule));
	json_set(all, "owner", json_string(a, job->owner));
	json_set(all, "owner_email", json_string(a, job->owner_email));
}

enum err engine_job_json(struct ctx *c, const struct engine_job *job, struct json **out)
{
	struct arena *a = c->arena;
	struct json *all = json_object(a);
	const char *parent = job->parent_job.text;

	texts(a, all, job);
	json_set(all, "success_count", json_number(a, job->success_count));
	json_set(all, "error_count", json_number(a, job->error_count));
	json_set(all, "last_success", moment(a, job->last_success));
	json_set(all, "last_error", moment(a, job->last_error));
	json_set(all, "disabled", json_boolean(a, job->disabled));
	TRY(stored(c, all, "tags", job->tags));
	TRY(stored(c, all, "metadata", job->metadata));
	json_set(all, "retries", json_number(a, job->retries));
	TRY(stored(c, all, "dependent_jobs", job->dependent_jobs));
	json_set(all, "parent_job", json_string(a, parent ? parent : ""));
	TRY(stored(c, all, "processors",
	    job->processors.text ? job->processors : (struct db_maybe){ "{}" }));
	json_set(all, "concurrency", json_string(a, job->concurrency));
	json_set(all, "executor", json_string(a, job->executor));
	TRY(stored(c, all, "executor_config", job->executor_config));
	json_set(all, "status", json_string(a, job->status));
	json_set(all, "next", json_string(a, next_text(a, job)));
	json_set(all, "ephemeral", json_boolean(a, job->ephemeral));
	json_set(all, "starts_at", limit(a, job->starts_at));
	json_set(all, "expires_at", limit(a, job->expires_at));
	*out = all;
	return OK;
}
