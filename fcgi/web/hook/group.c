#include "web/hook/group.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"

static const char heading[] = "\nExecution group: ";

/* Go's "2026-11-21 11:46:07.854323712 +0000 UTC" as RFC 3339; the zero time and others that no
 * int64 of nanoseconds holds are false. */
static bool go_time(struct ctx *c, const char *s, size_t len, int64_t *ns)
{
	char *t = arena_strndup(c->arena, s, len);
	char *rest = t;
	const char *day = strsep(&rest, " "), *clock = strsep(&rest, " "),
		   *zone = strsep(&rest, " ");

	if (zone == NULL || strlen(zone) != 5)
		return false;
	return time_parse_rfc3339_ns(
	    arena_printf(c->arena, "%sT%s%.3s:%s", day, clock, zone, zone + 3), ns);
}

/* Cuts what stands before `mark` off *at; false when it is not there. */
static bool before(const char **at, const char *mark, const char **start, size_t *len)
{
	const char *found = strstr(*at, mark);

	if (found == NULL)
		return false;
	*start = *at;
	*len = (size_t)(found - *at);
	*at = found + strlen(mark);
	return true;
}

/* "\t[Node]: n1 [Start]: ... [End]: ... [Success]: true" */
static bool execution(struct ctx *c, const char *line, struct heard_execution *e)
{
	static const char label[] = "\t[Node]: ";
	const char *node, *start, *end;
	size_t node_len, start_len, end_len;

	if (!text_starts(line, label))
		return false;
	line += sizeof(label) - 1;
	if (!before(&line, " [Start]: ", &node, &node_len) ||
	    !before(&line, " [End]: ", &start, &start_len) ||
	    !before(&line, " [Success]: ", &end, &end_len))
		return false;
	*e = (struct heard_execution){ .node = arena_strndup(c->arena, node, node_len),
		.code = -1 };
	if (!text_is_line(e->node, 1, 255) || !go_time(c, start, start_len, &e->start_ns) ||
	    e->start_ns <= 0)
		return false;
	e->id = arena_printf(c->arena, "%" PRId64 "-%s", e->start_ns, e->node);
	e->ended = go_time(c, end, end_len, &e->end_ns) && e->end_ns >= e->start_ns;
	e->ok = e->ended && strcmp(line, "true") == 0;
	return true;
}

static const char *last_heading(const char *tail, size_t len)
{
	const char *found = NULL;

	for (const char *at = tail;
	     (at = memmem(at, len - (size_t)(at - tail), heading, sizeof(heading) - 1)) != NULL;
	     at++)
		found = at;
	return found;
}

bool group_parse(struct ctx *c, const char *tail, size_t len, struct payload *p)
{
	const char *at = last_heading(tail, len);

	if (at == NULL || memchr(at, '\0', len - (size_t)(at - tail)) != NULL)
		return false;
	char *rest = arena_strdup(c->arena, at + sizeof(heading) - 1);
	const char *number = strsep(&rest, "\n");
	if (rest == NULL || !text_int64(number, 1, INT64_MAX, &p->group_ns))
		return false;
	for (const char *line; (line = strsep(&rest, "\n")) != NULL;) {
		struct heard_execution e;
		if (rest == NULL)
			return line[0] == '\0';
		if (!execution(c, line, &e))
			return false;
		if (strcmp(e.id, p->executions[0].id) != 0 && p->n < PAYLOAD_EXECUTIONS)
			p->executions[p->n++] = e;
	}
	return true;
}
