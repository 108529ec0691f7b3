/* Filling a response. */

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "http/inside.h"

/* Printable ASCII: RFC 9110 allows more, nothing of ours needs it. */
void resp_header(struct req *r, struct resp *w, const char *name, const char *value)
{
	if (w->nheaders == RESP_HEADERS || !text_is_ascii(value)) {
		w->broken = true;
		fault_set(r->ctx, NULL, "the header %s cannot be sent", name);
		return;
	}
	w->headers[w->nheaders++] = (struct pair){ name, value };
}

const char *resp_find(const struct resp *w, const char *name)
{
	for (size_t i = 0; i < w->nheaders; i++)
		if (strcasecmp(w->headers[i].name, name) == 0)
			return w->headers[i].value;
	return NULL;
}

void resp_json(struct req *r, struct resp *w, int status, const struct json *v)
{
	w->status = status;
	w->type = "application/json";
	w->body = json_write(r->ctx->arena, v);
	w->len = strlen(w->body);
}

void resp_text(struct resp *w, int status, const char *text)
{
	w->status = status;
	w->type = "text/plain; charset=utf-8";
	w->body = text;
	w->len = strlen(text);
}

enum err see_other(struct req *r, struct resp *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *path = arena_vprintf(r->ctx->arena, fmt, ap);
	va_end(ap);
	if (path[0] != '/' || path[1] == '/' || !text_is_ascii(path))
		return fail(r->ctx, ERR_INTERNAL, NULL, "cannot send anybody to %s", path);
	w->status = 303;
	w->body = NULL;
	w->len = 0;
	resp_header(r, w, "Location", path);
	return OK;
}

void json_fault(struct req *r, enum err e, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	const struct fault *f = &r->ctx->fault;
	struct json *error = json_object(a), *whole = json_object(a);

	json_set(error, "code", json_string(a, status_code(e)));
	json_set(error, "field", json_string(a, f->field));
	json_set(error, "message", json_string(a, f->detail ? f->detail : "Something went wrong."));
	json_set(whole, "error", error);
	resp_json(r, w, status_of(e), whole);
}
