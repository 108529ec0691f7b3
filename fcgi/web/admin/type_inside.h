#ifndef WEB_ADMIN_TYPE_INSIDE_H
#define WEB_ADMIN_TYPE_INSIDE_H

/* type_inside: values of a definition as the text of one input, and back. */

#include "web/admin/type_form.h"

/* The object at the group, made where there is none yet; a mail that is not sent stays so. */
struct json *type_form_holder(struct ctx *c, struct type_form *form, const char *group);

/* False: no input shows it without losing something of it. */
bool type_value_fits(const struct slot_row *row, const struct json *value, enum slot_kind *kind);
const char *type_value_text(
    struct ctx *c, const struct slot_row *row, enum slot_kind kind, const struct json *value);
/* NULL: nothing is said. What is no number stays text, for the check to refuse. */
struct json *type_value_of(struct ctx *c, enum slot_kind kind, const char *typed);
/* No field of the preview has a - in its name. */
const char *type_form_id(struct ctx *c, const char *name);

#endif
