#include "engine/output.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { FIRST_SIZE = 1024 };

static void make_room(struct output *o, size_t want)
{
	size_t size = o->size == 0 ? FIRST_SIZE : o->size;

	want = want > OUTPUT_MAX ? OUTPUT_MAX : want;
	while (size < want)
		size = size > OUTPUT_MAX / 2 ? OUTPUT_MAX : size * 2;
	if (size == o->size)
		return;
	char *bytes = realloc(o->bytes, size);
	if (bytes == NULL) {
		log_event(NULL, LOG_ERROR, "out_of_memory", LOG_TEXT("for", "output"));
		exit(EXIT_FAILURE);
	}
	o->bytes = bytes;
	o->size = size;
}

void output_add(struct output *o, const char *bytes, size_t len)
{
	if (len > OUTPUT_MAX) {
		bytes += len - OUTPUT_MAX;
		len = OUTPUT_MAX;
	}
	if (len == 0)
		return;
	make_room(o, o->len + len);
	size_t fits = o->size - o->len < len ? o->size - o->len : len;
	memcpy(o->bytes + o->len, bytes, fits);
	o->len += fits;
	/* What is left writes over the oldest bytes, around the end if need be. */
	while (fits < len) {
		size_t room = OUTPUT_MAX - o->first, n = len - fits < room ? len - fits : room;
		memcpy(o->bytes + o->first, bytes + fits, n);
		o->first = (o->first + n) % OUTPUT_MAX;
		fits += n;
	}
}

void output_lead(struct output *o, const char *line)
{
	struct output old = *o;

	*o = (struct output){ .bytes = NULL };
	output_add(o, line, strlen(line));
	output_add(o, "\n", 1);
	if (old.len > 0) {
		output_add(o, old.bytes + old.first, old.len - old.first);
		output_add(o, old.bytes, old.first);
	}
	output_clear(&old);
}

const char *output_text(const struct output *o, struct arena *a, size_t *len)
{
	char *text = arena_alloc(a, o->len + 1, 1);

	*len = o->len;
	if (o->len > 0) {
		memcpy(text, o->bytes + o->first, o->len - o->first);
		memcpy(text + o->len - o->first, o->bytes, o->first);
	}
	return text;
}

void output_clear(struct output *o)
{
	free(o->bytes);
	*o = (struct output){ .bytes = NULL };
}
