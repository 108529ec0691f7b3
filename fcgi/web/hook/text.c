/*
 * POST /hook/text: token, job name and, at the end of an execution, true or false, a line each. It
 * names neither execution nor group, so all it can say is: read this job's history now. The
 * harvester does.
 */

#include <string.h>

#include "core/text.h"
#include "model/run_hear.h"
#include "web/hook/hook.h"

enum { LINES = 3, JOB_MAX = 400 };

static enum err malformed(struct req *r, const char *field, const char *why)
{
	return hook_refused(r, fail(r->ctx, ERR_MALFORMED, field, "%s", why));
}

static size_t split(char *body, const char *lines[LINES + 1])
{
	size_t n = 0, len = strlen(body);

	if (len > 0 && body[len - 1] == '\n')
		body[len - 1] = '\0';
	for (char *line; n <= LINES && (line = strsep(&body, "\n")) != NULL;) {
		size_t end = strlen(line);
		if (end > 0 && line[end - 1] == '\r')
			line[end - 1] = '\0';
		lines[n++] = line;
	}
	return n;
}

enum err hook_text(struct req *r, struct resp *w)
{
	const char *lines[LINES + 1];
	size_t n = split(arena_strndup(r->ctx->arena, r->body, r->body_len), lines);

	TRY(hook_token(r, lines[0]));
	if (strlen(r->body) != r->body_len || n < 2 || n > LINES)
		return malformed(
		    r, "body", "must be two or three lines: token, job, true or false");
	if (!text_is_line(lines[1], 1, JOB_MAX))
		return malformed(r, "job", "is no line of text");
	if (n == LINES && strcmp(lines[2], "true") != 0 && strcmp(lines[2], "false") != 0)
		return malformed(r, "success", "must be true or false");

	const char *ours = hook_our_name(r, lines[1]);
	enum err e = ours == NULL ? ERR_NOT_FOUND : run_harvest_soon(r->ctx, ours);
	TRY(e == ERR_NOT_FOUND ? hook_count(r->ctx, "unknown") : e);
	w->status = 204;
	return OK;
}
