#include "schedule/schedule.h"

#include <string.h>

#include "core/text.h"
#include "schedule/fields.h"
#include "schedule/hash.h"
#include "schedule/literal.h"
#include "schedule/next.h"
#include "schedule/zone.h"

static const struct {
	const char *name, *fields;
} shorthands[] = {
	{ "@yearly", "0 0 0 1 1 *" },
	{ "@annually", "0 0 0 1 1 *" },
	{ "@monthly", "0 0 0 1 * *" },
	{ "@weekly", "0 0 0 * * 0" },
	{ "@daily", "0 0 0 * * *" },
	{ "@midnight", "0 0 0 * * *" },
	{ "@hourly", "0 0 * * * *" },
};

static bool has_zone_prefix(const char *s)
{
	return text_starts(s, "TZ=") || text_starts(s, "CRON_TZ=");
}

static enum err check_text(struct ctx *c, const char *expression)
{
	if (strlen(expression) > SCHEDULE_BYTES_MAX)
		return fail(c, ERR_INVALID, "schedule", "must not be longer than %d bytes",
		    SCHEDULE_BYTES_MAX);
	if (!text_is_line(expression, 0, SCHEDULE_BYTES_MAX))
		return fail(c, ERR_INVALID, "schedule",
		    "must be one line of UTF-8 without tabs and other control characters");
	if (*expression == '\0')
		return fail(c, ERR_INVALID, "schedule",
		    "empty spec string: say when the job runs, "
		    "or @manually if nothing but people start it");
	return OK;
}

static enum err parse_at(struct ctx *c, const char *spec, struct schedule *s)
{
	s->kind = SCHEDULE_AT;
	if (literal_moment(spec + strlen("@at "), &s->at_us))
		return OK;
	return fail(c, ERR_INVALID, "schedule",
	    "failed to parse date %s: write it as in @at 2026-11-21T10:00:00Z or "
	    "@at 2026-11-21T11:00:00+01:00",
	    fields_quote(c, spec, strlen(spec)));
}

/* The next word of *p, arena-owned, or NULL at the end. */
static const char *word(struct ctx *c, const char **p)
{
	const char *first = *p += fields_space(*p);

	while (**p != '\0' && fields_space(*p) == 0)
		(*p)++;
	return *p > first ? arena_strndup(c->arena, first, (size_t)(*p - first)) : NULL;
}

static enum err parse_grace(struct ctx *c, const char *text, struct schedule *s)
{
	int64_t ns;

	if (*text != '<')
		return fail(c, ERR_INVALID, "schedule", "grace period must start with '<', got: %s",
		    fields_quote(c, text, strlen(text)));
	if (!literal_period(text + 1, &ns))
		return fail(c, ERR_INVALID, "schedule",
		    "failed to parse grace period in @after: %s: write it as in <PT2H or <P1DT30M",
		    fields_quote(c, text + 1, strlen(text + 1)));
	s->latest_us = s->at_us + floor_div(ns, 1000);
	return OK;
}

static enum err parse_after(struct ctx *c, const char *spec, struct schedule *s)
{
	const char *p = spec + strlen("@after ");
	const char *moment = word(c, &p), *grace = word(c, &p);

	s->kind = SCHEDULE_AFTER;
	if (grace == NULL || word(c, &p) != NULL)
		return fail(c, ERR_INVALID, "schedule",
		    "@after requires format: @after 2026-11-21T10:00:00Z <PT2H, that is a moment "
		    "and how late it may still run");
	if (!literal_moment(moment, &s->at_us))
		return fail(c, ERR_INVALID, "schedule",
		    "failed to parse date in @after: %s: write it as in 2026-11-21T10:00:00Z",
		    fields_quote(c, moment, strlen(moment)));
	return parse_grace(c, grace, s);
}

/* Go's library runs nothing more than once a second and cuts fractions of one. */
static enum err parse_every(struct ctx *c, const char *spec, struct schedule *s)
{
	int64_t ns;

	s->kind = SCHEDULE_EVERY;
	if (!literal_duration(spec + strlen("@every "), &ns))
		return fail(c, ERR_INVALID, "schedule",
		    "failed to parse duration %s: write hours, minutes and seconds as in "
		    "@every 24h or @every 1h30m",
		    fields_quote(c, spec, strlen(spec)));
	s->every_us = ns / 1000 / SECOND_US * SECOND_US;
	if (s->every_us < SECOND_US)
		s->every_us = SECOND_US;
	return OK;
}

/* Days in the longest form of each month: what no leap year has, no year has. */
static bool day_exists(const struct schedule *s)
{
	for (int month = 1; month <= 12; month++) {
		uint64_t days = (UINT64_C(2) << civil_days_in(2000, month)) - 2;
		if (s->months >> month & 1 && days & s->month_days)
			return true;
	}
	return s->months != 0 && s->days_either && s->weekdays != 0;
}

static bool can_fire(const struct schedule *s)
{
	bool weekday = s->weekdays != 0 || s->days_either;

	return s->seconds != 0 && s->minutes != 0 && s->hours != 0 && weekday && day_exists(s);
}

static enum err parse_cron(struct ctx *c, const char *fields, struct schedule *s)
{
	TRY(fields_parse(c, fields, s));
	s->kind = can_fire(s) ? SCHEDULE_CRON : SCHEDULE_NEVER;
	return OK;
}

static enum err parse_shorthand(struct ctx *c, const char *spec, struct schedule *s)
{
	for (size_t i = 0; i < sizeof(shorthands) / sizeof(shorthands[0]); i++)
		if (strcmp(spec, shorthands[i].name) == 0)
			return parse_cron(c, shorthands[i].fields, s);
	if (text_starts(spec, "@every "))
		return parse_every(c, spec, s);
	return fail(c, ERR_INVALID, "schedule", "unrecognized descriptor: %s",
	    fields_quote(c, spec, strlen(spec)));
}

