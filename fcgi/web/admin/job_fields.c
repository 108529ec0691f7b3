#include "web/admin/job_fields.h"

#include <inttypes.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "core/time.h"
#include "web/admin/job_lines.h"

/* clang-format off */
const struct job_field form_fields[JOB_FIELD_COUNT] = {
#define X(id, name, marker, label, kind, key, executor) { name, marker, label, kind, key, executor },
	JOB_FIELDS(X)
#undef X
};
/* clang-format on */

bool job_field_is_config(enum field_kind kind)
{
	return kind == FIELD_CONFIG || kind == FIELD_CONFIG_FLAG || kind == FIELD_ENV ||
	       kind == FIELD_HEADERS;
}

/* Has this executor a field of its own for this key? */
static bool is_own(const char *key, const void *executor)
{
	for (size_t i = 0; i < nspec_settings; i++)
		if (strcmp(spec_settings[i].name, key) == 0 &&
		    strcmp(spec_settings[i].executor, executor) == 0)
			return true;
	return false;
}

/* Processors that have fields of their own, or those that have none. */
static struct json *processors_of(struct ctx *c, const struct json *spec, bool known)
{
	struct json *some = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(json_get(spec, "processors"), i, &key, &value); i++)
		if (settings_know_processor(key) == known)
			json_set(some, key, value);
	return some;
}

/* ---- from the definition */

static const char *time_text(const struct clock *k, const struct json *value)
{
	int64_t us;

	return time_parse_rfc3339(json_text(value), &us) ? when_field(k, us) : "";
}

static const char *text_of(struct ctx *c, const struct clock *k, const struct json *spec,
    const struct job_field *f, const char *executor)
{
	const struct json *value = json_get(spec, f->key);
	const struct json *config = json_get(spec, "executor_config");
	bool other = job_field_is_config(f->kind) && strcmp(f->executor, executor) != 0;
	const char *setting = other ? "" : json_text(json_get(config, f->key));

	switch (f->kind) {
	case FIELD_APART:
		return "";
	case FIELD_TEXT:
		return json_text(value);
	case FIELD_NUMBER:
		return arena_printf(c->arena, "%" PRId64, json_int(value));
	case FIELD_FLAG:
		return json_bool(value) ? "1" : "";
	case FIELD_TIME:
		return time_text(k, value);
	case FIELD_MAP:
		return lines_of_map(c, value, NULL, NULL);
	case FIELD_MAPS:
		return lines_of_maps(c, processors_of(c, spec, false));
	case FIELD_CONFIG:
		return setting;
	case FIELD_CONFIG_FLAG:
		return strcmp(setting, "true") == 0 ? "1" : "";
	case FIELD_ENV:
		return lines_of_commas(c, setting);
	case FIELD_HEADERS:
		return lines_of_list(c, setting);
	case FIELD_REST:
		return lines_of_map(c, config, is_own, executor);
	}
	return "";
}

void job_form_of(
    struct ctx *c, const struct clock *k, const struct json *spec, struct job_form *out)
{
	const char *executor = json_text(json_get(spec, "executor"));
	bool ours = spec_knows_executor(executor);

	for (size_t i = 0; i < JOB_FIELD_COUNT; i++)
		out->text[i] = text_of(c, k, spec, &form_fields[i], executor);
	settings_of(c, spec, &out->settings);
	out->text[JOB_EXECUTOR] = ours ? executor : "other";
	out->text[JOB_EXECUTOR_NAME] = ours ? "" : executor;
	if (*out->text[JOB_CONCURRENCY] == '\0')
		out->text[JOB_CONCURRENCY] = "allow";
}

/* ---- from the request */

/* Browsers send the line ends of a text area as CR LF. */
static const char *unix_lines(struct ctx *c, const char *text)
{
	char *copy = arena_strdup(c->arena, text), *to = copy;

	for (const char *from = copy; *from != '\0'; from++)
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = '\0';
	return copy;
}

/* A box is sent with the value that the template gives it, or not at all. */
static enum err read_box(struct req *r, const char *name, const char **text)
{
	const char *value = NULL;
	enum err e = form_maybe(r, name, &value);

	*text = value != NULL ? "1" : "";
	if (e != OK || value == NULL || strcmp(value, "true") == 0)
		return e;
	return fail(r->ctx, ERR_INVALID, name, "must be “true”, or not be sent at all");
}

