#include "model/filter.h"

#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "db/db.h"
#include "model/array.h"

enum { FILTERS_MAX_BYTES = 8000, LIST_MAX = 200, PATTERN_MAX = 200 };

/* What stands behind an operation. */
enum wants {
	WANTS_VALUE,
	WANTS_MAYBE,
	WANTS_LIST,
	WANTS_PAIR,
	WANTS_BOOL,
	WANTS_COUNT,
	WANTS_DATE,
	WANTS_PATTERN
};

enum { ON_TEXT = 1, ON_BOOL = 2, ON_NUMBER = 4, ON_TIME = 8, ON_ALL = 15, ON_ORDERED = 13 };

static const struct operation {
	const char *name;
	enum wants wants;
	unsigned on;
} operations[] = {
	{ "exact", WANTS_MAYBE, ON_ALL },
	{ "iexact", WANTS_VALUE, ON_TEXT },
	{ "contains", WANTS_VALUE, ON_TEXT },
	{ "icontains", WANTS_VALUE, ON_TEXT },
	{ "startswith", WANTS_VALUE, ON_TEXT },
	{ "istartswith", WANTS_VALUE, ON_TEXT },
	{ "endswith", WANTS_VALUE, ON_TEXT },
	{ "iendswith", WANTS_VALUE, ON_TEXT },
	{ "in", WANTS_LIST, ON_ALL },
	{ "gt", WANTS_VALUE, ON_ORDERED },
	{ "gte", WANTS_VALUE, ON_ORDERED },
	{ "lt", WANTS_VALUE, ON_ORDERED },
	{ "lte", WANTS_VALUE, ON_ORDERED },
	{ "range", WANTS_PAIR, ON_ORDERED },
	{ "date", WANTS_DATE, ON_TIME },
	{ "year", WANTS_COUNT, ON_TIME },
	{ "month", WANTS_COUNT, ON_TIME },
	{ "day", WANTS_COUNT, ON_TIME },
	{ "week_day", WANTS_COUNT, ON_TIME },
	{ "hour", WANTS_COUNT, ON_TIME },
	{ "minute", WANTS_COUNT, ON_TIME },
	{ "second", WANTS_COUNT, ON_TIME },
	{ "isnull", WANTS_BOOL, ON_ALL },
	{ "regex", WANTS_PATTERN, ON_TEXT },
	{ "iregex", WANTS_PATTERN, ON_TEXT },
};

static const struct {
	const char *name, *must;
	unsigned bit;
} kinds[] = {
	[FILTER_TEXT] = { "text", "text", ON_TEXT },
	[FILTER_BOOL] = { "bool", "true or false", ON_BOOL },
	[FILTER_NUMBER] = { "number", "a whole number", ON_NUMBER },
	[FILTER_TIME] = { "time", "a time such as 2026-11-21 or 2026-11-21T09:00:00Z", ON_TIME },
};

struct reading {
	const struct filter_field *fields;
	bool of_task;
	struct json *conditions;
};

/* One condition, on its way. */
struct condition {
	const char *field, *op;
	const char *row; /* what the row calls the field */
	enum filter_kind kind;
	const struct operation *operation;
};

static enum err unreadable(struct ctx *c)
{
	return fail(c, ERR_INVALID, "filters",
	    "must be JSON such as {\"state\":{\"exact\":\"requested\"}}: an operation with its "
	    "value for each field");
}