/* What follows a zone prefix: the six fields, or those names that Go's library knows itself. */
static enum err parse_inner(struct ctx *c, const char *spec, struct schedule *s)
{
	return *spec == '@' ? parse_shorthand(c, spec, s) : parse_cron(c, spec, s);
}

/* Go's strings.TrimSpace(). */
static const char *trimmed(struct ctx *c, const char *s)
{
	const char *end, *p;

	s += fields_space(s);
	for (p = end = s; *p != '\0'; p += fields_space(p))
		for (; *p != '\0' && fields_space(p) == 0; end = p)
			p++;
	return arena_strndup(c->arena, s, (size_t)(end - s));
}

static enum err parse_prefixed(struct ctx *c, const char *spec, struct schedule *s)
{
	const char *name = strchr(spec, '=') + 1, *space = strchr(spec, ' ');

	if (space == NULL) /* Dkron panics here */
		return fail(c, ERR_INVALID, "schedule",
		    "expected exactly %d fields, found 0: nothing follows the time zone", FIELDS);
	name = arena_strndup(c->arena, name, (size_t)(space - name));
	if (zone_find(c, name, &s->zone) != OK)
		return fail(c, ERR_INVALID, "schedule", "provided bad location %s: %s",
		    fields_quote(c, name, strlen(name)), zone_refusal(c, name));
	s->zone_name = name;
	return parse_inner(c, trimmed(c, space), s);
}

static enum err parse_spec(struct ctx *c, const char *spec, struct schedule *s)
{
	if (strcmp(spec, "@manually") == 0)
		return OK;
	if (strcmp(spec, "@minutely") == 0)
		return parse_cron(c, "0 * * * * *", s);
	if (text_starts(spec, "@at "))
		return parse_at(c, spec, s);
	if (text_starts(spec, "@after "))
		return parse_after(c, spec, s);
	if (has_zone_prefix(spec))
		return parse_prefixed(c, spec, s);
	return parse_inner(c, spec, s);
}

/* The field is checked in any case, and counts only for fields without a prefix of their own. */
static enum err take_zone(struct ctx *c, const char *timezone, struct schedule *s)
{
	const struct zone *zone;

	if (zone_find(c, timezone, &zone) != OK)
		return fail(c, ERR_INVALID, "timezone", "%s", zone_refusal(c, timezone));
	if (*timezone == '\0' || has_zone_prefix(s->text))
		return OK;
	timezone = arena_strdup(c->arena, timezone);
	if (*s->text == '@') {
		s->ignored_zone = timezone;
		return OK;
	}
	s->zone = zone;
	s->zone_name = timezone;
	return OK;
}

enum err schedule_parse(struct ctx *c, const char *expression, const char *timezone,
    const char *job_name, struct schedule **out)
{
	struct schedule *s = arena_new(c->arena, struct schedule);

	TRY(check_text(c, expression));
	s->text = arena_strdup(c->arena, expression);
	s->zone_name = "";
	TRY(parse_spec(c, hash_resolve(c, s->text, job_name ? job_name : ""), s));
	TRY(take_zone(c, timezone, s));
	*out = s;
	return OK;
}

enum schedule_kind schedule_kind(const struct schedule *s)
{
	return s->kind;
}

static bool later(int64_t at_us, int64_t after_us, int64_t *next_us)
{
	*next_us = at_us;
	return at_us > after_us;
}

/* The phase is that of the whole second in which the job came. */
static bool next_every(const struct schedule *s, int64_t added_us, int64_t after_us, int64_t *next)
{
	int64_t phase, gone;

	if (__builtin_sub_overflow(added_us, floor_mod(added_us, SECOND_US), &phase) ||
	    __builtin_sub_overflow(after_us, phase, &gone))
		return false;
	int64_t count = gone < 0 ? 1 : gone / s->every_us + 1;
	return !__builtin_mul_overflow(count, s->every_us, next) &&
	       !__builtin_add_overflow(phase, *next, next);
}

static bool next_after(const struct schedule *s, int64_t added_us, int64_t after_us, int64_t *next)
{
	bool late = added_us >= s->at_us && added_us <= s->latest_us;

	return later(late ? added_us + 1 : s->at_us, after_us, next);
}

bool schedule_next_from(
    const struct schedule *s, int64_t added_us, int64_t after_us, int64_t *next_us)
{
	switch (s->kind) {
	case SCHEDULE_CRON:
		return next_cron(s, after_us, next_us);
	case SCHEDULE_EVERY:
		return next_every(s, added_us, after_us, next_us);
	case SCHEDULE_AT:
		return later(s->at_us, after_us, next_us);
	case SCHEDULE_AFTER:
		return next_after(s, added_us, after_us, next_us);
	case SCHEDULE_MANUAL:
	case SCHEDULE_NEVER:
		break;
	}
	return false;
}

bool schedule_next(const struct schedule *s, int64_t after_us, int64_t *next_us)
{
	if (s->kind == SCHEDULE_AFTER)
		return later(s->at_us, after_us, next_us);
	return schedule_next_from(s, after_us, after_us, next_us);
}

bool schedule_fires_at(const struct schedule *s, int64_t t_us)
{
	int64_t second = floor_div(t_us, SECOND_US);

	if (s->kind == SCHEDULE_AT)
		return floor_div(s->at_us, SECOND_US) == second;
	return s->kind == SCHEDULE_CRON && next_fires(s, second);
}
