#include "model/checkin.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/json.h"
#include "core/text.h"
#include "model/message.h"
#include "schedule/crontab.h"

#define SLUG "<monitor_slug>"

enum { MARGIN = 5, RUNTIME = 30, PATIENCE_S = 3600 };

/* A job, and those above it. */
struct member {
	const char *name, *parent, *schedule, *timezone, *margin, *runtime;
	bool disabled;
};

static const struct db_field fields[] = {
	DB_FIELD(struct member, name),
	DB_FIELD(struct member, parent),
	DB_FIELD(struct member, schedule),
	DB_FIELD(struct member, timezone),
	DB_FIELD(struct member, margin),
	DB_FIELD(struct member, runtime),
	DB_FIELD(struct member, disabled),
	DB_END,
};

static int64_t minutes(const char *text, int64_t standard)
{
	(void)text_int64(text, 1, CHECKIN_MINUTES_MAX, &standard);
	return standard;
}

/* A child runs when the job at the top of its family does, unless one between is switched off. */
static struct crontab when(struct ctx *c, const struct member *family, size_t n)
{
	const struct member *top = &family[n - 1];
	const char *name = arena_printf(c->arena, "%s%s", c->config->namespace, top->name);
	struct schedule *s;

	for (size_t i = 0; i < n; i++)
		if (family[i].disabled)
			return (struct crontab){ .fields = crontab_never, .timezone = "UTC" };
	if (*top->parent != '\0' || schedule_parse(c, top->schedule, top->timezone, name, &s) != OK)
		return (struct crontab){ .fields = crontab_never, .timezone = "UTC" };
	return schedule_crontab(c->arena, s);
}

static struct json *schedule_json(struct arena *a, const struct crontab *t)
{
	struct json *v = json_object(a);

	json_set(v, "type", json_string(a, t->fields != NULL ? "crontab" : "interval"));
	json_set(
	    v, "value", t->fields != NULL ? json_string(a, t->fields) : json_number(a, t->value));
	if (t->fields == NULL)
		json_set(v, "unit", json_string(a, t->unit));
	return v;
}

enum err checkin_body(
    struct ctx *c, int64_t job_id, const char *status, const char **body, const char **job)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a), *config = json_object(a);
	struct member *family;
	size_t n;

	TRY(db_many(c, SQL_ALERT_SENTRY_JOBS, DB_ARGS(db_int(job_id)), fields, sizeof(*family),
	    &family, &n));
	if (n == 0)
		return fail(c, ERR_NOT_FOUND, NULL, "The job is gone.");
	struct crontab t = when(c, family, n);
	json_set(config, "schedule", schedule_json(a, &t));
	json_set(config, "checkin_margin", json_number(a, minutes(family->margin, MARGIN)));
	json_set(config, "max_runtime", json_number(a, minutes(family->runtime, RUNTIME)));
	json_set(config, "timezone", json_string(a, t.timezone));
	json_set(v, "monitor_config", config);
	json_set(v, "status", json_string(a, status));
	*body = json_write(a, v);
	*job = family->name;
	return OK;
}

const char *checkin_url(struct arena *a, const char *url, const char *job)
{
	const char *slug = strstr(url, SLUG);

	if (slug == NULL)
		return url;
	return arena_printf(
	    a, "%.*s%s%s", (int)(slug - url), url, text_urlencode(a, job), slug + strlen(SLUG));
}

/* NULL: nothing to say. A run that a person stopped is no error; one that never ran was not there.
 */
static const char *status_of_run(const struct alert_turned *t)
{
	bool ran = strcmp(t->was, "running") == 0 || *t->was == '\0';

	if (strcmp(t->state, "running") == 0)
		return strcmp(t->was, "lost") == 0 ? NULL : "in_progress";
	if (strcmp(t->state, "succeeded") == 0)
		return "ok";
	if (strcmp(t->state, "failed") == 0)
		return "error";
	if (strcmp(t->state, "lost") == 0 && ran)
		return "error";
	return strcmp(t->state, "stopped") == 0 && ran ? "ok" : NULL;
}

enum err checkin_add(struct ctx *c, const struct alert_turned *turned)
{
	const char *status = status_of_run(turned), *body, *job;

	if (status == NULL)
		return OK;
	enum err e = checkin_body(c, turned->job_id, status, &body, &job);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return message_add(
	    c, &(struct message_new){ .kind = MESSAGE_SENTRY,
		   .event = status,
		   .about = arena_printf(c->arena, "job:%s", job),
		   .line = arena_printf(c->arena, "sentry job:%" PRId64, turned->job_id),
		   .target = job,
		   .job_id = turned->job_id,
		   .run_id = turned->run_id,
		   .patience_s = PATIENCE_S,
		   .payload = body });
}
