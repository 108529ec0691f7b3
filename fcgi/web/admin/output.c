#include "web/admin/output.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

/* What a page shows at once, and what one answer of plain text holds; more comes by offset. */
enum { PAGE_BYTES = 256 * 1024, PAGE_LINES = 5000, SLICE = 2 * 1024 * 1024, PARTS_MAX = 50 };

const char *output_link(struct ctx *c, int64_t run_id, const char *chosen, int64_t offset)
{
	struct pair filters[] = {
		{ "offset", offset == 0 ? "" : arena_printf(c->arena, "%" PRId64, offset) },
		{ "execution", chosen == NULL ? "" : chosen }
	};
	const char *path = arena_printf(c->arena, "%s/output", link_run(c, run_id));

	return link_filtered(c, path, filters, LENGTH(filters), NULL, NULL);
}

/* Without the beginning of a character whose end has not arrived yet. */
static size_t whole_characters(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char byte = (unsigned char)bytes[len - back];
		size_t wanted = byte > 0xf4    ? 0
				: byte >= 0xf0 ? 4
				: byte >= 0xe0 ? 3
				: byte >= 0xc2 ? 2
					       : 0;
		if (wanted > back)
			return len - back;
		if (byte < 0x80 || byte >= 0xc0)
			break;
	}
	return len;
}

/* The line with its line break in it, so that the text of <pre> is the output. */
static void add_line(struct ctx *c, struct view *v, int number, const char *bytes, size_t len)
{
	struct view *line = view_section(v, "LINE");
	size_t clean_len;

	view_int(line, "N", number);
	view_text(line, "TEXT", text_clean(c->arena, bytes, len, &clean_len));
}

/* Returns how many bytes it has shown. */
static size_t show_lines(struct ctx *c, struct view *v, const char *bytes, size_t len)
{
	size_t at = 0;

	for (int number = 1; at < len && number <= PAGE_LINES; number++) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t n = end == NULL ? len - at : (size_t)(end - (bytes + at)) + 1;
		add_line(c, v, number, bytes + at, n);
		at += n;
	}
	return at;
}

static const char *name_of(
    struct ctx *c, const char *engine_id, const struct execution *executions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(executions[i].engine_id, engine_id) == 0)
			return arena_printf(c->arena, "%s, attempt %" PRId64, executions[i].node,
			    executions[i].attempt);
	return "";
}

static void show_parts(
    const struct page *p, struct view *v, const struct run *run, const char *chosen, int64_t size)
{
	int64_t parts = size <= SLICE ? 1 : (size + SLICE - 1) / SLICE;

	for (int64_t i = 0; i < parts && i < PARTS_MAX; i++) {
		struct view *part = view_section(v, "PLAIN_TEXT");
		view_text(part, "HREF", output_link(p->c, run->id, chosen, i * SLICE));
		view_text(part, "LABEL",
		    parts == 1 ? "Plain text"
			       : arena_printf(p->c->arena, "Plain text, part %" PRId64, i + 1));
	}
}

static const char *amount(const struct page *p, const struct output *o, size_t shown)
{
	struct arena *a = p->c->arena;

	if (o->complete && o->size == 0)
		return "It printed nothing.";
	if ((int64_t)shown < o->size)
		return arena_printf(a, "The first %s of %s; the rest is in the plain text.",
		    words_size(a, (int64_t)shown), words_size(a, o->size));
	if (o->complete)
		return arena_printf(a, "%s, all of it.", words_size(a, o->size));
	if (o->size == 0)
		return "Nothing printed yet.";
	return arena_printf(
	    a, "%s as of %s.", words_size(a, o->size), when_seconds(&p->clock, p->c->now_us));
}

enum err output_show(const struct page *p, const struct run *run, const char *chosen,
    const struct execution *executions, size_t n)
{
	struct ctx *c = p->c;
	struct output o;

	TRY(run_output(c, run->id, chosen, 0, PAGE_BYTES, &o));
	struct view *v = view_section(p->v, "OUTPUT");
	const char *name = name_of(c, o.engine_id, executions, n);
	size_t len = o.complete && (int64_t)o.len == o.size ? o.len
							    : whole_characters(o.bytes, o.len);
	size_t shown = show_lines(c, v, o.bytes, len);
	view_text(v, "OF", *name ? name : "not begun");
	show_parts(p, v, run, chosen, o.size);
	if (!o.complete || (int64_t)shown < o.size) {
		struct view *follow = view_section(v, "FOLLOW");
		view_text(follow, "HREF", output_link(c, run->id, chosen, 0));
		view_int(follow, "SIZE", (int64_t)shown);
		view_text(follow, "EXECUTION", text_urlencode(c->arena, o.engine_id));
	}
	view_text(v, "AMOUNT", amount(p, &o, shown));
	if (!o.complete)
		view_text(view_section(v, "RELOAD"), "HREF", p->r->target);
	return OK;
}

enum err admin_run_output(struct req *r, struct resp *w)
{
	static const char *const known[] = { "offset", "execution", NULL };
	struct arena *a = r->ctx->arena;
	const char *chosen = NULL;
	int64_t id, offset = 0;
	struct output o;

	TRY(query_only(r, known));
	TRY(req_var_int(r, "id", &id));
	TRY(query_int(r, "offset", 0, INT64_MAX, &offset));
	TRY(query_text(r, "execution", &chosen));
	TRY(run_output(r->ctx, id, chosen, offset, SLICE, &o));
	w->type = "text/plain; charset=utf-8";
	w->body = o.bytes;
	w->len = o.len;
	resp_header(r, w, "X-Output-Size", arena_printf(a, "%" PRId64, o.size));
	resp_header(r, w, "X-Output-Complete", o.complete ? "true" : "false");
	resp_header(r, w, "X-Output-Execution", text_urlencode(a, o.engine_id));
	return OK;
}
