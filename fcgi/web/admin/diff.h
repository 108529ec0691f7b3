#ifndef WEB_ADMIN_DIFF_H
#define WEB_ADMIN_DIFF_H

/* diff: what two sides have in each field in which they differ, as head and rows of a table. */

#include "model/job_spec.h"
#include "view/view.h"

/* {{>DIFF}} as parts/diff.html; `was` and `is` head the columns. */
void diff_show(
    struct view *v, const char *was, const char *is, const struct spec_change *changes, size_t n);

#endif
