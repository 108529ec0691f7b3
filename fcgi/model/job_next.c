/* When jobs fire next. */

#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"
#include "schedule/schedule.h"
#include "schedule/words.h"

#define HEARD_SLACK_US (2 * US_PER_S)

/* Dkron heeds neither the schedule of a child nor that of a disabled job. */
static bool is_scheduled(const struct json *spec)
{
	return !json_bool(json_get(spec, "disabled")) && spec_text(spec, "parent_job")[0] == '\0' &&
	       spec_text(spec, "schedule")[0] != '\0';
}

static enum err parse(
    struct ctx *c, const char *name, const struct json *spec, struct schedule **out)
{
	return schedule_parse(c, spec_text(spec, "schedule"), spec_text(spec, "timezone"),
	    spec_engine_name(c, name), out);
}

void fires_init(struct ctx *c, const char *name, const struct json *spec,
    struct db_maybe_int64 from_us, struct fires *out)
{
	*out = (struct fires){ .added_us = from_us.set ? from_us.value : c->now_us };
	(void)!time_parse_rfc3339(spec_text(spec, "starts_at"), &out->starts_us);
	(void)!time_parse_rfc3339(spec_text(spec, "expires_at"), &out->expires_us);
	if (is_scheduled(spec) && parse(c, name, spec, &out->schedule) != OK) {
		out->schedule = NULL;
		log_event(c, LOG_ERROR, "stored_schedule_refused", LOG_TEXT("job", name),
		    LOG_TEXT("detail", c->fault.detail));
	}
}

/* What fires in the very moment of expires_at comes a moment too late for Dkron. */
bool fires_next(const struct fires *f, int64_t after_us, int64_t *next_us)
{
	if (f->schedule == NULL)
		return false;
	if (after_us < f->starts_us - 1)
		after_us = f->starts_us - 1;
	return schedule_next_from(f->schedule, f->added_us, after_us, next_us) &&
	       (f->expires_us == 0 || *next_us < f->expires_us);
}

enum err job_store_next(struct ctx *c, int64_t id, const char *name, const struct json *spec,
    struct db_maybe_int64 from_us)
{
	struct fires fires;
	int64_t next_us = 0;

	fires_init(c, name, spec, from_us, &fires);
	if (!fires_next(&fires, c->now_us, &next_us))
		next_us = 0;
	return db_exec(c, SQL_JOB_SET_NEXT, DB_ARGS(db_int(id), db_maybe_int(next_us)), NULL);
}

struct passed {
	int64_t id;
	const char *name, *spec_text;
	struct db_maybe_int64 from_us;
};

static const struct db_field passed_fields[] = {
	DB_FIELD(struct passed, id),
	DB_FIELD(struct passed, name),
	DB_FIELD(struct passed, spec_text),
	DB_FIELD(struct passed, from_us),
	DB_END,
};

static enum err renew_one(struct ctx *c, const struct passed *p)
{
	struct json *spec = NULL;

	TRY(json_parse(c, p->spec_text, strlen(p->spec_text), &spec));
	return job_store_next(c, p->id, p->name, spec, p->from_us);
}

struct taking {
	const char *name;
	int64_t taken_us;
};

static enum err take(struct ctx *c, void *arg)
{
	const struct taking *t = arg;
	struct passed job;

	TRY(db_one(
	    c, SQL_JOB_TAKEN, DB_ARGS(db_text(t->name), db_int(t->taken_us)), passed_fields, &job));
	return renew_one(c, &job);
}

enum err job_taken(struct ctx *c, const char *name, int64_t taken_us)
{
	enum err e = db_atomically(c, take, &(struct taking){ name, taken_us });

	return e == ERR_NOT_FOUND ? OK : e;
}

struct heard {
	const char *name, *spec_text;
	struct db_maybe_int64 from_us;
	int64_t heard_us;
};

/* What is further away than one interval was not computed by the engine, and what began before the
 * engine took our definition on is what it said of another one. */
static enum err hear_one(struct ctx *c, const struct heard *h)
{
	struct json *spec = NULL;
	struct fires fires;

	TRY(json_parse(c, h->spec_text, strlen(h->spec_text), &spec));
	fires_init(c, h->name, spec, h->from_us, &fires);
	if (fires.schedule == NULL || fires.schedule->kind != SCHEDULE_EVERY ||
	    h->heard_us > c->now_us + fires.schedule->every_us + HEARD_SLACK_US)
		return OK;
	int64_t began_us = h->heard_us - fires.schedule->every_us;
	return began_us > fires.added_us ? job_taken(c, h->name, began_us) : OK;
}

enum err job_next_heard(struct ctx *c, const struct json *heard)
{
	static const struct db_field fields[] = { DB_FIELD(struct heard, name),
		DB_FIELD(struct heard, spec_text), DB_FIELD(struct heard, from_us),
		DB_FIELD(struct heard, heard_us), DB_END };
	struct heard *jobs = NULL;
	size_t n = 0;

	if (json_length(heard) == 0)
		return OK;
	TRY(db_many(c, SQL_JOB_NEXT_OTHER, DB_ARGS(db_text(json_write(c->arena, heard))), fields,
	    sizeof(*jobs), &jobs, &n));
	for (size_t i = 0; i < n; i++)
		TRY(hear_one(c, &jobs[i]));
	return OK;
}

struct renewing {
	int64_t max;
	size_t n;
};

static enum err renew(struct ctx *c, void *arg)
{
	struct renewing *r = arg;
	struct passed *jobs = NULL;

	TRY(db_many(c, SQL_JOB_PASSED, DB_ARGS(db_int(c->now_us), db_int(r->max)), passed_fields,
	    sizeof(*jobs), &jobs, &r->n));
	for (size_t i = 0; i < r->n; i++)
		TRY(renew_one(c, &jobs[i]));
	return OK;
}

enum err job_next_renew(struct ctx *c, int64_t max, size_t *n)
{
	struct renewing r = { .max = max };

	TRY(db_atomically(c, renew, &r));
	*n = r.n;
	return OK;
}

static enum err spec_of(struct ctx *c, const struct job *job, struct json **out)
{
	*out = job->spec;
	return job->spec != NULL ? OK : json_parse(c, job->spec_text, strlen(job->spec_text), out);
}

enum err job_schedule_words(struct ctx *c, const struct job *job, const char **out)
{
	struct schedule *schedule;
	struct json *spec = NULL;

	*out = "";
	TRY(spec_of(c, job, &spec));
	if (spec_text(spec, "parent_job")[0] != '\0' || spec_text(spec, "schedule")[0] == '\0')
		return OK;
	TRY(parse(c, job->name, spec, &schedule));
	*out = schedule_words(c, schedule);
	return OK;
}

enum err job_next_fires(struct ctx *c, const struct job *job, size_t max, int64_t *out, size_t *n)
{
	struct json *spec = NULL;
	struct fires fires;
	int64_t after_us = c->now_us;

	*n = 0;
	TRY(spec_of(c, job, &spec));
	fires_init(c, job->name, spec, job->from_us, &fires);
	while (*n < max && fires_next(&fires, after_us, &out[*n]))
		after_us = out[(*n)++];
	return OK;
}
