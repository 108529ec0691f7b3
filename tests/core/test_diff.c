#include "core/diff.h"

#include <stdlib.h>
#include <string.h>

#include "lib/check.h"
#include "lib/ctx.h"

/* What a reader sees: a sign and the line, for each. */
static const char *shown(struct arena *a, const char *x, const char *y)
{
	struct diff_line *lines;
	const char *all = "";
	size_t n;

	if (!diff_lines(a, (struct diff_text){ x, strlen(x) }, (struct diff_text){ y, strlen(y) },
		&lines, &n))
		return "too much";
	for (size_t i = 0; i < n; i++)
		all = arena_printf(
		    a, "%s%c%.*s ", all, " -+"[lines[i].kind], (int)lines[i].len, lines[i].text);
	return all;
}

TEST(a_diff_says_which_lines_went_and_which_came)
{
	struct arena *a = arena_create((size_t)64 << 20);

	SAME(shown(a, "a\nb\nc\n", "a\nb\nc\n"), " a  b  c ");
	SAME(shown(a, "a\nb\nc\n", "a\nc\n"), " a -b  c ");
	SAME(shown(a, "a\nc\n", "a\nb\nc\n"), " a +b  c ");
	SAME(shown(a, "a\nb\n", "a\nx\n"), " a -b +x ");
	SAME(shown(a, "", "a\n"), "+a ");
	SAME(shown(a, "a", ""), "-a ");
	SAME(shown(a, "", ""), "");
	SAME(shown(a, "a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc"), "-a -b  c +b  a  b -b  a +c ");
	arena_destroy(a);
}

static const char *some_text(struct arena *a)
{
	char *s = arena_alloc(a, 81, 1);
	size_t n = (size_t)random() % 40;

	for (size_t i = 0; i < n; i++) {
		s[2 * i] = (char)('a' + random() % 4);
		s[2 * i + 1] = '\n';
	}
	return s;
}

/* Both texts can be read out of it, in order, with the right numbers. */
TEST(a_diff_holds_both_texts)
{
	struct arena *a = arena_create((size_t)256 << 20);

	srandom(7);
	for (int round = 0; round < 500; round++) {
		const char *x = some_text(a), *y = some_text(a);
		struct diff_line *lines = NULL;
		size_t n = 0, at_x = 0, at_y = 0;
		YES(diff_lines(a, (struct diff_text){ x, strlen(x) },
		    (struct diff_text){ y, strlen(y) }, &lines, &n));
		for (size_t i = 0; i < n; i++) {
			if (lines[i].kind != DIFF_NEW) {
				IS(lines[i].a, at_x + 1);
				YES(x[2 * at_x++] == *lines[i].text);
			}
			if (lines[i].kind != DIFF_GONE) {
				IS(lines[i].b, at_y + 1);
				YES(y[2 * at_y++] == *lines[i].text);
			}
		}
		IS(2 * at_x, strlen(x));
		IS(2 * at_y, strlen(y));
	}
	arena_destroy(a);
}

TEST(a_diff_of_too_much_is_refused)
{
	struct arena *a = arena_create((size_t)256 << 20);
	size_t half = (size_t)DIFF_EDITS_MAX * 2;
	char *x = arena_alloc(a, half + 1, 1), *y = arena_alloc(a, half + 1, 1);

	for (size_t i = 0; i < half; i += 2) {
		memcpy(x + i, "x\n", 2);
		memcpy(y + i, "y\n", 2);
	}
	SAME(shown(a, x, y), "too much");
	arena_destroy(a);
}
