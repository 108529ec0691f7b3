#include "serve/fastcgi.h"

#include <string.h>

#include "core/buf.h"
#include "serve/params.h"

enum { HEAD_MAX = 32 * 1024 };

/* Reads to the end and keeps the first `room` bytes; how many there were in all. */
static size_t drain(FCGX_Stream *in, char *keep, size_t room)
{
	char rest[4096];
	size_t total = 0;
	int n;

	do {
		size_t left = total < room ? room - total : 0;
		n = FCGX_GetStr(
		    left > 0 ? keep + total : rest, (int)(left > 0 ? left : sizeof(rest)), in);
		total += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	return total;
}

enum err fastcgi_read(FCGX_Request *fcgx, size_t body_max, struct req *r)
{
	struct ctx *c = r->ctx;
	int64_t said;

	enum err e = params_read(fcgx->envp, r, &said);
	size_t room = (size_t)said < body_max ? (size_t)said : body_max + 1;
	char *body = arena_alloc(c->arena, room + 1, 1);
	size_t came = drain(fcgx->in, body, room);
	r->body = body;
	r->body_len = came < room ? came : room;
	TRY(e);
	if (came != (size_t)said)
		return fail(c, ERR_MALFORMED, "body", "is not as long as Content-Length says");
	return OK;
}

static void head(struct buf *b, const struct resp *w, size_t len)
{
	buf_printf(b, "Status: %d %s\r\n", w->status, status_phrase(w->status));
	for (size_t i = 0; i < w->nheaders; i++)
		buf_printf(b, "%s: %s\r\n", w->headers[i].name, w->headers[i].value);
	if (w->status != 204 && w->status != 304) {
		buf_printf(b, "Content-Type: %s\r\n",
		    w->type != NULL ? w->type : "text/plain; charset=utf-8");
		buf_printf(b, "Content-Length: %zu\r\n", len);
	}
	buf_text(b, "\r\n");
}

/* Closing instead of flushing: the answer and the end of the request leave in one write, so that
 * nginx does not hang up on the second. The last stream closed is the one that ends the request. */
static bool finish(FCGX_Request *fcgx)
{
	bool said = FCGX_FClose(fcgx->err) == 0;

	return FCGX_FClose(fcgx->out) == 0 && said;
}

bool fastcgi_write(FCGX_Request *fcgx, const struct req *r, const struct resp *w)
{
	size_t len = w->body == NULL ? 0 : w->len != 0 ? w->len : strlen(w->body);
	struct buf b;

	buf_init(&b, r->ctx->arena, HEAD_MAX);
	head(&b, w, len);
	if (b.full || FCGX_PutStr(b.data, (int)b.len, fcgx->out) < 0)
		return false;
	if (!r->head && len > 0 && FCGX_PutStr(w->body, (int)len, fcgx->out) != (int)len)
		return false;
	return finish(fcgx);
}
