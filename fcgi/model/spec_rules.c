/* Rules of a job's fields: Dkron's own (spec/dkron.md 5.3 and 5.8 to 5.10), and ours. */

#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/checkin.h"
#include "model/rights.h"
#include "model/spec_inside.h"
#include "schedule/schedule.h"
#include "schedule/zone.h"

enum { CARDINALITY_MAX = 10000 };

static enum err check_schedule(struct ctx *c, const char *name, struct json *spec)
{
	const char *expression = spec_text(spec, "schedule"),
		   *timezone = spec_text(spec, "timezone");
	struct schedule *schedule;
	const struct zone *zone;

	if (expression[0] != '\0')
		return schedule_parse(
		    c, expression, timezone, spec_engine_name(c, name), &schedule);
	if (spec_text(spec, "parent_job")[0] == '\0')
		return fail(c, ERR_INVALID, "schedule",
		    "must not be empty, unless the job runs after another");
	if (zone_find(c, timezone, &zone) != OK)
		return fail(c, ERR_INVALID, "timezone", "%s", zone_refusal(c, timezone));
	return OK;
}

static enum err check_parent(struct ctx *c, const char *name, struct json *spec)
{
	const char *parent = spec_text(spec, "parent_job");

	if (parent[0] == '\0')
		return OK;
	if (strcmp(parent, name) == 0)
		return fail(
		    c, ERR_INVALID, "parent_job", "must be another job, not this one itself");
	return spec_check_name(c, "parent_job", parent);
}

static enum err check_concurrency(struct ctx *c, const char *name, struct json *spec)
{
	(void)name;
	if (spec_text(spec, "concurrency")[0] == '\0')
		json_set(spec, "concurrency", json_string(c->arena, "allow"));
	return OK;
}

/* Dkron takes "value" or "value:count"; with more colons it forgets the count, with a wrong one it
 * runs nowhere and says so only in its log. */
static enum err check_tag(struct ctx *c, const char *key, const char *value)
{
	const char *field = arena_printf(c->arena, "tags.%s", key);
	const char *colon = strchr(value, ':');
	int64_t count = 0;

	if (!text_is_line(value, 1, 200) || colon == value)
		return fail(
		    c, ERR_INVALID, field, "must be one line, the value that a node's tag has");
	if (colon != NULL && !text_int64(colon + 1, 1, CARDINALITY_MAX, &count))
		return fail(c, ERR_INVALID, field,
		    "must be a value, or value:count with a count from 1 to %d", CARDINALITY_MAX);
	return OK;
}

static enum err check_tags(struct ctx *c, const char *name, struct json *spec)
{
	const char *key = NULL;
	struct json *value = NULL;

	(void)name;
	for (size_t i = 0; json_member(json_get(spec, "tags"), i, &key, &value); i++)
		TRY(check_tag(c, key, json_text(value)));
	return OK;
}

/* What model/checkin.c reads of a job. */
static enum err check_minutes(struct ctx *c, const struct json *metadata)
{
	static const char *const keys[] = { "sentry_margin", "sentry_runtime" };
	int64_t minutes;

	for (size_t i = 0; i < LENGTH(keys); i++) {
		const struct json *v = json_get(metadata, keys[i]);
		if (v != NULL && !text_int64(json_text(v), 1, CHECKIN_MINUTES_MAX, &minutes))
			return fail(c, ERR_INVALID, arena_printf(c->arena, "metadata.%s", keys[i]),
			    "must be minutes, a whole number from 1 to %d", CHECKIN_MINUTES_MAX);
	}
	return OK;
}

static enum err check_metadata(struct ctx *c, const char *name, struct json *spec)
{
	(void)name;
	if (json_get(json_get(spec, "metadata"), "signalbox") != NULL)
		return fail(
		    c, ERR_INVALID, "metadata.signalbox", "is the mark by which we know our jobs");
	return check_minutes(c, json_get(spec, "metadata"));
}

static enum err check_times(struct ctx *c, const char *name, struct json *spec)
{
	int64_t starts = 0, expires = 0;

	(void)name;
	if (time_parse_rfc3339(spec_text(spec, "starts_at"), &starts) &&
	    time_parse_rfc3339(spec_text(spec, "expires_at"), &expires) && expires <= starts)
		return fail(c, ERR_INVALID, "expires_at", "must be later than starts_at");
	return OK;
}

static enum err check_email(struct ctx *c, const char *name, struct json *spec)
{
	const char *email = spec_text(spec, "owner_email");

	(void)name;
	if (email[0] != '\0' && !email_is_valid(email))
		return fail(c, ERR_INVALID, "owner_email", "is not an e-mail address");
	return OK;
}

static enum err check_executor(struct ctx *c, const char *name, struct json *spec)
{
	const char *executor = spec_text(spec, "executor");

	(void)name;
	if (executor[0] == '\0')
		return fail(c, ERR_INVALID, "executor", "must not be empty");
	if (!name_is_plain(executor, ""))
		return fail(c, ERR_INVALID, "executor",
		    "must be shell, http or another executor's name in small letters");
	return spec_check_executor(c, executor, json_get(spec, "executor_config"));
}

static enum err check_processors(struct ctx *c, const char *name, struct json *spec)
{
	struct json *config = NULL;
	const char *key = NULL;

	(void)name;
	for (size_t i = 0; json_member(json_get(spec, "processors"), i, &key, &config); i++)
		TRY(spec_check_processor(c, key, config));
	return OK;
}

/* In the order in which a form shows them. */
static enum err (*const rules[])(struct ctx *, const char *, struct json *) = {
	check_parent,
	check_schedule,
	check_times,
	check_executor,
	check_tags,
	check_concurrency,
	check_processors,
	check_metadata,
	check_email,
};

enum err spec_check(struct ctx *c, const char *name, struct json *spec)
{
	for (size_t i = 0; i < LENGTH(rules); i++)
		TRY(rules[i](c, name, spec));
	return OK;
}