static const struct filter_field *field_in(const struct filter_field *fields, const char *name)
{
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

/* "id, type, ...; for admins: address, ...; for nobody: token__token" */
static const char *choices(struct ctx *c, const struct reading *r)
{
	static const char *const before[] = { [FILTER_ALL] = "",
		[FILTER_ADMINS] = "; for admins: ",
		[FILTER_NOBODY] = "; for nobody: " };
	const char *all = r->of_task ? "task__<field of a task>" : "";

	for (size_t may = FILTER_ALL; may <= FILTER_NOBODY; may++) {
		bool first = true;
		for (const struct filter_field *f = r->fields; f->name != NULL; f++) {
			if (f->may != may)
				continue;
			const char *between = first && may != FILTER_ALL ? before[may]
					      : *all != '\0'             ? ", "
									 : "";
			all = arena_printf(c->arena, "%s%s%s", all, between, f->name);
			first = false;
		}
	}
	return all;
}

static enum err find_field(struct ctx *c, const struct reading *r, struct condition *k)
{
	const struct filter_field *f = field_in(r->fields, k->field);
	const char *of = "";

	if (f == NULL && r->of_task && text_starts(k->field, "task__")) {
		of = "task__";
		f = field_in(filter_task_fields, k->field + strlen(of));
	}
	if (f == NULL)
		return fail(c, ERR_INVALID, "filters", "there is no field %.60s; there are: %s",
		    k->field, choices(c, r));
	if (f->may == FILTER_NOBODY)
		return fail(c, ERR_INVALID, "filters",
		    "by %s nothing is found: tokens stay hidden; there are: %s", k->field,
		    choices(c, r));
	if (f->may == FILTER_ADMINS && !c->actor.admin)
		return fail(c, ERR_INVALID, "filters",
		    "by %s only admins find anything; there are: %s", k->field, choices(c, r));
	k->kind = f->kind;
	k->row = arena_printf(c->arena, "%s%s", of, f->as != NULL ? f->as : f->name);
	return OK;
}

static enum err find_operation(struct ctx *c, struct condition *k)
{
	for (size_t i = 0; i < LENGTH(operations); i++)
		if (strcmp(operations[i].name, k->op) == 0)
			k->operation = &operations[i];
	if (k->operation == NULL)
		return fail(
		    c, ERR_INVALID, "filters", "%s: there is no operation %.60s", k->field, k->op);
	if ((k->operation->on & kinds[k->kind].bit) == 0)
		return fail(
		    c, ERR_INVALID, "filters", "%s does not fit the field %s", k->op, k->field);
	return OK;
}

static bool read_time(const char *s, int64_t *us)
{
	char whole[40];

	if (strlen(s) != strlen("2026-11-21"))
		return time_parse_rfc3339(s, us);
	memcpy(whole, s, 10);
	memcpy(whole + 10, "T00:00:00Z", 11);
	return time_parse_rfc3339(whole, us);
}

static enum err not_a_value(struct ctx *c, const struct condition *k)
{
	return fail(
	    c, ERR_INVALID, "filters", "%s of %s must be %s", k->op, k->field, kinds[k->kind].must);
}

/* One value of the field's kind, as SQL compares it. */
static enum err read_value(
    struct ctx *c, const struct condition *k, const struct json *v, struct json **out)
{
	int64_t us;

	switch (k->kind) {
	case FILTER_BOOL:
		if (json_type(v) != JSON_BOOL)
			return not_a_value(c, k);
		*out = json_boolean(c->arena, json_bool(v));
		return OK;
	case FILTER_NUMBER:
		if (json_type(v) != JSON_INT)
			return not_a_value(c, k);
		*out = json_number(c->arena, json_int(v));
		return OK;
	case FILTER_TIME:
		if (json_type(v) != JSON_STRING || !read_time(json_text(v), &us))
			return not_a_value(c, k);
		*out = json_number(c->arena, us);
		return OK;
	default:
		if (json_type(v) != JSON_STRING)
			return not_a_value(c, k);
		*out = json_string(c->arena, json_text(v));
		return OK;
	}
}

static enum err read_list(struct ctx *c, const struct condition *k, const struct json *v,
    size_t min, size_t max, struct json **out)
{
	*out = json_array(c->arena);
	if (json_type(v) != JSON_ARRAY || json_length(v) < min || json_length(v) > max)
		return fail(c, ERR_INVALID, "filters", "%s of %s must be a list of %s%zu values",
		    k->op, k->field, min == max ? "" : "at most ", max);
	for (size_t i = 0; i < json_length(v); i++) {
		struct json *one;
		TRY(read_value(c, k, json_at(v, i), &one));
		json_push(*out, one);
	}
	return OK;
}

static enum err read_pattern(
    struct ctx *c, const struct condition *k, const struct json *v, struct json **out)
{
	static const struct db_field fields[] = { { "sound", DB_BOOL_, 0 }, DB_END };
	bool sound = false;

	TRY(read_value(c, k, v, out));
	if (text_is_line(json_text(v), 1, PATTERN_MAX))
		TRY(db_one(c, SQL_FILTER_REGEX, DB_ARGS(db_text(json_text(v))), fields, &sound));
	if (!sound)
		return fail(c, ERR_INVALID, "filters",
		    "%s of %s must be a regular expression of at most %d characters", k->op,
		    k->field, PATTERN_MAX);
	return OK;
}

static enum err read_wanted(
    struct ctx *c, const struct condition *k, const struct json *v, struct json **out)
{
	*out = NULL;
	switch (k->operation->wants) {
	case WANTS_LIST:
		return read_list(c, k, v, 0, LIST_MAX, out);
	case WANTS_PAIR:
		return read_list(c, k, v, 2, 2, out);
	case WANTS_BOOL:
		if (json_type(v) != JSON_BOOL)
			return fail(c, ERR_INVALID, "filters", "%s of %s must be true or false",
			    k->op, k->field);
		*out = json_boolean(c->arena, json_bool(v));
		return OK;
	case WANTS_COUNT:
		if (json_type(v) != JSON_INT || json_int(v) < 0 || json_int(v) > 9999)
			return fail(c, ERR_INVALID, "filters", "%s of %s must be 0 to 9999", k->op,
			    k->field);
		*out = json_number(c->arena, json_int(v));
		return OK;
	case WANTS_PATTERN:
		return read_pattern(c, k, v, out);
	case WANTS_MAYBE:
		if (json_type(v) == JSON_NULL) {
			*out = json_string(c->arena, NULL);
			return OK;
		}
		return read_value(c, k, v, out);
	default:
		return read_value(c, k, v, out);
	}
}

static enum err add_condition(
    struct ctx *c, struct reading *r, struct condition *k, const struct json *v)
{
	struct json *o = json_object(c->arena), *wanted;

	TRY(find_operation(c, k));
	TRY(read_wanted(c, k, v, &wanted));
	json_set(o, "field", json_string(c->arena, k->row));
	json_set(o, "kind", json_string(c->arena, kinds[k->kind].name));
	json_set(o, "op", json_string(c->arena, k->op));
	json_set(o, "value", wanted);
	json_push(r->conditions, o);
	return OK;
}

static enum err read_field(
    struct ctx *c, struct reading *r, const char *field, const struct json *of_field)
{
	struct condition k = { .field = field };
	struct json *value;

	TRY(find_field(c, r, &k));
	if (json_type(of_field) != JSON_OBJECT)
		return unreadable(c);
	for (size_t i = 0; json_member(of_field, i, &k.op, &value); i++) {
		k.operation = NULL;
		TRY(add_condition(c, r, &k, value));
	}
	return OK;
}

enum err filter_read(struct ctx *c, const char *text, const struct filter_field *fields,
    bool of_task, const char **conditions)
{
	struct reading r = { fields, of_task, json_array(c->arena) };
	struct json *all, *of_field;
	const char *field;

	*conditions = NULL;
	if (text == NULL || *text == '\0')
		return OK;
	if (strlen(text) > FILTERS_MAX_BYTES || json_parse(c, text, strlen(text), &all) != OK ||
	    json_type(all) != JSON_OBJECT)
		return unreadable(c);
	for (size_t i = 0; json_member(all, i, &field, &of_field); i++)
		TRY(read_field(c, &r, field, of_field));
	*conditions = json_write(c->arena, r.conditions);
	return OK;
}

struct found {
	int64_t id;
};

enum err filter_look(
    struct ctx *c, enum sql find, struct db_args args, int64_t max, struct filter_looked *out)
{
	static const struct db_field fields[] = { DB_FIELD(struct found, id), DB_END };
	struct found *found;
	size_t n;

	TRY(db_many(c, find, args, fields, sizeof(*found), &found, &n));
	bool more = n > (size_t)max;
	n -= more;
	int64_t *ids = arena_alloc(c->arena, n + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++)
		ids[i] = found[i].id;
	*out = (struct filter_looked){ array_of_ints(c->arena, ids, n), more ? ids[n - 1] : 0 };
	return OK;
}
