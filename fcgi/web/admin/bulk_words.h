#ifndef WEB_ADMIN_BULK_WORDS_H
#define WEB_ADMIN_BULK_WORDS_H

/* bulk_words: what a bulk action is called before, while and after it is done, and what it means.
 */

#include "model/bulk.h"
#include "web/admin/page.h"

/* "Disable 12 jobs"; the last word of the question and of its button. */
const char *bulk_question(struct arena *a, const char *action, int64_t n);

/* "Disabling 12 jobs", "12 jobs disabled", by how far it is. */
const char *bulk_title(struct arena *a, const struct bulk *b);

/* Section MEANING, one a sentence: what goes, what stays, what will be refused. */
void bulk_meaning(struct page *p, const struct bulk_ask *ask, const struct bulk_preview *preview);

/* {{>NAME}}: the state of a bulk action, or of one of its items. */
void bulk_show_state(struct view *v, const char *name, const char *state);

#endif
