#include "web/admin/words.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "core/ctx.h"
#include "core/time.h"

enum { PRODUCT_MAX = 40 };

/* clang-format off */
static const struct state_words states[] = {
	{ "queued",    "queued",    "Queued" },
	{ "running",   "running",   "Running" },
	{ "succeeded", "succeeded", "Succeeded" },
	{ "failed",    "failed",    "Failed" },
	{ "stopped",   "stopped",   "Stopped" },
	{ "lost",      "lost",      "Lost" },
	{ "missed",    "missed",    "Missed" },
	{ "late",      "late",      "Late" },
	{ "in_sync",   "in-sync",   "in sync" },
	{ "pending",   "pending",   "Pending" },
	{ "failing",   "failed",    "Failing" },
	{ "drifted",   "drifted",   "Drifted" },
};
/* clang-format on */

const struct state_words *words_state(const char *state)
{
	static const struct state_words none = { "", "queued", "Unknown" };

	for (size_t i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i].state, state) == 0)
			return &states[i];
	return &none;
}

const char *words_span(struct arena *a, int64_t us)
{
	int64_t s = us / US_PER_S;

	if (us < 0)
		return "0 s";
	if (s < 1)
		return arena_printf(a, "%" PRId64 " ms", us / 1000);
	if (s < 10)
		return arena_printf(
		    a, "%" PRId64 ".%" PRId64 " s", s, us % US_PER_S / (US_PER_S / 10));
	if (s < 60)
		return arena_printf(a, "%" PRId64 " s", s);
	if (s < 3600)
		return arena_printf(a, "%" PRId64 " min %02" PRId64 " s", s / 60, s % 60);
	if (s < 86400)
		return arena_printf(a, "%" PRId64 " h %02" PRId64 " min", s / 3600, s % 3600 / 60);
	return arena_printf(a, "%" PRId64 " d %" PRId64 " h", s / 86400, s % 86400 / 3600);
}

const char *words_size(struct arena *a, int64_t bytes)
{
	if (bytes < 1000)
		return arena_printf(a, "%" PRId64 " B", bytes);
	if (bytes < 1000000)
		return arena_printf(
		    a, "%" PRId64 ".%" PRId64 " kB", bytes / 1000, bytes % 1000 / 100);
	return arena_printf(
	    a, "%" PRId64 ".%" PRId64 " MB", bytes / 1000000, bytes % 1000000 / 100000);
}

const char *words_number(struct arena *a, int64_t n)
{
	const char *rest;

	if (n < 1000)
		return arena_printf(a, "%" PRId64, n);
	rest = words_number(a, n / 1000);
	return arena_printf(a, "%s,%03" PRId64, rest, n % 1000);
}

const char *words_count(struct arena *a, int64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%s %s", words_number(a, n), n == 1 ? one : many);
}

/* Rounded down: 99.96 % is not all. */
const char *words_rate(struct arena *a, int64_t part, int64_t whole)
{
	int64_t tenths = whole == 0 ? 0 : part * 1000 / whole;

	if (tenths % 10 == 0)
		return arena_printf(a, "%" PRId64 " %%", tenths / 10);
	return arena_printf(a, "%" PRId64 ".%" PRId64 " %%", tenths / 10, tenths % 10);
}

const char *words_trigger(const char *trigger, const char *by)
{
	if (by != NULL && *by != '\0')
		return by;
	return strcmp(trigger, "manual") == 0 ? "hand" : trigger;
}

/* The first that occurs counts: nearly every browser also claims to be Safari and Mozilla. */
static const char *first_of(const char *agent, const char *const (*names)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, names[i][0]) != NULL)
			return names[i][1];
	return NULL;
}

const char *words_browser(struct arena *a, const char *agent)
{
	static const char *const browsers[][2] = { { "Edg/", "Edge" }, { "OPR/", "Opera" },
		{ "Firefox/", "Firefox" }, { "Chromium/", "Chromium" }, { "Chrome/", "Chrome" },
		{ "Safari/", "Safari" }, { "curl/", "curl" } };
	static const char *const systems[][2] = { { "Android", "Android" }, { "iPhone", "iPhone" },
		{ "iPad", "iPad" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
		{ "CrOS", "ChromeOS" }, { "Linux", "Linux" } };
	const char *browser = first_of(agent, browsers, LENGTH(browsers));
	const char *system_name = first_of(agent, systems, LENGTH(systems));

	size_t product = strcspn(agent, " /");

	if (browser == NULL)
		return product == 0 || product > PRODUCT_MAX ? "Unknown browser"
							     : arena_strndup(a, agent, product);
	if (system_name == NULL)
		return browser;
	return arena_printf(a, "%s on %s", browser, system_name);
}
