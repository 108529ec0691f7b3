#ifndef WEB_ADMIN_FACTS_H
#define WEB_ADMIN_FACTS_H

/* facts: a job's definition as a list of labels and values, what is empty or usual left out. */

#include "core/json.h"
#include "web/admin/page.h"

void facts_of_job(const struct page *p, struct view *v, const struct json *spec);

#endif
