#include "schedule/phrase.h"

#include "schedule/sets.h"

enum { TIMES_MAX = 6, TIMES_BEFORE_STEPS = 4, MINUTES = 60, HOURS = 24 };

static struct phrase plain(const char *text)
{
	return (struct phrase){ .text = text };
}

static struct phrase rhythm(const char *text)
{
	return (struct phrase){ .text = text, .rhythm = true };
}

const char *phrase_clock(struct ctx *c, int hour, int minute, int second, bool exact)
{
	if (exact)
		return arena_printf(c->arena, "%02d:%02d:%02d", hour, minute, second);
	return arena_printf(c->arena, "%02d:%02d", hour, minute);
}

static bool is_exact(const struct schedule *s)
{
	return s->seconds != 1;
}

/* "at 09:00, 09:30 and 17:00", for a handful of times. */
static const char *each_time(struct ctx *c, const struct schedule *s)
{
	const char *items[TIMES_MAX];
	int count = 0;

	for (uint64_t h = s->hours; h != 0; h &= h - 1)
		for (uint64_t m = s->minutes; m != 0; m &= m - 1)
			for (uint64_t x = s->seconds; x != 0; x &= x - 1)
				items[count++] = phrase_clock(
				    c, set_first(h), set_first(m), set_first(x), is_exact(s));
	return arena_printf(c->arena, "at %s", set_join(c, items, count));
}

static bool is_handful(const struct schedule *s)
{
	int times = set_count(s->hours) * set_count(s->minutes) * set_count(s->seconds);
	bool steps = set_rhythm(s->hours, HOURS) != 0 || set_rhythm(s->minutes, MINUTES) != 0;

	return times <= (steps ? TIMES_BEFORE_STEPS : TIMES_MAX);
}

/* "every second", "every 10 seconds"; NULL for a set without such a beat. */
static const char *beat(struct ctx *c, uint64_t set, int modulus, const char *unit)
{
	int step = set_rhythm(set, modulus);

	if (step == 0)
		return NULL;
	if (step == 1)
		return arena_printf(c->arena, "every %s", unit);
	return arena_printf(c->arena, "every %d %ss", step, unit);
}

/* "every hour", "hour 9", "hours 9 to 17". */
static const char *members(struct ctx *c, uint64_t set, int modulus, const char *unit)
{
	if (set_rhythm(set, modulus) == 1)
		return arena_printf(c->arena, "every %s", unit);
	return arena_printf(c->arena, "%s%s %s", unit, set_count(set) > 1 ? "s" : "",
	    set_words(c, set, set_number));
}

/* " from 09:00 to 17:55", the first time of the day and the last. */
static const char *stretch(struct ctx *c, const struct schedule *s)
{
	return arena_printf(c->arena, " from %s to %s",
	    phrase_clock(
		c, set_first(s->hours), set_first(s->minutes), set_first(s->seconds), is_exact(s)),
	    phrase_clock(
		c, set_last(s->hours), set_last(s->minutes), set_last(s->seconds), is_exact(s)));
}

/* True for one hour as well: it goes from its first minute to its last. */
static bool is_stretch(uint64_t hours)
{
	return set_count(hours) == 1 || set_step(hours) == 1;
}

/* "of minute 5 of every hour", as plain as it is long. */
static const char *spelled_out(struct ctx *c, const struct schedule *s)
{
	const char *hours = members(c, s->hours, HOURS, "hour");
	const char *minutes = members(c, s->minutes, MINUTES, "minute");
	const char *seconds = beat(c, s->seconds, MINUTES, "second");

	if (s->seconds == 1)
		return arena_printf(c->arena, "at %s of %s", minutes, hours);
	if (seconds == NULL)
		seconds = arena_printf(
		    c->arena, "at %s", members(c, s->seconds, MINUTES, "second"));
	return arena_printf(c->arena, "%s of %s of %s", seconds, minutes, hours);
}

/* Several times a minute. */
static struct phrase seconds_phrase(struct ctx *c, const struct schedule *s)
{
	const char *seconds = beat(c, s->seconds, MINUTES, "second");
	bool all_minutes = set_rhythm(s->minutes, MINUTES) == 1;
	bool all_hours = set_rhythm(s->hours, HOURS) == 1;

	if (seconds != NULL && all_minutes && all_hours)
		return rhythm(seconds);
	if (seconds != NULL && all_minutes && is_stretch(s->hours))
		return plain(arena_printf(c->arena, "%s%s", seconds, stretch(c, s)));
	if (all_minutes && all_hours)
		return rhythm(arena_printf(
		    c->arena, "every minute at %s", members(c, s->seconds, MINUTES, "second")));
	return plain(spelled_out(c, s));
}

/* " at second 30", where it is not the first. */
static const char *at_second(struct ctx *c, const struct schedule *s)
{
	if (!is_exact(s))
		return "";
	return arena_printf(c->arena, " at second %d", set_first(s->seconds));
}

/* Several times an hour, at one second of the minute. */
static struct phrase minutes_phrase(struct ctx *c, const struct schedule *s)
{
	const char *minutes = beat(c, s->minutes, MINUTES, "minute");
	bool all_hours = set_rhythm(s->hours, HOURS) == 1;

	if (minutes != NULL && all_hours)
		return rhythm(arena_printf(c->arena, "%s%s", minutes, at_second(c, s)));
	if (minutes != NULL && is_stretch(s->hours))
		return plain(arena_printf(c->arena, "%s%s", minutes, stretch(c, s)));
	if (all_hours && !is_exact(s))
		return plain(arena_printf(
		    c->arena, "every hour at %s", members(c, s->minutes, MINUTES, "minute")));
	return plain(spelled_out(c, s));
}

/* " at minute 15": where in the hour, when not at its start. */
static const char *in_hour(struct ctx *c, const struct schedule *s)
{
	int minute = set_first(s->minutes);

	if (is_exact(s))
		return arena_printf(
		    c->arena, " at minute %d and second %d", minute, set_first(s->seconds));
	return minute == 0 ? "" : arena_printf(c->arena, " at minute %d", minute);
}

/* Once in each of several hours. */
static struct phrase hours_phrase(struct ctx *c, const struct schedule *s)
{
	const char *hours = beat(c, s->hours, HOURS, "hour");
	int step = set_step(s->hours);

	if (hours != NULL && set_rhythm(s->hours, HOURS) == 1 && s->minutes == 1 && !is_exact(s))
		return rhythm(hours);
	if (hours != NULL)
		return plain(arena_printf(c->arena, "%s%s", hours, in_hour(c, s)));
	if (step == 1)
		return plain(arena_printf(c->arena, "every hour%s", stretch(c, s)));
	if (step > 1)
		return plain(arena_printf(c->arena, "every %d hours%s", step, stretch(c, s)));
	return plain(spelled_out(c, s));
}

struct phrase phrase_time(struct ctx *c, const struct schedule *s)
{
	if (is_handful(s))
		return (struct phrase){ .text = each_time(c, s), .clock = true };
	if (set_count(s->seconds) > 1)
		return seconds_phrase(c, s);
	if (set_count(s->minutes) > 1)
		return minutes_phrase(c, s);
	return hours_phrase(c, s);
}
