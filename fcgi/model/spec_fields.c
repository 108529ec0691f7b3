/* The table of a job's fields, and reading them: which keys there are, their types, their lengths.
 */

#include <assert.h>
#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "core/time.h"
#include "model/spec_inside.h"

enum { MAP_MAX = 100, KEY_MAX = 100 };

/* clang-format off */
const struct spec_field spec_fields[] = {
	/* name             label               kind       min   max   ours   choices */
	{ "displayname",     "Display name",     SPEC_LINE, 0,    200,   false, NULL, "A title for people, shown beside the name." },
	{ "description",     "Description",      SPEC_TEXT, 0,    4000,  true,  NULL, "What the job is for, and what to do when it fails." },
	{ "schedule",        "Schedule",         SPEC_LINE, 0,    1024,  false, NULL, "When it runs, in Dkron's grammar: six fields from seconds to weekday, or @daily, @every 15m, @at TIME, @manually; may be empty only where parent_job is given." },
	{ "timezone",        "Time zone",        SPEC_LINE, 0,    100,   false, NULL, "Name of the zone that the schedule's fields are read in, such as Europe/Madrid; Dkron ignores it for schedules that begin with @." },
	{ "starts_at",       "Not before",       SPEC_TIME, 0,    0,     false, NULL, "Fires before this moment are skipped; null: none is." },
	{ "expires_at",      "Not after",        SPEC_TIME, 0,    0,     false, NULL, "Fires after this moment are skipped; null: none is." },
	{ "parent_job",      "After the job",    SPEC_LINE, 0,    JOB_NAME_MAX, false, NULL, "The job runs each time this one succeeds; its own schedule is then not used." },
	{ "executor",        "Executor",         SPEC_LINE, 1,    63,    false, NULL, "What runs the job: shell, http, or another executor that Dkron's nodes have." },
	{ "executor_config", "Configuration",    SPEC_MAP,  0,    100000, false, NULL, "The executor's settings, each a text." },
	{ "disabled",        "Disabled",         SPEC_BOOL, 0,    0,     false, NULL, "Whether it stays on the engine without running." },
	{ "ephemeral",       "Delete after its first success", SPEC_BOOL, 0, 0, false, NULL, "Whether the engine deletes the job once it has succeeded." },
	{ "tags",            "Tag",              SPEC_MAP,  0,    200,   false, NULL, "Tags of the nodes that run it, \"value\" or \"value:count\"; none: every node." },
	{ "retries",         "Retries",          SPEC_INT,  0,    1000,  false, NULL, "How many times a failed attempt is repeated, on the same node." },
	{ "concurrency",     "While a run goes on", SPEC_LINE, 0, 20,    false, "allow|forbid", "What happens when it fires while it still runs: allow starts another run, forbid skips the fire." },
	{ "processors",      "Processor",        SPEC_MAPS, 0,    2000,  false, NULL, "What else Dkron does with the output: a processor's name and its settings." },
	{ "metadata",        "Metadata",         SPEC_MAP,  0,    2000,  false, NULL, "Texts of your own beside the job." },
	{ "owner",           "Owner",            SPEC_LINE, 0,    200,   false, NULL, "Who looks after it." },
	{ "owner_email",     "Owner's e-mail",   SPEC_LINE, 0,    254,   false, NULL, "Where Dkron itself sends mail about the job." },
	{ "notify",          "Notify the team",  SPEC_BOOL, 1,    1,     true,  NULL, "Whether the team is told when it fails, recovers or misses a run." },
	{ "approvals",       "Approvals needed", SPEC_INT,  0,    9,     true,  NULL, "How many others must approve a change of the job." },
	{ "keep_days",       "Keep runs for days", SPEC_INT, 0,   3650,  true,  NULL, "For how many days its runs are kept; 0: as long as the team's." },
	{ "drift",           "When it is changed in Dkron", SPEC_LINE, 0, 20, true, "show|revert|adopt", "What happens to a change made in Dkron behind our back; empty: what the team does." },
};
const size_t nspec_fields = LENGTH(spec_fields);

/* What an answer of ours or of Dkron carries besides: accepted, so that it can be sent back, and ignored. */
static const char *const read_only[] = {
	"id", "name", "team", "version", "next", "sync", "last_run", "created_at", "updated_at", "updated_by",
	"status", "success_count", "error_count", "last_success", "last_error", "dependent_jobs",
};
/* clang-format on */

bool spec_knows(const char *key)
{
	for (size_t i = 0; i < nspec_fields; i++)
		if (strcmp(spec_fields[i].name, key) == 0)
			return true;
	for (size_t i = 0; i < LENGTH(read_only); i++)
		if (strcmp(read_only[i], key) == 0)
			return true;
	return false;
}

const char *spec_type_words(const struct json *v)
{
	static const char *const words[] = {
		[JSON_NULL] = "null",
		[JSON_BOOL] = "true or false",
		[JSON_INT] = "a number",
		[JSON_DOUBLE] = "a number with a fraction",
		[JSON_STRING] = "text",
		[JSON_ARRAY] = "a list",
		[JSON_OBJECT] = "an object",
	};

	return words[json_type(v)];
}

