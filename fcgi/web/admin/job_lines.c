#include "web/admin/job_lines.h"

#include <string.h>

#include "core/buf.h"
#include "core/text.h"

enum { LINES_MAX = 256 * 1024 };

/* ---- writing */

static void add_line(struct ctx *c, struct buf *b, const char *key, const char *value)
{
	bool plain = text_is_line(value, 0, LINES_MAX) && *value != '"' && *value != ' ';

	buf_printf(b, "%s%s=%s", b->len > 0 ? "\n" : "", key,
	    plain ? value : json_write(c->arena, json_string(c->arena, value)));
}

const char *lines_of_map(struct ctx *c, const struct json *map,
    bool (*skip)(const char *key, const void *arg), const void *arg)
{
	struct json *value = NULL;
	const char *key = NULL;
	struct buf b;

	buf_init(&b, c->arena, LINES_MAX);
	for (size_t i = 0; json_member(map, i, &key, &value); i++)
		if (skip == NULL || !skip(key, arg))
			add_line(c, &b, key, json_text(value));
	return b.data;
}

const char *lines_of_maps(struct ctx *c, const struct json *maps)
{
	struct json *map = NULL, *value = NULL;
	const char *name = NULL, *key = NULL;
	struct buf b;

	buf_init(&b, c->arena, LINES_MAX);
	for (size_t i = 0; json_member(maps, i, &name, &map); i++) {
		if (json_length(map) == 0)
			buf_printf(&b, "%s%s", b.len > 0 ? "\n" : "", name);
		for (size_t j = 0; json_member(map, j, &key, &value); j++)
			add_line(
			    c, &b, arena_printf(c->arena, "%s.%s", name, key), json_text(value));
	}
	return b.data;
}

const char *lines_of_commas(struct ctx *c, const char *value)
{
	char *lines = arena_strdup(c->arena, value);

	for (char *s = lines; *s != '\0'; s++)
		if (*s == ',')
			*s = '\n';
	return lines;
}

const char *lines_of_list(struct ctx *c, const char *text)
{
	struct json *list;
	struct buf b;

	if (json_parse(c, text, strlen(text), &list) != OK || json_type(list) != JSON_ARRAY)
		return text;
	buf_init(&b, c->arena, LINES_MAX);
	for (size_t i = 0; i < json_length(list); i++)
		buf_printf(&b, "%s%s", i > 0 ? "\n" : "", json_text(json_at(list, i)));
	return b.data;
}

/* ---- reading */

/* The next line that is not blank, without the blanks around it; false at the end. */
static bool next_line(struct ctx *c, const char **text, int *number, char **line)
{
	while (**text != '\0') {
		size_t n = strcspn(*text, "\n"), from = strspn(*text, " \t"), to = n;
		const char *start = *text;
		*text += n + (start[n] == '\n' ? 1 : 0);
		++*number;
		while (to > from && (start[to - 1] == ' ' || start[to - 1] == '\t'))
			to--;
		if (to > from) {
			*line = arena_strndup(c->arena, start + from, to - from);
			return true;
		}
	}
	return false;
}

/* "key=value" into its halves, in place. */
static enum err split(struct ctx *c, const char *field, int number, char *line, const char **value)
{
	char *equals = strchr(line, '=');
	struct json *quoted;

	if (equals == NULL || equals == line)
		return fail(c, ERR_INVALID, field, "line %d is not name=value", number);
	*value = equals + 1;
	*equals = '\0';
	if (**value != '"')
		return OK;
	if (json_parse(c, *value, strlen(*value), &quoted) != OK ||
	    json_type(quoted) != JSON_STRING)
		return fail(c, ERR_INVALID, field,
		    "line %d: a value that begins with a quote must be a JSON text", number);
	*value = json_text(quoted);
	return OK;
}

static enum err add_member(struct ctx *c, const char *field, int number, struct json *into,
    const char *key, const char *value)
{
	if (json_get(into, key) != NULL)
		return fail(c, ERR_INVALID, field, "line %d: %s stands there twice", number, key);
	json_set(into, key, json_string(c->arena, value));
	return OK;
}

enum err lines_to_map(struct ctx *c, const char *field, const char *text, struct json *into)
{
	const char *value;
	int number = 0;
	char *line;

	while (next_line(c, &text, &number, &line)) {
		TRY(split(c, field, number, line, &value));
		TRY(add_member(c, field, number, into, line, value));
	}
	return OK;
}

static struct json *inner_map(struct ctx *c, struct json *maps, const char *name)
{
	struct json *map = json_get(maps, name);

	if (map != NULL)
		return map;
	map = json_object(c->arena);
	json_set(maps, name, map);
	return map;
}

static enum err add_to_maps(
    struct ctx *c, const char *field, int number, char *line, struct json *into)
{
	size_t name = strcspn(line, ".=");
	const char *value;

	if (line[name] == '\0') {
		(void)inner_map(c, into, line);
		return OK;
	}
	if (line[name] != '.' || name == 0)
		return fail(c, ERR_INVALID, field, "line %d is not name.key=value", number);
	line[name] = '\0';
	TRY(split(c, field, number, line + name + 1, &value));
	return add_member(c, field, number, inner_map(c, into, line), line + name + 1, value);
}

enum err lines_to_maps(struct ctx *c, const char *field, const char *text, struct json *into)
{
	int number = 0;
	char *line;

	while (next_line(c, &text, &number, &line))
		TRY(add_to_maps(c, field, number, line, into));
	return OK;
}

enum err lines_to_commas(struct ctx *c, const char *field, const char *text, const char **out)
{
	int number = 0;
	struct buf b;
	char *line;

	buf_init(&b, c->arena, LINES_MAX);
	while (next_line(c, &text, &number, &line)) {
		if (strchr(line, ',') != NULL)
			return fail(c, ERR_INVALID, field,
			    "line %d has a comma: Dkron would split there", number);
		buf_printf(&b, "%s%s", b.len > 0 ? "," : "", line);
	}
	*out = b.data;
	return OK;
}

const char *lines_to_list(struct ctx *c, const char *text)
{
	struct json *list = json_array(c->arena);
	int number = 0;
	char *line;

	while (next_line(c, &text, &number, &line))
		json_push(list, json_string(c->arena, line));
	return json_length(list) == 0 ? "" : json_write(c->arena, list);
}
