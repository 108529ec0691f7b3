#ifndef MODEL_UNMANAGED_INSIDE_H
#define MODEL_UNMANAGED_INSIDE_H

/* unmanaged_inside: what the files of unmanaged share among themselves. */

#include "model/unmanaged.h"

/* Whoever gets it takes it over, and nobody else does. ERR_NOT_FOUND: there is none. */
MUST_USE enum err unmanaged_take(struct ctx *c, const char *name, struct unmanaged *out);

#endif
