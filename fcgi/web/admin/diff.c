#include "web/admin/diff.h"

void diff_show(
    struct view *v, const char *was, const char *is, const struct spec_change *changes, size_t n)
{
	struct view *table = view_include(v, "DIFF", "parts/diff.html");

	view_text(table, "WAS", was);
	view_text(table, "IS", is);
	for (size_t i = 0; i < n; i++) {
		struct view *row = view_section(table, "CHANGE");
		view_text(row, "FIELD", changes[i].label);
		view_text(row, "BEFORE", changes[i].before);
		view_text(row, "AFTER", changes[i].after);
	}
}
