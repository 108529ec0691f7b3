#include "web/admin/list_head.h"

#include <string.h>

#include "core/text.h"
#include "web/admin/words.h"

enum err list_read(struct req *r, const struct list_kind *kind, struct list_head *out)
{
	*out = (struct list_head){ .kind = kind, .c = r->ctx };
	for (; out->n < LIST_FILTERS && kind->filters[out->n] != NULL; out->n++) {
		struct pair *filter = &out->filters[out->n];
		*filter = (struct pair){ kind->filters[out->n], "" };
		TRY(query_text(r, filter->name, &filter->value));
	}
	return query_text(r, "after", &out->after);
}

const char *list_given(const struct list_head *l, size_t which)
{
	const char *value = l->filters[which].value;

	return *value == '\0' ? NULL : value;
}

static const char *link(const struct list_head *l, const char *name, const char *value)
{
	return link_filtered(l->c, l->kind->path, l->filters, l->n, name, value);
}

const char *list_link(const struct list_head *l, size_t which, const char *value)
{
	return link(l, l->filters[which].name, value);
}

const char *list_page_link(const struct list_head *l, const char *after)
{
	return link(l, "after", after);
}

bool list_many_pages(const struct list_head *l)
{
	return l->next != NULL || l->after != NULL;
}

enum err list_day(const struct list_head *l, const struct clock *k, size_t which, int64_t *us)
{
	const char *day = list_given(l, which);

	if (day == NULL || when_parse_date(k, day, us))
		return OK;
	return fail(l->c, ERR_INVALID, l->filters[which].name, "must be a day such as 2026-11-21");
}

/* A day ends where the next begins; some have 23 or 25 hours. */
enum err list_day_end(const struct list_head *l, const struct clock *k, size_t which, int64_t *us)
{
	TRY(list_day(l, k, which, us));
	if (list_given(l, which) != NULL)
		*us = when_day_start(k, *us, 1);
	return OK;
}

/* ---- the form */

bool list_keep(const struct list_head *l, struct view *v, const char *section, size_t which)
{
	if (list_given(l, which) == NULL)
		return false;
	struct view *kept = view_section(v, section);
	view_text(kept, "NAME", l->filters[which].name);
	view_text(kept, "VALUE", l->filters[which].value);
	return true;
}

struct view *list_choice(const struct list_head *l, struct view *v, const char *section,
    size_t which, const char *label, const char *any)
{
	struct view *choice = view_include(view_section(v, section), "CHOICE", "parts/choice.html");

	view_text(choice, "LABEL", label);
	view_text(choice, "FIELD", l->filters[which].name);
	view_text(choice, "ANY", any);
	return choice;
}

void list_option(const struct list_head *l, struct view *choice, size_t which, const char *value,
    const char *label)
{
	struct view *option = view_section(choice, "OPTION");

	view_text(option, "VALUE", value);
	view_text(option, "LABEL", label);
	if (strcmp(value, l->filters[which].value) == 0)
		view_show(option, "SELECTED");
}

void list_teams(
    const struct list_head *l, struct view *v, size_t which, const struct team *teams, size_t n)
{
	struct view *choice = list_choice(l, v, "TEAMS", which, "Team", "all");

	for (size_t i = 0; i < n; i++)
		list_option(l, choice, which, teams[i].name, teams[i].name);
}

/* ---- chips */

/* Whether that is what is set; for the chip of all, whether nothing of its row is. */
static bool chosen(const struct list_chips *row, size_t which, const char *value)
{
	if (*value != '\0')
		return strcmp(row->l->filters[which].value, value) == 0;
	for (size_t i = row->first; i <= row->last; i++)
		if (list_given(row->l, i) != NULL)
			return false;
	return true;
}

void list_chip(
    const struct list_chips *row, const char *label, int64_t count, size_t which, const char *value)
{
	bool now = chosen(row, which, value);
	struct list_head alone = *row->l;
	struct view *chip = view_include(
	    view_section(row->v, row->section), "CHIP", "parts/chip.html");

	for (size_t i = row->first; i <= row->last; i++)
		alone.filters[i].value = "";
	view_text(chip, "LABEL", label);
	view_text(chip, "HREF", list_link(&alone, which, now && row->turns_off ? "" : value));
	if (count != LIST_UNCOUNTED)
		view_text(
		    view_section(chip, "COUNTED"), "COUNT", words_number(row->l->c->arena, count));
	if (now)
		view_show(chip, "CHOSEN");
}

/* ---- the table */

static const char *sort_of(const struct list_head *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->filters[i].name, "sort") == 0 && *l->filters[i].value != '\0')
			return l->filters[i].value;
	return l->kind->columns[0].name;
}

static bool sorts_by(const char *sort, const struct list_column *column)
{
	return strcmp(sort + (*sort == '-' ? 1 : 0), column->name) == 0;
}

enum err list_sort(const struct list_head *l, int *order, bool *descending)
{
	const char *sort = sort_of(l);

	*descending = *sort == '-';
	for (size_t i = 0; i < l->kind->ncolumns; i++) {
		if (!sorts_by(sort, &l->kind->columns[i]))
			continue;
		*order = l->kind->columns[i].order;
		return OK;
	}
	return fail(l->c, ERR_INVALID, "sort", "must be one of the columns");
}

void list_columns(const struct list_head *l, struct view *table)
{
	const char *sort = sort_of(l);
	bool descending = *sort == '-';

	for (size_t i = 0; i < l->kind->ncolumns; i++) {
		const struct list_column *column = &l->kind->columns[i];
		bool now = sorts_by(sort, column);
		const char *turn = now && !descending
				       ? arena_printf(l->c->arena, "-%s", column->name)
				       : column->name;
		struct view *v = view_section(table, column->section);
		view_text(v, "HREF", link(l, "sort", turn));
		if (now)
			view_text(view_section(v, "SORTED"), "ORDER",
			    descending ? "descending" : "ascending");
	}
}

static void show_page(struct view *pages, const char *section, const char *label, const char *href)
{
	struct view *v = view_section(pages, section);

	view_text(v, "LABEL", label);
	view_text(v, "HREF", href);
}

struct view *list_pages(const struct list_head *l, struct view *table, size_t n)
{
	const struct list_kind *kind = l->kind;
	struct view *pages = view_include(table, "PAGES", "parts/pages.html");

	view_text(table, "SHOWN", words_count(l->c->arena, (int64_t)n, kind->one, kind->many));
	if (l->after != NULL)
		show_page(pages, "FIRST", kind->newest_first ? "Newest" : "First page",
		    list_page_link(l, NULL));
	if (l->next != NULL)
		show_page(pages, "MORE", kind->newest_first ? "Older" : "Next",
		    list_page_link(l, l->next));
	return pages;
}
