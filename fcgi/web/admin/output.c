#include "web/admin/output.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

/* What a page shows at once, and what one answer of plain text holds; more comes by offset. */
enum {
	PAGE_BYTES = 256 * 1024,
	PAGE_LINES = 5000,
	END_BYTES = 64 * 1024, /* of the last part: why it failed stands at the end */
	END_LINES = 1000,
	SLICE = 2 * 1024 * 1024,
	FILE_MAX = 17 * 1024 * 1024
};

static const char *link_to(struct ctx *c, int64_t run_id, const char *chosen, int64_t offset)
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
static void add_line(struct ctx *c, struct view *v, int64_t number, const char *bytes, size_t len)
{
	struct view *line = view_section(v, "LINE");
	size_t clean_len;

	view_int(line, "N", number);
	view_text(line, "TEXT", text_clean(c->arena, bytes, len, &clean_len));
}

/* Returns how many bytes it has shown; *number is then that of the line behind them. */
static size_t show_lines(
    struct ctx *c, struct view *v, const char *bytes, size_t len, int64_t *number)
{
	size_t at = 0;

	for (int lines = 0; at < len && lines < PAGE_LINES; lines++) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t n = end == NULL ? len - at : (size_t)(end - (bytes + at)) + 1;
		add_line(c, v, *number, bytes + at, n);
		*number += end != NULL;
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

static const char *amount(const struct page *p, const struct output *o, int64_t from, size_t shown)
{
	struct arena *a = p->c->arena;

	if (o->gone)
		return arena_printf(
		    a, "It printed %s, which are no longer kept.", words_size(a, o->size));
	if (from > 0)
		return arena_printf(a, "%s from byte %" PRId64 " on, of %s.",
		    words_size(a, (int64_t)shown), from, words_size(a, o->size));
	if (o->complete && o->size == 0)
		return "It printed nothing.";
	if ((int64_t)shown < o->size)
		return arena_printf(a, "The first %s of %s.", words_size(a, (int64_t)shown),
		    words_size(a, o->size));
	if (o->complete)
		return arena_printf(a, "%s, all of it.", words_size(a, o->size));
	if (o->size == 0)
		return "Nothing printed yet.";
	return arena_printf(
	    a, "%s as of %s.", words_size(a, o->size), when_seconds(&p->clock, p->c->now_us));
}

/* Where the reader may go from this part. */
static void show_ways(const struct page *p, struct view *v, const struct output_part *part,
    int64_t next, int64_t next_line, int64_t size)
{
	struct ctx *c = p->c;
	struct pair at[] = { { "execution", part->chosen == NULL ? "" : part->chosen },
		{ "from", arena_printf(c->arena, "%" PRId64, next) },
		{ "line", arena_printf(c->arena, "%" PRId64, next_line) } };
	const char *page = link_run(c, part->run->id);

	if (next < size) {
		struct pair end[] = { at[0], { "end", "1" } };
		view_text(view_section(v, "LATER"), "HREF",
		    arena_printf(
			c->arena, "%s#output", link_filtered(c, page, at, LENGTH(at), NULL, NULL)));
		view_text(view_section(v, "LAST"), "HREF",
		    arena_printf(c->arena, "%s#output",
			link_filtered(c, page, end, LENGTH(end), NULL, NULL)));
	}
	if (part->from > 0)
		view_text(view_section(v, "START"), "HREF",
		    arena_printf(c->arena, "%s#output", link_filtered(c, page, at, 1, NULL, NULL)));
}

static void show_plain(const struct page *p, struct view *v, const struct output_part *part)
{
	const char *link = link_to(p->c, part->run->id, part->chosen, 0);
	const char *sign = strchr(link, '?') == NULL ? "?" : "&";

	view_text(v, "PLAIN", link);
	view_text(v, "DOWNLOAD", arena_printf(p->c->arena, "%s%sdownload=1", link, sign));
}

/* Where the last lines begin, and which they are: all that stands before them is counted. */
static enum err find_end(struct ctx *c, struct output_part *part)
{
	struct output o;
	size_t at, lines = 0;

