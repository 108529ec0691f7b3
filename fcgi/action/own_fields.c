/* The fields of a type of its own: what one is asked for. */

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "action/own_inside.h"
#include "core/text.h"

enum {
	NAME_MAX = 40,
	RULE_MAX = 200,
	CHOICE_MAX = 100,
	REPEATS_MAX = 1000,
	GROUPS_MAX = 50,
	SIZE_MOST = 5000
};

static const struct bounds lines = { 1, OWN_LINE_MAX }, helps = { 0, OWN_HELP_MAX },
			   numbers = { -INT64_C(1000000000000000), INT64_C(1000000000000000) },
			   lengths = { 0, OWN_TEXT_MAX };

static bool is_name(const char *s)
{
	size_t len = strlen(s);

	return len >= 1 && len <= NAME_MAX && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

/* The forms of requests have fields of their own. */
static bool is_taken(const char *name)
{
	static const char *const taken[] = { "csrf", "request_reason", "request_version",
		"answer" };

	for (size_t i = 0; i < LENGTH(taken); i++)
		if (strcmp(taken[i], name) == 0)
			return true;
	return false;
}

static enum err read_name(const struct at *f, const struct task_type *t, struct input *out)
{
	TRY(at_need(f, "name"));
	TRY(at_line(f, "name", (struct bounds){ 1, NAME_MAX }, &out->name));
	if (!is_name(out->name))
		return fail(f->c, ERR_INVALID, at_path(f, "name"),
		    "must be letters a-z, digits and _, a letter first");
	if (is_taken(out->name))
		return fail(f->c, ERR_INVALID, at_path(f, "name"), "is taken by the form itself");
	if (own_field(f->c, t, out->name) != NULL)
		return fail(f->c, ERR_INVALID, at_path(f, "name"), "stands there twice");
	return OK;
}

/* What only a token can give, and what only an action of C can judge, is no field. */
static enum err read_kind(const struct at *f, struct input *out)
{
	const char *said = "";

	TRY(at_need(f, "kind"));
	TRY(at_line(f, "kind", lines, &said));
	out->kind = input_kind_named(said);
	switch (out->kind) {
	case INPUT_LINE:
	case INPUT_TEXT:
	case INPUT_EMAIL:
	case INPUT_NUMBER:
	case INPUT_FLAG:
	case INPUT_CHOICE:
	case INPUT_NAMES:
	case INPUT_ACCOUNT:
	case INPUT_TEAM:
	case INPUT_ROLE:
	case INPUT_JOB:
		return OK;
	default:
		return fail(f->c, ERR_INVALID, at_path(f, "kind"),
		    "must be line, text, email, number, flag, choice, names, account, team, role "
		    "or job");
	}
}

static enum err read_bounds(const struct at *f, struct input *out)
{
	bool number = out->kind == INPUT_NUMBER;
	bool text = out->kind == INPUT_LINE || out->kind == INPUT_TEXT;

	if (!number && !text) {
		static const char *const keys[] = { "min", "max" };
		for (size_t i = 0; i < LENGTH(keys); i++)
			if (at_need(f, keys[i]) == OK)
				return fail(f->c, ERR_INVALID, at_path(f, keys[i]),
				    "is for the kinds line, text and number");
		return OK;
	}
	TRY(at_number(f, "min", number ? numbers : lengths, &out->min));
	TRY(at_number(f, "max", number ? numbers : lengths, &out->max));
	if ((out->min != 0 || out->max != 0) && out->min > out->max && (number || out->max != 0))
		return fail(f->c, ERR_INVALID, at_path(f, "max"), "must not be less than min");
	return OK;
}

static enum err read_choices(const struct at *f, struct input *out)
{
	const struct json *list;
	const char *joined = NULL;

	TRY(at_list(f, "choices", OWN_CHOICES, &list));
	if (out->kind != INPUT_CHOICE)
		return list == NULL ? OK
				    : fail(f->c, ERR_INVALID, at_path(f, "choices"),
					  "is for the kind choice");
	for (size_t i = 0; i < json_length(list); i++) {
		const char *s = json_text(json_at(list, i));
		if (!text_is_line(s, 1, CHOICE_MAX) || strchr(s, '|') != NULL)
			return fail(f->c, ERR_INVALID, at_item(f, "choices", i),
			    "must be one line of 1 to %d characters without |", CHOICE_MAX);
		joined = joined == NULL ? s : arena_printf(f->c->arena, "%s|%s", joined, s);
	}
	out->choices = joined;
	return joined != NULL
		   ? OK
		   : fail(f->c, ERR_INVALID, at_path(f, "choices"), "must name at least one");
}

/* x{1,500}{1,500} takes the memory of a machine, and so do backward references its time. */
static bool is_modest(const char *rule)
{
	int64_t product = 1;

	for (const char *s = rule; *s != '\0'; s++) {
		if (*s == '\\' && isdigit((unsigned char)s[1]))
			return false;
		if (*s == '\\' && s[1] != '\0') {
			s++;
			continue;
		}
		if (*s != '{')
			continue;
		int64_t most = 0, n = 0;
		for (s++; *s != '\0' && *s != '}'; s++) {
			n = isdigit((unsigned char)*s) ? n * 10 + (*s - '0') : 0;
			most = n > most ? n : most;
			if (most > REPEATS_MAX)
				return false;
		}
		product *= most > 0 ? most : 1;
		if (product > REPEATS_MAX)
			return false;
		if (*s == '\0')
			break;
	}
	return true;
}

/* Behind the ] that ends it, or where the text ends. */
static const char *behind_bracket(const char *s)
{
	s += s[1] == '^' ? 2 : 1;
	if (*s == ']')
		s++;
	while (*s != '\0' && *s != ']') {
		const char *end = s[0] == '[' && s[1] == ':' ? strstr(s + 2, ":]") : NULL;
		s = end != NULL ? end + 2 : s + 1;
	}
	return s;
}

static int64_t most_of(const char *s)
{
	int64_t most = 1;

	for (s++; *s != '\0' && *s != '}'; s++)
		if (isdigit((unsigned char)*s)) {
			int64_t n = strtol(s, NULL, 10);
			most = n > most ? n : most;
			s += strspn(s, "0123456789") - 1;
		}
	return most;
}

/* The C library copies what is repeated: a++++ doubles with each +, and ((a+)+)+ with each group.
 * `sums` is what stands in each group so far, `last` the last piece of it. */
static bool is_small(const char *rule)
{
	int64_t sums[GROUPS_MAX] = { 0 }, last = 0;
	size_t depth = 0;

	for (const char *s = rule; *s != '\0'; s++) {
		int64_t times = *s == '+' ? 2 : *s == '{' ? most_of(s) : 1, more = 1;
		if (*s == '(') {
			if (++depth == GROUPS_MAX)
				return false;
			sums[depth] = more = 0;
		} else if (*s == ')' && depth > 0) {
			more = sums[depth--] + 1;
		} else if (strchr("*?|}", *s) != NULL || times > 1) {
			more = 0;
		} else if (*s == '\\' && s[1] != '\0') {
			s++;
		} else if (*s == '[') {
			s = behind_bracket(s);
		}
		sums[depth] += more + last * (times - 1);
		last = more > 0 ? more : last * times;
		if (sums[depth] > SIZE_MOST)
			return false;
		if (*s == '{')
			s += strcspn(s, "}") - 1;
		if (*s == '\0')
			break;
	}
	return true;
}

static enum err read_rule(const struct at *f, struct input *out)
{
	const char *path = at_path(f, "rule");
	regex_t re;

	TRY(at_line(f, "rule", (struct bounds){ 1, RULE_MAX }, &out->rule));
	if (out->rule == NULL)
		return OK;
	if (!input_is_text(out->kind))
		return fail(f->c, ERR_INVALID, path, "is for fields that are text");
	if (!is_modest(out->rule) || !is_small(out->rule))
		return fail(f->c, ERR_INVALID, path,
		    "must repeat nothing more than %d times, and hold no \\1", REPEATS_MAX);
	if (regcomp(
		&re, arena_printf(f->c->arena, "^(%s)$", out->rule), REG_EXTENDED | REG_NOSUB) != 0)
		return fail(
		    f->c, ERR_INVALID, path, "must be an extended regular expression (POSIX)");
	regfree(&re);
	return OK;
}

static enum err read_field(const struct at *f, const struct task_type *t, struct input *out)
{
	TRY(read_name(f, t, out));
	TRY(read_kind(f, out));
	out->label = out->name;
	TRY(at_line(f, "label", lines, &out->label));
	TRY(at_line(f, "help", helps, &out->help));
	TRY(at_flag(f, "required", &out->required));
	TRY(read_bounds(f, out));
	TRY(read_choices(f, out));
	return read_rule(f, out);
}

enum err own_fields(const struct at *top, struct task_type *t)
{
	static const char *const known[] = { "name", "label", "kind", "required", "min", "max",
		"choices", "rule", "help", NULL };
	struct input *all = arena_alloc(top->c->arena, TYPE_FIELDS + 1, sizeof(*all));
	const struct json *list;

	memset(all, 0, (TYPE_FIELDS + 1) * sizeof(*all));
	t->fields = all;
	TRY(at_need(top, "fields"));
	TRY(at_list(top, "fields", TYPE_FIELDS, &list));
	for (size_t i = 0; i < json_length(list); i++) {
		struct input f = { .help = "" };
		struct at at;
		TRY(at_open(top->c, json_at(list, i), at_item(top, "fields", i), known, &at));
		TRY(read_field(&at, t, &f));
		all[i] = f;
	}
	return OK;
}

const struct input *own_field(struct ctx *c, const struct task_type *t, const char *name)
{
	for (const struct input *f = type_fields(c, t); f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}
