#ifndef WEB_API_OPENAPI_SHAPE_H
#define WEB_API_OPENAPI_SHAPE_H

/* openapi_shape: fields and shapes as JSON Schema. */

#include "http/doc.h"

/* The schema of one value. Shapes are named: {"$ref":"#/components/schemas/Job"}, and put into
 * `schemas` with everything they name in turn. */
struct json *openapi_value(struct arena *a, const struct field *f, struct json *schemas);
struct json *openapi_shape(struct arena *a, const struct shape *shape, struct json *schemas);
/* Of the body of an answer. */
struct json *openapi_answer(struct arena *a, const struct answer *answer, struct json *schemas);

/* {"$ref":"#/components/<kind>/<name>"} */
struct json *openapi_ref(struct arena *a, const char *kind, const char *name);

#endif