static enum err read_field(struct req *r, const struct job_field *f, const char **text)
{
	if (f->kind == FIELD_FLAG || f->kind == FIELD_CONFIG_FLAG)
		return read_box(r, f->name, text);
	enum err e = form_maybe(r, f->name, text);
	*text = unix_lines(r->ctx, *text);
	return e;
}

/* What stands behind a wrong field is read too: the form comes back with all that was typed. */
enum err job_form_read(struct req *r, struct job_form *form)
{
	const char *known[JOB_FIELD_COUNT + SETTINGS_MAX + 3] = { "version", "request_version" };
	struct fault first = { .field = NULL };
	enum err wrong = OK;

	for (size_t i = 0; i < JOB_FIELD_COUNT; i++) {
		enum err e = read_field(r, &form_fields[i], &form->text[i]);
		known[i + 2] = form_fields[i].name;
		if (e == OK || wrong != OK)
			continue;
		wrong = e;
		first = r->ctx->fault;
	}
	enum err e = settings_read(r, &form->settings, &known[JOB_FIELD_COUNT + 2]);
	if (wrong == OK && e != OK)
		return e;
	if (wrong == OK)
		return form_only(r, known);
	r->ctx->fault = first;
	return wrong;
}

/* ---- to the definition */

static enum err set_number(
    struct ctx *c, const struct job_field *f, const char *text, struct json *spec)
{
	int64_t n;

	if (!text_int64(text, INT32_MIN, INT32_MAX, &n))
		return fail(c, ERR_INVALID, f->key, "“%.40s” is not a whole number", text);
	json_set(spec, f->key, json_number(c->arena, n));
	return OK;
}

static enum err set_time(struct ctx *c, const struct clock *k, const struct job_field *f,
    const char *text, struct json *spec)
{
	int64_t us = 0;

	if (*text != '\0' && !when_parse_field(k, text, &us))
		return fail(
		    c, ERR_INVALID, f->key, "“%.40s” is not a time such as 2026-11-21T09:00", text);
	json_set(spec, f->key, json_time(c->arena, us));
	return OK;
}

static enum err set_map(
    struct ctx *c, const struct job_field *f, const char *text, struct json *spec)
{
	struct json *map = f->kind == FIELD_MAP ? json_object(c->arena)
						: processors_of(c, spec, true);

	TRY(f->kind == FIELD_MAP ? lines_to_map(c, f->key, text, map)
				 : lines_to_maps(c, f->key, text, map));
	json_set(spec, f->key, map);
	return OK;
}

static enum err set_config(
    struct ctx *c, const struct job_field *f, const char *text, struct json *config)
{
	const char *field = arena_printf(c->arena, "executor_config.%s", f->key), *value = text;

	if (f->kind == FIELD_CONFIG_FLAG)
		value = *text != '\0' ? "true" : "";
	if (f->kind == FIELD_HEADERS)
		value = lines_to_list(c, text);
	if (f->kind == FIELD_ENV)
		TRY(lines_to_commas(c, field, text, &value));
	if (*value == '\0')
		json_remove(config, f->key);
	else
		json_set(config, f->key, json_string(c->arena, value));
	return OK;
}

static enum err set_rest(
    struct ctx *c, const char *executor, const char *text, struct json **config)
{
	struct json *own = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(*config, i, &key, &value); i++)
		if (is_own(key, executor))
			json_set(own, key, value);
	*config = own;
	return lines_to_map(c, "executor_config", text, own);
}

static enum err set_field(struct ctx *c, const struct clock *k, const struct job_field *f,
    const char *text, struct json *spec)
{
	switch (f->kind) {
	case FIELD_TEXT:
		json_set(spec, f->key, json_string(c->arena, text));
		return OK;
	case FIELD_NUMBER:
		return set_number(c, f, text, spec);
	case FIELD_FLAG:
		json_set(spec, f->key, json_boolean(c->arena, *text != '\0'));
		return OK;
	case FIELD_TIME:
		return set_time(c, k, f, text, spec);
	case FIELD_MAP:
	case FIELD_MAPS:
		return set_map(c, f, text, spec);
	case FIELD_APART:
	case FIELD_CONFIG:
	case FIELD_CONFIG_FLAG:
	case FIELD_ENV:
	case FIELD_HEADERS:
	case FIELD_REST:
		break;
	}
	return OK;
}

