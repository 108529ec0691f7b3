#include "engine/answer.h"

#include <ctype.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "engine/gotext.h"
#include "engine/node.h"

enum { BODY_MAX = 32 * 1024 * 1024 };

static const char json_type_name[] = "application/json; charset=utf-8";

static void whom(struct req *r, struct resp *w)
{
	if (resp_find(w, "X-Whom") == NULL)
		resp_header(r, w, "X-Whom", NODE_NAME);
}

const char *answer_query(const struct req *r, const char *name, const char *standard)
{
	for (size_t i = 0; i < r->nquery; i++)
		if (strcmp(r->query[i].name, name) == 0)
			return r->query[i].value;
	return standard;
}

bool answer_asked(const struct req *r, const char *name)
{
	return answer_query(r, name, NULL) != NULL;
}

int64_t answer_number(const char *s)
{
	bool minus = *s == '-';
	const char *digits = s + (*s == '-' || *s == '+');
	int64_t n = 0;

	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	if (!text_int64(digits, 0, INT64_MAX, &n))
		n = INT64_MAX;
	return minus ? -n : n;
}

void answer_written(struct req *r, struct resp *w, int status, const char *text)
{
	w->status = status;
	w->type = json_type_name;
	w->body = text;
	w->len = strlen(text);
	whom(r, w);
}

void answer_json(struct req *r, struct resp *w, int status, const struct json *v)
{
	struct buf b;

	buf_init(&b, r->ctx->arena, BODY_MAX);
	gotext_json(&b, json_write(r->ctx->arena, v), answer_asked(r, "pretty"));
	answer_written(r, w, status, b.data);
}

void answer_text(struct req *r, struct resp *w, int status, const char *text)
{
	resp_text(w, status, text);
	whom(r, w);
}

void answer_status(struct req *r, struct resp *w, int status)
{
	answer_text(r, w, status, "");
}
