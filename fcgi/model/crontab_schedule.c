/* A crontab's schedule in Dkron's terms. */

#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "model/import_inside.h"

enum { DAY = 2, WEEKDAY = 4, SUNDAY = 7 };

static const char *const labels[] = { "minute", "hour", "day", "month", "weekday" };

static bool is_field(const char *s)
{
	return s[strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*,/-")] ==
	       '\0';
}

/* The number of a weekday, 0 to 7, or -1. */
static int weekday(const char *s, size_t len)
{
	static const char *const names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

	if (len == 1 && *s >= '0' && *s <= '7')
		return *s - '0';
	for (int i = 0; i < 7; i++)
		if (len == 3 && strncasecmp(s, names[i], 3) == 0)
			return i;
	return -1;
}

/* One item of the weekday field, "1-5/2", as bits of 0 to 7; false when it is not one of days. */
static bool weekday_item(const char *s, size_t len, unsigned *days)
{
	const char *slash = memchr(s, '/', len);
	size_t range = slash != NULL ? (size_t)(slash - s) : len;
	const char *dash = memchr(s, '-', range);
	size_t low_len = dash != NULL ? (size_t)(dash - s) : range;
	int low = weekday(s, low_len), step = 1;
	int high = dash != NULL ? weekday(dash + 1, range - low_len - 1) : low;

	if (slash != NULL) {
		if (len - range != 2 || slash[1] < '1' || slash[1] > '7')
			return false;
		step = slash[1] - '0';
		high = dash != NULL ? high : 6;
	}
	if (low >= 0 && high == 0 && low > 0)
		high = SUNDAY; /* "fri-sun" */
	if (low < 0 || high < low)
		return false;
	for (int day = low; day <= high; day += step)
		*days |= 1U << day;
	return true;
}

/* Dkron's Sunday is only 0. A field in which it is 7, or ends a range, is written anew, by the days
 * that it means; all other ones stay as they are. */
static const char *weekdays(struct ctx *c, const char *field)
{
	unsigned days = 0;
	const char *text = "";

	for (const char *s = field;; s++) {
		size_t len = strcspn(s, ",");
		if (*s == '*' || !weekday_item(s, len, &days))
			return field; /* a star, or nothing that cron takes: Dkron's own words say
					 what */
		s += len;
		if (*s == '\0')
			break;
	}
	if ((days & 1U << SUNDAY) == 0)
		return field;
	days = (days | 1) & 0x7f;
	if (days == 0x7f)
		return "0-6"; /* not a star, which would change what the day of month means */
	for (int day = 0; day < 7; day++)
		if ((days & 1U << day) != 0)
			text = arena_printf(
			    c->arena, "%s%s%d", text, *text != '\0' ? "," : "", day);
	return text;
}

enum err crontab_schedule(struct ctx *c, const char *const five[5], const char **out)
{
	for (size_t i = 0; i < LENGTH(labels); i++) {
		if (strchr(five[i], '~') != NULL)
			return fail(c, ERR_INVALID, "schedule",
			    "the %s has a ~, a random time in cron and a number made of the job's "
			    "name in Dkron: write the time itself",
			    labels[i]);
		if (!is_field(five[i]))
			return fail(c, ERR_INVALID, "schedule", "“%.40s” is no %s of a crontab",
			    five[i], labels[i]);
	}
	*out = arena_printf(c->arena, "0 %s %s %s %s %s", five[0], five[1], five[DAY], five[3],
	    weekdays(c, five[WEEKDAY]));
	return OK;
}

/* cron looks at the first character alone. */
bool crontab_needs_both_days(const char *const five[5])
{
	return *five[DAY] == '*' || *five[WEEKDAY] == '*';
}

enum err crontab_macro(struct ctx *c, const char *word, const char *zone, const char **out)
{
	static const struct {
		const char *name, *fields;
	} macros[] = {
		{ "@yearly", "0 0 0 1 1 *" },
		{ "@annually", "0 0 0 1 1 *" },
		{ "@monthly", "0 0 0 1 * *" },
		{ "@weekly", "0 0 0 * * 0" },
		{ "@daily", "0 0 0 * * *" },
		{ "@midnight", "0 0 0 * * *" },
		{ "@hourly", "0 0 * * * *" },
	};

	if (strcmp(word, "@reboot") == 0)
		return fail(c, ERR_INVALID, "schedule",
		    "@reboot has no counterpart: Dkron knows no moment at which a machine starts. "
		    "Make it a service of that machine, or give it a time");
	for (size_t i = 0; i < LENGTH(macros); i++)
		if (strcmp(word, macros[i].name) == 0) {
			*out = *zone != '\0' ? macros[i].fields : macros[i].name;
			return OK;
		}
	return fail(c, ERR_INVALID, "schedule", "%.40s is nothing that is known here", word);
}
