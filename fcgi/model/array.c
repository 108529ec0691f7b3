#include "model/array.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"

enum { BYTES_A_NUMBER = 21, BYTES_A_TEXT = 4 };

const char *array_of_ints(struct arena *a, const int64_t *values, size_t n)
{
	struct buf b;

	buf_init(&b, a, (n + 1) * BYTES_A_NUMBER);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%c%" PRId64, i == 0 ? '{' : ',', values[i]);
	buf_text(&b, n == 0 ? "{}" : "}");
	return b.data;
}

static void add_quoted(struct buf *b, const char *s)
{
	buf_text(b, "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_text(b, "\\");
		buf_add(b, s, 1);
	}
	buf_text(b, "\"");
}

const char *array_of_texts(struct arena *a, const char *const *values, size_t n)
{
	size_t max = BYTES_A_TEXT;
	struct buf b;

	for (size_t i = 0; i < n; i++)
		max += 2 * strlen(values[i]) + BYTES_A_TEXT;
	buf_init(&b, a, max);
	buf_text(&b, "{");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_text(&b, ",");
		add_quoted(&b, values[i]);
	}
	buf_text(&b, "}");
	return b.data;
}
