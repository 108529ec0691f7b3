/* What people and programs typed, held against the table of a type's fields. */

#include <regex.h>
#include <string.h>

#include "action/action.h"
#include "core/text.h"
#include "model/rights.h"
#include "model/team.h"

enum { LINE_MAX_CHARS = 300, TEXT_MAX_CHARS = 10000, NAMES_MAX = 100 };

static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *s = choices; s != NULL; s = strchr(s, '|') ? strchr(s, '|') + 1 : NULL)
		if (strcspn(s, "|") == len && strncmp(s, value, len) == 0)
			return true;
	return false;
}

/* NULL, or in what the text is not as it must be. */
static const char *text_wrong(struct ctx *c, const struct input *f, const char *s)
{
	int max = f->max != 0             ? (int)f->max
		  : f->kind == INPUT_TEXT ? TEXT_MAX_CHARS
					  : LINE_MAX_CHARS;
	int min = f->min != 0 ? (int)f->min : f->required ? 1 : 0;
	bool clean = f->kind == INPUT_TEXT ? text_is_text(s, min, max) : text_is_line(s, min, max);

	if (!clean)
		return arena_printf(
		    c->arena, "must be %d to %d characters of plain text", min, max);
	if (*s == '\0')
		return NULL;
	if (f->kind == INPUT_EMAIL && !email_is_valid(s))
		return "must be an e-mail address";
	if (f->kind == INPUT_ROLE && role_named(s) == ROLE_NONE)
		return "must be viewer, operator, editor or manager";
	if (f->kind == INPUT_CHOICE && !is_choice(f->choices, s))
		return arena_printf(c->arena, "must be one of %s", f->choices);
	return NULL;
}

static const char *rule_wrong(struct ctx *c, const struct input *f, const char *s)
{
	regex_t re;

	if (f->rule == NULL || *s == '\0')
		return NULL;
	if (regcomp(&re, arena_printf(c->arena, "^(%s)$", f->rule), REG_EXTENDED | REG_NOSUB) != 0)
		return "has a rule that cannot be read";
	bool fits = regexec(&re, s, 0, NULL, 0) == 0;
	regfree(&re);
	return fits ? NULL : arena_printf(c->arena, "must match %s", f->rule);
}

static const char *names_wrong(struct ctx *c, const struct input *f, const struct json *v)
{
	if (json_type(v) != JSON_ARRAY || json_length(v) > NAMES_MAX)
		return arena_printf(c->arena, "must be a list of at most %d texts", NAMES_MAX);
	if (f->required && json_length(v) == 0)
		return "must not be empty";
	for (size_t i = 0; i < json_length(v); i++)
		if (json_type(json_at(v, i)) != JSON_STRING ||
		    !text_is_line(json_text(json_at(v, i)), 1, LINE_MAX_CHARS))
			return "must be a list of lines of text";
	return NULL;
}

static const char *number_wrong(struct ctx *c, const struct input *f, const struct json *v)
{
	if (json_type(v) != JSON_INT)
		return "must be a whole number";
	if ((f->min != 0 || f->max != 0) && (json_int(v) < f->min || json_int(v) > f->max))
		return arena_printf(
		    c->arena, "must be %lld to %lld", (long long)f->min, (long long)f->max);
	return NULL;
}

static const char *value_wrong(struct ctx *c, const struct input *f, const struct json *v)
{
	const char *wrong;

	switch (f->kind) {
	case INPUT_NUMBER:
		return number_wrong(c, f, v);
	case INPUT_FLAG:
	case INPUT_CONFIRM:
		return json_type(v) == JSON_BOOL ? NULL : "must be true or false";
	case INPUT_NAMES:
		return names_wrong(c, f, v);
	case INPUT_JSON:
		return json_type(v) == JSON_OBJECT ? NULL : "must be an object";
	default:
		if (json_type(v) != JSON_STRING)
			return "must be text";
		wrong = text_wrong(c, f, json_text(v));
		return wrong != NULL ? wrong : rule_wrong(c, f, json_text(v));
	}
}

bool input_is_text(enum input_kind kind)
{
	switch (kind) {
	case INPUT_NUMBER:
	case INPUT_FLAG:
	case INPUT_CONFIRM:
	case INPUT_NAMES:
	case INPUT_JSON:
		return false;
	default:
		return true;
	}
}

static const struct input *find(const struct input *fields, const char *name)
{
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static enum err check_known(struct ctx *c, const struct input *fields, const struct json *given)
{
	struct json *value;
	const char *name;

	for (size_t i = 0; json_member(given, i, &name, &value); i++)
		if (find(fields, name) == NULL)
			return fail(c, ERR_INVALID, name, "is no field of this type");
	return OK;
}

enum err input_check(
    struct ctx *c, const struct input *fields, const struct json *given, struct json **out)
{
	*out = json_object(c->arena);
	if (json_type(given) != JSON_OBJECT)
		return fail(c, ERR_INVALID, NULL, "the fields must be an object");
	TRY(check_known(c, fields, given));
	for (const struct input *f = fields; f->name != NULL; f++) {
		struct json *v = json_get(given, f->name);
		bool given_one = json_type(v) != JSON_NULL;
		if (!given_one && f->required)
			return fail(c, ERR_INVALID, f->name, "is needed");
		const char *wrong = given_one ? value_wrong(c, f, v) : NULL;
		if (wrong != NULL)
			return fail(c, ERR_INVALID, f->name, "%s", wrong);
		if (given_one)
			json_set(*out, f->name, v);
	}
	return OK;
}