const char *spec_text(const struct json *spec, const char *field)
{
	return json_text(json_get(spec, field));
}

const char *spec_engine_name(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "%s%s", c->config->namespace, name);
}

static enum err mistyped(struct ctx *c, const char *field, const char *wanted, const struct json *v)
{
	return fail(c, ERR_INVALID, field, "must be %s, not %s", wanted, spec_type_words(v));
}

/* "show, revert or adopt" */
static const char *choices_words(struct ctx *c, const char *choices)
{
	const char *words = "";

	assert(choices != NULL);
	while (*choices != '\0') {
		size_t len = strcspn(choices, "|");
		const char *end = choices + len;
		const char *join = *words == '\0' ? "" : *end == '\0' ? " or " : ", ";
		words = arena_printf(c->arena, "%s%s%.*s", words, join, (int)len, choices);
		choices = end + (*end == '|');
	}
	return words;
}

static enum err check_choice(struct ctx *c, const struct spec_field *f, const char *text)
{
	size_t len = strlen(text);

	assert(f->choices != NULL);
	for (const char *s = f->choices; s != NULL; s = strchr(s, '|')) {
		s += *s == '|';
		if (strcspn(s, "|") == len && strncmp(s, text, len) == 0)
			return OK;
	}
	return fail(c, ERR_INVALID, f->name, "must be %s", choices_words(c, f->choices));
}

static enum err read_line(
    struct ctx *c, const struct spec_field *f, struct json *v, struct json **out)
{
	if (json_type(v) != JSON_STRING)
		return mistyped(c, f->name, "text", v);
	if (f->min > 0 && json_text(v)[0] == '\0')
		return fail(c, ERR_INVALID, f->name, "must not be empty");
	if (f->kind == SPEC_LINE && !text_is_line(json_text(v), f->min, f->max))
		return fail(c, ERR_INVALID, f->name,
		    "must be one line of at most %d characters, without control characters",
		    f->max);
	if (f->kind == SPEC_TEXT && !text_is_text(json_text(v), f->min, f->max))
		return fail(c, ERR_INVALID, f->name,
		    "must be text of at most %d characters, without control characters", f->max);
	if (f->choices != NULL && json_text(v)[0] != '\0')
		TRY(check_choice(c, f, json_text(v)));
	*out = v;
	return OK;
}

static enum err read_int(
    struct ctx *c, const struct spec_field *f, struct json *v, struct json **out)
{
	if (json_type(v) != JSON_INT)
		return mistyped(c, f->name, "a whole number", v);
	if (json_int(v) < f->min || json_int(v) > f->max)
		return fail(c, ERR_INVALID, f->name, "must be from %d to %d", f->min, f->max);
	*out = v;
	return OK;
}

/* In normal form: UTC, microseconds at most, so that equal moments are equal text. */
static enum err read_time(
    struct ctx *c, const struct spec_field *f, struct json *v, struct json **out)
{
	int64_t us = 0;

	if (json_type(v) != JSON_STRING)
		return mistyped(c, f->name, "a time or null", v);
	if (!time_parse_rfc3339(json_text(v), &us) || us <= 0)
		return fail(c, ERR_INVALID, f->name,
		    "must be a time such as 2026-11-21T09:00:00Z, or null");
	*out = json_time(c->arena, us);
	return OK;
}

static enum err read_entry(struct ctx *c, const struct spec_field *f, const char *path,
    const char *key, struct json *v, struct json *into)
{
	const char *field = arena_printf(c->arena, "%s.%s", path, key);

	if (!text_is_line(key, 1, KEY_MAX))
		return fail(c, ERR_INVALID, path,
		    "has a key that is not one line of 1 to %d characters", KEY_MAX);
	if (json_type(v) != JSON_STRING)
		return mistyped(c, field, "text", v);
	if (strlen(json_text(v)) > (size_t)f->max || !text_is_text(json_text(v), 0, f->max))
		return fail(c, ERR_INVALID, field,
		    "must be text of at most %d bytes, without control characters", f->max);
	json_set(into, key, v);
	return OK;
}

/* Merges `v` into what `into` holds already: nothing, or the base of a merge patch, where null
 * takes a key away. */
static enum err read_map(struct ctx *c, const struct spec_field *f, const char *path,
    const struct json *v, struct json *into, bool merging)
{
	const char *key = NULL;
	struct json *value = NULL;

	if (json_type(v) != JSON_OBJECT)
		return mistyped(c, path, "an object of texts", v);
	for (size_t i = 0; json_member(v, i, &key, &value); i++)
		if (merging && json_type(value) == JSON_NULL)
			json_remove(into, key);
		else
			TRY(read_entry(c, f, path, key, value, into));
	if (json_length(into) > MAP_MAX)
		return fail(c, ERR_INVALID, path, "must have at most %d entries", MAP_MAX);
	return OK;
}

