#include "core/diff.h"

#include <stdint.h>
#include <string.h>

struct line {
	const char *text;
	size_t len;
	uint64_t hash;
};

struct text {
	struct line *lines;
	size_t n;
};

/* The furthest line of `a` on each diagonal, after each number of edits. */
struct trace {
	struct arena *arena;
	const struct line *a, *b;
	long na, nb;
	long **rounds; /* rounds[d][k + d], k from -d to d */
};

static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
	return h;
}

static bool split(struct arena *arena, const char *s, size_t len, struct text *out)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	n += len > 0 && s[len - 1] != '\n';
	*out = (struct text){ .n = n };
	if (n > DIFF_LINES_MAX)
		return false;
	out->lines = arena_alloc(arena, n + 1, sizeof(*out->lines));
	for (size_t i = 0; i < n; i++) {
		const char *end = memchr(s + at, '\n', len - at);
		size_t line = end == NULL ? len - at : (size_t)(end - (s + at));
		out->lines[i] = (struct line){ s + at, line, hash_of(s + at, line) };
		at += line + 1;
	}
	return true;
}

static bool same(const struct line *x, const struct line *y)
{
	return x->hash == y->hash && x->len == y->len && memcmp(x->text, y->text, x->len) == 0;
}

static long furthest(const struct trace *t, long d, long k)
{
	const long *before;
	long x;

	if (d == 0)
		x = 0;
	else {
		before = t->rounds[d - 1] + (d - 1);
		if (k == -d || (k != d && before[k - 1] < before[k + 1]))
			x = before[k + 1];
		else
			x = before[k - 1] + 1;
	}
	while (x < t->na && x - k < t->nb && same(&t->a[x], &t->b[x - k]))
		x++;
	return x;
}

/* The least number of edits, or -1: too many. */
static long search(struct trace *t)
{
	for (long d = 0; d <= DIFF_EDITS_MAX; d++) {
		t->rounds[d] = arena_alloc(t->arena, (size_t)(2 * d + 1), sizeof(long));
		for (long k = -d; k <= d; k += 2) {
			long x = furthest(t, d, k);
			t->rounds[d][k + d] = x;
			if (x >= t->na && x - k >= t->nb)
				return d;
		}
	}
	return -1;
}

struct writer {
	struct diff_line *lines;
	size_t left; /* places in front that are still empty */
};

static void put(struct writer *w, enum diff_kind kind, size_t a, size_t b, const struct line *l)
{
	w->lines[--w->left] = (struct diff_line){ kind, a, b, l->text, l->len };
}

/* From the end to the beginning. */
static void walk_back(const struct trace *t, long d, size_t skipped, struct writer *w)
{
	long x = t->na, y = t->nb;

	for (; d > 0; d--) {
		const long *before = t->rounds[d - 1] + (d - 1);
		long k = x - y;
		bool down = k == -d || (k != d && before[k - 1] < before[k + 1]);
		long from = down ? before[k + 1] : before[k - 1];
		long stop = down ? from : from + 1;
		for (; x > stop; x--, y--)
			put(w, DIFF_SAME, skipped + (size_t)x, skipped + (size_t)y, &t->a[x - 1]);
		if (down) {
			put(w, DIFF_NEW, 0, skipped + (size_t)y, &t->b[y - 1]);
			y--;
		} else {
			put(w, DIFF_GONE, skipped + (size_t)x, 0, &t->a[x - 1]);
			x--;
		}
	}
	for (; x > 0; x--, y--)
		put(w, DIFF_SAME, skipped + (size_t)x, skipped + (size_t)y, &t->a[x - 1]);
}

bool diff_lines(
    struct arena *arena, struct diff_text a, struct diff_text b, struct diff_line **out, size_t *n)
{
	struct text x, y;
	size_t head = 0, tail = 0;

	if (!split(arena, a.text, a.len, &x) || !split(arena, b.text, b.len, &y))
		return false;
	while (head < x.n && head < y.n && same(&x.lines[head], &y.lines[head]))
		head++;
	while (tail < x.n - head && tail < y.n - head &&
	       same(&x.lines[x.n - 1 - tail], &y.lines[y.n - 1 - tail]))
		tail++;
	struct trace t = { .arena = arena,
		.a = x.lines + head,
		.b = y.lines + head,
		.na = (long)(x.n - head - tail),
		.nb = (long)(y.n - head - tail),
		.rounds = arena_alloc(arena, DIFF_EDITS_MAX + 1, sizeof(long *)) };
	long d = search(&t);
	if (d < 0)
		return false;
	/* Each edit is a line of one text alone; the others stand in both. */
	*n = (x.n + y.n + (size_t)d) / 2;
	struct writer w = { arena_alloc(arena, *n + 1, sizeof(**out)), *n };
	*out = w.lines;
	for (size_t i = 0; i < tail; i++)
		put(&w, DIFF_SAME, x.n - i, y.n - i, &x.lines[x.n - 1 - i]);
	walk_back(&t, d, head, &w);
	for (size_t i = head; i > 0; i--)
		put(&w, DIFF_SAME, i, i, &x.lines[i - 1]);
	return true;
}
