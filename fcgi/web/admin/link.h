#ifndef WEB_ADMIN_LINK_H
#define WEB_ADMIN_LINK_H

/* link: addresses within the site. Values are encoded here: a template's escaping knows nothing of
 * queries. */

#include "http/http.h"

/* "/jobs/hello", "/jobs/hello/edit": `action` may be NULL. */
const char *link_job(struct ctx *c, const char *name, const char *action);
const char *link_run(struct ctx *c, int64_t id);
const char *link_revision(struct ctx *c, const char *job, int64_t version);

/* The path with those of the filters that have a value, but `name` set to `value` (NULL or "": left
 * out). */
const char *link_filtered(struct ctx *c, const char *path, const struct pair *filters, size_t n,
    const char *name, const char *value);

#endif
