#include "engine/job_rules.h"

#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "core/buf.h"
#include "core/text.h"
#include "schedule/literal.h"
#include "schedule/schedule.h"

/* Lower-case to the C library, but not of Unicode's class Ll, which Dkron asks for: first and last.
 */
static const unsigned modifiers[][2] = { { 0xaa, 0xaa }, { 0xba, 0xba }, { 0x2b0, 0x2c1 },
	{ 0x2e0, 0x2e4 }, { 0x345, 0x345 }, { 0x37a, 0x37a }, { 0x10fc, 0x10fc },
	{ 0x1d2c, 0x1d6a }, { 0x1d78, 0x1d78 }, { 0x1d9b, 0x1dbf }, { 0x2071, 0x2071 },
	{ 0x207f, 0x207f }, { 0x2090, 0x209c }, { 0x2170, 0x217f }, { 0x24d0, 0x24e9 },
	{ 0x2c7c, 0x2c7d }, { 0xa69c, 0xa69d }, { 0xa770, 0xa770 }, { 0xa7f2, 0xa7f4 },
	{ 0xa7f8, 0xa7f9 }, { 0xab5c, 0xab5f }, { 0xab69, 0xab69 }, { 0x10780, 0x107ba } };

static unsigned code_point(const char *s, size_t n)
{
	unsigned code = n == 1 ? (unsigned char)*s : (unsigned char)*s & (0x7fU >> n);

	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)s[i] & 0x3fU);
	return code;
}

static bool is_lower(locale_t unicode, unsigned code)
{
	for (size_t i = 0; i < LENGTH(modifiers); i++)
		if (code >= modifiers[i][0] && code <= modifiers[i][1])
			return false;
	return unicode != (locale_t)0 && iswlower_l((wint_t)code, unicode) != 0;
}

/* The first character that a name may not have, of *n bytes, or NULL. */
static const char *illegal(const char *name, size_t *n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

	for (*n = 0; *name != '\0'; name += *n) {
		*n = text_sequence(name, strlen(name));
		bool fine = *n == 1 ? strchr(plain, *name) != NULL
				    : is_lower(unicode, code_point(name, *n));
		if (!fine)
			break;
	}
	if (unicode != (locale_t)0)
		freelocale(unicode);
	return *name == '\0' ? NULL : name;
}

static enum err check_name(struct ctx *c, const char *name)
{
	size_t n;
	const char *bad = illegal(name, &n);

	if (*name == '\0')
		return fail(c, ERR_INVALID, "name", "name cannot be empty");
	if (bad != NULL)
		return fail(
		    c, ERR_INVALID, "name", "name contains illegal character '%.*s'", (int)n, bad);
	return OK;
}

/* Dkron shows what it took for the fields, in brackets. */
static const char *fields_of(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, a, strlen(text) + 2);
	buf_text(&b, "[");
	for (size_t n; *text != '\0'; text += n) {
		text += strspn(text, " \t\r\n");
		n = strcspn(text, " \t\r\n");
		bool zone = text_starts(text, "TZ=") || text_starts(text, "CRON_TZ=");
		if (n == 0 || zone)
			continue;
		buf_text(&b, b.len > 1 ? " " : "");
		buf_add(&b, text, n);
	}
	buf_text(&b, "]");
	return b.data;
}

/* A child needs none. The zone is not looked at here: Dkron asks for the concurrency in between. */
static enum err check_schedule(struct ctx *c, const struct json *job)
{
	const char *text = json_text(json_get(job, "schedule"));
	struct schedule *s;

	if (*text == '\0' && *json_text(json_get(job, "parent_job")) != '\0')
		return OK;
	enum err e = schedule_parse(c, text, "", json_text(json_get(job, "name")), &s);
	if (e != ERR_INVALID)
		return e;
	if (text_starts(c->fault.detail, "expected exactly"))
		return fail(c, e, "schedule", "can't parse job schedule: %s: %s", c->fault.detail,
		    fields_of(c->arena, text));
	return fail(c, e, "schedule", "can't parse job schedule: %s", c->fault.detail);
}

