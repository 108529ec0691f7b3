#include "web/hook/payload.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "http/http.h"
#include "web/hook/group.h"

enum { JOB_MAX = 400, NODE_MAX = 255, NAME_MAX = 20 };

enum field { F_V, F_AT, F_JOB, F_ID, F_END, F_OK, F_BY, F_TAIL, F_OUT, FIELDS };

static const char *const names[FIELDS] = { "v", "at", "job", "id", "end", "ok", "by", "tail",
	"out" };

struct value {
	char *bytes; /* NULL: not there */
	size_t len;
};

static enum err wrong(struct ctx *c, enum field f, const char *why)
{
	return fail(c, ERR_MALFORMED, names[f], "%s", why);
}

static enum err find(struct ctx *c, const char *name, size_t len, enum field *out)
{
	for (int f = 0; f < FIELDS; f++)
		if (strlen(names[f]) == len && memcmp(names[f], name, len) == 0) {
			*out = (enum field)f;
			return OK;
		}
	size_t clean_len;
	const char *shown = text_clean(c->arena, name, len < NAME_MAX ? len : NAME_MAX, &clean_len);
	return fail(
	    c, ERR_MALFORMED, text_escape(c->arena, shown), "is not a field of the payload");
}

static enum err take(struct ctx *c, const char *pair, size_t len, struct value values[FIELDS])
{
	const char *equals = memchr(pair, '=', len);
	size_t name_len = equals == NULL ? len : (size_t)(equals - pair);
	enum field f;

	if (name_len == 0)
		return fail(c, ERR_MALFORMED, "body", "has a field without a name");
	TRY(find(c, pair, name_len, &f));
	if (equals == NULL)
		return wrong(c, f, "has no value");
	if (values[f].bytes != NULL)
		return wrong(c, f, "is given twice");
	if (req_decode(c, equals + 1, len - name_len - 1, &values[f].bytes, &values[f].len) != OK)
		return wrong(c, f, "has a broken escape");
	return OK;
}

static enum err split(struct ctx *c, const char *body, size_t len, struct value values[FIELDS])
{
	const char *end = body + len;

	for (const char *at = body; at <= end;) {
		const char *amp = memchr(at, '&', (size_t)(end - at));
		const char *stop = amp == NULL ? end : amp;
		TRY(take(c, at, (size_t)(stop - at), values));
		at = stop + 1;
	}
	for (int f = 0; f < FIELDS; f++)
		if (values[f].bytes == NULL)
			return wrong(c, (enum field)f, "is missing");
	return OK;
}

static enum err line(struct ctx *c, const struct value *values, enum field f, int max)
{
	if (strlen(values[f].bytes) != values[f].len || !text_is_line(values[f].bytes, 1, max))
		return wrong(c, f, "is empty, too long, or no line of text");
	return OK;
}

static enum err truth(struct ctx *c, const struct value *values, enum field f, const char *yes,
    const char *no, bool *out)
{
	TRY(line(c, values, f, NAME_MAX));
	*out = strcmp(values[f].bytes, yes) == 0;
	if (!*out && strcmp(values[f].bytes, no) != 0)
		return fail(c, ERR_MALFORMED, names[f], "must be %s or %s", yes, no);
	return OK;
}

/* "<start in ns>-<node>" */
static enum err read_id(struct ctx *c, const struct value *values, struct heard_execution *e)
{
	const char *id = values[F_ID].bytes, *dash;

	TRY(line(c, values, F_ID, NODE_MAX));
	dash = strchr(id, '-');
	if (dash == NULL || dash[1] == '\0' ||
	    !text_int64(
		arena_strndup(c->arena, id, (size_t)(dash - id)), 1, INT64_MAX, &e->start_ns))
		return wrong(c, F_ID, "must be a start in nanoseconds, a dash and a node");
	e->id = id;
	e->node = dash + 1;
	return OK;
}

static enum err read_execution(
    struct ctx *c, const struct value *values, bool post, struct heard_execution *e)
{
	bool ok;

	TRY(read_id(c, values, e));
	TRY(line(c, values, F_END, NODE_MAX));
	if (!text_int64(values[F_END].bytes, INT64_MIN, INT64_MAX, &e->end_ns))
		return wrong(c, F_END, "must be nanoseconds");
	TRY(truth(c, values, F_OK, "true", "false", &ok));
	/* A retry that begins carries the end of the attempt before it. */
	e->ended = e->end_ns >= e->start_ns;
	if (post && !e->ended)
		return wrong(c, F_END, "lies before the start, in a message about an end");
	e->ok = e->ended && ok;
	e->settled = post;
	e->live = !e->ended;
	e->code = e->ended && !ok ? run_exit_code(values[F_OUT].bytes, values[F_OUT].len) : -1;
	return OK;
}

static enum heard_output kind(const struct payload *p, bool post)
{
	if (post)
		return HEARD_POST;
	if (p->executions[0].ended)
		return HEARD_FINAL;
	return p->out_len > 0 ? HEARD_CHUNK : HEARD_NO_OUTPUT;
}

enum err payload_parse(struct ctx *c, const char *body, size_t len, struct payload *out)
{
	struct value values[FIELDS] = { { NULL, 0 } };
	bool post;

	*out = (struct payload){ .n = 1 };
	TRY(split(c, body, len, values));
	if (strcmp(values[F_V].bytes, "1") != 0 || values[F_V].len != 1)
		return wrong(c, F_V, "must be 1");
	TRY(truth(c, values, F_AT, "post", "pre", &post));
	TRY(line(c, values, F_JOB, JOB_MAX));
	TRY(line(c, values, F_BY, NODE_MAX));
	TRY(read_execution(c, values, post, &out->executions[0]));
	if (!group_parse(c, values[F_TAIL].bytes, values[F_TAIL].len, out))
		return wrong(c, F_TAIL, "does not end with an execution group");
	out->job = values[F_JOB].bytes;
	out->by = values[F_BY].bytes;
	out->out = values[F_OUT].bytes;
	out->out_len = values[F_OUT].len;
	out->output = kind(out, post);
	return OK;
}
