#ifndef ACTION_OWN_INSIDE_H
#define ACTION_OWN_INSIDE_H

/* own_inside: the parts of a definition, each read by a file of its own. */

#include "action/own_read.h"
#include "action/type_own.h"

enum { OWN_LINE_MAX = 200, OWN_TEXT_MAX = 10000, OWN_HELP_MAX = 1000, OWN_CHOICES = 50 };

extern const char *const asker_names[], *const duplicates_names[], *const mail_stage_names[],
								       *const way_names[];

MUST_USE enum err own_fields(const struct at *top, struct task_type *t);
MUST_USE enum err own_steps(const struct at *top, struct task_type *t);
/* Of a type that ships: what it does besides, behind its own. */
MUST_USE enum err own_more_steps(const struct at *top, struct task_type *t);
MUST_USE enum err own_settings(const struct at *top, struct task_type *t);

/* What a {{x}} may be besides a field of the type: answer.x, or what every mail can say. */
enum marks { MARKS_FIELDS, MARKS_ANSWERS, MARKS_WORDS };
MUST_USE enum err own_marks(const struct at *at, const char *key, const char *text,
    const struct task_type *t, enum marks more);
const struct input *own_field(
    struct ctx *c, const struct task_type *t, const char *name); /* NULL: none */

/* ---- as they are stored */

struct type_row {
	const char *name, *definition_text, *updated_by;
	bool own;
	int64_t version, updated_us;
};
const struct task_type *type_shipped(const char *name); /* NULL: none */
MUST_USE enum err type_row_get(struct ctx *c, const char *name, struct type_row *out);
MUST_USE enum err type_row_all(struct ctx *c, struct type_row **out, size_t *n);
/* The type of a row. ERR_CONFLICT: it cannot be read any more; ERR_NOT_FOUND: what it set is not
 * there any more, or ships now. */
MUST_USE enum err type_row_read(struct ctx *c, const struct type_row *row, struct task_type *out);
MUST_USE enum err type_secret_put(struct ctx *c, const char *name, const char *secret);

#endif