static enum err check_zone(struct ctx *c, const struct json *job)
{
	struct schedule *s;

	return schedule_parse(c, "@manually", json_text(json_get(job, "timezone")), "", &s);
}

static enum err check_concurrency(struct ctx *c, const struct json *job)
{
	const char *policy = json_text(json_get(job, "concurrency"));

	if (*policy == '\0' || strcmp(policy, "allow") == 0 || strcmp(policy, "forbid") == 0)
		return OK;
	return fail(c, ERR_INVALID, "concurrency",
	    "invalid concurrency policy value, use \"allow\" or \"forbid\"");
}

static const struct {
	const char *name;
	double bytes;
} units[] = { { "", 1 }, { "B", 1 }, { "BYTES", 1 }, { "KB", 1024 }, { "K", 1024 },
	{ "MB", 1048576 }, { "M", 1048576 }, { "GB", 1073741824 }, { "G", 1073741824 },
	{ "TB", 1099511627776 }, { "T", 1099511627776 } };

static enum err with_unit(struct ctx *c, const char *number, const char *unit, int64_t *bytes)
{
	char *end;
	double value = strtod(number, &end);

	if (*end != '\0')
		return fail(c, ERR_INVALID, "executor_config",
		    "invalid numeric value in memory limit: %s", number);
	if (value <= 0)
		return fail(
		    c, ERR_INVALID, "executor_config", "memory limit must be greater than 0");
	for (size_t i = 0; i < LENGTH(units); i++) {
		if (strcmp(units[i].name, unit) != 0)
			continue;
		if (value * units[i].bytes >= 9.2e18 || value * units[i].bytes < 1)
			return fail(c, ERR_INVALID, "executor_config",
			    "memory limit too large or causes overflow");
		*bytes = (int64_t)(value * units[i].bytes);
		return OK;
	}
	return fail(c, ERR_INVALID, "executor_config",
	    "unsupported memory unit: %s (supported: B, KB, MB, GB, TB)", unit);
}

enum err job_rules_memory(struct ctx *c, const char *limit, int64_t *bytes)
{
	*bytes = 0;
	if (*limit == '\0')
		return OK;
	if (text_int64(limit, INT64_MIN, INT64_MAX, bytes)) {
		if (*bytes > 0)
			return OK;
		return fail(
		    c, ERR_INVALID, "executor_config", "memory limit must be greater than 0");
	}
	limit += strspn(limit, " \t\r\n");
	char *text = arena_strdup(c->arena, limit);
	for (size_t n = strlen(text); n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL;)
		text[--n] = '\0';
	for (char *p = text; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	size_t digits = strspn(text, "0123456789.");
	if (digits == 0)
		return fail(
		    c, ERR_INVALID, "executor_config", "invalid memory limit format: %s", text);
	return with_unit(c, arena_strndup(c->arena, text, digits), text + digits, bytes);
}

static enum err check_shell(struct ctx *c, const struct json *job)
{
	const struct json *config = json_get(job, "executor_config");
	const char *timeout = json_text(json_get(config, "timeout"));
	int64_t n;

	if (strcmp(json_text(json_get(job, "executor")), "shell") != 0)
		return OK;
	if (*timeout != '\0' && !literal_duration(timeout, &n))
		return fail(c, ERR_INVALID, "executor_config", "Error parsing job timeout value");
	enum err e = job_rules_memory(c, json_text(json_get(config, "mem_limit")), &n);
	if (e == ERR_INVALID)
		return fail(c, e, "executor_config", "Error parsing job memory limit value: %s",
		    c->fault.detail);
	return e;
}

enum err job_rules_check(struct ctx *c, const struct json *job)
{
	const char *name = json_text(json_get(job, "name"));

	TRY(check_name(c, name));
	if (strcmp(json_text(json_get(job, "parent_job")), name) == 0)
		return fail(c, ERR_INVALID, "parent_job", "the job can not have itself as parent");
	TRY(check_schedule(c, job));
	TRY(check_concurrency(c, job));
	TRY(check_zone(c, job));
	return check_shell(c, job);
}
