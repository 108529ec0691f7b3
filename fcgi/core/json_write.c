#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json_inside.h"
#include "core/text.h"

enum { INDENT = 2 };

struct style {
	bool sorted, pretty;
};

/* Bytes from `s` on that stand in a string as they are. */
static size_t plain(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= ' ' && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

/* One sequence that plain() stopped at; returns how many bytes it took. */
static size_t special(struct buf *b, const char *s, size_t len)
{
	static const char letters[] = "btnvfr"; /* from \b on; \v has no short form */
	size_t n = text_sequence(s, len);
	unsigned char byte = (unsigned char)*s;

	if (n == 0)
		buf_text(b, "\xef\xbf\xbd"); /* what leaves here is always UTF-8 */
	else if (byte == '"' || byte == '\\')
		buf_printf(b, "\\%c", byte);
	else if (byte >= '\b' && byte <= '\r' && byte != '\v')
		buf_printf(b, "\\%c", letters[byte - '\b']);
	else if (byte < 0x20 || byte == 0x7f)
		buf_printf(b, "\\u%04x", byte);
	else
		buf_add(b, s, n);
	return n ? n : 1;
}

static void string(struct buf *b, const char *s, size_t len)
{
	buf_text(b, "\"");
	while (len > 0) {
		size_t n = plain(s, len);
		buf_add(b, s, n);
		if (n < len)
			n += special(b, s + n, len - n);
		s += n;
		len -= n;
	}
	buf_text(b, "\"");
}

static void new_line(struct buf *b, const struct style *style, int depth)
{
	if (style->pretty)
		buf_printf(b, "\n%*s", depth * INDENT, "");
}

static void value(struct buf *b, struct jsonc_object *v, const struct style *style, int depth);

static void array(struct buf *b, struct jsonc_object *v, const struct style *style, int depth)
{
	size_t n = json_object_array_length(v);

	buf_text(b, "[");
	for (size_t i = 0; i < n; i++) {
		buf_text(b, i == 0 ? "" : ",");
		new_line(b, style, depth + 1);
		value(b, json_object_array_get_idx(v, i), style, depth + 1);
	}
	if (n > 0)
		new_line(b, style, depth);
	buf_text(b, "]");
}

static int by_key(const void *x, const void *y)
{
	const struct lh_entry *const *one = x, *const *other = y;

	return strcmp(lh_entry_k(*one), lh_entry_k(*other));
}

static void object(struct buf *b, struct jsonc_object *v, const struct style *style, int depth)
{
	size_t n = (size_t)json_object_object_length(v), i = 0;
	struct lh_entry **members = arena_alloc(b->arena, n, sizeof(struct lh_entry *));

	for (struct lh_entry *e = json_object_get_object(v)->head; e != NULL; e = e->next)
		members[i++] = e;
	if (style->sorted && n > 1)
		qsort(members, n, sizeof(struct lh_entry *), by_key);
	buf_text(b, "{");
	for (i = 0; i < n; i++) {
		const char *key = lh_entry_k(members[i]);
		buf_text(b, i == 0 ? "" : ",");
		new_line(b, style, depth + 1);
		string(b, key, strlen(key));
		buf_text(b, style->pretty ? ": " : ":");
		value(b, (struct jsonc_object *)lh_entry_v(members[i]), style, depth + 1);
	}
	if (n > 0)
		new_line(b, style, depth);
	buf_text(b, "}");
}

static void value(struct buf *b, struct jsonc_object *v, const struct style *style, int depth)
{
	switch (json_object_get_type(v)) {
	case json_type_null:
		buf_text(b, "null");
		break;
	case json_type_boolean:
		buf_text(b, json_object_get_boolean(v) ? "true" : "false");
		break;
	case json_type_int:
		buf_printf(b, "%" PRId64, json_object_get_int64(v));
		break;
	case json_type_double: /* keeps the digits that were read */
		buf_text(b, json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN));
		break;
	case json_type_string:
		string(b, json_object_get_string(v), (size_t)json_object_get_string_len(v));
		break;
	case json_type_array:
		array(b, v, style, depth);
		break;
	case json_type_object:
		object(b, v, style, depth);
		break;
	}
}

/* The arena's own limit is the maximum here: what is written was made by us or bounded when read.
 */
static const char *write_as(struct arena *a, const struct json *v, struct style style)
{
	struct buf b;

	buf_init(&b, a, SIZE_MAX / 4);
	value(&b, json_inside(v), &style, 0);
	return b.data;
}

const char *json_write(struct arena *a, const struct json *v)
{
	return write_as(a, v, (struct style){ .sorted = false });
}

const char *json_write_sorted(struct arena *a, const struct json *v)
{
	return write_as(a, v, (struct style){ .sorted = true });
}

const char *json_write_pretty(struct arena *a, const struct json *v)
{
	return write_as(a, v, (struct style){ .pretty = true });
}
