/* Small things that stand in addresses, headers, files and output: moments, cursors, numbers,
 * regular expressions, User-Agents, and the output of programs. */

#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "fuzz/fuzz.h"
#include "model/cursor.h"
#include "model/regex.h"
#include "schedule/tzrule.h"
#include "web/admin/words.h"

static void try_moment(struct ctx *c, const char *text)
{
	int64_t us, again, ns;

	if (time_parse_rfc3339(text, &us)) {
		const char *written = time_rfc3339(c->arena, us);
		MUST(time_parse_rfc3339(written, &again) && again == us);
	}
	if (time_parse_rfc3339_ns(text, &ns) && ns >= 0 && time_parse_rfc3339(text, &us))
		MUST(ns / 1000 == us);
}

static void try_cursor(struct ctx *c, const char *text)
{
	char *place, *again;

	if (cursor_read(c, text, &place))
		MUST(cursor_read(c, cursor_write(c, place), &again) && strcmp(place, again) == 0);
}

static void try_output(struct ctx *c, const char *bytes, size_t size)
{
	size_t len;
	const char *clean = text_clean(c->arena, bytes, size, &len);

	MUST(clean[len] == '\0' && strlen(clean) == len && text_is_utf8(clean, len));
	const char *line = text_escape(c->arena, clean);
	for (const char *s = line; *s != '\0'; s++)
		MUST((unsigned char)*s >= ' ' && (*s != '"' || (s > line && s[-1] == '\\')));
}

FUZZ_ENTRY(text)
{
	if (size > FUZZ_INPUT_MAX / 4)
		return 0;
	struct ctx c = fuzz_ctx();
	const char *text = arena_strndup(c.arena, (const char *)data, size);
	struct tzrule rule;
	int64_t n;

	try_moment(&c, text);
	try_cursor(&c, text);
	try_output(&c, (const char *)data, size);
	if (text_int64(text, -5, INT64_MAX, &n))
		MUST(n >= -5);
	if (tzrule_parse((const char *)data, size, &rule))
		MUST(rule.standard > -200 * 3600 && rule.standard < 200 * 3600);
	const char *refusal = text_is_utf8(text, strlen(text)) ? regex_refusal(text) : NULL;
	MUST(refusal == NULL || *refusal != '\0');
	MUST(*words_browser(c.arena, text) != '\0');
	arena_destroy(c.arena);
	return 0;
}
