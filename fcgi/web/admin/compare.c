/* Two runs' outputs held against each other, line by line. */

#include <inttypes.h>
#include <string.h>

#include "core/diff.h"
#include "core/text.h"
#include "model/run.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

/* A line of a megabyte, or many of what HTML has to escape, must not become a page of ten. */
enum {
	COMPARED_MAX = 1024 * 1024,
	AROUND = 3,
	SHOWN_MAX = 4000,
	SHOWN_BYTES = 512 * 1024,
	LINE_BYTES = 4 * 1024
};

struct side {
	struct run run;
	struct output output;
};

struct compare {
	struct page p;
	struct side a, b;
	struct diff_line *lines;
	size_t n, gone, added;
};

static enum err read_side(struct compare *k, int64_t id, struct side *out)
{
	TRY(run_get(k->p.c, id, &out->run));
	return run_output(k->p.c, id, NULL, 0, COMPARED_MAX, &out->output);
}

static void show_side(struct compare *k, const char *name, const struct side *s)
{
	struct view *v = view_section(k->p.v, name);

	view_int(v, "ID", s->run.id);
	view_text(v, "HREF", link_run(k->p.c, s->run.id));
	page_state(v, "STATE", s->run.state);
	page_time(&k->p, v, "TIME",
	    s->run.started_us.set ? s->run.started_us.value : s->run.queued_us, TIME_SECONDS);
	view_text(v, "SIZE", words_size(k->p.c->arena, s->output.size));
}

static const char *line_link(struct compare *k, const struct side *s, size_t line)
{
	return arena_printf(k->p.c->arena, "%s#L%zu", link_run(k->p.c, s->run.id), line);
}

/* A line that is the same is shown near one that is not. */
static bool is_near(const struct compare *k, size_t i)
{
	size_t from = i > AROUND ? i - AROUND : 0, to = i + AROUND;

	for (size_t at = from; at <= to && at < k->n; at++)
		if (k->lines[at].kind != DIFF_SAME)
			return true;
	return false;
}

/* Of a long line its beginning, and how much more there is. */
static const char *shown_text(struct compare *k, const struct diff_line *l)
{
	struct arena *a = k->p.c->arena;
	size_t len = l->len, clean;

	if (len <= LINE_BYTES)
		return text_clean(a, l->text, len, &clean);
	for (len = LINE_BYTES; len > LINE_BYTES - 4 && (l->text[len] & 0xc0) == 0x80;)
		len--;
	return arena_printf(a, "%s … and %s more", text_clean(a, l->text, len, &clean),
	    words_size(a, (int64_t)(l->len - len)));
}

static void show_line(struct compare *k, struct view *line, const struct diff_line *l)
{
	static const char *const kinds[] = { "SAME", "GONE", "NEW" };
	struct view *v = view_section(line, kinds[l->kind]);

	view_text(v, "TEXT", shown_text(k, l));
	view_text(
	    v, "HREF", l->kind == DIFF_NEW ? line_link(k, &k->b, l->b) : line_link(k, &k->a, l->a));
	view_int(v, "N", (int64_t)(l->kind == DIFF_NEW ? l->b : l->a));
}

static void show_lines(struct compare *k)
{
	struct view *v = view_section(k->p.v, "DIFF");
	size_t hidden = 0, shown = 0, bytes = 0, i;

	for (i = 0; i < k->n && shown < SHOWN_MAX && bytes < SHOWN_BYTES; i++) {
		if (!is_near(k, i)) {
			hidden++;
			continue;
		}
		struct view *line = view_section(v, "LINE");
		if (hidden > 0)
			view_text(view_section(line, "FOLD"), "WORDS",
			    words_count(
				k->p.c->arena, (int64_t)hidden, "equal line", "equal lines"));
		hidden = 0;
		show_line(k, line, &k->lines[i]);
		bytes += k->lines[i].len < LINE_BYTES ? k->lines[i].len : LINE_BYTES;
		shown++;
	}
	if (hidden > 0)
		view_text(view_section(v, "REST"), "WORDS",
		    words_count(k->p.c->arena, (int64_t)hidden, "equal line", "equal lines"));
	if (i < k->n)
		view_show(v, "CUT");
}

static void show_result(struct compare *k)
{
	const struct output *a = &k->a.output, *b = &k->b.output;
	bool whole = (int64_t)a->len == a->size && (int64_t)b->len == b->size;

	if (a->gone || b->gone) {
		view_show(k->p.v, "REMOVED");
		return;
	}
	if (!whole || !diff_lines(k->p.c->arena, (struct diff_text){ a->bytes, a->len },
			  (struct diff_text){ b->bytes, b->len }, &k->lines, &k->n)) {
		view_show(k->p.v, "TOO_LARGE");
		return;
	}
	for (size_t i = 0; i < k->n; i++) {
		k->gone += k->lines[i].kind == DIFF_GONE;
		k->added += k->lines[i].kind == DIFF_NEW;
	}
	if (k->gone + k->added == 0) {
		view_show(k->p.v, "EQUAL");
		return;
	}
	view_text(view_section(k->p.v, "COUNTED"), "WORDS",
	    arena_printf(k->p.c->arena, "%s only in run %" PRId64 ", %zu only in run %" PRId64,
		words_count(k->p.c->arena, (int64_t)k->gone, "line", "lines"), k->a.run.id,
		k->added, k->b.run.id));
	show_lines(k);
}

enum err admin_run_compare(struct req *r, struct resp *w)
{
	struct compare k = { .n = 0 };
	int64_t id, other;

	TRY(req_var_int(r, "id", &id));
	TRY(req_var_int(r, "other", &other));
	TRY(page_open(&k.p, r, w, "compare.html"));
	TRY(read_side(&k, id, &k.a));
	TRY(read_side(&k, other, &k.b));
	show_side(&k, "FIRST", &k.a);
	show_side(&k, "SECOND", &k.b);
	view_text(k.p.v, "SWAPPED",
	    arena_printf(r->ctx->arena, "%s/compare/%" PRId64, link_run(r->ctx, other), id));
	show_result(&k);
	return page_show(
	    &k.p, 200, arena_printf(r->ctx->arena, "Runs %" PRId64 " and %" PRId64, id, other));
}
