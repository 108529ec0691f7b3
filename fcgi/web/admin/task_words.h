#ifndef WEB_ADMIN_TASK_WORDS_H
#define WEB_ADMIN_TASK_WORDS_H

/* task_words: tasks as pages say them: their state, their approvals, what type they are. */

#include "action/type.h"
#include "web/admin/page.h"

/* As whoever reads it should see it: "To approve" is for who may. */
const struct state_words *task_state(const struct task *t);

bool task_is_open(const struct task *t);     /* it has not ended */
bool task_moves(const struct task *t);       /* work goes on with it by itself */
bool task_is_of_a_job(const struct task *t); /* a change of one, or a run */
bool task_note_is_late(const struct task *t, const struct task_note *note); /* since approval */
bool task_may_approve(const struct task *t);
bool task_may_reject(const struct task *t);
bool task_may_cancel(const struct task *t);
bool task_may_edit(const struct page *p, const struct task *t, const struct task_type *type);

const char *task_link(struct ctx *c, const struct task *t);           /* "/tasks/<id>" */
const char *task_type_words(struct arena *a, const char *type);       /* "job change" */
const char *task_deciders_words(struct ctx *c, const struct task *t); /* "managers of ops" */
const char *type_deciders_words(struct ctx *c, const struct task_type *type);

/* {{>NAME}}: circles and "1 of 2". */
void task_pips(const struct page *p, struct view *v, const char *name, const struct task *t);

#endif
