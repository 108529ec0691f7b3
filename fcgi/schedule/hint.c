#include "schedule/lint.h"

#include <string.h>
#include <strings.h>

#include "schedule/words.h"

/*
 * A crontab's weekday in Dkron's terms, in which Sunday is only 0: "7" is "0", "5-7" is "5-6,0"
 * and "1-7" is each day, which beside a restricted day of the month is not "*". What else has a 7
 * in it stays, and is refused.
 */
static const char *weekday_item(struct ctx *c, const char *item)
{
	static const struct {
		const char *cron, *dkron;
	} sundays[] = {
		{ "7", "0" },
		{ "0-7", "0-6" },
		{ "1-7", "0-6" },
		{ "6-7", "6,0" },
		{ "sat-7", "6,0" },
		{ "sat-sun", "6,0" },
		{ "mon-sun", "0-6" },
		{ "2-7", "2-6,0" },
		{ "3-7", "3-6,0" },
		{ "4-7", "4-6,0" },
		{ "5-7", "5-6,0" },
		{ "fri-sun", "5-6,0" },
	};

	for (size_t i = 0; i < sizeof(sundays) / sizeof(sundays[0]); i++)
		if (strcasecmp(item, sundays[i].cron) == 0)
			return arena_strdup(c->arena, sundays[i].dkron);
	return item;
}

static const char *weekday_field(struct ctx *c, const char *field)
{
	const char *text = "";

	for (;;) {
		size_t size = strcspn(field, ",");
		const char *item = weekday_item(c, arena_strndup(c->arena, field, size));
		text = arena_printf(c->arena, "%s%s%s", text, *text ? "," : "", item);
		if (field[size] == '\0')
			return text;
		field += size + 1;
	}
}

/* The five words of `text`, parted by spaces; false when there are more or fewer. */
static bool split(struct ctx *c, const char *text, const char *words[5])
{
	int count = 0;

	for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t")) {
		size_t size = strcspn(text, " \t");
		if (count == 5)
			return false;
		words[count++] = arena_strndup(c->arena, text, size);
		text += size;
	}
	return count == 5;
}

static bool parses(struct ctx *c, const char *expression, const char *timezone,
    const char *job_name, struct schedule **s)
{
	struct fault kept = c->fault;
	enum err e = schedule_parse(c, expression, timezone, job_name, s);

	c->fault = kept;
	return e == OK;
}

static const char *six_fields(struct ctx *c, const char *expression, const char *timezone,
    const char *job_name, struct schedule **s)
{
	const char *w[5], *six;

	if (strlen(expression) > SCHEDULE_BYTES_MAX || !split(c, expression, w))
		return NULL;
	six = arena_printf(
	    c->arena, "0 %s %s %s %s %s", w[0], w[1], w[2], w[3], weekday_field(c, w[4]));
	return parses(c, six, timezone, job_name, s) ? six : NULL;
}

const char *schedule_six_fields(
    struct ctx *c, const char *expression, const char *timezone, const char *job_name)
{
	struct schedule *s;

	return six_fields(c, expression, timezone, job_name, &s);
}

const char *schedule_hint(
    struct ctx *c, const char *expression, const char *timezone, const char *job_name)
{
	struct schedule *s;
	const char *six = six_fields(c, expression, timezone, job_name, &s);

	if (six == NULL)
		return NULL;
	return arena_printf(c->arena, "Pasted from a crontab? With seconds in front, %s means %s",
	    six, schedule_words(c, s));
}
