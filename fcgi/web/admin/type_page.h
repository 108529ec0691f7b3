#ifndef WEB_ADMIN_TYPE_PAGE_H
#define WEB_ADMIN_TYPE_PAGE_H

/* type_page: the page of a task type, as a form or as JSON. */

#include "web/admin/page.h"
#include "web/admin/type_form.h"

/* What stands in the editor, and what was said of it. */
struct editor {
	const char *name;               /* as typed; "" of a new one */
	const struct type_found *found; /* NULL: a new one */
	const char *text, *version, *secret;
	struct type_form *form;       /* NULL: as JSON, `text` */
	const char *at;               /* the item that was moved or added; NULL: none */
	const struct task_type *fine; /* it was checked, and would be taken */
	struct fault fault;           /* detail NULL: nothing was wrong */
	int status;
};

MUST_USE enum err type_page(struct req *r, struct resp *w, const struct editor *e);

/* The inputs of its form, with the fault at its own. */
void type_form_show(struct ctx *c, struct view *v, const struct editor *e);
/* The input, or the item, that a fault is about; false: none is shown. */
bool type_form_fault(struct ctx *c, const struct editor *e, const char **id, const char **label);

#endif