	TRY(run_output(c, part->run->id, part->chosen, 0, FILE_MAX, &o));
	for (at = o.len; at > 0 && o.len - at < END_BYTES; at--)
		if (o.bytes[at - 1] == '\n' && at < o.len && ++lines == END_LINES)
			break;
	const char *next = at == 0 ? NULL : memchr(o.bytes + at - 1, '\n', o.len - at);
	if (next != NULL) /* else all of it is the end of one line */
		at = (size_t)(next - o.bytes) + 1;
	part->from = (int64_t)at;
	part->line = 1;
	for (size_t i = 0; i < at; i++)
		part->line += o.bytes[i] == '\n';
	return OK;
}

enum err output_show(const struct page *p, const struct output_part *wanted)
{
	struct output_part whole = *wanted, *part = &whole;
	struct ctx *c = p->c;
	struct output o;

	if (part->end)
		TRY(find_end(c, part));
	int64_t line = part->line;
	TRY(run_output(c, part->run->id, part->chosen, part->from, PAGE_BYTES, &o));
	struct view *v = view_section(p->v, "OUTPUT");
	const char *name = name_of(c, o.engine_id, part->executions, part->n);
	bool to_end = part->from + (int64_t)o.len >= o.size;
	size_t len = o.complete && to_end ? o.len : whole_characters(o.bytes, o.len);
	size_t shown = show_lines(c, v, o.bytes, len, &line);
	int64_t next = part->from + (int64_t)shown;
	view_text(v, "OF", *name ? name : "not begun");
	show_plain(p, v, part);
	show_ways(p, v, part, o.gone ? o.size : next, line, o.size);
	/* A page that is full shows what is behind it on the next one; an open one grows. */
	if (!o.complete && part->from == 0 && next < PAGE_BYTES) {
		struct view *follow = view_section(v, "FOLLOW");
		view_text(follow, "HREF", link_to(c, part->run->id, part->chosen, 0));
		view_int(follow, "SIZE", next);
		view_text(follow, "EXECUTION", text_urlencode(c->arena, o.engine_id));
	}
	view_text(v, "AMOUNT", amount(p, &o, part->from, shown));
	if (!o.complete)
		view_text(view_section(v, "RELOAD"), "HREF", p->r->target);
	return OK;
}

/* "nightly-backup-142.txt": what a file may be called everywhere. */
static const char *file_name(struct ctx *c, const struct run *run)
{
	char *name = arena_strdup(c->arena, run->job_name);

	for (char *s = name; *s != '\0'; s++)
		if (!text_is_unreserved(*s) || *s == '~')
			*s = '_';
	return arena_printf(c->arena, "%s-%" PRId64 ".txt", name, run->id);
}

static enum err as_file(struct req *r, struct resp *w, int64_t id)
{
	struct run run;

	TRY(run_get(r->ctx, id, &run));
	resp_header(r, w, "Content-Disposition",
	    arena_printf(r->ctx->arena, "attachment; filename=\"%s\"", file_name(r->ctx, &run)));
	return OK;
}

enum err admin_run_output(struct req *r, struct resp *w)
{
	static const char *const known[] = { "offset", "execution", "download", NULL };
	struct arena *a = r->ctx->arena;
	const char *chosen = NULL;
	int64_t id, offset = 0, download = 0;
	struct output o;

	TRY(query_only(r, known));
	TRY(req_var_int(r, "id", &id));
	TRY(query_int(r, "offset", 0, INT64_MAX, &offset));
	TRY(query_text(r, "execution", &chosen));
	TRY(query_int(r, "download", 0, 1, &download));
	TRY(run_output(r->ctx, id, chosen, offset, download ? FILE_MAX : SLICE, &o));
	if (download)
		TRY(as_file(r, w, id));
	w->type = "text/plain; charset=utf-8";
	w->body = o.bytes;
	w->len = o.len;
	resp_header(r, w, "X-Output-Size", arena_printf(a, "%" PRId64, o.size));
	resp_header(r, w, "X-Output-Complete", o.complete ? "true" : "false");
	resp_header(r, w, "X-Output-Generation", arena_printf(a, "%" PRId64, o.generation));
	resp_header(r, w, "X-Output-Execution", text_urlencode(a, o.engine_id));
	return OK;
}
