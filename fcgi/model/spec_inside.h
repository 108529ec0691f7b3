#ifndef MODEL_SPEC_INSIDE_H
#define MODEL_SPEC_INSIDE_H

/* spec_inside: what the files of job_spec share among themselves. */

#include "core/ctx.h"
#include "core/json.h"
#include "model/job_spec.h"

enum { JOB_NAME_MAX = 120, SPEC_BYTES_MAX = 200000, PAYLOAD_MAX = 65536 };

/* As job_name_check(), for a name that stands in `field`. */
MUST_USE enum err spec_check_name(struct ctx *c, const char *field, const char *name);

/* A field of a spec as text; "" when it is not there. */
const char *spec_text(const struct json *spec, const char *field);

/* All rules that need more than one value's type and length; spec_rules.c. */
MUST_USE enum err spec_check(struct ctx *c, const char *name, struct json *spec);

/* The rules of the executors and processors that we know; others hold what they like. Values that
 * are empty mean nothing there and are taken out. spec_executor.c. */
MUST_USE enum err spec_check_executor(struct ctx *c, const char *executor, struct json *config);
MUST_USE enum err spec_check_processor(struct ctx *c, const char *processor, struct json *config);

/* As the pages call a key of an executor; NULL: one of no known executor. */
const char *spec_config_label(const char *executor, const char *key);

/* Whether a field of what the engine should have and of what it has mean the same. */
bool spec_same_field(
    const struct spec_field *f, const struct json *wanted, const struct json *engine_job);

/* "a number", "text": what a value is, for "must be text, not a number". */
const char *spec_type_words(const struct json *v);

#endif
