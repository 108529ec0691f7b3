#ifndef WEB_ADMIN_TASK_PAGE_H
#define WEB_ADMIN_TASK_PAGE_H

/* task_page: one task: what it is about, the decision, and the way it went. */

#include "model/message.h"
#include "web/admin/task_words.h"

struct task_shown {
	struct page p;
	struct task task;
	struct task_type type;
	struct task_action *actions;
	size_t nactions;
	struct task_note *notes;
	size_t nnotes;
};

/* What stood in the form when it was refused; NULL: nothing was. */
MUST_USE enum err task_page(
    struct req *r, struct resp *w, int status, const char *comment, const struct fault *fault);

/* "The way of this request": {{#STEP}} of `v`; *moves: its end changes by itself, although the task
 * has ended. */
MUST_USE enum err task_way(const struct task_shown *s, struct view *v, bool *moves);

/* {{#MAILS}} of `v`: who was mailed, and a button for a new token. */
MUST_USE enum err task_mails(const struct task_shown *s, struct view *v);

/* One of them, as a message or a notification has it: {{CSS}}, {{WORD}}, {{TO}}, {{>TIME}},
 * {{#REASON}}. */
void task_mail_row(const struct page *p, struct view *row, const struct message *m);

/* "The job today": {{#JOB}}, where the task is about one that the reader may see. */
MUST_USE enum err task_job(const struct task_shown *s);

#endif