/* What the fields of an executor can hold, about as much as the model takes in them. */
static const struct room {
	enum job_field_id id;
	int bytes;
	bool lines;
} rooms[] = {
	{ JOB_EXECUTOR_NAME, 63, false },
	{ JOB_COMMAND, 100000, true },
	{ JOB_CWD, 4096, false },
	{ JOB_TIMEOUT, 40, false },
	{ JOB_ENV, 32768, true },
	{ JOB_METHOD, 40, false },
	{ JOB_URL, 4000, false },
	{ JOB_HEADERS, 32768, true },
	{ JOB_BODY, 65536, true },
	{ JOB_HTTP_TIMEOUT, 40, false },
	{ JOB_EXPECT_CODE, 400, false },
	{ JOB_EXPECT_BODY, 2000, false },
};

static enum err check_room(struct ctx *c, const struct room *room, const char *text)
{
	const char *name = form_fields[room->id].name;

	if (strlen(text) > (size_t)room->bytes)
		return fail(c, ERR_INVALID, name, "must have at most %d bytes", room->bytes);
	if (room->lines && !text_is_text(text, 0, room->bytes))
		return fail(c, ERR_INVALID, name,
		    "must have no control characters but tabs and line breaks");
	if (!room->lines && !text_is_line(text, 0, room->bytes))
		return fail(c, ERR_INVALID, name, "must be one line without control characters");
	return OK;
}

const char *job_form_executor(const struct job_form *form)
{
	const char *choice = form->text[JOB_EXECUTOR];

	return strcmp(choice, "other") == 0 ? form->text[JOB_EXECUTOR_NAME] : choice;
}

/* People switch executors back and forth: what they typed for another one is not judged, but has to
 * be something that a field can hold. */
static enum err check_idle(
    struct ctx *c, const struct job_form *typed, const struct job_form *shown)
{
	for (size_t i = 0; i < LENGTH(rooms); i++) {
		enum job_field_id id = rooms[i].id;
		if (strcmp(form_fields[id].executor, typed->text[JOB_EXECUTOR]) != 0 &&
		    strcmp(typed->text[id], shown->text[id]) != 0)
			TRY(check_room(c, &rooms[i], typed->text[id]));
	}
	return settings_check_idle(c, &typed->settings, &shown->settings, job_form_executor(typed));
}

static enum err check_choice(struct ctx *c, const char *choice)
{
	if (spec_knows_executor(choice) || strcmp(choice, "other") == 0)
		return OK;
	return fail(c, ERR_INVALID, "executor", "must be one of those that are offered");
}

/* The settings of another executor begin empty: nothing of the old one fits the new one. */
static enum err apply_executor(struct ctx *c, const struct job_form *typed,
    const struct job_form *shown, const struct json *base, struct json *spec)
{
	const char *executor = job_form_executor(typed);
	bool same = strcmp(executor, json_text(json_get(base, "executor"))) == 0;
	struct json *config = same ? json_copy(c->arena, json_get(base, "executor_config"))
				   : json_object(c->arena);

	if (*executor == '\0')
		return fail(c, ERR_INVALID, "executor", "must be named");
	for (size_t i = 0; i < JOB_FIELD_COUNT; i++)
		if (job_field_is_config(form_fields[i].kind) &&
		    strcmp(form_fields[i].executor, executor) == 0 &&
		    (!same || strcmp(typed->text[i], shown->text[i]) != 0))
			TRY(set_config(c, &form_fields[i], typed->text[i], config));
	if (!same || strcmp(typed->text[JOB_REST], shown->text[JOB_REST]) != 0)
		TRY(set_rest(c, executor, typed->text[JOB_REST], &config));
	json_set(spec, "executor", json_string(c->arena, executor));
	json_set(spec, "executor_config", config);
	return settings_apply(c, &typed->settings, &shown->settings, !same, spec);
}

enum err job_form_apply(struct ctx *c, const struct clock *k, const struct job_form *typed,
    const struct job_form *shown, const struct json *base, struct json **out)
{
	struct json *spec = json_copy(c->arena, base);

	TRY(check_choice(c, typed->text[JOB_EXECUTOR]));
	TRY(check_idle(c, typed, shown));
	for (size_t i = 0; i < JOB_FIELD_COUNT; i++)
		if (strcmp(typed->text[i], shown->text[i]) != 0)
			TRY(set_field(c, k, &form_fields[i], typed->text[i], spec));
	TRY(apply_executor(c, typed, shown, base, spec));
	*out = spec;
	return OK;
}
