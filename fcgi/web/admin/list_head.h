#ifndef WEB_ADMIN_LIST_HEAD_H
#define WEB_ADMIN_LIST_HEAD_H

/*
 * list_head: what pages of lists have around their rows: filters out of the query, the form and the
 * chips that set them, columns that sort, and the way to the other pages.
 *
 *     enum { F_Q, F_STATE };
 *     static const struct list_kind kind = { .path = "/things", .one = "thing", .many = "things",
 *         .filters = { [F_Q] = "q", [F_STATE] = "state" } };
 *
 *     TRY(list_read(r, &kind, &head));
 *     struct thing_query q = { list_given(&head, F_Q), list_given(&head, F_STATE), head.after };
 *     TRY(thing_list(c, &q, &things, &n, &head.next));
 *     const struct list_chips state = { &head, p.v, "STATE", F_STATE, F_STATE, false };
 *     list_chip(&state, "All", counts.all, F_STATE, "");
 *     list_chip(&state, "Open", counts.open, F_STATE, "open");
 *     list_pages(&head, table, n);
 *
 * with {{#STATE}}<li>{{>CHIP}}</li>{{/STATE}} and {{>PAGES}} in the template.
 */

#include "model/team.h"
#include "view/view.h"
#include "web/admin/link.h"
#include "web/admin/when.h"

enum { LIST_ROWS = 50, LIST_FILTERS = 12 };

/* {{#section}} around the head of a column, with {{HREF}} and {{#SORTED}} {{ORDER}}. */
struct list_column {
	const char *name, *section;
	int order; /* what the model calls it */
};

struct list_kind {
	const char *path, *one, *many;
	const char *filters[LIST_FILTERS]; /* their names; NULL ends them */
	/* A filter "sort" names one of them, "-" before it: turned. Without it, the first. */
	const struct list_column *columns;
	size_t ncolumns;
	bool newest_first; /* pages are "Newest" and "Older" */
};

struct list_head {
	const struct list_kind *kind;
	struct ctx *c;
	struct pair filters[LIST_FILTERS]; /* as given; "" = not */
	size_t n;
	const char *after, *next; /* cursors; NULL: the first page, the last */
};

/* ERR_INVALID: a filter given twice. `kind` has to live as long as the head. */
MUST_USE enum err list_read(struct req *r, const struct list_kind *kind, struct list_head *out);

/* The value of a filter; NULL: not given. */
const char *list_given(const struct list_head *l, size_t which);

/* This list with one filter set to `value` ("": without it), on its first page. */
const char *list_link(const struct list_head *l, size_t which, const char *value);

/* The first page (`after` NULL) or another. */
const char *list_page_link(const struct list_head *l, const char *after);

bool list_many_pages(const struct list_head *l);

/* The beginning of the day that a filter names, or the end of it; without one *us stays as it is.
 * ERR_INVALID names the filter. */
MUST_USE enum err list_day(
    const struct list_head *l, const struct clock *k, size_t which, int64_t *us);
MUST_USE enum err list_day_end(
    const struct list_head *l, const struct clock *k, size_t which, int64_t *us);

/* ---- the form */

/* {{#section}} with {{NAME}} and {{VALUE}} for a filter that is given: hidden fields. False: it is
 * not. */
bool list_keep(const struct list_head *l, struct view *v, const char *section, size_t which);

/* {{#section}}{{>CHOICE}}{{/section}}: a select of which the first option, `any`, is no filter. */
struct view *list_choice(const struct list_head *l, struct view *v, const char *section,
    size_t which, const char *label, const char *any);
void list_option(const struct list_head *l, struct view *choice, size_t which, const char *value,
    const char *label);
/* {{#TEAMS}}{{>CHOICE}}{{/TEAMS}}. */
void list_teams(
    const struct list_head *l, struct view *v, size_t which, const struct team *teams, size_t n);

/* ---- chips */

enum { LIST_UNCOUNTED = -1 };

/* A row of chips, {{#section}}<li>{{>CHIP}}</li>{{/section}}. It sets the filters from `first` to
 * `last`, which exclude each other. */
struct list_chips {
	const struct list_head *l;
	struct view *v;
	const char *section;
	size_t first, last;
	bool turns_off; /* a chosen one leads back */
};

/* `count` may be LIST_UNCOUNTED; `value` "": the chip for all. */
void list_chip(const struct list_chips *row, const char *label, int64_t count, size_t which,
    const char *value);

/* ---- the table */

/* What "sort" says; ERR_INVALID: no column. */
MUST_USE enum err list_sort(const struct list_head *l, int *order, bool *descending);
void list_columns(const struct list_head *l, struct view *table);

/* {{SHOWN}} of the table, "50 things", and {{>PAGES}}, whose view is the result. */
struct view *list_pages(const struct list_head *l, struct view *table, size_t n);

#endif
