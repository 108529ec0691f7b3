/* a=b&c=d: queries and forms, and reading what they hold. */

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "http/inside.h"

enum { NAME_MAX_LENGTH = 100 };

enum err req_decode(struct ctx *c, const char *text, size_t len, char **out, size_t *out_len)
{
	char *to = arena_alloc(c->arena, len + 1, 1);

	*out = to;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '%') {
			*to = text[i];
			if (*to == '+')
				*to = ' ';
			to++;
			continue;
		}
		int high = i + 2 < len ? text_hex_digit(text[i + 1]) : -1;
		int low = high < 0 ? -1 : text_hex_digit(text[i + 2]);
		if (low < 0)
			return fail(c, ERR_MALFORMED, NULL, "has a broken escape");
		*to++ = (char)(high << 4 | low);
		i += 2;
	}
	*to = '\0';
	*out_len = (size_t)(to - *out);
	return OK;
}

static enum err decode(
    struct req *r, const char *text, size_t len, const char *field, const char **out)
{
	char *decoded;
	size_t n;

	if (req_decode(r->ctx, text, len, &decoded, &n) != OK)
		return fail(r->ctx, ERR_MALFORMED, field, "has a broken escape");
	if (memchr(decoded, '\0', n) != NULL)
		return fail(r->ctx, ERR_MALFORMED, field, "holds a NUL character");
	if (!text_is_utf8(decoded, n))
		return fail(r->ctx, ERR_MALFORMED, field, "is not UTF-8");
	*out = decoded;
	return OK;
}

static enum err pair(
    struct req *r, const char *text, size_t len, const char *where, struct pair *out)
{
	const char *equals = memchr(text, '=', len);
	size_t n = equals == NULL ? len : (size_t)(equals - text);

	TRY(decode(r, text, n, where, &out->name));
	if (!text_is_line(out->name, 1, NAME_MAX_LENGTH))
		return fail(r->ctx, ERR_MALFORMED, where, "holds a name that is none");
	out->value = "";
	if (equals == NULL)
		return OK;
	return decode(r, equals + 1, len - n - 1, out->name, &out->value);
}

enum err req_pairs(
    struct req *r, const char *text, size_t len, const char *where, struct pair *pairs, size_t *n)
{
	*n = 0;
	while (len > 0) {
		const char *end = memchr(text, '&', len);
		size_t part = end == NULL ? len : (size_t)(end - text);
		if (part > 0 && *n == REQ_PAIRS)
			return fail(
			    r->ctx, ERR_MALFORMED, where, "holds more than %d values", REQ_PAIRS);
		if (part > 0) {
			TRY(pair(r, text, part, where, &pairs[*n]));
			++*n;
		}
		size_t step = end == NULL ? part : part + 1;
		text += step;
		len -= step;
	}
	return OK;
}

static size_t find(const struct pair *pairs, size_t n, const char *name, const char **out)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (pairs[i].name != NULL && strcmp(pairs[i].name, name) == 0 && count++ == 0)
			*out = pairs[i].value;
	return count;
}

static enum err only(
    struct req *r, const struct pair *pairs, size_t n, const char *const *known, const char *also)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = pairs[i].name;
		const char *const *k = known;
		while (*k != NULL && strcmp(*k, name) != 0)
			k++;
		if (*k == NULL && strcmp(name, also) != 0)
			return fail(r->ctx, ERR_INVALID, name, "is not known here");
	}
	return OK;
}

static enum err number(
    struct req *r, const char *name, const char *value, const int64_t range[2], int64_t *out)
{
	if (text_int64(value, range[0], range[1], out))
		return OK;
	return fail(r->ctx, ERR_INVALID, name,
	    "must be a whole number from %" PRId64 " to %" PRId64, range[0], range[1]);
}

const char *req_var(const struct req *r, const char *name)
{
	const char *value = NULL;
	size_t count = find(r->vars, REQ_VARS, name, &value);

	assert(count == 1);
	(void)count;
	return value;
}

enum err req_var_int(struct req *r, const char *name, int64_t *out)
{
	if (text_int64(req_var(r, name), 1, INT64_MAX, out))
		return OK;
	return fail(r->ctx, ERR_NOT_FOUND, NULL, "There is no such thing.");
}

static enum err twice(struct req *r, const char *name)
{
	return fail(r->ctx, ERR_INVALID, name, "is given twice");
}

enum err query_text(struct req *r, const char *name, const char **out)
{
	return find(r->query, r->nquery, name, out) > 1 ? twice(r, name) : OK;
}

enum err query_int(struct req *r, const char *name, int64_t min, int64_t max, int64_t *out)
{
	const char *value = NULL;

	TRY(query_text(r, name, &value));
	return value == NULL ? OK : number(r, name, value, (int64_t[]){ min, max }, out);
}

enum err query_only(struct req *r, const char *const *known)
{
	return only(r, r->query, r->nquery, known, "");
}

enum err form_text(struct req *r, const char *name, const char **out)
{
	size_t count = find(r->form, r->nform, name, out);

	if (count == 0)
		return fail(r->ctx, ERR_INVALID, name, "is missing");
	return count > 1 ? twice(r, name) : OK;
}

enum err form_int(struct req *r, const char *name, int64_t min, int64_t max, int64_t *out)
{
	const char *value = "";

	TRY(form_text(r, name, &value));
	return number(r, name, value, (int64_t[]){ min, max }, out);
}

enum err form_maybe(struct req *r, const char *name, const char **out)
{
	return find(r->form, r->nform, name, out) > 1 ? twice(r, name) : OK;
}

enum err form_flag(struct req *r, const char *name, bool *out)
{
	const char *value = NULL;

	TRY(form_maybe(r, name, &value));
	*out = value != NULL;
	return OK;
}

enum err form_only(struct req *r, const char *const *known)
{
	return only(r, r->form, r->nform, known, "csrf");
}
