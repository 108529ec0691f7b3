#ifndef WEB_ADMIN_PLOT_H
#define WEB_ADMIN_PLOT_H

/* plot: geometry as SVG attributes. What a plot shows stands in its label too. */

#include "model/lever.h"
#include "view/view.h"

/* {{>NAME}}: the last runs of one job, newest at the right; above the line it went well, below it
 * did not. `newest` is the first of `n` runs, newest first. */
void plot_levers(
    struct ctx *c, struct view *v, const char *name, const struct lever *newest, size_t n);

#endif