static struct json *copy_of(struct ctx *c, const struct json *map)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(map, i, &key, &value); i++)
		json_set(copy, key, value);
	return copy;
}

static enum err read_maps(struct ctx *c, const struct spec_field *f, const struct json *v,
    struct json *into, bool merging)
{
	const char *key = NULL;
	struct json *value = NULL;

	if (json_type(v) != JSON_OBJECT)
		return mistyped(c, f->name, "an object of objects", v);
	for (size_t i = 0; json_member(v, i, &key, &value); i++) {
		if (merging && json_type(value) == JSON_NULL) {
			json_remove(into, key);
			continue;
		}
		if (!text_is_line(key, 1, KEY_MAX))
			return fail(c, ERR_INVALID, f->name,
			    "has a key that is not one line of 1 to %d characters", KEY_MAX);
		struct json *inner = copy_of(c, merging ? json_get(into, key) : NULL);
		TRY(read_map(
		    c, f, arena_printf(c->arena, "%s.%s", f->name, key), value, inner, merging));
		json_set(into, key, inner);
	}
	if (json_length(into) > MAP_MAX)
		return fail(c, ERR_INVALID, f->name, "must have at most %d entries", MAP_MAX);
	return OK;
}

static struct json *standard(struct ctx *c, const struct spec_field *f)
{
	switch (f->kind) {
	case SPEC_LINE:
	case SPEC_TEXT:
		return json_string(c->arena, "");
	case SPEC_BOOL:
		return json_boolean(c->arena, f->min != 0);
	case SPEC_INT:
		return json_number(c->arena, 0);
	case SPEC_MAP:
	case SPEC_MAPS:
		return json_object(c->arena);
	case SPEC_TIME:
		break;
	}
	return json_string(c->arena, NULL);
}

static enum err read_given(struct ctx *c, const struct spec_field *f, const struct json *base,
    struct json *v, struct json **out)
{
	switch (f->kind) {
	case SPEC_LINE:
	case SPEC_TEXT:
		return read_line(c, f, v, out);
	case SPEC_INT:
		return read_int(c, f, v, out);
	case SPEC_TIME:
		return read_time(c, f, v, out);
	case SPEC_MAP:
		*out = copy_of(c, base);
		return read_map(c, f, f->name, v, *out, base != NULL);
	case SPEC_MAPS:
		*out = copy_of(c, base);
		return read_maps(c, f, v, *out, base != NULL);
	case SPEC_BOOL:
		break;
	}
	if (json_type(v) != JSON_BOOL)
		return mistyped(c, f->name, "true or false", v);
	*out = v;
	return OK;
}

static enum err read_field(struct ctx *c, const struct spec_field *f, const struct json *base,
    const struct json *input, struct json *spec)
{
	struct json *given = json_get(input, f->name), *before = json_get(base, f->name);
	struct json *value = NULL;

	if (given == NULL && before != NULL)
		value = f->kind == SPEC_MAP || f->kind == SPEC_MAPS ? copy_of(c, before) : before;
	else if (given == NULL || json_type(given) == JSON_NULL)
		value = standard(c, f);
	else
		TRY(read_given(c, f, before, given, &value));
	json_set(spec, f->name, value);
	return OK;
}

static enum err check_keys(struct ctx *c, const char *name, const struct json *input)
{
	const struct json *own = json_get(input, "name");
	struct json *value = NULL;
	const char *key = NULL;

	if (json_type(input) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "A job must be an object, not %s.",
		    spec_type_words(input));
	for (size_t i = 0; json_member(input, i, &key, &value); i++)
		if (!spec_knows(key))
			return fail(c, ERR_INVALID, key, "is not a field of a job");
	if (own != NULL && json_type(own) != JSON_STRING)
		return mistyped(c, "name", "text", own);
	if (own != NULL && strcmp(json_text(own), name) != 0)
		return fail(
		    c, ERR_INVALID, "name", "is fixed once a job is made: this one is %s", name);
	return OK;
}

enum err spec_draft(struct ctx *c, const char *name, const struct json *base,
    const struct json *input, struct json **out)
{
	struct json *spec = json_object(c->arena);

	TRY(check_keys(c, name, input));
	for (size_t i = 0; i < nspec_fields; i++)
		TRY(read_field(c, &spec_fields[i], base, input, spec));
	*out = spec;
	return OK;
}

enum err spec_make(struct ctx *c, const char *name, const struct json *base,
    const struct json *input, struct json **out)
{
	struct json *spec = NULL;

	TRY(spec_draft(c, name, base, input, &spec));
	TRY(spec_check(c, name, spec));
	if (strlen(json_write(c->arena, spec)) > SPEC_BYTES_MAX)
		return fail(c, ERR_INVALID, NULL, "A job's definition must not exceed %d bytes.",
		    SPEC_BYTES_MAX);
	*out = spec;
	return OK;
}
