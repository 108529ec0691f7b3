#ifndef MODEL_JOB_SPEC_H
#define MODEL_JOB_SPEC_H

/*
 * job_spec: the definition of a job, as one table of fields.
 *
 * A spec is a JSON object in normal form: every field of the table is there, with its default when
 * it was not given, so that two specs are the same definition exactly when they are equal. API,
 * form, revisions, diffs and the reconciler all read this table.
 */

#include "core/ctx.h"
#include "core/json.h"

enum spec_kind { SPEC_LINE, SPEC_TEXT, SPEC_BOOL, SPEC_INT, SPEC_MAP, SPEC_MAPS, SPEC_TIME };

struct spec_field {
	const char *name;  /* Dkron's name, or ours */
	const char *label; /* as the pages call it */
	enum spec_kind kind;
	int min, max;        /* of the length, or the number; a bool's standard */
	bool ours;           /* does not go to the engine */
	const char *choices; /* "allow|forbid": nothing else may stand there, but ""; NULL: free */
	const char *help;    /* what it does, in one sentence */
};

extern const struct spec_field spec_fields[];
extern const size_t nspec_fields;

/* What an executor takes in executor_config, or a processor in processors: always texts. */
enum setting_kind { SETTING_LINE, SETTING_TEXT, SETTING_FLAG };

struct spec_setting {
	const char *executor; /* or the processor */
	const char *name, *label;
	enum setting_kind kind;
	int max; /* bytes */
	bool required;
	enum err (*rule)(struct ctx *c, const char *field, const char *value); /* NULL: any */
	const char *help;
};

extern const struct spec_setting spec_settings[], processor_settings[];
extern const size_t nspec_settings, nprocessor_settings;

bool spec_knows_executor(const char *executor); /* its settings stand in spec_settings */

/*
 * Checks `input` (an object of fields; those in `skip` are passed over: read-only ones) by Dkron's
 * own rules and ours, over the defaults, or over `base` (a spec) for a merge patch, where null
 * takes the default. `name` is the job's name (for `~` and the parent check). ERR_INVALID names the
 * field, with a path inside maps: "executor_config.timeout".
 */
MUST_USE enum err spec_make(struct ctx *c, const char *name, const struct json *base,
    const struct json *input, struct json **out);

/* Whether a definition may carry this key: a field, or one of those that are read only and passed
 * over. */
bool spec_knows(const char *key);

/* The same without the rules that fields have beyond their types: something half written, of which
 * job_lint() can tell. */
MUST_USE enum err spec_draft(struct ctx *c, const char *name, const struct json *base,
    const struct json *input, struct json **out);

/* The job's name in Dkron: with the namespace. */
const char *spec_engine_name(struct ctx *c, const char *name);

/* What the engine is to be given for job `name`: Dkron's fields, name with namespace, label in
 * metadata. */
struct json *spec_for_engine(struct ctx *c, const char *name, const struct json *spec);

/* Whether a job of the engine carries our label, that is, was written by us. */
bool spec_is_labelled(struct ctx *c, const struct json *engine_job);

/* Names of the fields in which Dkron's answer differs from what it should have; empty = in sync. */
MUST_USE enum err spec_engine_differs(
    struct ctx *c, const struct json *wanted, const struct json *engine_job, const char **fields);

/* What the engine has, in the fields of the table: without counters and the like, empty ones left
 * out. */
struct json *spec_of_engine(struct ctx *c, const struct json *engine_job);

/* A definition of ours (an input for spec_make) that says what the engine's copy says: `spec` with
 * those of the engine's fields that differ from it, or, NULL, all of the engine's fields. Checks
 * nothing. */
struct json *spec_adopted(
    struct ctx *c, const char *name, const struct json *spec, const struct json *engine_job);

/* One changed field of two specs. Values as people read them ("" = empty). */
struct spec_change {
	const char *field, *label, *before, *after;
};
size_t spec_diff(
    struct ctx *c, const struct json *before, const struct json *after, struct spec_change **out);

/* The engine's copy (before) against what it should have (after), both in the engine's terms;
 * `engine_job` NULL: it has none. */
size_t spec_engine_diff(struct ctx *c, const struct json *engine_job, const struct json *wanted,
    struct spec_change **out);

/* 1..120 lower-case letters, digits, - and _ : what Dkron takes. ERR_INVALID "name". */
MUST_USE enum err job_name_check(struct ctx *c, const char *name);

#endif
