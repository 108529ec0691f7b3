#include "schedule/lint.h"

#include <string.h>

#include "schedule/fields.h"
#include "schedule/saving.h"
#include "schedule/sets.h"
#include "schedule/words.h"
#include "schedule/zone.h"

static void add(struct warnings *w, const char *code, const char *message)
{
	warnings_add(w, code, message);
}

static void lint_zone(struct ctx *c, const struct schedule *s, struct warnings *w)
{
	if (s->ignored_zone != NULL && s->kind == SCHEDULE_CRON &&
	    strcmp(s->text, "@minutely") != 0)
		add(w, "zone_ignored",
		    arena_printf(c->arena,
			"Dkron does not heed the time zone beside %s: the job runs by the server's "
			"clock. CRON_TZ=%s %s is heeded.",
			s->text, s->ignored_zone, s->text));
	else if (s->ignored_zone != NULL)
		add(w, "zone_ignored",
		    "Dkron does not heed a time zone beside an expression that begins with @.");
	if (s->zone == NULL && strcmp(s->zone_name, "Local") == 0)
		add(w, "zone_local",
		    "The zone Local is that of Dkron's server, whatever it is; times are shown "
		    "here "
		    "as if it were UTC.");
}

static void lint_never(const struct schedule *s, int64_t now_us, struct warnings *w)
{
	int64_t next;

	if (s->kind == SCHEDULE_NEVER)
		add(w, "never_fires",
		    "Dkron accepts this schedule but will never run the job: no day or time fits "
		    "all "
		    "six fields.");
	else if (s->kind == SCHEDULE_CRON && !schedule_next(s, now_us, &next))
		add(w, "never_fires",
		    "Dkron looks five years ahead and finds no day that fits: the job will not "
		    "run.");
}

static void lint_past(struct ctx *c, const struct schedule *s, int64_t now_us, struct warnings *w)
{
	if ((s->kind != SCHEDULE_AT && s->kind != SCHEDULE_AFTER) || s->at_us > now_us)
		return;
	const char *day = schedule_day_words(c, NULL, s->at_us);
	if (s->kind == SCHEDULE_AFTER && s->latest_us >= now_us)
		add(w, "past",
		    arena_printf(c->arena,
			"The moment on %s has gone by, but not its grace: the job runs as soon as "
			"it "
			"is saved, and again each time it is saved or switched on until the grace "
			"ends.",
			day));
	else
		add(w, "past",
		    arena_printf(
			c->arena, "The moment on %s has gone by: the job will not run.", day));
}

enum { OFTEN_US = 2000000 };

static void lint_often(const struct schedule *s, int64_t now_us, struct warnings *w)
{
	int64_t first, second;

	if ((s->kind != SCHEDULE_CRON && s->kind != SCHEDULE_EVERY) ||
	    !schedule_next_from(s, now_us, now_us, &first) ||
	    !schedule_next_from(s, now_us, first, &second) || second - first > OFTEN_US)
		return;
	add(w, "too_often",
	    second - first < OFTEN_US
		? "The job fires every second: up to 86,400 runs a day, each with its record."
		: "The job fires every two seconds: up to 43,200 runs a day, each with its "
		  "record.");
}

static void lint_every(const struct schedule *s, struct warnings *w)
{
	if (s->kind == SCHEDULE_EVERY)
		warnings_note(w, "every_restarts",
		    "The interval begins anew whenever the job is saved, switched on or off, and "
		    "when Dkron's leader changes.");
}

/* Dkron puts a number for "~" before it looks at the step, so "~/15" is "33/15". */
static void lint_hash(struct ctx *c, const struct schedule *s, struct warnings *w)
{
	const char *last = strrchr(s->text, '~'), *gap = strstr(s->text, "  ");

	if (*s->text == '@' || last == NULL)
		return;
	bool stepped = strstr(s->text, "~/") != NULL;
	bool shifted = *s->text == ' ' || (gap != NULL && gap < last);
	if (stepped)
		add(w, "hash_step",
		    arena_printf(c->arena,
			"A step after ~ begins at the job's own number and ends with the field: "
			"this job runs %s.",
			schedule_words(c, s)));
	if (shifted)
		add(w, "hash_shifted",
		    "Two spaces in a row count as a field when Dkron puts a number for ~, which "
		    "then has the range of another field. Leave one space.");
	if (!stepped && !shifted && s->kind == SCHEDULE_CRON)
		warnings_note(w, "hash_value",
		    arena_printf(c->arena,
			"~ stands for a number made of the job's name: with this name it runs %s.",
			schedule_words(c, s)));
}

static void lint_days(struct ctx *c, const struct schedule *s, struct warnings *w)
{
	if (s->kind != SCHEDULE_CRON || !s->days_either || s->month_days == field_all(DAY_FIELD) ||
	    s->weekdays == field_all(WEEKDAY_FIELD))
		return;
	add(w, "either_day",
	    arena_printf(c->arena,
		"Day of month and weekday are both given, and for Dkron one of them is enough: "
		"this "
		"job runs %s.",
		schedule_words(c, s)));
}

static const char *step_words(struct ctx *c, enum field f, int step, int last)
{
	static const char *const wholes[] = { "minute", "hour", "day" };
	const char *name = field_ranges[f].name, *whole = wholes[f];
	int modulus = field_ranges[f].max + 1, rest = modulus - last;

	if (step > modulus)
		return arena_printf(c->arena,
		    "*/%d is longer than the %s, and each %s begins anew: it means %s 0 only.",
		    step, whole, whole, name);
	return arena_printf(c->arena,
	    "*/%d begins anew each %s: after %s %d comes %s 0, %d %s%s later.", step, whole, name,
	    last, name, rest, name, rest == 1 ? "" : "s");
}

static void lint_steps(struct ctx *c, const struct schedule *s, struct warnings *w)
{
	const uint64_t sets[] = { s->seconds, s->minutes, s->hours };

	for (int i = SECOND_FIELD; i <= HOUR_FIELD; i++) {
		int step = s->steps[i];
		if (step != 0 && (field_ranges[i].max + 1) % step != 0)
			add(w, "uneven_step",
			    step_words(c, (enum field)i, step, set_last(sets[i])));
	}
}

size_t schedule_lint(
    struct ctx *c, const struct schedule *s, int64_t now_us, struct schedule_warning **out)
{
	struct warnings w = { .c = c };

	lint_never(s, now_us, &w);
	lint_past(c, s, now_us, &w);
	lint_zone(c, s, &w);
	lint_often(s, now_us, &w);
	lint_every(s, &w);
	lint_hash(c, s, &w);
	lint_days(c, s, &w);
	lint_steps(c, s, &w);
	if (s->kind == SCHEDULE_CRON)
		saving_lint(s, now_us, &w);
	*out = w.items;
	return w.count;
}
