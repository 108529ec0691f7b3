#include "schedule/crontab.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/buf.h"
#include "core/time.h"
#include "schedule/fields.h"

enum { FIELDS_MAX = 1024 };

const char crontab_never[] = "0 5 31 2 *";

static uint64_t set_of(const struct schedule *s, enum field f)
{
	const uint64_t sets[FIELDS] = { s->seconds, s->minutes, s->hours, s->month_days, s->months,
		s->weekdays };

	return sets[f];
}

/* "*", or the numbers with commas between. */
static void add_set(struct buf *b, const struct schedule *s, enum field f)
{
	uint64_t set = set_of(s, f);
	const char *comma = "";

	if (set == field_all(f)) {
		buf_text(b, "*");
		return;
	}
	for (int i = field_ranges[f].min; i <= field_ranges[f].max; i++) {
		if ((set >> i & 1) == 0)
			continue;
		buf_printf(b, "%s%d", comma, i);
		comma = ",";
	}
}

/* A field as it was written, where other crons read it as Dkron does. */
static bool is_common(const char *field, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)field[i] <= ' ' || strchr("0123456789*/,-", field[i]) == NULL)
			return false;
	return true;
}

/* Behind CRON_TZ=... or TZ=..., if that stands there. */
static const char *expression(const struct schedule *s)
{
	const char *text = s->text + fields_space(s->text);

	if (strncmp(text, "TZ=", 3) != 0 && strncmp(text, "CRON_TZ=", 8) != 0)
		return text;
	text += strcspn(text, " ");
	return text + fields_space(text);
}

static const char *five_fields(struct arena *a, const struct schedule *s)
{
	const char *at = expression(s);
	bool written = *at != '@';
	struct buf b;

	buf_init(&b, a, FIELDS_MAX);
	for (int f = SECOND_FIELD; f < FIELDS; f++) {
		size_t len = 0;
		while (written && at[len] != '\0' && fields_space(at + len) == 0)
			len++;
		if (f > MINUTE_FIELD)
			buf_text(&b, " ");
		if (f > SECOND_FIELD && len > 0 && is_common(at, len))
			buf_add(&b, at, len);
		else if (f > SECOND_FIELD)
			add_set(&b, s, (enum field)f);
		at += len;
		at += written ? fields_space(at) : 0;
	}
	return b.full ? crontab_never : b.data;
}

/* Once, as the minute of a year. */
static const char *once(struct arena *a, int64_t us)
{
	time_t t = (time_t)(us / US_PER_S);
	struct tm tm;

	gmtime_r(&t, &tm);
	return arena_printf(a, "%d %d %d %d *", tm.tm_min, tm.tm_hour, tm.tm_mday, tm.tm_mon + 1);
}

static struct crontab interval(const struct schedule *s)
{
	int64_t minutes = (s->every_us + 60 * US_PER_S - 1) / (60 * US_PER_S);

	if (minutes % 60 == 0)
		return (struct crontab){ NULL, minutes / 60, "hour", "UTC" };
	return (struct crontab){ NULL, minutes, "minute", "UTC" };
}

struct crontab schedule_crontab(struct arena *a, const struct schedule *s)
{
	const char *zone = s->zone_name[0] == '\0' || strcmp(s->zone_name, "Local") == 0
			       ? "UTC"
			       : s->zone_name;

	switch (s->kind) {
	case SCHEDULE_EVERY:
		return interval(s);
	case SCHEDULE_CRON:
		return (struct crontab){ .fields = five_fields(a, s), .timezone = zone };
	case SCHEDULE_AT:
	case SCHEDULE_AFTER:
		return (struct crontab){ .fields = once(a, s->at_us), .timezone = "UTC" };
	case SCHEDULE_MANUAL:
	case SCHEDULE_NEVER:
		break;
	}
	return (struct crontab){ .fields = crontab_never, .timezone = zone };
}
