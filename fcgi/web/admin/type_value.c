#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "web/admin/type_inside.h"

static const struct {
	const char *name;
	int64_t s;
} units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };

const char *type_form_id(struct ctx *c, const char *name)
{
	char *id = arena_printf(c->arena, "t-%s", name);

	for (char *s = id; *s != '\0'; s++)
		if (strchr(".[]", *s) != NULL)
			*s = '-';
	return id;
}

/* ---- to text */

/* A line that is read back as it was written. */
static bool is_plain_line(const struct json *v)
{
	const char *s = json_text(v);

	return json_type(v) == JSON_STRING && *s != '\0' && strpbrk(s, "\r\n") == NULL &&
	       strchr(" \t", s[0]) == NULL && strchr(" \t", s[strlen(s) - 1]) == NULL;
}

static bool is_plain_list(const struct json *list)
{
	for (size_t i = 0; i < json_length(list); i++)
		if (!is_plain_line(json_at(list, i)))
			return false;
	return json_length(list) != 1 || !text_starts(json_text(json_at(list, 0)), "{{");
}

static enum slot_kind kind_of_text(enum slot_kind kind, const char *text)
{
	if (strpbrk(text, "\r\n\t") != NULL)
		return SLOT_TEXT;
	return kind == SLOT_FLAG ? SLOT_LINE : kind;
}

bool type_value_fits(const struct slot_row *row, const struct json *value, enum slot_kind *kind)
{
	*kind = row->kind;
	switch (json_type(value)) {
	case JSON_NULL:
		return true;
	case JSON_STRING:
		*kind = kind_of_text(row->kind, json_text(value));
		return true;
	case JSON_BOOL:
		return row->kind == SLOT_FLAG;
	case JSON_INT:
		return row->kind == SLOT_NUMBER || row->kind == SLOT_TIME;
	case JSON_ARRAY:
		return row->kind == SLOT_LIST && is_plain_list(value);
	default:
		return false;
	}
}

static const char *time_text(struct ctx *c, int64_t s)
{
	size_t i = 0;

	while (i + 1 < LENGTH(units) && (s == 0 || s % units[i].s != 0))
		i++;
	return arena_printf(c->arena, "%" PRId64 " %s", s / units[i].s, units[i].name);
}

static const char *list_text(struct ctx *c, const struct json *list)
{
	const char *out = "";

	for (size_t i = 0; i < json_length(list); i++)
		out = arena_printf(
		    c->arena, "%s%s%s", out, i > 0 ? "\n" : "", json_text(json_at(list, i)));
	return out;
}

const char *type_value_text(
    struct ctx *c, const struct slot_row *row, enum slot_kind kind, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_NULL:
		return row->fallback != NULL ? row->fallback : "";
	case JSON_BOOL:
		return json_bool(value) ? "1" : "";
	case JSON_INT:
		return kind == SLOT_TIME ? time_text(c, json_int(value))
					 : arena_printf(c->arena, "%" PRId64, json_int(value));
	case JSON_ARRAY:
		return list_text(c, value);
	default:
		return json_text(value);
	}
}

/* ---- and back */

/* "14 d", "36h", "90" are seconds. */
static bool read_time(struct ctx *c, const char *typed, int64_t *out)
{
	size_t digits = strspn(typed, "0123456789"), space = strspn(typed + digits, " ");
	const char *unit = typed + digits + space;
	int64_t n;

	if (!text_int64(arena_strndup(c->arena, typed, digits), 0, INT32_MAX, &n))
		return false;
	*out = n;
	for (size_t i = 0; i < LENGTH(units); i++)
		if (strcmp(unit, units[i].name) == 0) {
			*out = n * units[i].s;
			return true;
		}
	return *unit == '\0';
}

static struct json *list_of(struct ctx *c, const char *typed)
{
	struct json *list = json_array(c->arena);

	for (const char *s = typed; *s != '\0';) {
		size_t len = strcspn(s, "\r\n"), from = strspn(s, " \t"), to = len;
		while (to > from && strchr(" \t", s[to - 1]) != NULL)
			to--;
		if (to > from)
			json_push(list, json_string_n(c->arena, s + from, to - from));
		s += len + (s[len] != '\0' ? 1 : 0);
	}
	if (json_length(list) == 1 && text_starts(json_text(json_at(list, 0)), "{{"))
		return json_at(list, 0); /* the list that was typed into a field */
	return list;
}

struct json *type_value_of(struct ctx *c, enum slot_kind kind, const char *typed)
{
	int64_t n;

	if (kind == SLOT_FLAG)
		return json_boolean(c->arena, *typed != '\0');
	if (*typed == '\0')
		return NULL;
	if (kind == SLOT_LIST)
		return list_of(c, typed);
	if (kind == SLOT_NUMBER && text_int64(typed, INT64_MIN, INT64_MAX, &n))
		return json_number(c->arena, n);
	if (kind == SLOT_TIME && read_time(c, typed, &n))
		return json_number(c->arena, n);
	return json_string(c->arena, typed);
}
