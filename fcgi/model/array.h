#ifndef MODEL_ARRAY_H
#define MODEL_ARRAY_H

/* array: lists of values as Postgres writes its arrays, "{1,2}", for arguments of statements. */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

const char *array_of_ints(struct arena *a, const int64_t *values, size_t n);
const char *array_of_texts(struct arena *a, const char *const *values, size_t n);

#endif
